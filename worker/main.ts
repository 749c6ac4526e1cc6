import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadEngineParts } from '#shared/node/engine.ts';
import { createStoreClock } from '#shared/node/clock.ts';
import { parseEnv, type Env } from '#shared/node/env.ts';
import { createAddressGuard } from '#shared/node/http/address-guard.ts';
import { createSafeFetch } from '#shared/node/http/safe-fetch.ts';
import { createLifecycle, stopOnSignals, type Lifecycle } from '#shared/node/lifecycle.ts';
import { createLog, createThrottledError, type Log } from '#shared/node/log.ts';
import { createPool } from '#shared/node/postgres/pool.ts';
import { createJobQueue } from '#shared/node/queue/queue.ts';
import { projectRoot } from '#shared/node/root.ts';
import { addOpinionCounts } from '#shared/node/store/opinion-counts.ts';
import { addSegmenterCounts } from '#shared/node/store/segmenter-counts.ts';
import { createRescoreStore } from '#shared/node/store/rescore.ts';
import { createRetentionStore } from '#shared/node/store/retention.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import { createStore } from '#shared/node/store/store.ts';
import { version } from '#shared/node/version.ts';
import { createZone } from '#shared/node/zone.ts';
import { createAnalysis } from './analysis.ts';
import { createMailer } from './channels/mailer.ts';
import { createFeedRunner } from './feeds/runner.ts';
import { makeDueReports } from './jobs/make-reports.ts';
import { createSenderLoop } from './jobs/sender-loop.ts';
import { createAnnouncer } from './watch/announce.ts';
import { createWatcher, type Watcher } from './watch/watcher.ts';
import { createBlockList } from './block-list.ts';
import { crashPointFrom } from './crash-point.ts';
import { analysePosts } from './jobs/analyse-posts.ts';
import { rescoreTopic } from './jobs/rescore-topic.ts';
import { startRetention } from './jobs/retention.ts';
import { createRateMeter } from '#shared/node/rate-meter.ts';
import { openSecondOpinion } from './second-opinion/index.ts';
import { createSegmenter } from './segmenter.ts';

const SHUTDOWN_MS = 15_000;
const BEAT_MS = 2_000;

