import { describe, expect, test } from 'vitest';
import { evaluateQuery, parseQuery } from '#shared/topic/query.ts';

describe('parseQuery', () => {
  test.each([
    ['A AND B', 'A B', true],
    ['A AND B', 'A', false],
    ['A OR B', 'B', true],
    ['A AND NOT B', 'A B', false],
    ['A -B', 'A', true],
    ['A 且 (B 或 C) 且 非 D', 'A C', true],
    ['A 且 (B 或 C) 且 非 D', 'A C D', false],
    ['"A B" OR C', 'C', true],
    ['A B', 'A B', true],
    ['NOT NOT A', 'A', true],
  ])('%s over {%s} is %s', (text, words, expected) => {
    const parsed = parseQuery(text);
    if (!parsed.ok) throw new Error(parsed.message);
    const present = new Set(words.split(' '));
    expect(evaluateQuery(parsed.query, (literal) => present.has(literal))).toBe(expected);
  });

  test.each([
    ['A AND', 5],
    ['(A OR B', 7],
    ['A) B', 1],
    ['"A', 0],
    ['', 0],
    ['AND A', 0],
  ])('%s is refused at position %i', (text, position) => {
    expect(parseQuery(text)).toMatchObject({ ok: false, position });
  });

  test('deep nesting is refused, not a stack overflow', () => {
    expect(parseQuery('('.repeat(50_000) + 'a').ok).toBe(false);
  });
});
