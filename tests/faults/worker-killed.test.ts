import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { redisServer } from '../support/requirements.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait.ts';

/** Posts with several topics, repeated authors and three days of times; every tenth is sent twice. */
function story(
  n: number,
): { id: string; source: string; text: string; createdAt: string; author: { id: string } }[] {
  const texts = [
    'DeepSeek 真的太强了',
    '英伟达股价又跌了，难受',
    'DeepSeek 比文心一言强太多',
    '今天吃了火锅',
    '豆包和Kimi都不错',
  ];
  return Array.from({ length: n }, (_, i) => ({
    id: `f${i}`,
    source: 'weibo',
    text: `${texts[i % texts.length]} ${i}`,
    createdAt: new Date(
      Date.parse('2025-01-20T00:00:00Z') + ((i * 7919) % 259_200) * 1000,
    ).toISOString(),
    author: { id: `u${i % 173}` },
  }));
}

const BUCKETS = ['buckets_minute', 'buckets_hour', 'buckets_day'];

describe.each([
  { name: 'PostgreSQL', present: true },
  { name: 'Redis', present: redisServer !== undefined },
])('worker killed with SIGKILL midway, queue on $name', ({ name, present }) => {
  let server: TestServer;
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    if (!present) return;
    redis = name === 'Redis' ? await startRedis() : undefined;
    server = await startTestServer({
      workers: 0,
      env: { WEIMAI_BATCH: '100', ...(redis ? { REDIS_URL: redis.url } : {}) },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await redis?.stop();
  });

  test.skipIf(!present)(
    'shuffled, doubled, in eight pieces: every post counted once, buckets equal a recount',
    async () => {
      const posts = story(4_000);
      const pieces = Array.from({ length: 8 }, (_, piece) =>
        posts.filter((_post, i) => (i * 31) % 8 === piece).sort((a, b) => (a.id < b.id ? 1 : -1)),
      );
      const sending = Promise.all(
        pieces.map(async (piece) => {
          const body = [...piece, ...piece.filter((_post, i) => i % 10 === 0)]
            .map((post) => JSON.stringify(post))
            .join('\n');
          const response = await server.send('POST', '/api/v1/posts', body, {
            'content-type': 'application/x-ndjson',
          });
          expect(response.status).toBe(202);
        }),
      );
      for (const point of [
        'after-analyse:0.2',
        'after-save:0.2',
        'after-analyse:0.3',
        'after-save:0.3',
        'after-save:0.5',
      ]) {
        const worker = await server.startWorker({ WEIMAI_CRASH: point });
        await waitFor(
          `the worker to die at ${point}, or the work to end`,
          async () => worker.signalCode === 'SIGKILL' || (await counted(server)) === posts.length,
          60_000,
        );
        worker.kill('SIGKILL');
      }
      await sending;
      await server.startWorker();
      await waitFor('all posts', async () => (await counted(server)) === posts.length, 60_000);
      await waitFor(
        'an empty queue',
        async () => {
          const system = await server.get<{
            queue: { waiting: number; active: number; delayed: number };
          }>('/api/v1/system');
          return system.queue.waiting + system.queue.active + system.queue.delayed === 0;
        },
        60_000,
      );

      const { db } = server.database;
      expect((await db.query('select count(*)::int as n from posts')).rows[0].n).toBe(posts.length);
      for (const [index, table] of BUCKETS.entries()) {
        const step = ['60000', '3600000', null][index];
        const start =
          step === null
            ? '((created_at + 28800000) / 86400000) * 86400000 - 28800000'
            : `(created_at / ${step}) * ${step}`;
        const recount = await db.query(
          `select topic, ${start} as at, count(*)::int as n, count(*) filter (where label > 0)::int as positive, count(*) filter (where label < 0)::int as negative,
           sum(score)::bigint as mood_sum, count(distinct author)::int as author_count from mentions group by 1, 2 order by 1, 2`,
        );
        const stored = await db.query(
          `select topic, at, n, positive, negative, mood_sum, author_count from ${table} order by 1, 2`,
        );
        expect(stored.rows.length).toBeGreaterThan(3);
        expect(stored.rows).toEqual(recount.rows);
      }
      const outcomes = await db.query(
        `select outcome, reason, sum(n)::int as n from outcomes group by 1, 2 order by 1, 2`,
      );
      const of = (outcome: string): number =>
        outcomes.rows.filter((row) => row.outcome === outcome).reduce((sum, row) => sum + row.n, 0);
      expect(of('counted') + of('dropped')).toBe(posts.length);
      expect(of('dropped')).toBe(800);
    },
    240_000,
  );
});

async function counted(server: TestServer): Promise<number> {
  return (await server.database.db.query('select count(*)::int as n from posts')).rows[0].n;
}
