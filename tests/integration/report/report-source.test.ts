import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReportSource } from '#shared/node/store/report-source.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { reportQuery } from '#shared/report/report-query.ts';
import type { ReportData } from '#shared/report/report-data.ts';
import { reportSchema } from '#shared/report/report.ts';
import { moodIndex } from '#shared/series/mood-index.ts';
import { aPost, anAnalysedPost } from '../../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const at = (local: string) => Date.parse(`${local}+08:00`);
const ZONE = 'Asia/Shanghai';
const TOPICS = ['deepseek', 'nvidia'];

let database: TestDatabase;
const keys = new Map<string, number>();

/** Posts of 26 and 27 January in Shanghai: 60 and 120 about DeepSeek, every fourth about Nvidia too. */
function somePosts(): AnalysedPost[] {
  const day = (local: string, n: number, label: number, prefix: string) =>
    Array.from({ length: n }, (_, i) => {
      const post = aPost({
        id: `${prefix}${i}`,
        // An author stays with one source: (source, author) is who a person is.
        source: (i % 50) % 3 === 0 ? 'zhihu' : 'weibo',
        text: i % 10 === 0 ? '服务器繁忙，请稍后再试' : `${prefix} 第 ${i} 条`,
        createdAt: at(local) + i * 600_000,
        author: { id: `a${i % 50}`, name: `用户${i % 50}`, region: i % 2 === 0 ? '北京' : '浙江' },
        counts: { reposts: i, comments: 0, likes: i === 7 ? 5_000 : 1 },
      });
      const mention = (topic: string, score: number) => ({
        topicKey: keys.get(topic)!,
        topicId: topic,
        label: Math.sign(score),
        score,
      });
      const words = prefix === 'b' && i % 2 === 0 ? '服务器 繁忙' : '开源 模型';
      return {
        ...anAnalysedPost(post, [
          mention('deepseek', label * 600),
          ...(i % 4 === 0 ? [mention('nvidia', -400)] : []),
        ]),
        words,
      };
    });
  return [...day('2025-01-26T00:00:30', 60, 1, 'a'), ...day('2025-01-27T00:00:30', 120, -1, 'b')];
}

beforeAll(async () => {
  database = await createTestDatabase();
  for (const [color, id] of TOPICS.entries())
    keys.set(
      id,
      (
        await database.store.topics.create({
          id,
          name: id,
          aliases: [id],
          exclude: [],
          query: '',
          color,
        })
      ).key,
    );
  await database.store.posts.saveBatch({
    batchId: randomUUID(),
    receivedAt: at('2025-01-27T20:00:00'),
    posts: somePosts(),
    dropped: [],
  });
  await database.db.query(
    `insert into incidents (id, rule_id, rule_name, kind, topic, severity, state, starts_at, value, threshold, n)
     values ('i1', 'r1', '负面', 'mood', 'deepseek', 'critical', 'firing', $1, -30, -20, 50), ('i0', 'r1', '旧', 'mood', 'deepseek', 'critical', 'resolved', $2, -30, -20, 50)`,
    [at('2025-01-27T09:00:00'), at('2025-01-20T09:00:00')],
  );
  await database.db.query(`update incidents set resolved_at = starts_at + 60000 where id = 'i0'`);
});
afterAll(() => database.close());

const load = (options: Partial<Parameters<typeof reportQuery>[0]> = {}): Promise<ReportData> =>
  createReportSource(database.db, { now: () => at('2025-01-28T08:07:00') }).load(
    reportQuery({ day: '2025-01-27', zone: ZONE, topics: TOPICS, ...options }),
  );

