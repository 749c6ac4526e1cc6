import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, emptyBucket } from '#shared/series/bucket.ts';
import { moodIndex } from '#shared/series/mood-index.ts';
import type { BucketTick } from '#shared/wire/live.ts';
import {
  applyBase,
  applySnapshot,
  applyTicks,
  createSeriesStore,
  dropMinutesBefore,
  forgetMinutes,
  hasStale,
  pointsOf,
  readPoints,
  totalsOf,
  trailing,
} from '../../../web/src/state/series-store.ts';

const START = Date.UTC(2025, 0, 27, 12);
const minute = (index: number) => START + index * MINUTE_MS;

/** Scores of n mentions with their sums, as the store would keep them. */
const scores = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
function tickOf(at: number, milli: readonly number[], topic = 'deepseek'): BucketTick {
  return {
    topic,
    at,
    n: milli.length,
    positive: milli.filter((score) => score > 200).length,
    neutral: milli.filter((score) => Math.abs(score) <= 200).length,
    negative: milli.filter((score) => score < -200).length,
    moodSum: milli.reduce((sum, score) => sum + score, 0),
    moodSq: milli.reduce((sum, score) => sum + score * score, 0),
    authors: milli.length,
  };
}
/** Growing totals of a few minutes, each under the number of its commit. */
const commits = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 9 }), scores), { minLength: 1, maxLength: 30 })
  .map((list) => {
    const held = new Map<number, number[]>();
    return list.map(([at, more], index) => {
      const all = [...(held.get(at) ?? []), ...more];
      held.set(at, all);
      return { seq: index + 1, tick: tickOf(minute(at), all) };
    });
  });

function stateAfter(events: readonly { seq: number; tick: BucketTick }[]) {
  const store = createSeriesStore();
  applySnapshot(store, { seq: 0, topics: ['deepseek'], buckets: [], now: START });
  for (const { seq, tick } of events) applyTicks(store, [tick], seq);
  return pointsOf(store, 'deepseek', START, minute(10));
}

describe('ticks', () => {
  it('end in the same state in any order, repeated any number of times', () => {
    fc.assert(
      fc.property(
        commits.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
          ),
        ),
        ([inOrder, anyOrder]) => {
          expect(stateAfter(anyOrder)).toEqual(stateAfter(inOrder));
        },
      ),
    );
  });

  it('an older commit never overwrites a newer one', () => {
    const store = createSeriesStore();
    applySnapshot(store, { seq: 0, topics: ['deepseek'], buckets: [], now: START });
    applyTicks(store, [tickOf(START, [500, 500, 500])], 9);
    applyTicks(store, [tickOf(START, [500])], 3);
    expect(pointsOf(store, 'deepseek', START, minute(1))[0]?.n).toBe(3);
  });

  it('silence after the snapshot is known silence: n = 0 and no mood, not zero mood', () => {
    const [point] = stateAfter([]);
    expect(point).toMatchObject({ n: 0, mood: null, low: null });
  });

  it('give the very index that the server computes', () => {
    fc.assert(
      fc.property(scores, (milli) => {
        const tick = tickOf(START, milli);
        const [point] = stateAfter([{ seq: 1, tick }]);
        expect(point?.mood).toBe(moodIndex(tick, 0).mood);
      }),
    );
  });
});

