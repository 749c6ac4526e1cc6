import { describe, expect, test } from 'vitest';
import {
  compareMood,
  moodIndex,
  negativeShare,
  netSentiment,
  priorMood,
  scoreVariance,
  wilson,
} from '#shared/series/mood-index.ts';

const sums = (scores: readonly number[]) => ({
  n: scores.length,
  moodSum: scores.reduce((sum, score) => sum + Math.round(score * 1000), 0),
  moodSq: scores.reduce((sum, score) => sum + Math.round(score * 1000) ** 2, 0),
});
const repeat = (score: number, n: number) => sums(Array.from({ length: n }, () => score));

describe('moodIndex', () => {
  test('an empty window shows the prior', () => {
    expect(moodIndex(sums([]), 0.1).mood).toBeCloseTo(10, 10);
  });
  test('two angry posts hardly move it, two hundred decide it', () => {
    expect(moodIndex(repeat(-1, 2), 0.1).mood).toBeCloseTo((100 * (-2 + 2)) / 22, 10);
    expect(moodIndex(repeat(-1, 200), 0.1).mood).toBeCloseTo((100 * (-200 + 2)) / 220, 10);
  });
  test('band of unanimous posts uses the least variance', () => {
    const index = moodIndex(repeat(0.5, 80), 0);
    expect(index.mood).toBeCloseTo(40, 10);
    expect(index.high - index.mood).toBeCloseTo(1.645 * 100 * Math.sqrt(0.05 / 100), 10);
    expect(index.mood - index.low).toBeCloseTo(index.high - index.mood, 10);
  });
  test('stays within −100…100', () => {
    const index = moodIndex(repeat(1, 10_000), 1);
    expect(index.high).toBe(100);
    expect(moodIndex(repeat(-1, 3), -1).low).toBe(-100);
  });
  test('variance is the sample variance', () => {
    expect(scoreVariance(sums([1, -1, 1, -1]))).toBeCloseTo(4 / 3, 10);
    expect(scoreVariance(sums([0.3]))).toBe(0.05);
  });
});

describe('priorMood', () => {
  test.each([
    ['a day of 50 posts decides', repeat(0.2, 50), repeat(-0.4, 900), 0.2],
    ['a thin day gives way to the week', repeat(0.2, 49), repeat(-0.4, 50), -0.4],
    ['nothing known is neutral', repeat(0.2, 5), repeat(0.2, 5), 0],
  ])('%s', (_name, day, week, prior) => {
    expect(priorMood(day, week)).toBeCloseTo(prior, 10);
  });
});

describe('shares', () => {
  test('NSR leaves neutrals out and is null without sides', () => {
    expect(netSentiment({ positive: 3, negative: 1 })).toBe(0.5);
    expect(netSentiment({ positive: 0, negative: 0 })).toBeNull();
  });
  test('negative share counts neutrals', () => {
    expect(negativeShare({ positive: 3, neutral: 6, negative: 1 })).toBe(0.1);
    expect(negativeShare({ positive: 0, neutral: 0, negative: 0 })).toBeNull();
  });
  test.each([
    [8, 10, 0.540769, 0.931448],
    [3, 3, 0.52576, 1],
  ])('wilson(%d of %d) is the vector of the spec', (hits, n, low, high) => {
    const interval = wilson(hits, n);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });
  test('wilson of nothing knows nothing', () => expect(wilson(0, 0)).toEqual({ low: 0, high: 1 }));
});

describe('compareMood', () => {
  test('a real change has an interval that leaves out zero', () => {
    const change = compareMood(
      sums([-0.4, -0.3, -0.2, -0.35, -0.3, -0.31]),
      sums([0.1, 0, 0.05, 0.04, 0.02, 0.03]),
    );
    expect(change!.difference).toBeCloseTo(35, 0);
    expect(change!.low).toBeGreaterThan(0);
    expect(change!.low).toBeLessThan(change!.difference);
    expect(change!.z).toBeGreaterThan(1.96);
  });
  test('the same mood twice is no difference', () => {
    const change = compareMood(repeat(0.2, 40), repeat(0.2, 60));
    expect(change!.difference).toBeCloseTo(0, 10);
    expect(change!.low).toBeLessThan(0);
    expect(change!.high).toBeGreaterThan(0);
  });
  test('nothing to compare with is null', () =>
    expect(compareMood(sums([]), repeat(0.1, 5))).toBeNull());
});
