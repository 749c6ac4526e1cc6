import type { Db } from '#shared/node/postgres/pool.ts';
import { readTopicMinutes } from '#shared/node/store/rule-series.ts';
import { MINUTE_MS, type Bucket } from '#shared/series/bucket.ts';

/** Minutes before the newest that may still change (late posts, corrections) and are read again each time. */
const TAIL_MS = 30 * MINUTE_MS;
const FULL_EVERY_MS = 10 * MINUTE_MS;

/**
 * Minute buckets of topics in memory, so that judging a rule every few seconds does not read a week each time.
 * The tail is read again on every use, the whole every ten minutes of wall time.
 */
export interface MinuteCache {
  read(topicKey: number, from: number, to: number): Promise<Bucket[]>;
  forget(topicKey: number): void;
}

export function createMinuteCache(db: Db): MinuteCache {
  const entries = new Map<
    number,
    { from: number; to: number; loadedAt: number; buckets: Bucket[] }
  >();
  return {
    async read(topicKey, from, to) {
      const entry = entries.get(topicKey);
      if (
        !entry ||
        entry.from > from ||
        entry.to > to + TAIL_MS ||
        Date.now() - entry.loadedAt > FULL_EVERY_MS
      ) {
        const buckets = await readTopicMinutes(db, topicKey, { from, to, lateToo: false });
        entries.set(topicKey, { from, to, loadedAt: Date.now(), buckets });
        return buckets;
      }
      const tail = Math.max(from, Math.min(entry.to, to) - TAIL_MS);
      const fresh = await readTopicMinutes(db, topicKey, { from: tail, to, lateToo: false });
      entry.buckets = [
        ...entry.buckets.filter((bucket) => bucket.at < tail && bucket.at >= from),
        ...fresh,
      ];
      entry.from = from;
      entry.to = to;
      return entry.buckets;
    },
    forget: (topicKey) => void entries.delete(topicKey),
  };
}
