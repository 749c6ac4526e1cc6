import { randomUUID } from 'node:crypto';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportPosts } from '#shared/node/render/export.ts';
import { countExport } from '#shared/node/store/export-posts.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import { wirePostSchema } from '#shared/post/post.ts';
import { aPost, anAnalysedPost } from '../../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { parseCsv, readWorkbook } from '../../unit/report/read-faces.ts';

const ZONE = 'Asia/Shanghai';
const FROM = Date.parse('2025-01-27T00:00:00Z');
const ALL = { from: FROM, to: FROM + 86_400_000 };
const HOSTILE = [
  '=1+1',
  '+SUM(A1)',
  '-2+3',
  '@all',
  '＝１',
  '\t=cmd',
  'a,"b"\r\nc',
  '<script>',
  '_x000D_',
  '\u0008back',
  '👨‍👩‍👧',
  "'=1",
];
const POSTS = 2_500;

let database: TestDatabase;
let key: number;

beforeAll(async () => {
  database = await createTestDatabase();
  key = (
    await database.store.topics.create({
      id: 'deepseek',
      name: 'DeepSeek',
      aliases: ['DeepSeek'],
      exclude: [],
      query: '',
      color: 0,
    })
  ).key;
  const posts = Array.from({ length: POSTS }, (_, i) => {
    const post = aPost({
      id: `e${i}`,
      text: HOSTILE[i] ?? `第 ${i} 条`,
      createdAt: FROM + i * 1_000,
      author: {
        id: `a${i % 90}`,
        name: `=用户${i % 90}`,
        followers: i,
        verified: i % 2 === 0,
        region: '浙江',
      },
      ...(i % 5 === 0 && { repostOf: { id: 'root', text: '原文', author: '某' } }),
      ...(i % 3 === 0 && {
        counts: { reposts: i, comments: 1, likes: 2 },
        tags: ['AI', '国货'],
        url: `https://weibo.com/${i}`,
        lang: 'zh',
      }),
    });
    return anAnalysedPost(post, i % 2 === 0 ? [{ topicKey: key, score: 512, label: 1 }] : []);
  });
  await save(database, posts);
});

/** As many at once as a job may carry (WEIMAI_BATCH). */
async function save(to: TestDatabase, posts: AnalysedPost[]): Promise<void> {
  for (let at = 0; at < posts.length; at += 1_000)
    await to.store.posts.saveBatch({
      batchId: randomUUID(),
      receivedAt: FROM + 86_400_000,
      posts: posts.slice(at, at + 1_000),
      dropped: [],
    });
}

afterAll(() => database.close());

const run = (
  format: 'ndjson' | 'csv' | 'xlsx' | 'json',
  query: Parameters<typeof exportPosts>[1] = ALL,
) => exportPosts(database.db, query, { format, zone: ZONE }).body;

describe('posts exported', () => {
  test('as NDJSON are canonical posts: taken again into an empty store they count the same', async () => {
    const lines = (await text(run('ndjson')))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toHaveLength(POSTS);
    const posts = lines.map((line) => wirePostSchema.parse(line));
    const other = await createTestDatabase();
    try {
      await other.store.topics.create({
        id: 'deepseek',
        name: 'DeepSeek',
        aliases: ['DeepSeek'],
        exclude: [],
        query: '',
        color: 0,
      });
      const again = posts.map(({ createdAt, ...post }, i) =>
        // The analysis is the analyser's affair; what must survive the trip is everything it reads.
        anAnalysedPost(
          { ...post, createdAt: Date.parse(createdAt) } as never,
          i % 2 === 0 ? [{ topicKey: key, score: 512, label: 1 }] : [],
        ),
      );
      await save(other, again);
      for (const sql of [
        'select topic, at, n, positive, mood_sum, mood_sq, authors, author_count, late from buckets_minute order by at',
        'select source, id, text, created_at, author, author_id, author_name, followers, verified, region, url, repost_id, repost_text, repost_author, reposts, comments, likes, root, tags, lang from posts order by created_at, id',
      ])
        expect((await other.db.query(sql)).rows).toEqual((await database.db.query(sql)).rows);
    } finally {
      await other.close();
    }
  });

  test('as JSON are one array', async () => {
    expect(JSON.parse(await text(run('json')))).toHaveLength(POSTS);
    expect(JSON.parse(await text(run('json', { from: 0, to: 1 })))).toEqual([]);
  });

  test('as CSV hold one row each, and no field that a spreadsheet could run', async () => {
    const [header = [], ...rows] = parseCsv(await text(run('csv'))).filter((row) => row.length > 1);
    expect(rows).toHaveLength(POSTS);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    expect(rows.flat().filter((field) => /^\s*[=+\-@＝]/.test(field))).toEqual([]);
    const texts = rows.slice(0, 4).map((row) => row[header.indexOf('text')]);
    expect(texts).toEqual(["'=1+1", "'+SUM(A1)", "'-2+3", "'@all"]);
    expect(rows[6]?.[header.indexOf('text')]).toBe('a,"b"\r\nc');
    expect(rows[0]?.[header.indexOf('createdAt')]).toBe('2025-01-27T08:00:00+08:00');
  });

  test('as XLSX are typed cells: text stays text, numbers are numbers, times are dates of the zone', async () => {
    const { sheets } = await readWorkbook(await buffer(run('xlsx')));
    const [sheet] = sheets;
    const [header = [], ...rows] = sheet!.rows;
    expect(rows).toHaveLength(POSTS);
    expect(sheet!.formulas).toBe(0);
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(column('text').slice(0, 4)).toEqual(['=1+1', '+SUM(A1)', '-2+3', '@all']);
    expect(column('followers')[7]).toBe(7);
    expect(column('createdAt')[60]).toBe('2025-01-27 08:01');
    expect(column('topics')[0]).toBe('deepseek positive 0.512');
  });

  test('of one topic are the posts that mention it', async () => {
    const query = { ...ALL, topic: { key } };
    expect(await countExport(database.db, query)).toBe(POSTS / 2);
    expect((await text(run('ndjson', query))).trimEnd().split('\n')).toHaveLength(POSTS / 2);
  });
});

test('a reader that leaves early gives its connection back', async () => {
  for (let round = 0; round < 12; round++) {
    for await (const chunk of run('ndjson')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  }
  expect((await database.db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
