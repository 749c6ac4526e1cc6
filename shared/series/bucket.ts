/**
 * Stored aggregate of one topic in one minute of post time. All figures are integers, so that any order of
 * arrival and any split into batches gives the same bucket to the last digit.
 */
export interface Bucket {
  /** Epoch ms of the minute's start (UTC). */
  at: number;
  /** Mentions. */
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  /** Sum of scores in thousandths. */
  moodSum: number;
  /** Sum of squared scores in millionths. */
  moodSq: number;
  /** Distinct authors: exact up to 200, within about 3 % above (see authors.ts). */
  authors: number;
  /** Mentions that arrived more than 10 minutes after their own time. */
  late: number;
  /** Bare reposts among n. */
  reposts: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** A mention counts as late when it arrives this long after its own time. */
export const LATE_AFTER_MS = 10 * MINUTE_MS;

/** Scores are stored in thousandths: 0.4567 → 457. */
export function toMilli(score: number): number {
  return Math.round(score * 1000);
}

export function emptyBucket(at: number): Bucket {
  return {
    at,
    n: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    moodSum: 0,
    moodSq: 0,
    authors: 0,
    late: 0,
    reposts: 0,
  };
}

/**
 * Sum of two buckets of the same topic; `at` is the first one's. `authors` adds up, which over-counts people
 * who wrote in both: use author sketches (authors.ts) where distinct authors of a longer span matter.
 */
export function mergeBuckets(a: Bucket, b: Bucket): Bucket {
  return {
    at: a.at,
    n: a.n + b.n,
    positive: a.positive + b.positive,
    neutral: a.neutral + b.neutral,
    negative: a.negative + b.negative,
    moodSum: a.moodSum + b.moodSum,
    moodSq: a.moodSq + b.moodSq,
    authors: a.authors + b.authors,
    late: a.late + b.late,
    reposts: a.reposts + b.reposts,
  };
}

/** Plain mean score in [-1, 1]; null for an empty bucket. */
export function meanMood(bucket: Pick<Bucket, 'n' | 'moodSum'>): number | null {
  return bucket.n === 0 ? null : bucket.moodSum / bucket.n / 1000;
}
