import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { createStoreClock, type StoreClock } from '#shared/node/clock.ts';
import { parseEnv, type Env } from '#shared/node/env.ts';
import { createLifecycle, stopOnSignals, type Lifecycle } from '#shared/node/lifecycle.ts';
import { createLog, createThrottledError, type Log } from '#shared/node/log.ts';
import { createListener } from '#shared/node/postgres/listen.ts';
import { migrate } from '#shared/node/postgres/migrate.ts';
import { createPool, type Db } from '#shared/node/postgres/pool.ts';
import { createJobQueue, refuseUnsafeRedis, type JobQueue } from '#shared/node/queue/queue.ts';
import { LIVE_CHANNEL } from '#shared/node/store/ledger.ts';
import { readNewestPosts } from '#shared/node/store/live-posts.ts';
import { OPINION_COUNTS, readOpinionCounts } from '#shared/node/store/opinion-counts.ts';
import type { AccessStore } from '#shared/node/store/access.ts';
import { readSegmenterCounts, SEGMENTER_COUNTS } from '#shared/node/store/segmenter-counts.ts';
import { createStore, type Store } from '#shared/node/store/store.ts';
import { createZone } from '#shared/node/zone.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { buildApp } from './app.ts';
import { createDemoPlayer, type DemoPlayer } from './demo-player.ts';
import { createServerEngine } from './engine.ts';
import type { AccessDeps } from './http/access.ts';
import { createImportRunner } from './import-runner.ts';
import { createIngest, type Ingest } from './ingest.ts';
import { createFanOut, type FanOut, type LiveServer } from './live/fan-out.ts';
import { createRedisProbe } from '#shared/node/queue/redis-probe.ts';
import { createLiveServer, serveSockets } from './live/socket.ts';
import { createSocketAccess, type SocketAccess } from './live/socket-access.ts';
import { createPulse } from './live/pulse.ts';

const SHUTDOWN_MS = 15_000;

export interface RunningServer {
  address: string;
  port: number;
  app: Awaited<ReturnType<typeof buildApp>>;
  lifecycle: Lifecycle;
  store: Store;
  queue: JobQueue;
  ingest: Ingest;
  clock: StoreClock;
  log: Log;
}

export interface ServerOptions {
  env: Env;
  databaseUrl: string;
  /** Folder of embedded data, keys and imports. */
  home: string;
  log: Log;
  /** Try the following ports when this one is taken. */
  searchPort: boolean;
  /** Play the demo when the store is empty. */
  demo: boolean;
}

