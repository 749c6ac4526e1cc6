import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RUN_LOST_MS, type ReportsStore, createReportsStore } from '#shared/node/store/reports.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { missedRuns } from '#shared/report/schedule.ts';
import { aReportData } from '../../builders/report-data.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const schedule = {
  id: 's1',
  name: '每日',
  topics: ['deepseek'],
  time: '08:07',
  zone: 'Asia/Shanghai',
  period: 'day' as const,
  lang: 'zh' as const,
  channels: [],
  formats: ['pdf'],
  emptyDays: true,
  enabled: true,
};

let database: TestDatabase;
let reports: ReportsStore;
beforeAll(async () => {
  database = await createTestDatabase();
  reports = createReportsStore(database.db);
});
afterAll(() => database.close());

describe('versions', () => {
  const data = aReportData();
  const build = (n: number) =>
    reports.save(data.query, (earlier) => {
      const late = {
        ...data,
        all: { ...data.all, total: { ...data.all.total, n: data.all.total.n + n } },
      };
      return buildReport(late, { hash, version: (earlier?.cover.version ?? 0) + 1, earlier });
    });

  test('a regenerated report is version 2 and says what changed', async () => {
    expect((await build(0)).cover).toMatchObject({ version: 1, changes: [] });
    const second = await build(5);
    expect(second.cover.version).toBe(2);
    expect(second.cover.changes[0]).toMatchObject({
      key: 'mentions',
      before: data.all.total.n,
      after: data.all.total.n + 5,
    });
    expect(await reports.latest(data.query)).toEqual(second);
  });
  test('two at once get two versions, none is lost', async () => {
    const made = await Promise.all([build(6), build(7), build(8)]);
    expect(made.map((report) => report.cover.version).sort()).toEqual([3, 4, 5]);
    expect((await reports.versions(data.query)).map((report) => report.cover.version)).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });
  test('the order of topics asks the same report', async () => {
    expect(
      await reports.latest({ ...data.query, topics: [...data.query.topics].reverse() }),
    ).not.toBeNull();
    expect(await reports.latest({ ...data.query, topics: ['deepseek'] })).toBeNull();
  });
  test('the list has one row a report, with its newest figures', async () => {
    const rows = await reports.list({ from: '2025-01-01', to: '2025-01-31', limit: 10 });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      day: '2025-01-27',
      version: 5,
      spikes: 2,
      mood: 3.9,
      moodChange: -6.6,
    });
  });
});

describe('a scheduled run', () => {
  const now = Date.parse('2025-01-28T08:07:00+08:00');
  beforeAll(() => reports.saveSchedule(schedule, now));

  test('is taken by one of many workers', async () => {
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => reports.claimRun('s1', '2025-01-27', { now, late: false })),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
  test('is not taken again after a restart, nor when the clock goes back', async () => {
    expect(await reports.claimRun('s1', '2025-01-27', { now: now + 60_000, late: true })).toBe(
      false,
    );
    expect(await reports.claimRun('s1', '2025-01-27', { now: now - 3_600_000, late: true })).toBe(
      false,
    );
  });
  test('whose worker died is given out once more, to one', async () => {
    const later = now + RUN_LOST_MS + 1;
    const claims = await Promise.all(
      [1, 2, 3].map(() => reports.claimRun('s1', '2025-01-27', { now: later, late: true })),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
  test('that is done stays done, and the schedule moves on', async () => {
    await reports.finishRun('s1', '2025-01-27');
    expect(await reports.claimRun('s1', '2025-01-27', { now: now + 86_400_000, late: true })).toBe(
      false,
    );
    const [stored] = await reports.schedules();
    expect(stored?.lastDay).toBe('2025-01-27');
    expect(missedRuns(stored!, stored!.lastDay, now + 86_400_000).map((run) => run.day)).toEqual([
      '2025-01-28',
    ]);
  });
  test('that failed may be tried again', async () => {
    expect(await reports.claimRun('s1', '2025-01-28', { now, late: false })).toBe(true);
    await reports.releaseRun('s1', '2025-01-28');
    expect(await reports.claimRun('s1', '2025-01-28', { now: now + 1, late: false })).toBe(true);
  });
  test('of an older day caught up does not move the schedule back', async () => {
    await reports.claimRun('s1', '2025-01-20', { now, late: true });
    await reports.finishRun('s1', '2025-01-20');
    expect((await reports.schedules())[0]?.lastDay).toBe('2025-01-27');
  });
});