describe('base and minutes', () => {
  const series = (stepSeconds: number, points: { at: number; n: number; mood: number }[]) => ({
    from: new Date(START).toISOString(),
    to: new Date(minute(60)).toISOString(),
    stepSeconds,
    seq: 1,
    topics: [
      {
        topic: 'deepseek',
        prior: 0.1,
        points: points.map((point) => ({
          at: new Date(point.at).toISOString(),
          n: point.n,
          positive: point.n,
          neutral: 0,
          negative: 0,
          mood: point.mood,
          moodLow: point.mood - 5,
          moodHigh: point.mood + 5,
          authors: point.n,
        })),
      },
    ],
  });

  it('a step is drawn from minutes only where every minute of it is known', () => {
    const store = createSeriesStore(5 * MINUTE_MS);
    applyBase(store, series(300, [{ at: START, n: 100, mood: 20 }]));
    applySnapshot(store, {
      seq: 5,
      topics: ['deepseek'],
      buckets: [tickOf(minute(3), [400]), tickOf(minute(6), [400, 400])],
      now: minute(8),
    });
    const [first, second] = pointsOf(store, 'deepseek', START, minute(10));
    expect(first?.n).toBe(100);
    expect(second?.n).toBe(2);
  });

  it('a late post behind the cover marks its step for reloading, and the reload clears it', () => {
    const store = createSeriesStore(5 * MINUTE_MS);
    applyBase(store, series(300, [{ at: START, n: 100, mood: 20 }]));
    applySnapshot(store, { seq: 5, topics: ['deepseek'], buckets: [], now: minute(30) });
    expect(hasStale(store, START, minute(60))).toBe(false);
    applyTicks(store, [tickOf(minute(2), [-900])], 6);
    expect(hasStale(store, START, minute(60))).toBe(true);
    applyBase(store, series(300, [{ at: START, n: 101, mood: 19 }]));
    expect(hasStale(store, START, minute(60))).toBe(false);
    expect(pointsOf(store, 'deepseek', START, minute(5))[0]?.n).toBe(101);
  });

  it('dropping old minutes changes nothing that is drawn after them', () => {
    const store = createSeriesStore();
    applySnapshot(store, {
      seq: 1,
      topics: ['deepseek'],
      buckets: [0, 1, 2, 3].map((index) => tickOf(minute(index), [100 * index, 300])),
      now: minute(4),
    });
    const before = pointsOf(store, 'deepseek', minute(2), minute(4));
    dropMinutesBefore(store, minute(2));
    expect(pointsOf(store, 'deepseek', minute(2), minute(4))).toEqual(before);
    forgetMinutes(store, 'deepseek');
    expect(pointsOf(store, 'deepseek', minute(2), minute(4)).every((point) => point.n === 0)).toBe(
      true,
    );
  });
});

describe('windows over several steps', () => {
  it('the sums behind a shrunk index come back out of it, to its one decimal', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (milli, prior) => {
        const tick = tickOf(START, milli);
        const index = moodIndex(tick, prior);
        const round = (value: number) => Math.round(value * 10) / 10;
        const [point] = readPoints(
          [
            {
              at: new Date(START).toISOString(),
              n: tick.n,
              positive: tick.positive,
              neutral: tick.neutral,
              negative: tick.negative,
              mood: round(index.mood),
              moodLow: round(index.low),
              moodHigh: round(index.high),
              authors: tick.n,
            },
          ],
          prior,
        );
        expect(totalsOf([point!], prior).mood).toBeCloseTo(index.mood, 0);
      }),
    );
  });

  it('each point of a trailing window counts exactly the steps that end with it', () => {
    fc.assert(
      fc.property(fc.array(scores, { minLength: 20, maxLength: 40 }), (steps) => {
        const store = createSeriesStore();
        const buckets = steps.map((milli, index) => tickOf(minute(index), milli));
        applySnapshot(store, { seq: 1, topics: ['deepseek'], buckets, now: minute(40) });
        const points = pointsOf(store, 'deepseek', START, minute(steps.length));
        const windows = trailing(points, { windowMs: 15 * MINUTE_MS, stepMs: MINUTE_MS }, 0);
        expect(windows).toHaveLength(steps.length - 14);
        for (const [index, window] of windows.entries()) {
          const part = buckets.slice(index, index + 15);
          expect(window.at).toBe(minute(index + 14));
          expect(window.n).toBe(part.reduce((sum, tick) => sum + tick.n, 0));
          const sum = part.reduce((all, tick) => all + tick.moodSum, 0);
          const squares = part.reduce((all, tick) => all + tick.moodSq, 0);
          const expected = moodIndex(
            { ...emptyBucket(0), n: window.n, moodSum: sum, moodSq: squares },
            0,
          );
          expect(window.mood).toBeCloseTo(expected.mood, 9);
          expect(window.low).toBeCloseTo(expected.low, 9);
        }
      }),
    );
  });
});
