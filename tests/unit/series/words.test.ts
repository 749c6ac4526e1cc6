import { describe, expect, test } from 'vitest';
import { logLikelihood, risingWords } from '#shared/series/words.ts';

const counts = (total: number, authors: Record<string, number>) => ({
  total,
  authors: new Map(Object.entries(authors)),
});

describe('logLikelihood', () => {
  test('60 of 287 authors against 12 of 1500 → 169.456, the vector of the spec', () => {
    expect(logLikelihood(60, 287, 12, 1500)).toBeCloseTo(169.456, 3);
  });
  test('is negative for a word on the way out and 0 without a side', () => {
    expect(logLikelihood(1, 300, 40, 400)).toBeLessThan(-10);
    expect(logLikelihood(5, 10, 0, 0)).toBe(0);
    expect(logLikelihood(10, 100, 10, 100)).toBeCloseTo(0, 9);
  });
});

describe('risingWords', () => {
  test('sorts by surprise and leaves out few authors and small changes', () => {
    const words = risingWords(
      counts(100, { 禁令: 30, 英伟达: 20, 模型: 52, 水军: 2, 降价: 9 }),
      counts(800, { 禁令: 4, 英伟达: 3, 模型: 400, 降价: 72 }),
    );
    expect(words.map((word) => word.word)).toEqual(['禁令', '英伟达']);
    expect(words[0]).toMatchObject({ authors: 30, backgroundAuthors: 4 });
    expect(words[0]!.ratio).toBeCloseTo(60, 9);
  });
  test('equal words keep one order', () => {
    const now = counts(50, { 乙: 5, 甲: 5 });
    expect(risingWords(now, counts(500, {})).map((word) => word.word)).toEqual(
      risingWords(counts(50, { 甲: 5, 乙: 5 }), counts(500, {})).map((word) => word.word),
    );
  });
});
