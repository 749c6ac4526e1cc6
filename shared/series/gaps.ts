import { median } from './baseline.ts';
import { type Bucket, DAY_MS, emptyBucket, MINUTE_MS } from './bucket.ts';
import type { MinuteTable } from './minutes.ts';
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

/** Silence of a source shorter than this is never an outage. */
const LEAST_OUTAGE_MS = 10 * MINUTE_MS;
const MEDIAN_GAPS = 5;
/** Posts per minute a source must be expected to bring: a quiet night is no outage. */
const LEAST_EXPECTED_RATE = 0.2;

/**
 * Stretches of [from, to) in which a source should have brought posts and brought none: longer than 10 minutes and
 * than 5 of its median gaps, while the same clock time on the days before (where the table has none: the table as a
 * whole) saw 0.2 posts a minute or more. `minutes` = all posts of the source.
 */
export function sourceGaps(
  minutes: MinuteTable,
  from: number,
  to: number,
): { from: number; to: number }[] {
  const alive: number[] = [];
  for (let at = minutes.from; at < Math.min(to, minutes.to); at += MINUTE_MS) {
    if (minutes.count(at) > 0) alive.push(at);
  }
  if (alive.length < 2) return [];
  const usual = median(alive.slice(1).map((at, i) => at - alive[i]!));
  const longestMs = Math.max(LEAST_OUTAGE_MS, MEDIAN_GAPS * usual);
  const whole = minutes.sum(minutes.from, minutes.to).n / ((minutes.to - minutes.from) / MINUTE_MS);
  return (
    findGaps(alive, { from: alive[0]!, to, longestMs })
      // A gap begins when the last minute with a post is over.
      .map((gap) => ({ from: Math.max(from, gap.from + MINUTE_MS), to: gap.to }))
      .filter(
        (gap) =>
          gap.to > gap.from && (rateOnDaysBefore(minutes, gap) ?? whole) >= LEAST_EXPECTED_RATE,
      )
  );
}

/** Posts per minute at the same clock time of up to 7 days before; null where the table does not reach back a day. */
function rateOnDaysBefore(minutes: MinuteTable, gap: { from: number; to: number }): number | null {
  let posts = 0;
  let days = 0;
  for (let day = 1; day <= 7 && gap.from - day * DAY_MS >= minutes.from; day++) {
    posts += minutes.sum(gap.from - day * DAY_MS, gap.to - day * DAY_MS).n;
    days++;
  }
  return days === 0 ? null : posts / days / ((gap.to - gap.from) / MINUTE_MS);
}