/** Composition root of a worker process: config → adapters → handlers → run. */
export async function startWorker(
  source: NodeJS.ProcessEnv,
): Promise<{ lifecycle: Lifecycle; log: Log }> {
  const { env, home } = parseEnv(source);
  const log = createLog('worker', env.WEIMAI_LOG);
  if (!env.DATABASE_URL)
    throw new Error(
      'weimai worker needs DATABASE_URL (npm start brings its own store and workers).',
    );
  const onError = createThrottledError(log);
  const lifecycle = createLifecycle((name, phase, ms) =>
    log.debug({ part: name, ms: Math.round(ms) }, phase),
  );
  const url = env.DATABASE_URL;

  const db = await lifecycle.add(
    'store',
    () => createPool({ url, max: env.WEIMAI_CONCURRENCY + 4, name: 'worker', onError }),
    (pool) => pool.end(),
  );
  const store = createStore(db, createZone(env.WEIMAI_TZ), {
    zoneName: env.WEIMAI_TZ,
    keyFile: env.WEIMAI_KEY_FILE ?? path.join(home, 'secret.key'),
  });
  const queue = await lifecycle.add(
    'queue',
    () => createJobQueue(queueBackend(env, url), { onError }),
    (made) => made.close(),
  );

  const segmenter = createSegmenter(await readStopWords(), { log });
  const analysis = await createAnalysis({
    topics: store.topics,
    parts: await loadEngineParts(),
    segmenter,
  });
  const blocked = await createBlockList(db);
  const meter = createRateMeter(10_000);
  const crashPoint = crashPointFrom(source.WEIMAI_CRASH);
  const opinion = await lifecycle.add(
    'second-opinion',
    () => openSecondOpinion(env, log),
    (made) => made?.close(),
  );
  const improve =
    opinion &&
    ((posts: readonly AnalysedPost[]) =>
      opinion.improve(posts, (topic) => analysis.topics().get(topic)?.name));
  // Started below, after the work it looks at.
  let watcher: Watcher | undefined;

  await lifecycle.add(
    'analyse-posts',
    () =>
      queue.work(
        'analyse-posts',
        (batch, context) =>
          analysePosts(batch, context, {
            store,
            log,
            analyse: () => analysis.current(),
            isBlocked: (post) => blocked.blocks(post),
            improve,
            storeUnmatched: env.WEIMAI_STORE_UNMATCHED,
            onSaved: (_saved, posts) => {
              meter.add(posts);
              watcher?.wake();
            },
            crashPoint,
          }),
        { concurrency: env.WEIMAI_CONCURRENCY },
      ),
    (worker) => worker.close(),
  );

  const clock = await lifecycle.add(
    'clock',
    () => createStoreClock(db, onError),
    (made) => made.stop(),
  );
  const abort = new AbortController();
  const guard = createAddressGuard({ allow: env.WEIMAI_ALLOW_PRIVATE_WEBHOOKS });
  const baseUrl = env.WEIMAI_URL ?? '';
  await lifecycle.add(
    'notifications',
    () =>
      createSenderLoop({
        databaseUrl: url,
        onError,
        deps: {
          outbox: store.outbox,
          channels: store.channels,
          log,
          channelDeps: {
            fetch: createSafeFetch(guard),
            now: Date.now,
            signal: abort.signal,
            mailer: createMailer(guard),
          },
          baseUrl,
          now: Date.now,
          random: Math.random,
          crashPoint,
        },
      }),
    (loop) => {
      abort.abort();
      return loop.stop();
    },
  );
  watcher = await lifecycle.add(
    'watcher',
    () =>
      createWatcher({
        store,
        queue,
        clock,
        log,
        databaseUrl: url,
        announce: createAnnouncer({ store, clock, baseUrl }),
      }),
    (made) => made.stop(),
  );

  const rescore = createRescoreStore(db, { dayStart: store.zone.dayStart, history: store.history });
  await lifecycle.add(
    'rescore-topic',
    () =>
      queue.work('rescore-topic', (job, context) =>
        rescoreTopic(job, context, {
          rescore,
          topics: store.topics,
          analysis,
          segmenter,
          log,
          crashPoint,
          improve,
        }),
      ),
    (worker) => worker.close(),
  );
  await lifecycle.add(
    'retention',
    () =>
      startRetention({
        retention: createRetentionStore(db),
        settings: store.settings,
        log,
        now: Date.now,
      }),
    (made) => made.stop(),
  );

  await queue.repeat('report-tick', 60_000, {});
  await lifecycle.add(
    'report-tick',
    () =>
      queue.work('report-tick', async () => {
        await makeDueReports({ store, log, baseUrl, now: Date.now });
      }),
    (made) => made.close(),
  );
  await lifecycle.add(
    'feeds',
    () => createFeedRunner({ store, queue, guard, log, onError }),
    (runner) => runner.stop(),
  );

  const id = randomUUID();
  const startedAt = Date.now();
  const beat = async (): Promise<void> => {
    await store.workers.beat({
      id,
      host: os.hostname(),
      pid: process.pid,
      startedAt,
      postsPerSecond: meter.perSecond(),
      rssBytes: process.memoryUsage.rss(),
      version: version(),
    });
    if (opinion) await addOpinionCounts(db, opinion.takeCounts());
    await addSegmenterCounts(db, segmenter.takeCounts());
  };
  await beat();
  await lifecycle.add(
    'heartbeat',
    () => setInterval(() => void beat().catch(onError), BEAT_MS),
    async (timer) => {
      clearInterval(timer);
      await store.workers.leave(id);
    },
  );
  log.info({ pid: process.pid }, 'worker ready');
  return { lifecycle, log };
}

function queueBackend(env: Env, url: string) {
  return env.REDIS_URL
    ? ({ kind: 'redis', url: env.REDIS_URL } as const)
    : ({ kind: 'postgres', url } as const);
}

async function readStopWords(): Promise<ReadonlySet<string>> {
  const text = await readFile(path.join(projectRoot(), 'shared/series/stop-words.txt'), 'utf8');
  return new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
}

export async function main(): Promise<void> {
  try {
    const { lifecycle, log } = await startWorker(process.env);
    stopOnSignals(
      () => lifecycle.stop(),
      SHUTDOWN_MS,
      () => log.error('worker did not stop in time'),
    );
    // The parent's death closes the channel: a worker without its server must not stay behind as an orphan.
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.send?.('ready');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
