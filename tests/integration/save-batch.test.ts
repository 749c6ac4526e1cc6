import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '#shared/node/store/ledger.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { aPost, anAnalysedPost } from '../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let test_: TestDatabase;
let topics: Map<string, number>;

beforeAll(async () => {
  test_ = await createTestDatabase();
  await test_.store.topics.seed(defaultTopics());
  topics = new Map((await test_.store.topics.list()).map((topic) => [topic.id, topic.key]));
});
afterAll(() => test_.close());
beforeEach(async () => {
  await test_.db.query(
    'truncate posts, mentions, post_keys, buckets_minute, buckets_hour, buckets_day, batches, outcomes, source_minutes',
  );
});

const save = (
  posts: AnalysedPost[],
  batchId: string = randomUUID(),
  receivedAt = Date.parse('2025-01-27T13:01:00Z'),
) => test_.store.posts.saveBatch({ batchId, receivedAt, posts, dropped: [] });

async function dump(): Promise<string> {
  const parts: unknown[] = [];
  for (const table of ['buckets_minute', 'buckets_hour', 'buckets_day']) {
    const { rows } = await test_.db.query(
      `select topic, at, n, positive, neutral, negative, mood_sum, mood_sq, encode(authors, 'hex') as authors, author_count, late, reposts from ${table} order by topic, at`,
    );
    parts.push(rows);
  }
  return JSON.stringify(parts);
}

/** Mentions with varied times, labels and authors. */
function manyPosts(n: number): AnalysedPost[] {
  return Array.from({ length: n }, (_, i) => {
    const label = (i % 3) - 1;
    return anAnalysedPost(
      aPost({
        id: `m${i}`,
        createdAt: Date.parse('2025-01-27T12:00:00Z') + i * 17_000,
        author: { id: `a${i % 41}` },
      }),
      [
        {
          topicKey: topics.get('deepseek') ?? 0,
          topicId: 'deepseek',
          label,
          score: label * (300 + (i % 400)),
        },
        ...(i % 4 === 0
          ? [{ topicKey: topics.get('nvidia') ?? 0, topicId: 'nvidia', label: -1, score: -611 }]
          : []),
      ],
    );
  });
}

