import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRescoreStore } from '#shared/node/store/rescore.ts';
import { createRetentionStore, type RetentionStore } from '#shared/node/store/retention.ts';
import { refOf } from '#shared/node/store/live-posts.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { aPost, anAnalysedPost } from '../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const DAY = 86_400_000;
const OLD = Date.parse('2025-01-15T10:00:00Z');
const RECENT = Date.parse('2025-06-10T10:00:00Z');
const NOW = Date.parse('2025-06-12T00:00:00Z');
const KEEP = { postsDays: 100, minutesDays: 60, unmatchedDays: 14 };

let base: TestDatabase;
let retention: RetentionStore;
let topic: { key: number; id: string };

beforeAll(async () => {
  base = await createTestDatabase();
  await base.store.topics.seed(defaultTopics());
  topic = await base.store.topics.get('deepseek');
  retention = createRetentionStore(base.db);
});
afterAll(() => base.close());

const matched = (id: string, createdAt: number) =>
  anAnalysedPost(aPost({ id, createdAt }), [{ topicKey: topic.key, topicId: topic.id }]);
const unmatched = (id: string, createdAt: number) => anAnalysedPost(aPost({ id, createdAt }), []);
const save = (posts: ReturnType<typeof matched>[], receivedAt: number) =>
  base.store.posts.saveBatch({ batchId: randomUUID(), receivedAt, posts, dropped: [] });
const one = async (sql: string): Promise<Record<string, unknown>> =>
  (await base.db.query(sql)).rows[0] as Record<string, unknown>;
const buckets = async (table: string): Promise<unknown> =>
  (await base.db.query(`select at, n from ${table} order by at`)).rows;
const tidy = (now = NOW, keep: { from: number; to: number } | null = null) =>
  retention.tidy({ retention: KEEP, now, keep });

