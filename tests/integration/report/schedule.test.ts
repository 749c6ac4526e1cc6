import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#shared/node/log.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { makeDueReports } from '#worker/jobs/make-reports.ts';
import { aPost, anAnalysedPost } from '../../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { store } = database;
  await store.topics.seed(defaultTopics());
  const deepseek = await store.topics.get('deepseek');
  await store.posts.saveBatch({
    batchId: randomUUID(),
    receivedAt: Date.parse('2025-01-27T13:00:40Z'),
    posts: Array.from({ length: 20 }, () => anAnalysedPost(aPost(), [{ topicKey: deepseek.key }])),
    dropped: [],
  });
  await store.channels.create({
    id: 'hook',
    type: 'webhook',
    name: 'hook',
    url: 'https://example.org/hook',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  });
  await store.reports.saveSchedule(
    {
      id: 'daily',
      name: '日报',
      topics: ['deepseek'],
      time: '08:07',
      zone: 'Asia/Shanghai',
      lang: 'zh',
      period: 'day',
      channels: ['hook'],
      formats: ['pdf'],
      emptyDays: true,
      enabled: true,
    },
    Date.parse('2025-01-27T00:00:00Z'),
  );
});
afterAll(() => database.close());

const runAt = (iso: string): Promise<number> =>
  makeDueReports({
    store: database.store,
    log: createLog('test', 'silent'),
    baseUrl: 'https://mood.example',
    now: () => Date.parse(iso),
  });

test('two workers and a restart at 08:07 give one report and one message', async () => {
  const made = await Promise.all([
    runAt('2025-01-28T08:07:03+08:00'),
    runAt('2025-01-28T08:07:03+08:00'),
  ]);
  expect(made.reduce((sum, n) => sum + n, 0)).toBe(1);
  expect(await runAt('2025-01-28T08:07:20+08:00')).toBe(0);
  const { rows } = await database.db.query('select day, state, late from report_runs');
  expect(rows).toEqual([{ day: '2025-01-27', state: 'done', late: false }]);
  expect((await database.db.query('select count(*)::int as n from reports')).rows[0].n).toBe(1);
  const messages = await database.store.outbox.list({ channelId: 'hook', limit: 10 });
  expect(messages.map((message) => message.key)).toEqual(['report:daily:2025-01-27:hook']);
});

test('a clock set back makes nothing twice; missed days are caught up and marked late', async () => {
  expect(await runAt('2025-01-28T08:06:59+08:00')).toBe(0);
  expect(await runAt('2025-01-30T09:30:00+08:00')).toBe(2);
  const { rows } = await database.db.query('select day, late from report_runs order by day');
  expect(rows.slice(1)).toEqual([
    { day: '2025-01-28', late: true },
    { day: '2025-01-29', late: true },
  ]);
});