/** Composition root of a server: config → adapters → routes → listen. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { env, log, databaseUrl } = options;
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  const onError = createThrottledError(log);
  const lifecycle = createLifecycle((name, phase, ms) =>
    log.debug({ part: name, ms: Math.round(ms) }, phase),
  );

  if (env.REDIS_URL) await refuseUnsafeRedis(env.REDIS_URL);
  const db = await lifecycle.add(
    'store',
    () => createPool({ url: databaseUrl, max: 10, name: 'server', onError }),
    (pool) => pool.end(),
  );
  try {
    await migrate(db, { queue: env.REDIS_URL === undefined });
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
  const store = createStore(db, createZone(env.WEIMAI_TZ), {
    zoneName: env.WEIMAI_TZ,
    keyFile: env.WEIMAI_KEY_FILE ?? path.join(options.home, 'secret.key'),
  });
  if ((await store.topics.list()).length === 0) await store.topics.seed(defaultTopics());
  if (env.WEIMAI_ADMIN_PASSWORD !== undefined && !(await store.access.hasMembers()))
    await store.access.addMember('admin', 'admin', env.WEIMAI_ADMIN_PASSWORD);

  const open = await isOpen(env, store.access).catch(async (error: unknown) => {
    await lifecycle.stop();
    throw error;
  });

  const backend = env.REDIS_URL
    ? ({ kind: 'redis', url: env.REDIS_URL } as const)
    : ({ kind: 'postgres', url: databaseUrl } as const);
  const queue = await lifecycle.add(
    'queue',
    () => createJobQueue(backend, { onError }),
    (made) => made.close(),
  );
  const clock = await lifecycle.add(
    'clock',
    () => createStoreClock(db, onError),
    (made) => made.stop(),
  );
  const ingest = await lifecycle.add(
    'ingest',
    () => createIngest({ queue, batchSize: env.WEIMAI_BATCH, maxWaiting: env.WEIMAI_MAX_WAITING }),
    (made) => made.drain(),
  );
  const imports = await lifecycle.add(
    'imports',
    () => createImportRunner({ store, ingest, home: options.home, log }),
    (made) => made.stop(),
  );
  const metrics = createMetrics(ingest, db);
  const access: AccessDeps = { access: store.access, open };

  // Filled below: the routes exist before sockets and demo do.
  let fanOut: FanOut | undefined;
  let io: LiveServer | undefined;
  let socketAccess: SocketAccess | undefined;
  let demo: DemoPlayer | undefined;
  const app = await buildApp({
    store,
    queue,
    ingest,
    clock,
    access,
    log,
    metrics,
    engine: createServerEngine(store.topics),
    imports,
    demo: () => demo,
    system: {
      home: options.home,
      mode: { queue: backend.kind, store: env.DATABASE_URL ? 'external' : 'embedded' },
      sockets: () => ({
        clients: io?.engine.clientsCount ?? 0,
        eventsPerSecond: fanOut?.eventsPerSecond() ?? 0,
      }),
      redis: env.REDIS_URL ? createRedisProbe(env.REDIS_URL, onError) : null,
    },
    onLogout: (session) => socketAccess?.endSession(session),
    onAccessChanged: async () => socketAccess?.recheck(),
    seq: () => fanOut?.seq ?? 0,
    stopping: () => lifecycle.stopping,
    baseUrl: env.WEIMAI_URL ?? '',
    tls: env.WEIMAI_TLS,
    trustProxy: env.WEIMAI_TRUST_PROXY,
  });
  const port = await lifecycle.add(
    'http',
    () => listen(app, env, options.searchPort),
    () => app.close(),
  );

  const sockets = await lifecycle.add(
    'sockets',
    () => createLiveServer(app.server, { access, log }),
    (made) => {
      made.disconnectSockets(true);
      made.engine.close();
    },
  );
  io = sockets;
  socketAccess = await lifecycle.add(
    'socket-access',
    () => createSocketAccess(sockets, access, onError),
    (made) => made.stop(),
  );
  const newestPosts = async (topics: string[], limit: number) => {
    const wanted = (await store.topics.list()).filter((topic) => topics.includes(topic.id));
    const now = clock.now();
    return readNewestPosts(db, {
      topics: wanted,
      from: now - 15 * MINUTE_MS,
      to: now + MINUTE_MS,
      limit,
    });
  };
  const live = await lifecycle.add(
    'fan-out',
    () => createFanOut({ io: sockets, db, log, newestPosts }),
    (made) => made.stop(),
  );
  fanOut = live;
  await lifecycle.add(
    'listener',
    () => createListener({ url: databaseUrl, channel: LIVE_CHANNEL, onWake: live.wake, onError }),
    (made) => made.stop(),
  );
  const pulse = createPulse({ store, queue });
  await lifecycle.add(
    'heartbeat',
    () => serveSockets({ io: sockets, fanOut: live, store, clock, log, heartbeat: pulse, onError }),
    (stop) => stop(),
  );
  demo = await lifecycle.add(
    'demo',
    () =>
      createDemoPlayer({
        store,
        ingest,
        clock,
        databaseUrl,
        autoStart: options.demo,
        onError,
        backlog: async () => (await queue.stats('analyse-posts')).waiting,
      }),
    (made) => made.stop(),
  );

  const host =
    env.HOST === '0.0.0.0' || env.HOST === '::'
      ? os.hostname()
      : env.HOST.includes(':')
        ? `[${env.HOST}]`
        : env.HOST;
  return {
    address: `http://${host}:${port}`,
    port,
    app,
    lifecycle,
    store,
    queue,
    ingest,
    clock,
    log,
  };
}

/**
 * Who is asked to log in: nobody on loopback, everybody elsewhere or with WEIMAI_ADMIN_PASSWORD. An address that others
 * reach is refused while nobody could log in: no password in the environment, no member and no admin token in the store.
 */