describe('saving a batch', () => {
  test('counts each post once in the minute, hour and day of its own time', async () => {
    const saved = await save(manyPosts(50));
    expect(saved).toMatchObject({ replayed: false, counted: 50, duplicate: 0 });
    const key = topics.get('deepseek');
    for (const table of ['buckets_minute', 'buckets_hour', 'buckets_day']) {
      const { rows } = await test_.db.query(
        `select sum(n)::int as n, sum(mood_sum)::int as sum from ${table} where topic = $1`,
        [key],
      );
      const direct = await test_.db.query(
        'select count(*)::int as n, sum(score)::int as sum from mentions where topic = $1',
        [key],
      );
      expect(rows[0]).toEqual(direct.rows[0]);
    }
    const { rows } = await test_.db.query(
      'select min(at) as at from buckets_day where topic = $1',
      [key],
    );
    expect(new Date(rows[0].at).toISOString()).toBe('2025-01-26T16:00:00.000Z');
  });

  test('every field of a post is stored as it came, absent ones as null', async () => {
    const text = `深度求索 R1 👍🏽 \u{20bb7}野家 ${'长'.repeat(3_000)}\t"引号" \\N\n`;
    const full = aPost({
      id: 'full',
      text,
      createdAt: Date.parse('2025-01-27T12:00:00.123Z'),
      author: { id: 'a1', name: '作者', followers: 4_294_967_296, verified: false, region: '北京' },
      url: 'https://example.org/1?q=深',
      repostOf: { id: 'r1', text: '原帖', author: '原作者' },
      counts: { reposts: 1, comments: 0, likes: 9_007_199_254 },
      tags: ['标签', 'b,{}"\\', ''],
      lang: 'zh',
    });
    const bare = aPost({ id: 'bare', createdAt: full.createdAt });
    delete bare.author;
    const mention = {
      topicKey: topics.get('deepseek') ?? 0,
      topicId: 'deepseek',
      label: -1,
      score: -611,
    };
    await save([
      anAnalysedPost(full, [mention, { ...mention, topicKey: 7 }]),
      anAnalysedPost(bare, []),
    ]);
    const { rows } = await test_.db.query(
      `select source, id, text, created_at, author_id, author_name, followers, verified, region, url, repost_id, repost_text, repost_author,
         reposts, comments, likes, tags, lang, topics, demo from posts order by id desc`,
    );
    expect(rows).toEqual([
      {
        source: full.source,
        id: 'full',
        text,
        created_at: full.createdAt,
        author_id: 'a1',
        author_name: '作者',
        followers: 4_294_967_296,
        verified: false,
        region: '北京',
        url: full.url,
        repost_id: 'r1',
        repost_text: '原帖',
        repost_author: '原作者',
        reposts: 1,
        comments: 0,
        likes: 9_007_199_254,
        tags: full.tags,
        lang: 'zh',
        topics: [mention.topicKey, 7],
        demo: false,
      },
      {
        source: bare.source,
        id: 'bare',
        text: bare.text,
        created_at: bare.createdAt,
        author_id: null,
        author_name: null,
        followers: null,
        verified: null,
        region: null,
        url: null,
        repost_id: null,
        repost_text: null,
        repost_author: null,
        reposts: 0,
        comments: 0,
        likes: 0,
        tags: null,
        lang: null,
        topics: [],
        demo: false,
      },
    ]);
    const mentions = await test_.db.query(
      'select topic, label, score, repost, late, corrected, evidence from mentions order by topic',
    );
    expect(mentions.rows).toContainEqual({
      topic: mention.topicKey,
      label: -1,
      score: -611,
      repost: false,
      late: true,
      corrected: false,
      evidence: '[]',
    });
  });

  test('what PostgreSQL refuses fails the whole batch and leaves nothing behind', async () => {
    const bad = anAnalysedPost(aPost({ id: 'bad', text: 'a\u0000b' }), []);
    await expect(save([...manyPosts(5), bad])).rejects.toMatchObject({ code: '22021' });
    const { rows } = await test_.db.query(
      'select (select count(*) from posts) + (select count(*) from post_keys) + (select count(*) from batches) as n',
    );
    expect(rows[0].n).toBe(0);
    expect(await save(manyPosts(5))).toMatchObject({ counted: 5 });
  });

  test('what cannot even be sent leaves nothing behind, buckets included', async () => {
    const bad = { ...anAnalysedPost(aPost({ id: 'bad' })), score: 99_999 };
    await expect(save([...manyPosts(5), bad])).rejects.toThrow(/out of range/);
    const { rows } = await test_.db.query(
      'select (select count(*) from posts) + (select count(*) from mentions) + (select count(*) from buckets_minute) + (select count(*) from batches) as n',
    );
    expect(rows[0].n).toBe(0);
    expect(await save(manyPosts(5))).toMatchObject({ counted: 5 });
  });

  test('a replayed batch changes nothing, not even counters', async () => {
    const id = randomUUID();
    const posts = manyPosts(20);
    await save(posts, id);
    const before = await dump();
    const again = await save(posts, id);
    expect(again.replayed).toBe(true);
    expect(await dump()).toBe(before);
    const { rows } = await test_.db.query(
      `select outcome, sum(n)::int as n from outcomes group by outcome`,
    );
    expect(rows).toEqual([{ outcome: 'counted', n: 20 }]);
  });

  test('the same posts in another batch are duplicates, also with another time or within one batch', async () => {
    const posts = manyPosts(10);
    await save(posts);
    const before = await dump();
    const moved = posts.map((entry) => ({
      ...entry,
      post: { ...entry.post, createdAt: entry.post.createdAt + 40 * 86_400_000 },
    }));
    const saved = await save([...posts, ...posts, ...moved]);
    expect(saved).toMatchObject({ counted: 0, duplicate: 30 });
    expect(await dump()).toBe(before);
  });

  test('any order and any split give the same buckets to the last digit', async () => {
    const posts = manyPosts(120);
    await save(posts);
    const expected = await dump();
    for (const seed of [1, 2, 3]) {
      await test_.db.query(
        'truncate posts, mentions, post_keys, buckets_minute, buckets_hour, buckets_day, batches, outcomes, source_minutes',
      );
      const shuffled = [...posts].sort(
        (a, b) => ((a.post.createdAt * seed) % 1009) - ((b.post.createdAt * seed) % 1009),
      );
      const pieces = Array.from({ length: 8 }, (_, i) =>
        shuffled.filter((_post, index) => index % 8 === i),
      );
      await Promise.all(pieces.map((piece) => save([...piece, ...piece.slice(0, 3)])));
      expect(await dump()).toBe(expected);
    }
  });

  test('events carry absolute totals under numbers without holes', async () => {
    const { rows: start } = await test_.db.query('select seq from live_seq');
    await save(manyPosts(3), randomUUID(), Date.parse('2025-01-27T12:00:30Z'));
    await save(manyPosts(6), randomUUID(), Date.parse('2025-01-27T12:00:30Z'));
    const events = await readEvents(test_.db, start[0].seq, 100);
    expect(events?.map((event) => event.seq)).toEqual([start[0].seq + 1, start[0].seq + 2]);
    const last = events?.at(-1);
    expect(last?.event).toBe('bucket:updated');
    const { rows } = await test_.db.query(
      'select n from buckets_minute where topic = $1 order by at desc limit 1',
      [topics.get('deepseek')],
    );
    expect(
      last?.event === 'bucket:updated' &&
        last.message.buckets.filter((tick) => tick.topic === 'deepseek').at(-1)?.n,
    ).toBe(rows[0].n);
  });

  test('mentions more than ten minutes old are counted as late', async () => {
    await save(manyPosts(2), randomUUID(), Date.parse('2025-01-27T12:10:01Z'));
    const { rows } = await test_.db.query(
      'select sum(late)::int as late, sum(n)::int as n from buckets_minute where topic = $1',
      [topics.get('deepseek')],
    );
    expect(rows[0]).toEqual({ late: 1, n: 2 });
  });
});

