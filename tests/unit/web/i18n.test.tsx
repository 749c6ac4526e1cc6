import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatMood,
  formatShare,
  formatTime,
  isoInZone,
  styleWithYear,
  zoneOffset,
} from '../../../web/src/i18n/format.ts';
import { type Words, fillWord } from '../../../web/src/i18n/words.ts';
import { tickLabel, timeTicks } from '../../../web/src/charts/time-axis.ts';
import { words as access } from '../../../web/src/access/words.ts';
import { words as live } from '../../../web/src/live/words.ts';
import { words as post } from '../../../web/src/post/words.ts';
import { words as shell } from '../../../web/src/shell/words.ts';
import { words as spikes } from '../../../web/src/spikes/words.ts';
import { common } from '../../../web/src/ui/words.ts';
import { words as welcome } from '../../../web/src/welcome/words.ts';

const dictionaries: Record<string, Words> = { access, live, post, shell, spikes, common, welcome };
/** Words that belong to the other language on purpose: the language switch, the product's own name. */
const MIXED = new Set(['readInEnglish', 'keepChinese', 'language', 'languageShort', 'home']);

describe.each(Object.entries(dictionaries))('words of %s', (_name, dictionary) => {
  it('use the same parameters in both languages', () => {
    for (const [key, [zh, en]] of Object.entries(dictionary)) {
      const names = (text: string) =>
        [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();
      expect(names(en), key).toEqual(names(zh));
    }
  });
  it('leave no Han in English and no bare English in Chinese', () => {
    for (const [key, [zh, en]] of Object.entries(dictionary)) {
      if (MIXED.has(key)) continue;
      expect(en, key).not.toMatch(/\p{Script=Han}/u);
      if (/^[A-Za-z ]{4,}$/.test(zh)) expect.fail(`${key}: ${zh}`);
    }
  });
  it('put no space of their own between Han and full-width marks', () => {
    for (const [key, [zh]] of Object.entries(dictionary))
      expect(zh, key).not.toMatch(/[，。；：] /);
  });
});

describe('texts with parameters', () => {
  it('choose the plural by the number', () => {
    const word = ['{n} 帖', '{n} {n:post|posts}'] as const;
    expect(fillWord(word, 'en', { n: 1 })).toBe('1 post');
    expect(fillWord(word, 'en', { n: 1234 })).toBe('1,234 posts');
    expect(fillWord(word, 'zh', { n: 2 })).toBe('2 帖');
  });
});

describe('numbers as people read them', () => {
  it.each([
    [31.4, '+31'],
    [-46, '−46'],
    [0.3, '0'],
    [-0.4, '0'],
  ])('mood %d is %s', (value, text) => expect(formatMood(value)).toBe(text));
  it.each([
    [8214, 'zh', '8,214'],
    [12_345, 'zh', '1.2万'],
    [12_345, 'en', '12.3k'],
    [123_456_789, 'zh', '1.2亿'],
  ] as const)('%d in %s is %s', (value, language, text) => {
    expect(formatCount(value, language).toLowerCase()).toBe(text);
  });
  it.each([
    [800, 'zh', '0.8 秒'],
    [60_000, 'zh', '1 分钟'],
    [900_000, 'en', '15 min'],
    [86_400_000, 'zh', '1 天'],
    [5_400_000, 'en', '1.5 h'],
  ] as const)('%d ms in %s is %s', (ms, language, text) =>
    expect(formatDuration(ms, language)).toBe(text),
  );
  it('a share below ten per cent keeps one digit', () => {
    expect(formatShare(0.023, 'zh')).toBe('2.3%');
    expect(formatShare(0.27, 'zh')).toBe('27%');
  });
});

describe('times follow the chosen zone, not the machine', () => {
  const at = Date.UTC(2025, 0, 27, 16, 5, 9);
  it.each([
    ['Asia/Shanghai', '00:05', '2025-01-28T00:05:09+08:00', 8],
    ['America/New_York', '11:05', '2025-01-27T11:05:09-05:00', -5],
    ['Asia/Kolkata', '21:35', '2025-01-27T21:35:09+05:30', 5.5],
  ])('%s', (zone, minute, iso, hours) => {
    expect(formatTime(at, 'minute', 'zh', zone)).toBe(minute);
    expect(isoInZone(at, zone)).toBe(iso);
    expect(zoneOffset(at, zone)).toBe(hours * 3_600_000);
  });
  it('ticks stand on round hours and midnights of the zone', () => {
    const ticks = timeTicks(at, at + 30 * 3_600_000, 8, 'Asia/Kolkata');
    expect(ticks.length).toBeLessThanOrEqual(9);
    for (const tick of ticks)
      expect(formatTime(tick, 'minute', 'en', 'Asia/Kolkata')).toMatch(/:00$/);
    const midnight = Date.UTC(2025, 0, 27, 16);
    expect(tickLabel(midnight, 6 * 3_600_000, 'zh', 'Asia/Shanghai')).toBe('1/28');
  });
});

describe('a day of another year', () => {
  const now = Date.parse('2025-12-31T20:00:00Z');
  it.each([
    ['this year', '2025-01-27T12:00:00Z', 'UTC', 'dayMinute'],
    ['five years ago', '2020-01-27T12:00:00Z', 'UTC', 'yearMinute'],
    [
      'the same day in a zone where the year is over',
      '2025-12-31T10:00:00Z',
      'Asia/Shanghai',
      'yearMinute',
    ],
  ] as const)('%s', (_name, at, zone, style) => {
    expect(styleWithYear('dayMinute', Date.parse(at), now, zone)).toBe(style);
  });
  it('is told only where the style says the day at all', () => {
    expect(styleWithYear('minute', 0, now, 'UTC')).toBe('minute');
  });
});