async function isOpen(env: Env, access: AccessStore): Promise<boolean> {
  if (env.WEIMAI_ADMIN_PASSWORD !== undefined) return false;
  if (env.HOST === 'localhost' || env.HOST === '::1' || env.HOST.startsWith('127.')) return true;
  if ((await access.hasMembers()) || (await access.hasAdminToken())) return false;
  throw new Error(
    `HOST=${env.HOST} can be reached from other machines, and no password was set yet. Either start once without HOST and set one under Settings > Sign-in, or set WEIMAI_ADMIN_PASSWORD (8 characters or more).`,
  );
}

const PORTS_TRIED = 20;

async function listen(
  app: Awaited<ReturnType<typeof buildApp>>,
  env: Env,
  search: boolean,
): Promise<number> {
  for (let offset = 0; ; offset++) {
    const port = env.PORT === 0 ? 0 : env.PORT + offset;
    try {
      await app.listen({ port, host: env.HOST });
      const address = app.server.address();
      return typeof address === 'object' && address ? address.port : port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (!search || offset >= PORTS_TRIED)
        throw new Error(`Port ${port} is taken. Set PORT to another one.`, { cause: error });
    }
  }
}

function createMetrics(ingest: Ingest, db: Db): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'weimai_' });
  const taken = new Counter({
    name: 'weimai_posts_accepted_total',
    help: 'Posts that the queue holds durably since start.',
    registers: [registry],
  });
  let before = 0;
  new Gauge({
    name: 'weimai_up',
    help: '1 while the server runs.',
    registers: [registry],
    collect() {
      taken.inc(ingest.taken - before);
      before = ingest.taken;
      this.set(1);
    },
  });
  new Gauge({
    name: 'weimai_second_opinion_mentions_total',
    help: 'Mentions by what became of their second opinion, all workers, since the store began. Absent while none is set up.',
    labelNames: ['outcome'],
    registers: [registry],
    async collect() {
      // A store that does not answer must not take the other figures away.
      const counts = await readOpinionCounts(db).catch(() => null);
      if (counts) for (const outcome of OPINION_COUNTS) this.set({ outcome }, counts[outcome]);
    },
  });
  new Gauge({
    name: 'weimai_segmenter_checks_total',
    help: 'Texts that the fast segmenter and nodejieba both cut, all workers, since the store began; "different" should stay 0.',
    labelNames: ['outcome'],
    registers: [registry],
    async collect() {
      const counts = await readSegmenterCounts(db).catch(() => null);
      if (counts) for (const outcome of SEGMENTER_COUNTS) this.set({ outcome }, counts[outcome]);
    },
  });
  return registry;
}

/** `weimai server`: one server of many, on a database of your own. */
export async function main(source: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { env, home, warnings } = parseEnv(source);
    const log = createLog('server', env.WEIMAI_LOG);
    for (const warning of warnings) log.warn(warning);
    if (!env.DATABASE_URL)
      throw new Error('weimai server needs DATABASE_URL (npm start brings its own store).');
    const server = await startServer({
      env,
      databaseUrl: env.DATABASE_URL,
      home,
      log,
      searchPort: false,
      demo: false,
    });
    stopOnSignals(
      () => server.lifecycle.stop(),
      SHUTDOWN_MS,
      () => log.error('server did not stop in time'),
    );
    log.info({ address: server.address }, 'server ready');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
