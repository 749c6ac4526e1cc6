import type { Db } from '../postgres/pool.ts';

export interface WorkerBeat {
  id: string;
  host: string;
  pid: number;
  startedAt: number;
  beatAt: number;
  postsPerSecond: number;
  rssBytes: number;
  version: string;
}

/** A worker that has not beaten for this long is gone. */
export const WORKER_GONE_MS = 15_000;

export interface WorkersStore {
  beat(worker: Omit<WorkerBeat, 'beatAt'>): Promise<void>;
  leave(id: string): Promise<void>;
  list(): Promise<WorkerBeat[]>;
}

export function createWorkersStore(db: Db): WorkersStore {
  return {
    async beat(worker) {
      await db.query({
        name: 'worker-beat',
        text: `insert into workers (id, host, pid, started_at, beat_at, posts_per_second, rss_bytes, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8)
               on conflict (id) do update set beat_at = excluded.beat_at, posts_per_second = excluded.posts_per_second, rss_bytes = excluded.rss_bytes`,
        values: [
          worker.id,
          worker.host,
          worker.pid,
          worker.startedAt,
          Date.now(),
          worker.postsPerSecond,
          worker.rssBytes,
          worker.version,
        ],
      });
    },
    async leave(id) {
      await db.query('delete from workers where id = $1', [id]);
    },
    async list() {
      await db.query('delete from workers where beat_at < $1', [Date.now() - 10 * WORKER_GONE_MS]);
      const { rows } = await db.query<{
        id: string;
        host: string;
        pid: number;
        started_at: number;
        beat_at: number;
        posts_per_second: number;
        rss_bytes: number;
        version: string;
      }>(
        'select id, host, pid, started_at, beat_at, posts_per_second, rss_bytes, version from workers order by started_at',
      );
      return rows.map((row) => ({
        id: row.id,
        host: row.host,
        pid: row.pid,
        startedAt: row.started_at,
        beatAt: row.beat_at,
        postsPerSecond: row.posts_per_second,
        rssBytes: row.rss_bytes,
        version: row.version,
      }));
    },
  };
}
