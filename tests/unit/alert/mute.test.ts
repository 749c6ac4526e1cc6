import { describe, expect, test } from 'vitest';
import { isMuted, wallClock } from '#shared/alert/mute.ts';

const nights = [{ weekdays: [1, 2, 3, 4, 5], from: '23:00', to: '07:00', zone: 'Asia/Shanghai' }];
const utc = (text: string) => Date.parse(text);

describe('mute times', () => {
  test.each([
    ['Monday 22:59 in Shanghai', '2025-01-06T14:59:00Z', false],
    ['Monday 23:00', '2025-01-06T15:00:00Z', true],
    ['Tuesday 06:59, of the night that began on Monday', '2025-01-06T22:59:00Z', true],
    ['Tuesday 07:00', '2025-01-06T23:00:00Z', false],
    ['Saturday 03:00, of the night that began on Friday', '2025-01-10T19:00:00Z', true],
    ['Saturday 23:30', '2025-01-11T15:30:00Z', false],
    ['Monday 03:00, of the night that began on Sunday', '2025-01-12T19:00:00Z', false],
  ])('%s', (_name, instant, muted) => {
    expect(isMuted(nights, utc(instant))).toBe(muted);
  });

  test('a window inside one day', () => {
    const lunch = [{ weekdays: [1], from: '12:00', to: '13:30', zone: 'Asia/Shanghai' }];
    expect(isMuted(lunch, utc('2025-01-06T04:00:00Z'))).toBe(true);
    expect(isMuted(lunch, utc('2025-01-06T05:30:00Z'))).toBe(false);
    expect(isMuted(lunch, utc('2025-01-07T04:00:00Z'))).toBe(false);
  });

  test('equal ends are the whole day', () => {
    const weekend = [{ weekdays: [6, 7], from: '00:00', to: '00:00', zone: 'UTC' }];
    expect(isMuted(weekend, utc('2025-01-11T00:00:00Z'))).toBe(true);
    expect(isMuted(weekend, utc('2025-01-12T23:59:00Z'))).toBe(true);
    expect(isMuted(weekend, utc('2025-01-13T00:00:00Z'))).toBe(false);
  });

  describe('clocks change in Berlin', () => {
    const early = [{ weekdays: [7], from: '02:30', to: '03:30', zone: 'Europe/Berlin' }];
    test('in spring 02:30 does not exist: muted from 03:00 to 03:30 summer time', () => {
      expect(isMuted(early, utc('2025-03-30T00:59:00Z'))).toBe(false);
      expect(isMuted(early, utc('2025-03-30T01:00:00Z'))).toBe(true);
      expect(isMuted(early, utc('2025-03-30T01:30:00Z'))).toBe(false);
    });
    test('in autumn 02:30 comes twice: muted both times', () => {
      expect(isMuted(early, utc('2025-10-26T00:30:00Z'))).toBe(true);
      expect(isMuted(early, utc('2025-10-26T01:00:00Z'))).toBe(false);
      expect(isMuted(early, utc('2025-10-26T01:30:00Z'))).toBe(true);
      expect(isMuted(early, utc('2025-10-26T02:30:00Z'))).toBe(false);
    });
  });

  test('an unknown zone mutes nothing', () => {
    expect(wallClock(0, 'Mars/Olympus')).toBeNull();
    expect(
      isMuted(
        [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00', zone: 'Mars/Olympus' }],
        0,
      ),
    ).toBe(false);
  });
});
