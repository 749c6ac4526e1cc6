import { describe, expect, test } from 'vitest';
import { daySpan, instantOf, isDay, isoInZone, localTime, offsetAt } from '#shared/report/zone.ts';

const HOUR = 3_600_000;

describe('instantOf finds the moment a clock shows', () => {
  test.each([
    ['an ordinary morning', '2025-01-28', '08:07', 'Asia/Shanghai', '2025-01-28T00:07:00Z'],
    ['west of Greenwich', '2025-01-28', '08:07', 'America/New_York', '2025-01-28T13:07:00Z'],
    ['half-hour zones', '2025-01-28', '00:00', 'Asia/Kolkata', '2025-01-27T18:30:00Z'],
    [
      'a time that DST skips: right after the gap',
      '2025-03-09',
      '02:30',
      'America/New_York',
      '2025-03-09T07:00:00Z',
    ],
    [
      'a time that comes twice: the first',
      '2025-11-02',
      '01:30',
      'America/New_York',
      '2025-11-02T05:30:00Z',
    ],
    ['a midnight that DST skips', '2025-03-30', '00:00', 'Asia/Beirut', '2025-03-29T22:00:00Z'],
    ['a half-hour shift', '2025-10-05', '02:15', 'Australia/Lord_Howe', '2025-10-04T15:30:00Z'],
  ])('%s', (_, day, clock, zone, expected) => {
    expect(new Date(instantOf(day, clock, zone)).toISOString()).toBe(
      new Date(expected).toISOString(),
    );
  });
});

test.each([
  ['Asia/Shanghai', '2025-01-27', 24],
  ['America/New_York', '2025-03-09', 23],
  ['America/New_York', '2025-11-02', 25],
])('a day in %s on %s lasts %i hours', (zone, day, hours) => {
  const { from, to } = daySpan(day, zone);
  expect((to - from) / HOUR).toBe(hours);
  expect(localTime(from, zone).day).toBe(day);
  expect(localTime(to - 1, zone).day).toBe(day);
});

test('offsets follow the clock change to the millisecond', () => {
  const change = Date.parse('2025-03-09T07:00:00Z');
  expect(offsetAt(change - 1, 'America/New_York')).toBe(-5 * HOUR);
  expect(offsetAt(change, 'America/New_York')).toBe(-4 * HOUR);
});

test('an instant is written with the zone it is read in', () => {
  expect(isoInZone(Date.parse('2025-01-27T01:02:03.999Z'), 'Asia/Shanghai')).toBe(
    '2025-01-27T09:02:03+08:00',
  );
  expect(isoInZone(Date.parse('2025-01-27T01:02:03Z'), 'America/St_Johns')).toBe(
    '2025-01-26T21:32:03-03:30',
  );
});

test.each([
  ['2025-02-28', true],
  ['2025-02-30', false],
  ['2025-1-1', false],
  ['2025-13-01', false],
  ["2025-01-01'", false],
])('isDay(%s) is %s', (day, expected) => {
  expect(isDay(day)).toBe(expected);
});
