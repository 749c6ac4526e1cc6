import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  dayAfterKey,
  isDay,
  monthWeeks,
  readMoment,
  showMoment,
  tidyMoment,
} from '../../../web/src/i18n/calendar.ts';

const days = fc
  .integer({ min: Date.UTC(1901, 0, 1), max: Date.UTC(2198, 11, 31) })
  .map((at) => new Date(at).toISOString().slice(0, 10));

describe('what is typed for a day or a minute', () => {
  it.each([
    ['2025-01-20', false, '2025-01-20'],
    [' 2025-01-20 ', false, '2025-01-20'],
    ['2025-01-20 21:00', true, '2025-01-20T21:00'],
    ['2025-01-20', true, ''],
    ['2025-01-20 21:00', false, ''],
    ['2025-01-20 24:00', true, ''],
    ['2025-02-29', false, ''],
    ['2025-1-2', false, ''],
    ['9999-12-31', false, ''],
    ['', false, ''],
    ['2025-01-20 21:00 x', true, ''],
  ] as const)('“%s” (with time: %s) is read as “%s”', (text, withTime, expected) => {
    expect(readMoment(text, withTime)).toBe(expected);
  });

  it.each([
    ['2025-1-2', false, '2025-01-02'],
    ['2025/01/20', false, '2025-01-20'],
    ['2025年1月20日', false, '2025-01-20'],
    ['２０２５－０１－２０', false, '2025-01-20'],
    ['20250120', false, '2025-01-20'],
    ['2025-01-20', true, '2025-01-20 00:00'],
    ['2025-01-20T9:05', true, '2025-01-20 09:05'],
    ['2025年1月20日 21时05分', true, '2025-01-20 21:05'],
    ['2025-01-20 ２１：００', true, '2025-01-20 21:00'],
    ['2025-02-30', false, '2025-02-30'],
    ['01/20/2025', false, '01/20/2025'],
    ['yesterday', true, 'yesterday'],
  ] as const)('“%s” (with time: %s) is tidied to “%s”', (text, withTime, expected) => {
    expect(tidyMoment(text, withTime)).toBe(expected);
  });

  it('what a field shows is read as the same value', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 1439 }), (day, minute) => {
        const value = `${day}T${new Date(minute * 60_000).toISOString().slice(11, 16)}`;
        expect(readMoment(showMoment(value), true)).toBe(value);
        expect(readMoment(showMoment(day), false)).toBe(day);
      }),
    );
  });
});

describe('the calendar', () => {
  it('shows a month whole, in weeks from Monday', () => {
    fc.assert(
      fc.property(days, (day) => {
        const weeks = monthWeeks(day);
        const flat = weeks.flat();
        expect(flat).toEqual(flat.map((_, index) => addDays(flat[0] ?? '', index)));
        expect(new Date(`${flat[0]}T00:00:00Z`).getUTCDay()).toBe(1);
        const ofMonth = flat.filter((other) => other.slice(0, 7) === day.slice(0, 7));
        expect(ofMonth[0]?.slice(8)).toBe('01');
        expect(addDays(ofMonth.at(-1) ?? '', 1).slice(8)).toBe('01');
        expect(weeks.every((week) => week.some((other) => ofMonth.includes(other)))).toBe(true);
      }),
    );
  });

  it.each([
    ['2025-01-22', 'ArrowLeft', false, '2025-01-21'],
    ['2025-01-31', 'ArrowRight', false, '2025-02-01'],
    ['2025-01-01', 'ArrowUp', false, '2024-12-25'],
    ['2025-01-22', 'ArrowDown', false, '2025-01-29'],
    ['2025-01-22', 'Home', false, '2025-01-20'],
    ['2025-01-22', 'End', false, '2025-01-26'],
    ['2025-03-31', 'PageUp', false, '2025-02-28'],
    ['2024-02-29', 'PageDown', true, '2025-02-28'],
    ['2025-01-31', 'PageDown', false, '2025-02-28'],
    ['2199-12-31', 'ArrowRight', false, '2199-12-31'],
    ['2025-01-22', 'x', false, null],
  ] as const)('from %s %s (shift: %s) leads to %s', (day, key, shift, expected) => {
    expect(dayAfterKey(day, key, shift)).toBe(expected);
  });

  it('a month forth and back stays in the month, and every step is a day', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -30, max: 30 }), (day, by) => {
        fc.pre(isDay(addMonths(day, by)));
        expect(addMonths(addMonths(day, by), -by).slice(0, 7)).toBe(day.slice(0, 7));
      }),
    );
  });
});
