import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeByTwin,
  escapeHtml,
  escapeMarkdown,
  escapeTelegram,
} from '#worker/channels/escape.ts';
import { clip, jsonBytes, splitMessage, utf8Bytes } from '#worker/channels/split.ts';

const frame = (body: string, label: string) => `T${label}\n${body}`;

test('a message that fits is one part without a number', () => {
  expect(splitMessage({ lines: ['甲', '乙'], maxBytes: 60, frame })).toEqual(['T\n甲\n乙']);
});

test('a message without lines is its header', () => {
  expect(splitMessage({ lines: [], maxBytes: 60, frame })).toEqual(['T\n']);
});

test('lines stay whole while they fit, and every part repeats the header with its number', () => {
  const lines = ['第一行文字', '第二行文字', '第三行文字'];
  expect(splitMessage({ lines, maxBytes: 45, frame })).toEqual([
    'T (1/2)\n第一行文字\n第二行文字',
    'T (2/2)\n第三行文字',
  ]);
});

test('a line longer than a part is cut between characters, never inside a link', () => {
  const link = 'https://weimai.example.com/spikes/s1';
  const parts = splitMessage({ lines: [`说明说明说明${link}之后`], maxBytes: 60, frame });
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.filter((part) => part.includes(link))).toHaveLength(1);
});

test('beyond ten parts the last says how many pieces are missing', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `第${index}行`.padEnd(20, '。'));
  const parts = splitMessage({ lines, maxBytes: 100, frame });
  expect(parts).toHaveLength(10);
  expect(parts.at(-1)).toMatch(/… \(\+41\)$/);
});

const grapheme = fc.constantFrom(
  'a',
  '情',
  '👨‍👩‍👧‍👦',
  'é',
  '\n'.trim() || ' ',
  '"',
  '\\',
  '<',
  '*',
  '&',
  '@',
  'https://a.cn/b',
);
const line = fc.array(grapheme, { maxLength: 60 }).map((parts) => parts.join(''));

describe('for any text', () => {
  test.each([
    ['UTF-8 bytes', utf8Bytes, (text: string) => text],
    ['JSON bytes', jsonBytes, (text: string) => text],
    ['escaped HTML', utf8Bytes, escapeHtml],
    ['escaped Markdown', jsonBytes, escapeMarkdown],
    ['twins', utf8Bytes, escapeByTwin],
  ])(
    'every part is within the limit and nothing is lost or torn (%s)',
    (_name, measure, escape) => {
      fc.assert(
        fc.property(
          fc.array(line, { maxLength: 8 }),
          fc.integer({ min: 120, max: 400 }),
          (lines, maxBytes) => {
            const parts = splitMessage({ lines, maxBytes, frame, escape, measure });
            for (const part of parts) {
              expect(measure(part)).toBeLessThanOrEqual(maxBytes);
              expect(part.isWellFormed()).toBe(true);
            }
            if (parts.length < 10) {
              const text = parts.map((part) => part.slice(part.indexOf('\n') + 1)).join('\n');
              const without = (value: string) => value.replaceAll('\n', '');
              expect(without(text)).toBe(without(lines.map(escape).join('')));
            }
          },
        ),
        { numRuns: 200 },
      );
    },
  );
});

test.each([
  ['情绪', 6, '情绪'],
  ['情绪指数', 9, '情绪…'],
  ['👨‍👩‍👧‍👦x', 10, '…'],
  ['abc', 3, 'abc'],
])('%j within %i bytes is %j', (text, bytes, expected) => {
  expect(clip(text, bytes)).toBe(expected);
});

test('characters stay whole wherever the text is cut', () => {
  const family = '👨‍👩‍👧‍👦';
  for (let before = 0; before < 300; before += 1) {
    const parts = splitMessage({
      lines: ['x'.repeat(before) + family.repeat(40)],
      maxBytes: 120,
      frame,
    });
    const text = parts.map((part) => part.slice(part.indexOf('\n') + 1));
    expect(text.filter((piece) => /^\u200d|\u200d$/.test(piece))).toEqual([]);
    expect(text.join('').replaceAll('x', '').replaceAll(family, '')).toMatch(/^(… \(\+\d+\))?$/);
  }
});

test('a character of a thousand marks is cut between marks, and nothing is lost', () => {
  const zalgo = `a${'\u0301'.repeat(1000)}`;
  const parts = splitMessage({ lines: [zalgo], maxBytes: 400, frame });
  expect(parts.map((part) => part.slice(part.indexOf('\n') + 1)).join('')).toBe(zalgo);
});

test('Telegram escapes the at sign together with its joiner', () => {
  expect(escapeTelegram('@admin <b>')).toBe('@\u2060admin &lt;b&gt;');
});
