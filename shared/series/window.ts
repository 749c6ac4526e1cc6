import { type Bucket, DAY_MS, HOUR_MS, MINUTE_MS, emptyBucket, mergeBuckets } from './bucket.ts';

/** Widths a chart may use: the ladder people read without thinking. */
const STEPS_MS = [
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
] as const;

/** More points than this per series and a browser starts to stutter. */
export const MAX_POINTS = 600;

/** Smallest step of the ladder that draws [from, to) in at most `maxPoints` points; beyond it, whole weeks. */
export function chooseStep(from: number, to: number, maxPoints: number = MAX_POINTS): number {
  const fits = STEPS_MS.find((step) => countSteps(from, to, step) <= maxPoints);
  if (fits !== undefined) return fits;
  const week = 7 * DAY_MS;
  let weeks = Math.ceil((to - from) / week / maxPoints);
  while (countSteps(from, to, weeks * week) > maxPoints) weeks++;
  return weeks * week;
}

/**
 * Start of the step that holds `at`. Steps are counted from the epoch shifted by `offsetMs`, the zone's distance
 * from UTC: days of Shanghai start at 16:00Z, `offsetMs` = 8 h.
 */
export function stepStart(at: number, stepMs: number, offsetMs: number = 0): number {
  return Math.floor((at + offsetMs) / stepMs) * stepMs - offsetMs;
}

/** Number of aligned steps that touch [from, to). */
export function countSteps(from: number, to: number, stepMs: number): number {
  return to <= from ? 0 : Math.floor((to - 1) / stepMs) - Math.floor(from / stepMs) + 1;
}

/**
 * Buckets merged into wider steps, in order of time; empty steps stay absent. `authors` adds up (an upper bound):
 * where distinct people of the wide step matter, merge author sketches instead.
 */
export function rebucket(
  buckets: Iterable<Bucket>,
  stepMs: number,
  offsetMs: number = 0,
): Bucket[] {
  const steps = new Map<number, Bucket>();
  for (const bucket of buckets) {
    const at = stepStart(bucket.at, stepMs, offsetMs);
    const step = steps.get(at);
    steps.set(at, step === undefined ? { ...bucket, at } : mergeBuckets(step, bucket));
  }
  return [...steps.values()].sort((a, b) => a.at - b.at);
}

/** Sum of the buckets inside [from, to); `at` = from. */
export function sumBuckets(buckets: Iterable<Bucket>, from: number, to: number): Bucket {
  let sum = emptyBucket(from);
  for (const bucket of buckets) {
    if (bucket.at >= from && bucket.at < to) sum = mergeBuckets(sum, bucket);
  }
  return sum;
}

/**
 * Sums over the sliding window [end − windowMs, end) for every end = from + stepMs … to. `buckets` ascending.
 * O(buckets + steps): each bucket enters and leaves once, exactly, since all figures are integers.
 */
export function* slidingWindows(
  buckets: readonly Bucket[],
  span: { from: number; to: number; windowMs: number; stepMs?: number },
): Generator<Bucket> {
  const stepMs = span.stepMs ?? MINUTE_MS;
  const sum = emptyBucket(0);
  let entering = 0;
  let leaving = 0;
  for (let end = span.from + stepMs; end <= span.to; end += stepMs) {
    const start = end - span.windowMs;
    for (; entering < buckets.length && buckets[entering]!.at < end; entering++)
      add(sum, buckets[entering]!, 1);
    for (; leaving < entering && buckets[leaving]!.at < start; leaving++)
      add(sum, buckets[leaving]!, -1);
    yield { ...sum, at: start };
  }
}

function add(sum: Bucket, part: Bucket, sign: 1 | -1): void {
  sum.n += sign * part.n;
  sum.positive += sign * part.positive;
  sum.neutral += sign * part.neutral;
  sum.negative += sign * part.negative;
  sum.moodSum += sign * part.moodSum;
  sum.moodSq += sign * part.moodSq;
  sum.authors += sign * part.authors;
  sum.late += sign * part.late;
  sum.reposts += sign * part.reposts;
}
