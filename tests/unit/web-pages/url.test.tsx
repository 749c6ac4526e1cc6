import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterQuery,
  postsUrl,
  spanOf,
  type PostsState,
} from '../../../web/src/posts/posts-url.ts';
import { addDays, isDay } from '../../../web/src/i18n/calendar.ts';
import { formatState, parseState } from '../../../web/src/router/url-state.ts';

const word = fc.string({ unit: 'grapheme', maxLength: 12 });
const second = fc.option(
  fc.integer({ min: 0, max: 2_000_000_000 }).map((at) => at * 1000),
  { nil: null },
);
const state: fc.Arbitrary<PostsState> = fc.record({
  q: word,
  topic: word,
  label: fc.constantFrom('', 'positive', 'neutral', 'negative'),
  author: word,
  source: word,
  region: word,
  root: word,
  word,
  corrected: fc.constantFrom('', '1', '0'),
  range: fc.constantFrom('1h', '6h', '24h', '7d', '30d', 'all'),
  from: second,
  to: second,
  order: fc.constantFrom('newest', 'oldest', 'engagement'),
  post: word,
  focus: fc.boolean(),
});

describe('address of the posts explorer', () => {
  it('round trip: parse(format(state)) = state', () => {
    fc.assert(
      fc.property(
        state.filter((given) =>
          Object.values(given).every((value) => typeof value !== 'string' || value.isWellFormed()),
        ),
        (given) => {
          expect(parseState(postsUrl, formatState(postsUrl, given))).toEqual(given);
        },
      ),
    );
  });
  it('says nothing where all is at its default, and keeps what it does not know', () => {
    const plain = parseState(postsUrl, '');
    expect(formatState(postsUrl, plain, '?kept=1')).toBe('?kept=1');
  });
  it('links of explanations and of other pages are understood', () => {
    const read = parseState(
      postsUrl,
      '?topic=deepseek&from=2025-01-27T12:00:00Z&to=2025-01-27T14:00:00Z&word=崩',
    );
    expect(read).toMatchObject({ topic: 'deepseek', word: '崩' });
    expect(spanOf(read, 0)).toEqual({
      from: Date.parse('2025-01-27T12:00:00Z'),
      to: Date.parse('2025-01-27T14:00:00Z'),
    });
  });
  it('a relative range ends now, an absolute one where it says', () => {
    const now = Date.parse('2025-01-27T12:00:00Z');
    const plain = parseState(postsUrl, '?range=1h');
    expect(spanOf(plain, now)).toEqual({ from: now - 3_600_000, to: now });
    expect(spanOf(parseState(postsUrl, '?range=all'), now).from).toBe(0);
    expect(filterQuery(plain, now)).toMatchObject({
      from: '2025-01-27T11:00:00.000Z',
      to: '2025-01-27T12:00:00.000Z',
    });
  });
});

describe('days of reports', () => {
  it.each([
    ['2025-01-27', true],
    ['2025-02-29', false],
    ['2025-13-01', false],
    ['20250127', false],
    ['schedules', false],
  ])('%s is a day: %s', (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });
  it('step over months and years', () => {
    expect(addDays('2025-01-01', -1)).toBe('2024-12-31');
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  });
});
