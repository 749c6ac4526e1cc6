import { describe, expect, test } from 'vitest';
import { nbSurprise, nbSurpriseBelow, normalSurprise } from '#shared/series/surprise.ts';

describe('nbSurprise', () => {
  test.each([
    [30, 10, 0.2, 2.406777],
    [12, 3, 0.15, 2.80779],
    [412, 71, 0.1, 13.660936],
    [5, 5, 0.15, 0.291267],
    [2000, 900, 0.05, 4.776629],
    [10, 0.5, 0.05, 9.010855],
  ])(
    '%d posts where %d are expected (phi %d) → %d, the vector of the spec',
    (c, mu, phi, surprise) => {
      expect(nbSurprise(c, mu, phi)).toBeCloseTo(surprise, 6);
    },
  );

  test.each([
    [30, 10, 6.6],
    [412, 71, 168.15],
    [10, 0.5, 9.767],
  ])('without overdispersion it is the Poisson tail: %d of %d → %d', (c, mu, surprise) => {
    expect(nbSurprise(c, mu, 0)).toBeCloseTo(surprise, 2);
  });

  test('large counts agree with scipy', () => {
    expect(nbSurprise(120_000, 100_000, 0.05)).toBeCloseTo(0.744037, 6);
    expect(nbSurpriseBelow(120_000, 100_000, 0.05)).toBeCloseTo(0.086332, 6);
  });

  test('more posts are never less surprising', () => {
    for (const mu of [0.01, 0.5, 3, 40, 900]) {
      let last = -1;
      for (let c = 0; c < 200; c++) {
        const surprise = nbSurprise(c, mu, 0.15);
        expect(surprise).toBeGreaterThanOrEqual(last);
        last = surprise;
      }
    }
  });

  test('no posts are no surprise upward', () => expect(nbSurprise(0, 0, 0.1)).toBe(0));
});

describe('nbSurpriseBelow', () => {
  test.each([
    [30, 10, 0.2, 0.0012718],
    [5, 5, 0.15, 0.20721201],
  ])('%d of %d agrees with scipy', (c, mu, phi, surprise) => {
    expect(nbSurpriseBelow(c, mu, phi)).toBeCloseTo(surprise, 6);
  });

  test('silence where many posts are usual is a surprise', () => {
    expect(nbSurpriseBelow(0, 500, 0.1)).toBeGreaterThan(10);
  });
});

test.each([
  [1.645, 1.301161],
  [4, 4.499335],
  [-1, 0.075026],
  [0, 0.30103],
])('normalSurprise(%d) = %d as scipy', (z, surprise) => {
  expect(normalSurprise(z)).toBeCloseTo(surprise, 6);
});
