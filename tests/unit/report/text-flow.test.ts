import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakLines, limitLines } from '#shared/node/render/text-flow.ts';

/** A hanzi is two wide, a Latin letter one. */
const measure = (grapheme: string) => (grapheme > '\u2e80' ? 2 : 1);
const lines = (text: string, width: number) => breakLines(text, width, measure);

describe('breakLines', () => {
  test.each([
    ['hanzi break anywhere', '国产之光真的好', 8, ['国产之光', '真的好']],
    ['no comma begins a line', '国产之光，真的好', 8, ['国产之', '光，真的', '好']],
    ['no full stop begins a line', '国产之光。', 8, ['国产之', '光。']],
    ['closing quotes stay with their word', '「国产之光」好', 10, ['「国产之', '光」好']],
    ['no opening bracket ends a line', '国产之（光）', 8, ['国产之', '（光）']],
    ['Latin words stay whole', 'the open model', 8, ['the open', 'model']],
    ['mixed text breaks between the scripts', '发布DeepSeek模型', 9, ['发布', 'DeepSeek', '模型']],
    ['numbers with separators stay whole', '共 27,937 条', 8, ['共', '27,937', '条']],
    ['a word wider than the line is cut', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['spaces vanish at the break', 'ab    cd', 3, ['ab', 'cd']],
    ['nothing is one empty line', '', 8, ['']],
  ])('%s', (_, text, width, expected) => {
    expect(lines(text, width)).toEqual(expected);
  });

  test('loses no character but spaces, and no line is too wide unless it holds a forced pair', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'国产之光，。（）“”ab1,.- 👍') }),
        fc.integer({ min: 4, max: 40 }),
        (text, width) => {
          const broken = lines(text, width);
          expect(broken.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });

  test('a run of marks alone still ends', () => {
    expect(lines('。'.repeat(20), 8).join('')).toBe('。'.repeat(20));
    expect(lines('（'.repeat(20), 8).join('')).toBe('（'.repeat(20));
  });
});

test('limitLines ends the last line with an ellipsis where text was left out', () => {
  expect(limitLines(['ab', 'cd', 'ef'], 2)).toEqual(['ab', 'c…']);
  expect(limitLines(['ab'], 2)).toEqual(['ab']);
});
