import { type Bucket, emptyBucket } from './bucket.ts';
import { rebucket, stepStart } from './window.ts';

/**
 * Every step that touches [from, to), in order: buckets merged to `stepMs`, silence as empty buckets. What a chart
 * draws. The first and last step may reach beyond the span; only buckets inside [from, to) are counted.
 */
export function fillGaps(
  buckets: Iterable<Bucket>,
  span: { from: number; to: number; stepMs: number; offsetMs?: number },
): Bucket[] {
  const { from, to, stepMs, offsetMs = 0 } = span;
  const inside: Bucket[] = [];
  for (const bucket of buckets) {
    if (bucket.at >= from && bucket.at < to) inside.push(bucket);
  }
  const found = new Map(rebucket(inside, stepMs, offsetMs).map((bucket) => [bucket.at, bucket]));
  const series: Bucket[] = [];
  for (let at = stepStart(from, stepMs, offsetMs); at < to; at += stepMs) {
    series.push(found.get(at) ?? emptyBucket(at));
  }
  return series;
}

/** Parts of [from, to) longer than `longestMs` without a sign of life at any of `instants` (ascending). */
export function findGaps(
  instants: readonly number[],
  span: { from: number; to: number; longestMs: number },
): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = [];
  let last = span.from;
  for (const at of [...instants.filter((at) => at >= span.from && at < span.to), span.to]) {
    if (at - last > span.longestMs) gaps.push({ from: last, to: at });
    last = at;
  }
  return gaps;
}
