import { randomUUID } from 'node:crypto';
import type { AddressGuard } from '#shared/node/http/address-guard.ts';
import { createSafeFetch, createSafeStream } from '#shared/node/http/safe-fetch.ts';
import type { Log } from '#shared/node/log.ts';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import type { StoredFeed } from '#shared/node/store/feeds.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { RunningFeed } from './feed.ts';
import { startFeed } from './index.ts';

/**
 * Runs the subscriptions of the store: each by one worker at a time under a lease, started, changed and stopped as
 * people edit them. A delivery is taken when the queue holds its posts; only then is its cursor stored.
 */
const LOOK_EVERY_MS = 3_000;
const LEASE_MS = 15_000;
const MAX_WAITING = 200;

export function createFeedRunner(deps: {
  store: Store;
  queue: JobQueue;
  guard: AddressGuard;
  log: Log;
  onError: (error: Error) => void;
}): { stop(): Promise<void> } {
  const worker = randomUUID();
  const running = new Map<string, { feed: RunningFeed; config: string }>();
  let stopped = false;
  let looking: Promise<void> | undefined;

  const start = (stored: StoredFeed): RunningFeed => {
    let posts = stored.status.posts;
    return startFeed(
      { id: stored.id, ...stored.config },
      {
        fetch: createSafeFetch(deps.guard),
        stream: createSafeStream(deps.guard),
        guard: deps.guard,
        cursor: stored.cursor,
        now: Date.now,
        random: Math.random,
        onPosts: async (batch) => {
          while (!stopped && (await deps.queue.stats('analyse-posts')).waiting > MAX_WAITING)
            await new Promise((resolve) => setTimeout(resolve, 500));
          for (let from = 0; from < batch.posts.length; from += 500) {
            await deps.queue.enqueue('analyse-posts', {
              batchId: randomUUID(),
              receivedAt: Date.now(),
              posts: batch.posts.slice(from, from + 500),
            });
          }
          await deps.store.deadLetters.add(
            batch.rejected.map(({ rejection, raw }) => ({
              source: 'feed',
              reason: rejection.code,
              message: rejection.message,
              raw,
              ...(rejection.field === undefined ? {} : { field: rejection.field }),
            })),
          );
          posts += batch.posts.length;
          const { status } = await deps.store.feeds.get(stored.id);
          await deps.store.feeds.save(stored.id, {
            cursor: batch.cursor,
            status: { ...status, posts },
          });
        },
        onStatus: (status) => {
          deps.store.feeds
            .save(stored.id, {
              status: {
                lastAt: status.lastAt,
                lagMs: status.lagMs,
                failures: status.failures,
                notModified: status.notModified,
                posts,
                lastError: status.lastError,
              },
            })
            .catch(deps.onError);
        },
      },
    );
  };

  const look = async (): Promise<void> => {
    const feeds = await deps.store.feeds.list();
    for (const [id, entry] of running) {
      const stored = feeds.find((feed) => feed.id === id);
      const keeps =
        stored?.config.enabled &&
        JSON.stringify(stored.config) === entry.config &&
        (await deps.store.feeds.claim(id, worker, Date.now(), LEASE_MS));
      if (keeps) continue;
      running.delete(id);
      await entry.feed.stop();
    }
    for (const stored of feeds) {
      if (stopped || running.has(stored.id) || !stored.config.enabled) continue;
      if (await deps.store.feeds.claim(stored.id, worker, Date.now(), LEASE_MS))
        running.set(stored.id, { feed: start(stored), config: JSON.stringify(stored.config) });
    }
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch(deps.onError)
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
      await Promise.all([...running.values()].map(({ feed }) => feed.stop()));
    },
  };
}
