import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bucket, DAY_MS, emptyBucket, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { fillGaps, findGaps, sourceGaps } from '#shared/series/gaps.ts';
import { MinuteTable } from '#shared/series/minutes.ts';
import {
  chooseStep,
  countSteps,
  rebucket,
  slidingWindows,
  stepStart,
  sumBuckets,
} from '#shared/series/window.ts';

const minute = (at: number, n: number): Bucket => ({
  ...emptyBucket(at * MINUTE_MS),
  n,
  negative: n,
  moodSum: -100 * n,
  moodSq: 10_000 * n,
});

describe('chooseStep', () => {
  test.each([
    [15 * MINUTE_MS, MINUTE_MS],
    [10 * HOUR_MS, MINUTE_MS],
    [12 * HOUR_MS, 2 * MINUTE_MS],
    [DAY_MS, 5 * MINUTE_MS],
    [7 * DAY_MS, 30 * MINUTE_MS],
    [30 * DAY_MS, 2 * HOUR_MS],
    [365 * DAY_MS, DAY_MS],
    [10 * 365 * DAY_MS, 7 * DAY_MS],
  ])('%d ms are drawn in steps of %d ms', (spanMs, step) => {
    const from = 1_700_000_000_000 - (1_700_000_000_000 % DAY_MS);
    expect(chooseStep(from, from + spanMs)).toBe(step);
  });
  test('never more points than asked for, aligned or not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 1, max: 40 * 365 * DAY_MS }),
        fc.integer({ min: 2, max: 600 }),
        (from, span, max) => {
          expect(
            countSteps(from, from + span, chooseStep(from, from + span, max)),
          ).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});

describe('rebucket and fillGaps', () => {
  test('merge minutes and show silence as empty steps', () => {
    const series = fillGaps([minute(1, 2), minute(3, 1), minute(12, 5)], {
      from: 0,
      to: 15 * MINUTE_MS,
      stepMs: 5 * MINUTE_MS,
    });
    expect(series.map((bucket) => [bucket.at / MINUTE_MS, bucket.n])).toEqual([
      [0, 3],
      [5, 0],
      [10, 5],
    ]);
  });
  test('days start at midnight of the zone', () => {
    const noonUtc = Date.UTC(2025, 0, 20, 17);
    expect(stepStart(noonUtc, DAY_MS, 8 * HOUR_MS)).toBe(Date.UTC(2025, 0, 20, 16));
    const days = rebucket([{ ...emptyBucket(noonUtc), n: 1 }], DAY_MS, 8 * HOUR_MS);
    expect(days[0]?.at).toBe(Date.UTC(2025, 0, 20, 16));
  });
  test('nothing outside the span is counted, nothing inside is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 50 }),
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 1, max: 150 }),
        fc.constantFrom(1, 2, 5, 15, 60),
        (ats, from, length, step) => {
          const buckets = ats.map((at) => minute(at, 1));
          const span = { from: from * MINUTE_MS, to: (from + length) * MINUTE_MS };
          const series = fillGaps(buckets, { ...span, stepMs: step * MINUTE_MS });
          expect(series.length).toBe(countSteps(span.from, span.to, step * MINUTE_MS));
          expect(series.reduce((sum, bucket) => sum + bucket.n, 0)).toBe(
            ats.filter((at) => at >= from && at < from + length).length,
          );
        },
      ),
    );
  });
});

test('sliding windows equal the sum of their buckets at every minute', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (ats, width) => {
        const buckets = ats.sort((a, b) => a - b).map((at) => minute(at, (at % 7) + 1));
        const span = { from: 20 * MINUTE_MS, to: 100 * MINUTE_MS, windowMs: width * MINUTE_MS };
        let end = span.from;
        for (const sum of slidingWindows(buckets, span)) {
          end += MINUTE_MS;
          expect(sum).toEqual(sumBuckets(buckets, end - span.windowMs, end));
        }
        expect(end).toBe(span.to);
      },
    ),
  );
});

test('findGaps names the silences, at the ends too', () => {
  expect(findGaps([10, 12, 30], { from: 0, to: 50, longestMs: 9 })).toEqual([
    { from: 0, to: 10 },
    { from: 12, to: 30 },
    { from: 30, to: 50 },
  ]);
});

describe('sourceGaps', () => {
  const source = (days: number, speaks: (minute: number) => boolean) => {
    const buckets: Bucket[] = [];
    for (let at = 0; at < days * 1440; at++) if (speaks(at)) buckets.push(minute(at, 2));
    return new MinuteTable(buckets, 0, days * DAY_MS);
  };
  const isNight = (at: number) => at % 1440 < 360;

  test('an outage by day is found, its ends exact', () => {
    const table = source(3, (at) => at % 2 === 0 && !(at >= 3600 && at < 3700));
    expect(sourceGaps(table, 2 * DAY_MS, 3 * DAY_MS)).toEqual([
      { from: 3599 * MINUTE_MS, to: 3700 * MINUTE_MS },
    ]);
  });
  test('a night as quiet as the nights before is none', () => {
    const table = source(3, (at) => !isNight(at) && at % 2 === 0);
    expect(sourceGaps(table, 2 * DAY_MS, 3 * DAY_MS)).toEqual([]);
  });
  test('a source that speaks seldom has long gaps by nature', () => {
    const table = source(3, (at) => at % 30 === 0);
    expect(sourceGaps(table, 2 * DAY_MS, 3 * DAY_MS)).toEqual([]);
  });
  test('an outage that still lasts reaches to the end', () => {
    const table = source(3, (at) => at < 4200);
    expect(sourceGaps(table, 2 * DAY_MS, 3 * DAY_MS)).toEqual([
      { from: 4200 * MINUTE_MS, to: 3 * DAY_MS },
    ]);
  });
  test('a source never heard of has no gaps', () => {
    expect(
      sourceGaps(
        source(1, () => false),
        0,
        DAY_MS,
      ),
    ).toEqual([]);
  });
});