describe('correcting a label', () => {
  test('moves the mention and all three buckets, and back again', async () => {
    const posts = manyPosts(9);
    await save(posts);
    const before = await dump();
    const topic = { key: topics.get('deepseek') ?? 0, id: 'deepseek' };
    const { posts: listed } = await test_.store.search.list(
      { from: 0, to: 4e12, topicKey: topic.key, label: 'negative' },
      { limit: 10, order: 'newest' },
    );
    const ref = listed[0]?.ref ?? '';
    const changed = await test_.store.corrections.set(ref, topic, {
      label: 'positive',
      by: 'lin',
      reason: '反话',
    });
    expect(changed).toEqual({ label: 'positive', score: 0.7, corrected: true });
    const { rows } = await test_.db.query(
      'select sum(positive)::int as p, sum(negative)::int as g, sum(mood_sum)::int as s from buckets_day where topic = $1',
      [topic.key],
    );
    const direct = await test_.db.query(
      'select count(*) filter (where label = 1)::int as p, count(*) filter (where label = -1)::int as g, sum(score)::int as s from mentions where topic = $1',
      [topic.key],
    );
    expect(rows[0]).toEqual(direct.rows[0]);
    await test_.store.corrections.set(ref, topic, { label: null, by: 'lin', reason: '' });
    expect(await dump()).toBe(before);
  });
});

describe('rebuilding history', () => {
  test('buckets rebuilt from mentions equal the ones counted live', async () => {
    await save(manyPosts(200));
    const before = await dump();
    const tx = await test_.db.connect();
    await tx.query('begin');
    for (const [id, key] of topics)
      await test_.store.history.rebuild(
        tx,
        { key, id },
        Date.parse('2025-01-27T00:00:00Z'),
        Date.parse('2025-01-28T00:00:00Z'),
      );
    await tx.query('commit');
    tx.release();
    expect(await dump()).toBe(before);
  });

  test('removing the demo leaves real posts exactly as they would be without it', async () => {
    const real = manyPosts(40);
    await save(real);
    const expected = await dump();
    await save(
      manyPosts(90).map((entry) => ({ ...entry, post: { ...entry.post, source: 'demo' } })),
    );
    expect(await dump()).not.toBe(expected);
    await test_.store.history.removeDemo();
    expect(await dump()).toBe(expected);
    expect(
      (await test_.db.query(`select count(*)::int as n from posts where source = 'demo'`)).rows[0]
        .n,
    ).toBe(0);
  });
});
