import { describe, expect, test } from 'vitest';
import { type Schedule, dueRuns, missedRuns, nextRun, runKey } from '#shared/report/schedule.ts';

const daily: Schedule = { id: 's1', time: '08:07', zone: 'Asia/Shanghai', period: 'day' };
const weekly: Schedule = { ...daily, id: 's2', period: 'week' };
const at = (iso: string) => Date.parse(iso);
const shown = (run: { at: number; day: string }) => `${new Date(run.at).toISOString()} ${run.day}`;

describe('nextRun', () => {
  test.each([
    [
      'before the time: today, about yesterday',
      daily,
      '2025-01-28T07:00:00+08:00',
      '2025-01-28T00:07:00.000Z 2025-01-27',
    ],
    [
      'at the very time: tomorrow, never the same run twice',
      daily,
      '2025-01-28T08:07:00+08:00',
      '2025-01-29T00:07:00.000Z 2025-01-28',
    ],
    ['over New Year', daily, '2024-12-31T20:00:00+08:00', '2025-01-01T00:07:00.000Z 2024-12-31'],
    [
      'a week: next Monday, about the Monday before',
      weekly,
      '2025-01-28T09:00:00+08:00',
      '2025-02-03T00:07:00.000Z 2025-01-27',
    ],
    [
      'a time that DST skips runs after the gap',
      { ...daily, time: '02:30', zone: 'America/New_York' },
      '2025-03-09T01:00:00-05:00',
      '2025-03-09T07:00:00.000Z 2025-03-08',
    ],
    [
      'a time that comes twice runs the first time',
      { ...daily, time: '01:30', zone: 'America/New_York' },
      '2025-11-02T01:00:00-04:00',
      '2025-11-02T05:30:00.000Z 2025-11-01',
    ],
    [
      'and not the second time',
      { ...daily, time: '01:30', zone: 'America/New_York' },
      '2025-11-02T01:30:00-04:00',
      '2025-11-03T06:30:00.000Z 2025-11-02',
    ],
  ] as const)('%s', (_, schedule, after, expected) => {
    expect(shown(nextRun(schedule, at(after)))).toBe(expected);
  });

  test.each([
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Asia/Shanghai',
    'Asia/Beirut',
  ])('covers every day of a year in %s exactly once, whatever the clock does', (zone) => {
    for (const time of ['00:00', '00:30', '02:07', '23:59']) {
      const days: string[] = [];
      for (
        let run = nextRun({ ...daily, time, zone }, at('2025-01-01T12:00:00Z'));
        days.length < 365;
      ) {
        days.push(run.day);
        run = nextRun({ ...daily, time, zone }, run.at);
      }
      expect(new Set(days).size).toBe(365);
      expect(
        days.every(
          (day, index) =>
            index === 0 || Date.parse(day) - Date.parse(days[index - 1]!) === 86_400_000,
        ),
      ).toBe(true);
    }
  });
});

describe('missedRuns', () => {
  test('nothing is missing when the newest due day is done', () => {
    expect(missedRuns(daily, '2025-01-27', at('2025-01-28T09:00:00+08:00'))).toEqual([]);
  });
  test('after a downtime every day is caught up, oldest first', () => {
    const runs = missedRuns(daily, '2025-01-24', at('2025-01-28T09:00:00+08:00'));
    expect(runs.map((run) => run.day)).toEqual(['2025-01-25', '2025-01-26', '2025-01-27']);
  });
  test('a schedule that never ran owes only its latest report', () => {
    expect(missedRuns(daily, null, at('2025-01-28T09:00:00+08:00')).map((run) => run.day)).toEqual([
      '2025-01-27',
    ]);
  });
  test('a year off line does not send a year of reports', () => {
    expect(missedRuns(daily, '2024-01-01', at('2025-01-28T09:00:00+08:00'))).toHaveLength(31);
  });
  test('a clock set back repeats nothing', () => {
    expect(missedRuns(daily, '2025-01-27', at('2025-01-27T09:00:00+08:00'))).toEqual([]);
  });
  test('weeks are caught up by weeks', () => {
    const runs = missedRuns(weekly, '2025-01-06', at('2025-01-28T09:00:00+08:00'));
    expect(runs.map((run) => run.day)).toEqual(['2025-01-13', '2025-01-20']);
  });
});

test('the key of a run names schedule and day, not the moment', () => {
  expect(runKey(daily, '2025-01-27')).toBe('s1:2025-01-27');
});

test('due runs of all schedules that are on, oldest first, late ones marked', () => {
  const on = { ...daily, enabled: true, lastDay: '2025-01-25' };
  const schedules = [
    on,
    { ...on, id: 's0', enabled: false },
    { ...weekly, enabled: true, lastDay: '2025-01-13' },
  ];
  const due = dueRuns(schedules, at('2025-01-28T08:08:00+08:00'));
  expect(due.map((run) => [run.schedule.id, run.day, run.late])).toEqual([
    ['s1', '2025-01-26', true],
    ['s2', '2025-01-20', true],
    ['s1', '2025-01-27', false],
  ]);
});
