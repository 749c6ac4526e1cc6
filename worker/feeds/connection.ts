import type { Post } from '#shared/post/post.ts';
import { backoffMs, sleep } from './backoff.ts';
import type { FeedDeps } from './feed.ts';
import type { FeedEvent } from './status.ts';

/** Connects again for ever, waiting longer after each failure in a row. */
export async function stayConnected(options: {
  connect(): Promise<void>;
  deps: Pick<FeedDeps, 'random'>;
  report(event: FeedEvent): void;
  failures(): number;
  stopping: AbortController;
}): Promise<void> {
  const { signal } = options.stopping;
  while (!signal.aborted) {
    try {
      await options.connect();
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      options.report({ kind: 'failed', error: message });
    }
    const random = options.deps.random();
    await sleep(backoffMs(options.failures(), { baseMs: 1000, capMs: 300_000, random }), signal);
  }
}

/** Calls `over` when `touch` was not called for `ms`. */
export function watch(
  ms: number,
  over: () => void,
): { touch(): void; stop(): void; readonly isOver: boolean } {
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    over();
  }, ms);
  return {
    touch: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
    get isOver() {
      return isOver;
    },
  };
}

/** What a delivery of posts says about the feed. */
export function received(posts: readonly Post[], now: number): FeedEvent {
  const newestAt = Math.max(...posts.map(({ createdAt }) => createdAt));
  return { kind: 'received', now, posts: posts.length, newestAt };
}
