import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, isCleanKey, isLongerThan, jsonDepth } from '#shared/post/hygiene.ts';

describe('cleanText', () => {
  test.each([
    ['plain Chinese stays', '今天体验了DeepSeek，太强了！', '今天体验了DeepSeek，太强了！'],
    ['NUL and C0 vanish, newline and tab stay', 'a\0b\u0007c\n\td\u001b', 'abc\n\td'],
    ['DEL and C1 vanish', 'a\u007fb\u009bc\u0085', 'abc'],
    ['CR LF and CR become newline', 'a\r\nb\rc', 'a\nb\nc'],
    ['a lone surrogate becomes U+FFFD', 'a\ud83db\udc00', 'a\ufffdb\ufffd'],
    ['halves of a pair parted by NUL do not join', '\ud83d\0\ude00', '\ufffd\ufffd'],
    ['emoji with joiners stays', '👩‍👩‍👧‍👦🇨🇳', '👩‍👩‍👧‍👦🇨🇳'],
    ['composes to NFC', 'e\u0301', '\u00e9'],
    ['compatibility ideograph becomes the unified one', '\uf900', '\u8c48'],
    ['at most 30 marks in a row', `a${'\u0323'.repeat(500)}b`, `\u1ea1${'\u0323'.repeat(29)}b`],
  ])('%s', (_, input, expected) => {
    expect(cleanText(input)).toBe(expected);
  });

  test('caps code points without splitting a pair', () => {
    expect(cleanText('😀'.repeat(20), 7)).toBe('😀'.repeat(7));
    expect(cleanText('a😀b', 2)).toBe('a😀');
  });

  test('the result is well formed, composed, within both caps and stays the same when cleaned again', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '\u0344'.repeat(29),
        '\u0300'.repeat(40),
        '\u0958',
        '\ud800',
        '\0',
        '\r\n',
        '中文',
        '\u1100\u1161',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        (parts, max) => {
          const clean = cleanText(parts.join(''), max);
          expect(clean.isWellFormed()).toBe(true);
          expect(clean.normalize('NFC')).toBe(clean);
          expect([...clean].length).toBeLessThanOrEqual(max);
          expect(/\p{M}{31}/u.test(clean)).toBe(false);
          expect(cleanText(clean, max)).toBe(clean);
        },
      ),
      { numRuns: 500 },
    );
  });

  // Each of these takes a careless regex or normalise from seconds to hours (reliability M7); here the test's own
  // time limit is the proof.
  test.each([
    ['open angle brackets', '<'],
    ['open square brackets', '['],
    ['spaces', ' '],
    ['repost marks', '//@'],
    ['alternating combining marks', '\u0316\u0301'],
    ['full expansions', '\ufdfa'],
    ['lone surrogates', '\ud800'],
    ['NULs', '\0'],
    ['carriage returns', '\r'],
    ['hangul letters', '\u1100'],
  ])('1 MB of %s passes', (_, piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(cleanText(text).length).toBeLessThanOrEqual(20_000);
    expect(cleanText(text, 1_000_000).isWellFormed()).toBe(true);
  });
});

describe('jsonDepth', () => {
  test.each([
    ['a scalar', '1', 0],
    ['an empty object', '{}', 1],
    ['brackets in strings do not count', '{"a":"[[[{{{","b\\"[":[1]}', 2],
    ['siblings do not add up', '[[],[],[[]]]', 3],
    ['an unclosed string ends the scan', '["abc[[[[', 1],
    ['an escape at the end', '["\\', 1],
  ])('%s', (_, json, depth) => {
    expect(jsonDepth(json)).toBe(depth);
  });

  test('stops one past the limit', () => {
    expect(jsonDepth('['.repeat(1_000_000), 32)).toBe(33);
    expect(jsonDepth(`${'['.repeat(32)}${']'.repeat(32)}`, 32)).toBe(32);
  });
});

test('isLongerThan counts code points, not units', () => {
  expect(isLongerThan('😀'.repeat(10), 10)).toBe(false);
  expect(isLongerThan('😀'.repeat(11), 10)).toBe(true);
  expect(isLongerThan('a'.repeat(11), 10)).toBe(true);
});

test('a key holds no control character and no half pair', () => {
  expect(['a\tb', 'a\nb'].map(isCleanKey)).toEqual([true, true]);
  expect(['a\0', 'a\u0085', '\ud800'].map(isCleanKey)).toEqual([false, false, false]);
  expect(isCleanKey('😀')).toBe(true);
});
