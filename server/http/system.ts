import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import type { Store } from '#shared/node/store/store.ts';
import { WORKER_GONE_MS } from '#shared/node/store/workers.ts';
import { version } from '#shared/node/version.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { systemSchema, type System } from '#shared/wire/api.ts';
import { readLatency } from '../live/pulse.ts';
import { iso, isoOrNull } from './params.ts';

const MB = 1024 * 1024;

export interface SystemDeps {
  store: Store;
  queue: JobQueue;
  /** Where data lies, for the free space. */
  home: string;
  mode: System['mode'];
  sockets: () => { clients: number; eventsPerSecond: number };
  redis: (() => Promise<NonNullable<System['redis']> & { timeMs: number }>) | null;
}

/** GET /system: one look at queue, lag, workers, stores, clocks, disk. */
export async function systemRoutes(app: FastifyInstance, deps: SystemDeps): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  app.addHook('onClose', async () => void delay.disable());
  app
    .withTypeProvider<ZodTypeProvider>()
    .get('/system', { schema: { response: { 200: systemSchema }, tags: ['system'] } }, async () => {
      const { store, queue } = deps;
      const [stats, oldest, latency, workers, database, minutes, notifications, redis, disk] =
        await Promise.all([
          queue.stats('analyse-posts'),
          queue.oldestWaitingSeconds('analyse-posts'),
          readLatency(store),
          store.workers.list(),
          readDatabase(store),
          readThroughput(store),
          store.db.query<{ state: string; n: number }>(
            'select state, count(*) as n from notifications group by state',
          ),
          deps.redis?.() ?? null,
          statfs(deps.home),
        ]);
      const now = Date.now();
      const alive = workers.filter((worker) => now - worker.beatAt < WORKER_GONE_MS);
      const freeMb = (disk.bavail * disk.bsize) / MB;
      const count = (states: string[]): number =>
        notifications.rows
          .filter((row) => states.includes(row.state))
          .reduce((sum, row) => sum + row.n, 0);
      const loopDelayMs = Math.round(delay.percentile(99) / 1e5) / 10;
      delay.reset();
      return {
        version: version(),
        uptimeSeconds: Math.round(process.uptime()),
        node: process.version,
        mode: deps.mode,
        ingest: {
          postsPerSecond:
            Math.round(alive.reduce((sum, worker) => sum + worker.postsPerSecond, 0) * 10) / 10,
          perMinute: minutes,
        },
        queue: { ...stats, oldestSeconds: oldest },
        latency: {
          p50Ms: latency.p50,
          p95Ms: latency.p95,
          p99Ms: latency.p99,
          batches: latency.batches,
        },
        workers: workers.map((worker) => ({
          id: worker.id,
          host: worker.host,
          pid: worker.pid,
          beatAt: iso(worker.beatAt),
          state:
            now - worker.beatAt < WORKER_GONE_MS / 2
              ? ('ok' as const)
              : now - worker.beatAt < WORKER_GONE_MS
                ? ('late' as const)
                : ('gone' as const),
          postsPerSecond: Math.round(worker.postsPerSecond * 10) / 10,
          rssMb: Math.round(worker.rssBytes / MB),
        })),
        store: database.view,
        redis: redis && {
          version: redis.version,
          memoryMb: redis.memoryMb,
          maxMemoryMb: redis.maxMemoryMb,
          aof: redis.aof,
          policy: redis.policy,
        },
        clocks: { appMs: now, storeMs: database.nowMs, redisMs: redis?.timeMs ?? null },
        disk: {
          freeMb: Math.round(freeMb),
          totalMb: Math.round((disk.blocks * disk.bsize) / MB),
          daysLeft: database.mbPerDay > 0 ? Math.round(freeMb / database.mbPerDay) : null,
        },
        sockets: deps.sockets(),
        notifications: {
          waiting: count(['waiting', 'retrying']),
          sent: count(['sent', 'merged']),
          failed: count(['failed']),
        },
        process: { rssMb: Math.round(process.memoryUsage.rss() / MB), loopDelayMs },
      };
    });
}

async function readDatabase(
  store: Store,
): Promise<{ view: System['store']; nowMs: number; mbPerDay: number }> {
  const { rows } = await store.db.query<{
    version: string;
    size: number;
    connections: number;
    partitions: number;
    oldest: number | null;
    now: number;
    posts_day: number;
    posts: number;
  }>(
    `select current_setting('server_version') as version, pg_database_size(current_database()) as size,
       (select count(*) from pg_stat_activity where datname = current_database()) as connections,
       (select count(*) from pg_inherits where inhparent = 'posts'::regclass) as partitions,
       (select min(at) from source_minutes) as oldest, (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
       (select coalesce(sum(counted), 0)::bigint from batches where at > $1) as posts_day, (select coalesce(sum(n), 0)::bigint from outcomes where outcome = 'counted' or reason = 'no-topic') as posts`,
    [Date.now() - DAY_MS],
  );
  const row = rows[0];
  const sizeMb = (row?.size ?? 0) / MB;
  const perPost = row && row.posts > 10_000 ? sizeMb / row.posts : 0;
  return {
    view: {
      version: row?.version ?? '',
      sizeMb: Math.round(sizeMb),
      connections: row?.connections ?? 0,
      partitions: row?.partitions ?? 0,
      oldestAt: isoOrNull(row?.oldest ?? null),
    },
    nowMs: row?.now ?? 0,
    mbPerDay: perPost * (row?.posts_day ?? 0),
  };
}

/** Posts taken per minute of the last hour, by commit time. */
async function readThroughput(store: Store): Promise<{ at: string; n: number }[]> {
  const { rows } = await store.db.query<{ minute: number; n: number }>(
    'select (at / 60000) * 60000 as minute, sum(posts)::bigint as n from batches where at > $1 group by 1 order by 1',
    [Date.now() - HOUR_MS],
  );
  const byMinute = new Map(rows.map((row) => [row.minute, row.n]));
  const last = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: 60 }, (_, index) => last - (59 - index) * MINUTE_MS).map((at) => ({
    at: iso(at),
    n: byMinute.get(at) ?? 0,
  }));
}
