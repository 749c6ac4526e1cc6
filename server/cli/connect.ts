import { MALLOC_ENV, WORKER_FLAGS } from '#shared/node/process-flags.ts';
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseEnv, type Env } from '#shared/node/env.ts';
import { createLifecycle, type Lifecycle } from '#shared/node/lifecycle.ts';
import { startEmbeddedPostgres } from '#shared/node/postgres/embedded.ts';
import { migrate } from '#shared/node/postgres/migrate.ts';
import { createPool } from '#shared/node/postgres/pool.ts';
import { createJobQueue, type JobQueue } from '#shared/node/queue/queue.ts';
import { projectRoot } from '#shared/node/root.ts';
import { createStore, type Store } from '#shared/node/store/store.ts';
import { WORKER_GONE_MS } from '#shared/node/store/workers.ts';
import { createZone } from '#shared/node/zone.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { isRunning } from '../standalone.ts';

/** What commands that touch stored data work on: the same store a running Weimai uses, or one started for the moment. */
export interface Connection {
  env: Env;
  home: string;
  store: Store;
  queue: JobQueue;
  lifecycle: Lifecycle;
  /** Makes sure that somebody works the queue: a worker of our own where none beats. */
  ensureWorker(): Promise<void>;
}

export async function connect(source: NodeJS.ProcessEnv): Promise<Connection> {
  const { env, home } = parseEnv(source);
  const lifecycle = createLifecycle();
  const onError = (error: Error): void => void process.stderr.write(`weimai: ${error.message}\n`);
  let url = env.DATABASE_URL;
  if (url === undefined) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const embedded = await lifecycle.add(
      'postgres',
      () => startEmbeddedPostgres({ dataDir: path.join(home, 'postgres') }),
      // A running Weimai goes on using it; only what we started ourselves, or found orphaned, is stopped.
      (server) => (isRunning(home) ? undefined : server.stop()),
    );
    url = embedded.url;
  }
  const databaseUrl = url;
  const db = await lifecycle.add(
    'store',
    () => createPool({ url: databaseUrl, name: 'cli', max: 4, onError }),
    (pool) => pool.end(),
  );
  await migrate(db, { queue: env.REDIS_URL === undefined });
  const store = createStore(db, createZone(env.WEIMAI_TZ), {
    zoneName: env.WEIMAI_TZ,
    keyFile: env.WEIMAI_KEY_FILE ?? path.join(home, 'secret.key'),
  });
  if ((await store.topics.list()).length === 0) await store.topics.seed(defaultTopics());
  const backend = env.REDIS_URL
    ? ({ kind: 'redis', url: env.REDIS_URL } as const)
    : ({ kind: 'postgres', url: databaseUrl } as const);
  const queue = await lifecycle.add(
    'queue',
    () => createJobQueue(backend, { onError }),
    (made) => made.close(),
  );
  return {
    env,
    home,
    store,
    queue,
    lifecycle,
    async ensureWorker() {
      const workers = await store.workers.list();
      if (workers.some((worker) => Date.now() - worker.beatAt < WORKER_GONE_MS)) return;
      await lifecycle.add('worker', () => startWorker(databaseUrl, source), stopChild);
    },
  };
}

function startWorker(databaseUrl: string, source: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = fork(path.join(projectRoot(), 'dist/node/worker.mjs'), [], {
    execArgv: WORKER_FLAGS,
    env: { ...MALLOC_ENV, ...source, DATABASE_URL: databaseUrl, WEIMAI_LOG: 'warn' },
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  });
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
