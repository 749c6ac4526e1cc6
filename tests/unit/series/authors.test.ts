import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addAuthors,
  countAuthors,
  emptySketch,
  hashAuthor,
  mergeSketches,
} from '#shared/series/authors.ts';

const hashes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => hashAuthor(`weibo:${from + i}`));

describe('author sketch', () => {
  test('an empty sketch, and no bytes at all, count nobody', () => {
    expect(countAuthors(emptySketch())).toBe(0);
    expect(countAuthors(new Uint8Array())).toBe(0);
    expect(countAuthors(addAuthors(new Uint8Array(), hashes(0, 3)))).toBe(3);
  });

  test('is exact up to 200 authors', () => {
    for (const n of [1, 2, 57, 199, 200])
      expect(countAuthors(addAuthors(emptySketch(), hashes(0, n)))).toBe(n);
  });

  test('is within 10 % (three standard errors) beyond, without a bias', () => {
    const errors: number[] = [];
    for (const n of [201, 300, 500, 1000, 2000, 3000, 5000, 20_000, 100_000]) {
      for (let seed = 0; seed < 5; seed++) {
        const sketch = addAuthors(emptySketch(), hashes(seed * 1_000_000, seed * 1_000_000 + n));
        errors.push(countAuthors(sketch) / n - 1);
      }
    }
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.1);
    expect(Math.abs(errors.reduce((a, b) => a + b) / errors.length)).toBeLessThan(0.015);
  });

  test('adding known authors returns the very same object', () => {
    const few = addAuthors(emptySketch(), hashes(0, 50));
    expect(addAuthors(few, hashes(10, 20))).toBe(few);
    const many = addAuthors(emptySketch(), hashes(0, 5000));
    expect(addAuthors(many, hashes(100, 200))).toBe(many);
  });

  test('depends on the set only: any order, any batches, any merge tree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 500 }),
        fc.integer({ min: 1, max: 60 }),
        (keys, size) => {
          const all = keys.map((key) => hashAuthor(`a${key}`));
          const once = addAuthors(emptySketch(), all);
          let stepwise = emptySketch();
          let merged = emptySketch();
          for (let i = all.length; i > 0; i -= size) {
            const batch = all.slice(Math.max(0, i - size), i);
            stepwise = addAuthors(stepwise, batch);
            merged = mergeSketches(merged, addAuthors(emptySketch(), batch));
          }
          expect(stepwise).toEqual(once);
          expect(merged).toEqual(once);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('merging is union', () => {
    const a = addAuthors(emptySketch(), hashes(0, 120));
    const b = addAuthors(emptySketch(), hashes(60, 180));
    expect(countAuthors(mergeSketches(a, b))).toBe(180);
    const big = addAuthors(emptySketch(), hashes(0, 900));
    expect(mergeSketches(big, a)).toEqual(big);
    expect(mergeSketches(a, big)).toEqual(big);
  });

  test('hashes of Chinese names spread', () => {
    const names = new Set(Array.from({ length: 20_000 }, (_, i) => hashAuthor(`微博:用户${i}`)));
    expect(names.size).toBeGreaterThan(19_998);
  });
});
