import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { isDayOnly, isRelativeTime, parseTime } from '#shared/post/time.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('parseTime', () => {
  test.each([
    ['2025-01-27T09:00:00+08:00', '2025-01-27T01:00:00.000Z'],
    ['2025-01-20T13:04:00.000Z', '2025-01-20T13:04:00.000Z'],
    ['2025-01-20T13:04:00.123456Z', '2025-01-20T13:04:00.123Z'],
    ['2025-01-20T13:04:00Z', '2025-01-20T13:04:00.000Z'],
    ['2025-01-20T13:04:00-05:30', '2025-01-20T18:34:00.000Z'],
    ['2025-01-20T21:04:00', '2025-01-20T13:04:00.000Z'],
    ['2025-01-20 21:04', '2025-01-20T13:04:00.000Z'],
    ['2025-01-20 21:04:05', '2025-01-20T13:04:05.000Z'],
    ['2025-01-20 21:04:00 +08:00', '2025-01-20T13:04:00.000Z'],
    ['2025/1/20 9:04', '2025-01-20T01:04:00.000Z'],
    ['2025年01月20日 21:04', '2025-01-20T13:04:00.000Z'],
    ['2025-01-20', '2025-01-19T16:00:00.000Z'],
    ['Tue May 31 17:46:55 +0800 2011', '2011-05-31T09:46:55.000Z'],
    ['Mon, 20 Jan 2025 13:04:00 GMT', '2025-01-20T13:04:00.000Z'],
    ['20 Jan 2025 21:04 +0800', '2025-01-20T13:04:00.000Z'],
    ['1737378240', '2025-01-20T13:04:00.000Z'],
    [1_737_378_240, '2025-01-20T13:04:00.000Z'],
    [1_737_378_240_000, '2025-01-20T13:04:00.000Z'],
    [1_737_378_240_000_000, '2025-01-20T13:04:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s', (written, expected) => {
    expect(iso(parseTime(written))).toBe(expected);
  });

  test.each([
    ['刚刚', '2025-01-20T13:04:00.000Z'],
    ['30秒前', '2025-01-20T13:03:30.000Z'],
    ['3分钟前', '2025-01-20T13:01:00.000Z'],
    ['2小时前', '2025-01-20T11:04:00.000Z'],
    ['今天 12:03', '2025-01-20T04:03:00.000Z'],
    ['昨天 12:03', '2025-01-19T04:03:00.000Z'],
    ['01-20', '2025-01-19T16:00:00.000Z'],
    ['01-21', '2024-01-20T16:00:00.000Z'],
    ['1月19日 08:00', '2025-01-19T00:00:00.000Z'],
  ])('%s, fetched on 20 January 2025 at 21:04 China time', (written, expected) => {
    expect(iso(parseTime(written, Date.parse('2025-01-20T21:04:00+08:00')))).toBe(expected);
    expect(parseTime(written)).toBeNaN();
    expect(isRelativeTime(written)).toBe(true);
  });

  test.each([
    [''],
    ['yesterday'],
    ['2025-02-30'],
    ['2025-13-01T00:00:00Z'],
    ['2025-01-20T24:00:00Z'],
    ['2025-01-20T10:61:00Z'],
    ['2025-01-20T10:00:00+99:00'],
    ['2025-01-20T10:00:0xZ'],
    ['infinity'],
    ['NaN'],
    ['0'],
    [0],
    [-1],
    [Number.POSITIVE_INFINITY],
    [Number.NaN],
    [1e300],
    [null],
    [{}],
    ['1'.repeat(10_000)],
    ['今天 25:99'],
  ])('%j is no time', (written) => {
    expect(parseTime(written, 1_737_378_240_000)).toBeNaN();
  });

  test('reads back every instant that Date can write', () => {
    const instants = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('2199-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
        const whole = Math.floor(date.getTime() / 1_000) * 1_000;
        expect(parseTime(`${iso(whole).slice(0, 19)}Z`)).toBe(whole);
        expect(parseTime(`${iso(whole + 8 * 3_600_000).slice(0, 19)}+08:00`)).toBe(whole);
        expect(parseTime(date.toUTCString())).toBe(whole);
      }),
    );
  });
});

test('a date without a clock is told apart', () => {
  expect(['2020-02-03', '2020/2/3', '2020年2月3日'].every(isDayOnly)).toBe(true);
  expect(['2020-02-03 00:00', '02-03', '2020'].some(isDayOnly)).toBe(false);
});
