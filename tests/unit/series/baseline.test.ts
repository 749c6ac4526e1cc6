import { describe, expect, test } from 'vitest';
import { Baseline, median } from '#shared/series/baseline.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import { Novelty } from '#shared/series/novelty.ts';

const curve = (minute: number) => 10 + 8 * Math.sin((minute / 1440) * 2 * Math.PI);
function learn(minutes: number, of: (minute: number) => number | null): Baseline {
  const baseline = new Baseline(MINUTE_MS);
  for (let minute = 0; minute < minutes; minute++) {
    const count = of(minute);
    if (count !== null) baseline.add(minute, count);
  }
  return baseline;
}

describe('Baseline', () => {
  test('knows nothing before the first step', () => {
    expect(new Baseline(MINUTE_MS).expect(0)).toBeNaN();
  });
  test('follows the time of day once it has seen days', () => {
    const baseline = learn(7 * 1440, curve);
    for (const minute of [0, 300, 700, 1100]) {
      const at = 7 * 1440 + minute;
      const later = baseline.fork();
      expect(Math.abs(later.expect(at) / curve(at) - 1)).toBeLessThan(0.12);
      expect(later.days).toBe(7);
    }
  });
  test('one storm day leaves the medians alone', () => {
    const stormy = learn(
      7 * 1440,
      (minute) => curve(minute) * (Math.floor(minute / 1440) === 3 ? 20 : 1),
    );
    expect(Math.abs(stormy.expect(7 * 1440 + 600) / curve(600) - 1)).toBeLessThan(0.4);
  });
  test('a level that lasts four days is the new normal', () => {
    const risen = learn(12 * 1440, (minute) => (minute > 8 * 1440 ? 100 : 10));
    expect(risen.expect(12 * 1440 + 600)).toBeGreaterThan(80);
  });
  test('a storm does not become its own baseline within its first hours', () => {
    const storm = learn(7 * 1440 + 180, (minute) => (minute >= 7 * 1440 ? 100 : 10));
    expect(storm.expect(7 * 1440 + 180)).toBeLessThan(17);
  });
  test('unknown steps are no zeros', () => {
    const holed = learn(7 * 1440, (minute) => (minute % 3 === 0 ? null : 12));
    expect(holed.expect(7 * 1440 + 5)).toBeCloseTo(12, 5);
  });
  test('on the first day the last two hours stand in', () => {
    expect(learn(300, (minute) => (minute < 150 ? 2 : 20)).expect(300)).toBeCloseTo(20, 0);
  });
});

test.each([
  [[], Number.NaN],
  [[3], 3],
  [[4, 1, 9], 4],
  [[4, 1, 9, 2], 3],
])('median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

describe('Novelty', () => {
  const afterDays = (highest: number, days: number) => {
    const novelty = new Novelty({ blockSteps: 10, usual: 1 });
    for (let step = 0; step < days * 10; step++) novelty.add(step % 10 === 5 ? highest : 0.2);
    return novelty;
  };
  test('what happens every day is news no longer', () => {
    expect(afterDays(20, 0).of(20)).toBeGreaterThan(5);
    expect(afterDays(20, 14).of(20)).toBeLessThan(1);
  });
  test('level is the inverse of of', () => {
    const novelty = afterDays(6, 9);
    expect(novelty.of(novelty.level(0.75))).toBeCloseTo(0.75, 10);
  });
});