describe('retention', () => {
  const oldPosts = () => Array.from({ length: 40 }, (_, i) => matched(`old${i}`, OLD + i * 60_000));

  test('a month that ended and arrived long enough ago goes; hours, days and identities stay', async () => {
    await save(oldPosts(), OLD + DAY);
    await save([matched('new1', RECENT), unmatched('new2', RECENT + 1)], RECENT);
    const hours = await buckets('buckets_hour');
    const days = await buckets('buckets_day');
    expect(await tidy()).toMatchObject({
      postMonths: ['202501'],
      minuteMonths: ['202501'],
      unmatchedPosts: 0,
    });
    expect(await one('select count(*)::int as n from posts')).toEqual({ n: 2 });
    expect(await one('select count(*)::int as n from mentions')).toEqual({ n: 1 });
    expect(await one('select count(*)::int as n from buckets_minute')).toEqual({ n: 1 });
    expect(await one('select count(*)::int as n from post_keys')).toEqual({ n: 42 });
    expect(await buckets('buckets_hour')).toEqual(hours);
    expect(await buckets('buckets_day')).toEqual(days);
  });

  test('running again finds nothing', async () => {
    expect(await tidy()).toMatchObject({ postMonths: [], minuteMonths: [], unmatchedPosts: 0 });
  });

  test('a re-import of the removed month counts nothing; a new post of it counts', async () => {
    const days = await buckets('buckets_day');
    expect(await save(oldPosts(), NOW)).toMatchObject({ counted: 0, duplicate: 40 });
    expect(await buckets('buckets_day')).toEqual(days);
    expect(await save([matched('found-later', OLD)], NOW)).toMatchObject({
      counted: 1,
      duplicate: 0,
    });
    expect(await one(`select sum(n)::int as n from buckets_day`)).toEqual({ n: 42 });
  });

  test('a recount leaves days alone that lost posts', async () => {
    const rescore = createRescoreStore(base.db, {
      dayStart: base.store.zone.dayStart,
      history: base.store.history,
    });
    const day = await rescore.nextDay(0, NOW);
    expect(day).toBe(Date.parse('2025-06-10T00:00:00+08:00'));
    expect(await rescore.nextDay(NOW, NOW + DAY)).toBeNull();
  });

  test('old posts that arrived lately stay as long as live ones do', async () => {
    // `found-later` arrived at NOW: its month goes only 100 days after that. Minutes: 60 days after that.
    expect(await tidy(NOW + 59 * DAY)).toMatchObject({ postMonths: [], minuteMonths: [] });
    expect(await tidy(NOW + 61 * DAY)).toMatchObject({ postMonths: [], minuteMonths: ['202501'] });
    expect(await tidy(NOW + 101 * DAY)).toMatchObject({ postMonths: ['202501'] });
  });

  test('months of the demo stay while it is there', async () => {
    await save([matched('demo-like', OLD + 2 * DAY)], OLD);
    const later = NOW + 400 * DAY;
    const keep = { from: OLD, to: OLD + 10 * DAY };
    expect(await tidy(later, keep)).toMatchObject({ postMonths: ['202506'] });
    expect(await one(`select count(*)::int as n from posts where id = 'demo-like'`)).toEqual({
      n: 1,
    });
    expect(await tidy(later + 2 * DAY)).toMatchObject({ postMonths: ['202501'] });
  });

  test('unmatched posts go after their days, by arrival; matched ones do not', async () => {
    const now = Date.parse('2027-03-20T00:00:00Z');
    await save([unmatched('u1', now - 20 * DAY), matched('m1', now - 20 * DAY)], now - 20 * DAY);
    await save([unmatched('u2', now - 20 * DAY)], now - DAY);
    expect(await tidy(now)).toMatchObject({ unmatchedPosts: 1 });
    const { rows } = await base.db.query(`select id from posts order by id`);
    expect(rows.map((row) => row.id)).toEqual(['m1', 'u2']);
    expect(await tidy(now + 12 * DAY)).toMatchObject({ unmatchedPosts: 0 });
    expect(await tidy(now + 14 * DAY)).toMatchObject({ unmatchedPosts: 1 });
    expect(await save([unmatched('u1', now - 20 * DAY)], now)).toMatchObject({ duplicate: 1 });
  });

  test('corrections of posts that went stay out of the way', async () => {
    const at = Date.parse('2027-05-05T00:00:00Z');
    await save([matched('c1', at)], at);
    const { pid } = (await one(`select pid from posts where id = 'c1'`)) as { pid: number };
    await base.store.corrections.set(refOf(pid, at), topic, {
      label: 'negative',
      by: 'lin',
      reason: '',
    });
    expect(await tidy(at + 200 * DAY)).toMatchObject({ postMonths: ['202702', '202705'] });
    expect(await base.store.corrections.list({ limit: 10 })).toEqual([]);
    await expect(
      base.store.corrections.set(refOf(pid, at), topic, { label: null, by: 'lin', reason: '' }),
    ).rejects.toMatchObject({ code: 'post/topic-not-mentioned' });
    expect(
      await one(`select negative::int as negative from buckets_day order by at desc limit 1`),
    ).toEqual({ negative: 1 });
  });

  test('events, batches, notifications, sessions and keys go after their time; the newest 20,000 events stay', async () => {
    const now = Date.now();
    await base.db.query('truncate live_events, batches');
    await base.db.query(
      `insert into live_events (seq, at, event, message) select s, $1, 'topics:changed', '{}' from generate_series(1, 20500) s`,
      [now - 2 * 3_600_000],
    );
    await base.db.query('update live_seq set seq = 20500');
    await base.db.query(
      `insert into batches (id, at, received_at, posts, counted, duplicate, dropped) values (gen_random_uuid(), $1, 0, 1, 1, 0, 0), (gen_random_uuid(), $2, 0, 1, 1, 0, 0)`,
      [now - 8 * DAY, now - 6 * DAY],
    );
    await base.db.query(
      `insert into notifications (key, channel_id, kind, message, state, created_at, next_attempt_at)
       values ('a', 'c', 'opened', '{}', 'sent', $1, 0), ('b', 'c', 'opened', '{}', 'waiting', $1, 0), ('c', 'c', 'opened', '{}', 'failed', $2, 0)`,
      [now - 91 * DAY, now - 89 * DAY],
    );
    await base.db.query(
      `insert into delivery_attempts (notification_id, at, ok, ms, answer) select id, 0, true, 1, '' from notifications`,
    );
    await base.store.access.addMember('lin', 'viewer', 'eight-or-more');
    const { session } = await base.store.access.login('lin', 'eight-or-more');
    await base.db.query(
      `insert into sessions (digest, member, created_at, seen_at) values ('\\x01', 'lin', $1, $2), ('\\x02', 'lin', $2, $3)`,
      [now - 15 * DAY, now, now - DAY],
    );
    await base.db.query(
      `insert into idempotency_keys (key, request_digest, at) values ('old', '\\x00', $1), ('new', '\\x00', $2)`,
      [now - DAY - 1, now - DAY + 60_000],
    );
    const tidied = await tidy(now);
    expect(tidied).toMatchObject({
      liveEvents: 500,
      batches: 1,
      notifications: 1,
      sessions: 2,
      idempotencyKeys: 1,
    });
    expect(await one('select count(*)::int as n from delivery_attempts')).toEqual({ n: 2 });
    expect(await base.store.access.findSession(session)).toMatchObject({ name: 'lin' });
  });

  test('zero keeps for ever', async () => {
    const tidied = await retention.tidy({
      retention: { postsDays: 0, minutesDays: 0, unmatchedDays: 0 },
      now: NOW + 10_000 * DAY,
      keep: null,
    });
    expect(tidied).toMatchObject({ postMonths: [], minuteMonths: [], unmatchedPosts: 0 });
  });

  test('one process at a time', async () => {
    const client = await base.db.connect();
    await client.query('select pg_advisory_lock(7700004)');
    expect(await tidy()).toBeNull();
    await client.query('select pg_advisory_unlock(7700004)');
    client.release();
    expect(await tidy()).not.toBeNull();
  });
});
