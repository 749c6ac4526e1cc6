import type { ParsedPost, Post } from '#shared/post/post.ts';
import { backoffMs, sleep } from './backoff.ts';
import type { FeedBatch } from './feed.ts';

/**
 * Between a stream and the queue: collects what arrives, hands it over in batches, one batch at a time, and repeats a
 * batch until it is taken. So everything before a batch's cursor has been taken when the batch is, and the cursor only
 * ever moves over a finished head. A full delivery asks its stream to pause.
 */
export interface Delivery {
  /** `parsed` undefined: nothing of ours at this position, which only moves the cursor. */
  add(item: { parsed?: ParsedPost; raw?: string; cursor: unknown }): void;
  /** Resolves when there is room; at once if there is. */
  room(): Promise<void>;
  readonly isFull: boolean;
  /** The last attempt to hand over failed. */
  readonly isStuck: boolean;
  /** Hands over what is left (one try each) and ends. */
  close(): Promise<void>;
}

export interface DeliveryOptions {
  take(batch: FeedBatch): Promise<void>;
  onFailure(error: unknown): void;
  random(): number;
  maxBatch?: number;
  /** Longest a post waits for company. */
  flushMs?: number;
  /** Items waiting before the stream is asked to pause. */
  maxWaiting?: number;
  /** A cursor that moved over nothing of ours is handed over at this pace. */
  idleFlushMs?: number;
}

interface Item {
  parsed: ParsedPost;
  raw: string;
  cursor: unknown;
}

const RAW_MAX_LENGTH = 20_000;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { maxBatch = 200, flushMs = 500, maxWaiting = 2000, idleFlushMs = 30_000 } = options;
  const stopping = new AbortController();
  let waiting: Item[] = [];
  let newest: unknown;
  let hasMoved = false;
  let wake: (() => void) | undefined;
  let freed: (() => void)[] = [];
  let isStuck = false;
  const running = run();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (waiting.length === 0) await sleepUntilWoken(idleFlushMs);
      if (waiting.length > 0 && waiting.length < maxBatch) await sleep(flushMs, stopping.signal);
      if (waiting.length > 0 || hasMoved) await handOver();
    }
  }

  async function handOver(): Promise<boolean> {
    const items = waiting.slice(0, maxBatch);
    const isAll = items.length === waiting.length;
    const batch = batchOf(items, isAll ? newest : items.at(-1)?.cursor);
    if (isAll) hasMoved = false;
    for (let failures = 1; ; failures += 1) {
      try {
        await options.take(batch);
        isStuck = false;
        break;
      } catch (error) {
        isStuck = true;
        options.onFailure(error);
        const pause = { baseMs: 1000, capMs: 30_000, random: options.random() };
        if (stopping.signal.aborted) return false;
        if ((await sleep(backoffMs(failures, pause), stopping.signal)) === 'stopped') {
          if (isAll) hasMoved = true;
          return false;
        }
      }
    }
    waiting = waiting.slice(items.length);
    if (waiting.length < maxWaiting) {
      for (const go of freed) go();
      freed = [];
    }
    return true;
  }

  function sleepUntilWoken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
      wake = done;
    });
  }

  return {
    add({ parsed, raw = '', cursor }) {
      newest = cursor;
      hasMoved = true;
      if (parsed === undefined) return;
      waiting.push({ parsed, raw: raw.slice(0, RAW_MAX_LENGTH), cursor });
      wake?.();
    },
    room() {
      if (waiting.length < maxWaiting) return Promise.resolve();
      return new Promise((resolve) => freed.push(resolve));
    },
    get isFull() {
      return waiting.length >= maxWaiting;
    },
    get isStuck() {
      return isStuck;
    },
    async close() {
      stopping.abort();
      wake?.();
      for (const go of freed) go();
      await running;
      let taken = true;
      while (taken && (waiting.length > 0 || hasMoved)) taken = await handOver();
    },
  };
}

function batchOf(items: readonly Item[], cursor: unknown): FeedBatch {
  const posts: Post[] = [];
  const rejected: FeedBatch['rejected'] = [];
  for (const { parsed, raw } of items) {
    if (parsed.ok) posts.push(parsed.post);
    else rejected.push({ rejection: parsed.rejection, raw });
  }
  return { posts, rejected, cursor };
}
