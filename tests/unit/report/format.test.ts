import { describe, expect, test } from 'vitest';
import { cleanText, safeUrl, spaceChinese } from '#shared/report/clean-text.ts';
import {
  formatCount,
  formatDecimal,
  formatDuration,
  formatPoints,
  formatShare,
  formatSpan,
  round,
} from '#shared/report/format.ts';

test.each([
  [1.005, 2, 1.01],
  [-1.005, 2, -1.01],
  [0.1235, 3, 0.124],
  [-0.0004, 3, 0],
  [1e-9, 3, 0],
  [1.5e21, 1, 1.5e21],
  [12_345.678, 0, 12_346],
])('round(%d, %d) = %d', (value, digits, expected) => {
  expect(round(value, digits)).toBe(expected);
});

test('numbers are grouped, signed with a real minus, and never −0', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatCount(-1_234)).toBe('−1,234');
  expect(formatDecimal(-12.34, 1)).toBe('−12.3');
  expect(formatDecimal(1_234.5, 1, true)).toBe('+1,234.5');
  expect(formatDecimal(-0.04, 1, true)).toBe('0.0');
  expect(formatShare(0.1235)).toBe('12.4%');
  expect(formatShare(1.365, true)).toBe('+136.5%');
  expect(formatPoints(-0.012, 'en')).toBe('−1.2 pp');
  expect(formatDuration(5_400_000, 'zh')).toBe('1 小时 30 分钟');
});

test('a span names the second day only where it differs', () => {
  const at = Date.parse('2025-01-27T03:10:00+08:00');
  expect(formatSpan(at, at + 1_800_000, 'Asia/Shanghai')).toBe('2025-01-27 03:10–03:40');
  expect(formatSpan(at, at + 86_400_000, 'Asia/Shanghai')).toBe(
    '2025-01-27 03:10 – 2025-01-28 03:10',
  );
});

describe('cleanText prints any post as one harmless line', () => {
  test.each([
    ['line breaks and tabs', 'a\r\n\tb', 'a b'],
    ['NUL and escape sequences', 'a\u0000\u001b[31mb', 'a [31mb'],
    ['direction overrides', '\u202egnp.exe\u202c', 'gnp.exe'],
    ['zero width', 'a\u200bb\ufeffc', 'abc'],
    ['towers of marks', 'Z\u0351\u0352\u0353\u0354algo', 'Zalgo'],
    ['composed accents stay', 'Cafe\u0301', 'Café'],
    ['lone surrogates', 'a\ud83db', 'ab'],
    ['families of emoji stay whole', '👨‍👩‍👧', '👨‍👩‍👧'],
  ])('%s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });
  test('cuts at visible characters, never inside one', () => {
    expect(cleanText('👨‍👩‍👧'.repeat(10), 4)).toBe(`${'👨‍👩‍👧'.repeat(3)}…`);
    expect([...new Intl.Segmenter().segment(cleanText('很长'.repeat(50_000), 160))]).toHaveLength(
      160,
    );
  });
});

test.each([
  ['https://weibo.com/1/2?a=b#c', true],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['https://a b.com', false],
  ['https://weibo.com/"onmouseover="x', true],
  ['//weibo.com', false],
  ['https://user:pass@evil.com/', false],
])('safeUrl(%s) passes: %s', (url, passes) => {
  expect(safeUrl(url) !== null).toBe(passes);
});

test('sentences get room between hanzi and Latin', () => {
  expect(spaceChinese('DeepSeek在10分钟内412条')).toBe('DeepSeek 在 10 分钟内 412 条');
});
