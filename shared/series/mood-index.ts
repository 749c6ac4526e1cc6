import type { Bucket } from './bucket.ts';

/** Sums of the mentions of any span; a {@link Bucket} is one. */
export type MoodSums = Pick<Bucket, 'n' | 'moodSum' | 'moodSq'>;
type Counts = Pick<Bucket, 'positive' | 'neutral' | 'negative'>;

/** Pseudo-posts of the prior: measured best of 0, 10 and 20 (spec/mood-and-spikes.md section 1). */
export const PRIOR_POSTS = 20;
/** Two-sided 90 % of the normal distribution. */
export const Z90 = 1.645;
/** Two-sided 95 %. */
export const Z95 = 1.96;
/** Below this many mentions the line is drawn grey and dashed. */
export const FEW_POSTS = 5;
/** Scores never agree better than this, however few they are. */
const LEAST_VARIANCE = 0.05;
/** A day with fewer mentions says too little: the week is asked instead. */
const PRIOR_DAY_POSTS = 50;

export interface MoodIndex {
  /** −100…100. */
  mood: number;
  /** 90 % band. */
  low: number;
  high: number;
}

export interface Interval {
  low: number;
  high: number;
}

/**
 * Mood index of a window: the mean score pulled toward the topic's usual mood `m0` (score units, −1…1) by
 * {@link PRIOR_POSTS} pseudo-posts. 2 negative posts at 03:00 move it by a few points, 200 decide it alone.
 */
export function moodIndex(sums: MoodSums, m0: number): MoodIndex {
  const weight = sums.n + PRIOR_POSTS;
  const mood = (100 * (sums.moodSum / 1000 + PRIOR_POSTS * m0)) / weight;
  const half = Z90 * 100 * Math.sqrt(scoreVariance(sums) / weight);
  return { mood, low: Math.max(-100, mood - half), high: Math.min(100, mood + half) };
}

/**
 * The prior mean m0 of a topic: the last 24 h, or the last 7 days where that day has fewer than 50 mentions, or 0.
 * Leave the judged window out of both: a long crisis must not drag its own prior.
 */
export function priorMood(day: MoodSums, week: MoodSums): number {
  if (day.n >= PRIOR_DAY_POSTS) return day.moodSum / day.n / 1000;
  return week.n >= PRIOR_DAY_POSTS ? week.moodSum / week.n / 1000 : 0;
}

/** Sample variance of the scores in score units, at least 0.05. */
export function scoreVariance(sums: MoodSums): number {
  if (sums.n < 2) return LEAST_VARIANCE;
  const sum = sums.moodSum / 1000;
  const sample = (sums.moodSq / 1e6 - (sum * sum) / sums.n) / (sums.n - 1);
  return Math.max(LEAST_VARIANCE, sample);
}

/** Net sentiment rate (P − N)/(P + N), −1…1; null when nobody takes a side (never 0). */
export function netSentiment(counts: Pick<Counts, 'positive' | 'negative'>): number | null {
  const sides = counts.positive + counts.negative;
  return sides === 0 ? null : (counts.positive - counts.negative) / sides;
}

/** Share of negative mentions among all, 0…1; null when there are none. */
export function negativeShare(counts: Counts): number | null {
  const all = counts.positive + counts.neutral + counts.negative;
  return all === 0 ? null : counts.negative / all;
}

/** Wilson score interval of `hits` in `n`; [0, 1] for n = 0. 8 of 10 → [0.540769, 0.931448]. */
export function wilson(hits: number, n: number, z: number = Z90): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const share = hits / n;
  const square = z * z;
  const centre = share + square / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  const scale = 1 + square / n;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

export interface MoodComparison extends Interval {
  /** Points of plain mood (100 × mean score): after − before. */
  difference: number;
  before: { mood: number; n: number };
  after: { mood: number; n: number };
  /** Difference in standard errors. */
  z: number;
}

/**
 * Before/after test of an event note: difference of plain means in points with its 95 % interval (Welch, normal
 * quantile); null when a side is empty. Unshrunk on purpose: a prior would pull both sides together.
 */
export function compareMood(before: MoodSums, after: MoodSums): MoodComparison | null {
  if (before.n === 0 || after.n === 0) return null;
  const was = before.moodSum / before.n / 10;
  const is = after.moodSum / after.n / 10;
  const error = 100 * Math.sqrt(scoreVariance(before) / before.n + scoreVariance(after) / after.n);
  const difference = is - was;
  return {
    difference,
    low: difference - Z95 * error,
    high: difference + Z95 * error,
    before: { mood: was, n: before.n },
    after: { mood: is, n: after.n },
    z: difference / error,
  };
}
