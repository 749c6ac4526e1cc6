import { randomUUID } from 'node:crypto';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import type { Post } from '#shared/post/post.ts';
import { AppError } from '#shared/wire/errors.ts';

/**
 * Gathers accepted posts into batches and puts them into the queue. A caller's promise resolves only when the queue
 * holds its posts durably. When idle a batch leaves at once; while one is on its way, newcomers gather (group commit):
 * single-post requests are fast when alone and cheap in a crowd, without a timer.
 */
export interface Ingest {
  put(
    posts: Post[],
    options?: { importId?: string; receivedAt?: number; batchId?: string },
  ): Promise<void>;
  /** Throws `ingest/overloaded` while too many batches wait. Cheap: the queue is asked at most every 250 ms. */
  refuseWhenFull(): Promise<void>;
  /** Waits for room, at most `ms`; false when there is none by then. */
  waitForRoom(ms: number, signal?: AbortSignal): Promise<boolean>;
  /** Posts put since start. */
  readonly taken: number;
  drain(): Promise<void>;
}

const CHECK_MS = 250;
const RETRY_AFTER_SECONDS = 2;
/** Posts held in memory for batches on their way; beyond it we refuse rather than grow. */
const MAX_GATHERED = 20_000;

interface Waiting {
  posts: Post[];
  done: () => void;
  failed: (error: unknown) => void;
}

export function createIngest(deps: {
  queue: JobQueue;
  batchSize: number;
  maxWaiting: number;
  now?: () => number;
}): Ingest {
  const now = deps.now ?? Date.now;
  let gathered: Waiting[] = [];
  let gatheredPosts = 0;
  let sending: Promise<void> | undefined;
  let taken = 0;
  let checkedAt = 0;
  let full = false;

  const send = async (
    posts: Post[],
    extra: { importId?: string; receivedAt?: number; batchId?: string },
  ): Promise<void> => {
    for (let start = 0; start < posts.length; start += deps.batchSize) {
      // A given id names one batch: posts are then at most one batch long.
      const batchId = extra.batchId ?? randomUUID();
      try {
        await deps.queue.enqueue(
          'analyse-posts',
          {
            batchId,
            receivedAt: extra.receivedAt ?? now(),
            posts: posts.slice(start, start + deps.batchSize),
            ...(extra.importId === undefined ? {} : { importId: extra.importId }),
          },
          { jobId: batchId },
        );
      } catch (cause) {
        throw new AppError(
          'ingest/queue-unavailable',
          'The queue does not answer; nothing of this request is lost if you send it again.',
          { retryAfterSeconds: RETRY_AFTER_SECONDS, cause },
        );
      }
    }
    taken += posts.length;
  };

  const sendGathered = async (): Promise<void> => {
    while (gathered.length > 0) {
      const round = gathered;
      gathered = [];
      gatheredPosts = 0;
      try {
        await send(
          round.flatMap((waiting) => waiting.posts),
          {},
        );
        for (const waiting of round) waiting.done();
      } catch (error) {
        for (const waiting of round) waiting.failed(error);
      }
    }
  };

  const isFull = async (): Promise<boolean> => {
    if (now() - checkedAt > CHECK_MS) {
      checkedAt = now();
      const { waiting } = await deps.queue.stats('analyse-posts');
      full = waiting >= deps.maxWaiting;
    }
    return full;
  };

  return {
    async put(posts, options = {}) {
      if (posts.length === 0) return;
      if (
        options.importId !== undefined ||
        options.receivedAt !== undefined ||
        posts.length >= deps.batchSize
      )
        return send(posts, options);
      if (gatheredPosts + posts.length > MAX_GATHERED) {
        throw new AppError(
          'ingest/overloaded',
          'Too many posts at once; send them again shortly.',
          { retryAfterSeconds: RETRY_AFTER_SECONDS },
        );
      }
      gatheredPosts += posts.length;
      const promise = new Promise<void>((done, failed) => gathered.push({ posts, done, failed }));
      sending ??= sendGathered().finally(() => {
        sending = undefined;
      });
      return promise;
    },
    async refuseWhenFull() {
      let busy: boolean;
      try {
        busy = await isFull();
      } catch (cause) {
        throw new AppError('ingest/queue-unavailable', 'The queue does not answer.', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
          cause,
        });
      }
      if (busy)
        throw new AppError('ingest/overloaded', 'The workers are behind; send again shortly.', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
    },
    async waitForRoom(ms, signal) {
      const deadline = now() + ms;
      while (await isFull()) {
        if (now() > deadline || signal?.aborted) return false;
        await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
      }
      return true;
    },
    get taken() {
      return taken;
    },
    async drain() {
      await sending;
    },
  };
}