describe('the facts of a day', () => {
  test('count what is stored, topic by topic and once for all', async () => {
    const data = await load();
    expect(data.topics.map((topic) => [topic.id, topic.total.n, topic.total.negative])).toEqual([
      ['deepseek', 120, 120],
      ['nvidia', 30, 30],
    ]);
    expect(data.all.total).toMatchObject({ n: 150, negative: 150, authors: 50 });
    expect(data.posts).toBe(120);
    expect(data.all.previous).toMatchObject({ n: 75, positive: 60, negative: 15 });
    // Nothing is stored before the 26th: those days are unknown, not silent.
    expect(data.all.earlier).toHaveLength(1);
  });

  test('have a step for every hour, and the steps add up', async () => {
    const { all } = await load();
    expect(all.series).toHaveLength(24);
    expect(all.series.reduce((sum, bucket) => sum + bucket.n, 0)).toBe(150);
  });

  test('give the mood index that the screen shows for the same span', async () => {
    const data = await load({ topics: ['deepseek'] });
    const report = buildReport(data, { hash });
    const { store } = database;
    const topics = [{ key: keys.get('deepseek')!, id: 'deepseek' }];
    const [shown] = await store.series.read({
      topics,
      from: data.query.from,
      to: data.query.to,
      stepMs: 86_400_000,
    });
    const day = await store.series.totals({
      topics,
      from: data.query.from - 86_400_000,
      to: data.query.from,
    });
    const before = day.get('deepseek')!;
    const screen = moodIndex(shown!.buckets[0]!, before.moodSum / before.n / 1000);
    expect(report.kpis.find((kpi) => kpi.key === 'mood')?.value).toBe(
      Math.round(screen.mood * 10) / 10,
    );
    expect(report.kpis.find((kpi) => kpi.key === 'authors')?.value).toBe(
      shown!.buckets[0]!.authors,
    );
  });

  test('find sources, regions, authors, words, copies and the most forwarded post', async () => {
    const data = await load({ topics: ['deepseek'] });
    expect(data.sources).toEqual(
      [
        { name: 'weibo', n: 79, positive: 0, negative: 79, before: 39 },
        { name: 'zhihu', n: 41, positive: 0, negative: 41, before: 21 },
      ].map((row) => expect.objectContaining(row)),
    );
    expect(data.regions.map((region) => [region.name, region.n]).sort()).toEqual([
      ['北京', 60],
      ['浙江', 60],
    ]);
    expect(data.authors[0]).toMatchObject({ n: 3, negative: 3, source: expect.any(String) });
    expect(data.authors).toHaveLength(10);
    expect(Object.fromEntries(data.words.now.authors)).toEqual({
      服务器: 25,
      繁忙: 25,
      开源: 25,
      模型: 25,
    });
    expect(data.words).toMatchObject({ sampleEvery: 1, now: { total: 50 }, before: { total: 50 } });
    const { negative } = buildReport(data, { hash }).posts;
    expect(negative[0]).toMatchObject({ text: 'b 第 7 条', engagement: 5_007 });
    expect(data.topPosts.find((post) => post.text.startsWith('服务器繁忙'))?.copies).toBe(12);
  });

  test('name incidents that were open in the period, and only those', async () => {
    expect((await load()).incidents.map(({ incident }) => incident.id)).toEqual(['i1']);
  });

  test('explain the spikes of the period by the stored posts, with links that open them', async () => {
    const spike = {
      id: 's1',
      topic: 'deepseek',
      measure: 'volume',
      direction: 'up',
      startsAt: at('2025-01-27T10:10:00'),
      peakAt: at('2025-01-27T11:00:00'),
      endsAt: at('2025-01-27T12:00:00'),
      observed: 12,
      expected: 2,
      surprise: 6,
      windowMinutes: 60,
      n: 12,
    } as const;
    await database.store.spikes.save(database.db, [
      spike,
      {
        ...spike,
        id: 's0',
        startsAt: at('2025-01-26T10:00:00'),
        endsAt: at('2025-01-26T12:00:00'),
      },
    ]);
    const report = buildReport(await load({ topics: ['deepseek'] }), { hash });
    expect(report.spikes.map((found) => [found.id, found.size])).toEqual([['s1', 6]]);
    expect(report.spikes[0]!.posts).toBeGreaterThan(10);
    expect(report.spikes[0]!.explanation.zh).toContain('为预期 2.0 条的 6.0 倍');
    for (const root of report.spikes[0]!.roots)
      expect((await database.store.search.get(root.ref)).text).toBe(root.text);
  });

  test('count late mentions and reviews of labels', async () => {
    const before = await load({ topics: ['deepseek'] });
    expect(before.all.total.late).toBeGreaterThan(100);
    const { posts } = await database.store.search.list(
      { from: before.query.from, to: before.query.to },
      { limit: 2, order: 'oldest' },
    );
    await database.store.corrections.set(
      posts[0]!.ref,
      { key: keys.get('deepseek')!, id: 'deepseek' },
      { label: 'positive', by: 'li', reason: '' },
    );
    await database.store.corrections.set(
      posts[1]!.ref,
      { key: keys.get('deepseek')!, id: 'deepseek' },
      { label: 'negative', by: 'li', reason: '' },
    );
    const report = buildReport(await load({ topics: ['deepseek'] }), { hash });
    expect(report.corrections).toMatchObject({
      reviewed: 2,
      changed: 1,
      accuracy: { share: 0.5, n: 2 },
    });
    expect(report.share[0]).toMatchObject({ positive: 1, negative: 119 });
  });

  test('make a report that fits its schema', async () => {
    const report = buildReport(await load(), { hash });
    expect(reportSchema.parse(report)).toEqual(report);
  });
});

describe('other spans', () => {
  test('a zone whose days begin at a half hour is counted by minutes', async () => {
    const data = await load({ zone: 'Asia/Kolkata', topics: ['deepseek'] });
    const { rows } = await database.db.query<{ n: number }>(
      'select count(*) as n from mentions where topic = $1 and created_at >= $2 and created_at < $3',
      [
        keys.get('deepseek'),
        Date.parse('2025-01-27T00:00:00+05:30'),
        Date.parse('2025-01-28T00:00:00+05:30'),
      ],
    );
    expect(data.all.total.n).toBe(rows[0]?.n);
  });
  test('a week holds both days', async () => {
    const data = await load({ day: '2025-01-20', lastDay: '2025-01-26', topics: ['deepseek'] });
    expect(data.query.period).toBe('week');
    expect(data.all.total.n).toBe(60);
  });
  test('a day without posts is empty, and its silent sources are named', async () => {
    const data = await load({ day: '2025-01-28', topics: ['deepseek'] });
    const report = buildReport(data, { hash });
    expect(report.cover.empty).toBe(true);
    expect(report.cover.summary.en).toMatch(
      /0 mentions of deepseek; source (weibo|zhihu) silent since/,
    );
  });
  test('an unknown topic is told', async () => {
    await expect(load({ topics: ['nobody'] })).rejects.toMatchObject({ code: 'topic/not-found' });
  });
});
