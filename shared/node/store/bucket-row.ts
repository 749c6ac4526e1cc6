import type { BucketTick } from '../../wire/live.ts';

/** Figures of a bucket as every reader selects them ({@link BUCKET_COLUMNS}). */
export interface BucketRow {
  at: number;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  mood_sum: number;
  mood_sq: number;
  author_count: number;
}

export const BUCKET_COLUMNS = 'at, n, positive, neutral, negative, mood_sum, mood_sq, author_count';

/** A stored minute as the browser gets it. */
export function toTick(row: BucketRow, topic: string): BucketTick {
  return {
    topic,
    at: row.at,
    n: row.n,
    positive: row.positive,
    neutral: row.neutral,
    negative: row.negative,
    moodSum: row.mood_sum,
    moodSq: row.mood_sq,
    authors: row.author_count,
  };
}
