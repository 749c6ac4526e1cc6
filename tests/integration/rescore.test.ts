import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRescoreStore } from '#shared/node/store/rescore.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

const START = Date.parse('2025-03-30T20:00:00Z');
const TEXTS = [
  '深度求索今天又更新了，真的太强了',
  'DeepSeek 服务器崩了，气死我了',
  '通义千问这次回答得很好，喜欢',
  '小深真的好用，强烈推荐给大家',
  '今天吃了火锅，开心',
  '转发微博',
  '小深又在胡说八道，差评！ //@甲: DeepSeek 不错啊',
];

/** Four local days over a change of month, several authors; nobody's text is said twice. */
function story(prefix: string, n: number) {
  return Array.from({ length: n }, (_, i) => ({
    id: `${prefix}${i}`,
    source: 'weibo',
    text: TEXTS[i % TEXTS.length] === '转发微博' ? '转发微博' : `${TEXTS[i % TEXTS.length]} ${i}`,
    createdAt: new Date(START + ((i * 7919) % 345_600) * 1000).toISOString(),
    author: { id: `u${i % 61}` },
  }));
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ workers: 0, env: { WEIMAI_BATCH: '200' } });
});
afterAll(() => server?.stop());

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await server.send('POST', path, body);
  const answer = await response.text();
  expect(response.status, answer).toBeLessThan(300);
  return JSON.parse(answer);
}

async function counted(n: number): Promise<void> {
  await waitFor(`${n} posts`, async () => {
    const { rows } = await server.database.db.query('select count(*)::int as n from posts');
    return rows[0].n === n;
  });
}

async function dump(topic: string): Promise<string> {
  const parts: unknown[] = [];
  for (const table of ['buckets_minute', 'buckets_hour', 'buckets_day']) {
    const { rows } = await server.database.db.query(
      `select b.at, n, positive, neutral, negative, mood_sum, mood_sq, encode(authors, 'hex') as authors, author_count, late, reposts,
         late_positive, late_negative, late_mood_sum, late_mood_sq
       from ${table} b join topics t on t.key = b.topic where t.id = $1 order by b.at`,
      [topic],
    );
    parts.push(rows);
  }
  const { rows } = await server.database.db.query(
    `select p.id, m.label, m.score, m.evidence, m.late, m.repost, m.corrected, m.author, m.root from mentions m join topics t on t.key = m.topic
       join posts p on p.created_at = m.created_at and p.pid = m.pid where t.id = $1 order by p.id collate "C"`,
    [topic],
  );
  return JSON.stringify([...parts, rows]);
}

async function rescore(
  topic: string,
  body: unknown = {},
): Promise<{ posts: number; changed: number; state: string }> {
  const { job } = (await post(`/api/v1/topics/${topic}/rescore`, body)) as { job: string };
  return waitFor(
    'the recount to end',
    () => stateOf(topic, job, ['done', 'failed', 'cancelled']),
    60_000,
  );
}

async function stateOf(topic: string, job: string, states: string[]) {
  const { items } = await server.get<{
    items: { job: string; state: string; posts: number; changed: number }[];
  }>(`/api/v1/topics/${topic}/rescore`);
  return items.find((item) => item.job === job && states.includes(item.state));
}

const sources = async (): Promise<unknown> =>
  (
    await server.database.db.query(
      `select sum(n)::int as n, sum(matched)::int as matched from source_minutes`,
    )
  ).rows[0];

describe('recounting a topic', () => {
  const N = 1_400;
  let live: string;

  test('a new alias gives exactly the buckets that live counting with it gives', async () => {
    // `live` counts with the alias from the start; `later` learns it afterwards. Both are the same topic otherwise, and
    // an alias of several topics hits all of them.
    for (const [id, aliases] of [
      ['live', ['深度求索', '小深']],
      ['later', ['深度求索']],
    ] as const)
      await post('/api/v1/topics', { id, name: `话题${id}`, aliases });
    await server.startWorker();
    await post('/api/v1/posts', story('a', N));
    await counted(N);
    live = await dump('live');
    expect(await dump('later')).not.toBe(live);
    const before = await sources();

    const changed = await server.send('PATCH', '/api/v1/topics/later', {
      aliases: ['深度求索', '小深'],
    });
    expect(changed.status).toBe(200);
    const done = await rescore('later');
    expect(done).toMatchObject({ state: 'done', posts: N });
    expect(done.changed).toBeGreaterThan(N / TEXTS.length);
    expect(await dump('later')).toBe(live);
    expect(await sources()).toEqual(before);
  });

  test('running it again changes nothing', async () => {
    const again = await rescore('later');
    expect(again).toMatchObject({ state: 'done', posts: N, changed: 0 });
    expect(await dump('later')).toBe(live);
  });

  test('posts that matched nothing are found for a new topic, and forgotten when its alias goes', async () => {
    const before = await sources();
    await post('/api/v1/topics', { id: 'hotpot', name: '火锅' });
    const first = await rescore('hotpot');
    expect(first.changed).toBe(N / TEXTS.length);
    const { rows } = await server.database.db.query(
      `select count(*)::int as n, count(*) filter (where words like '%火锅%')::int as words from posts p where (select key from topics where id = 'hotpot') = any(p.topics)`,
    );
    expect(rows[0]).toEqual({ n: N / TEXTS.length, words: N / TEXTS.length });
    expect(await sources()).toMatchObject({
      matched: (before as { matched: number }).matched + N / TEXTS.length,
    });

    await server.send('PATCH', '/api/v1/topics/hotpot', { name: '没有人说的词' });
    expect((await rescore('hotpot')).changed).toBe(N / TEXTS.length);
    expect(await dump('hotpot')).toBe(JSON.stringify([[], [], [], []]));
    expect(await sources()).toEqual(before);
  });

  test('a range touches only its local days', async () => {
    await server.send('PATCH', '/api/v1/topics/later', { aliases: [] });
    const day = '2025-04-01';
    await rescore('later', { from: `${day}T10:00:00+08:00`, to: `${day}T11:00:00+08:00` });
    const { rows } = await server.database.db.query(
      `select at, n from buckets_day b join topics t on t.key = b.topic where t.id = 'later' order by at`,
    );
    const days = rows.map((row) => new Date(row.at + 8 * 3_600_000).toISOString().slice(0, 10));
    expect(days).not.toContain(day);
    expect(days.length).toBeGreaterThan(2);
    await server.send('PATCH', '/api/v1/topics/later', { aliases: ['深度求索', '小深'] });
    await rescore('later');
    expect(await dump('later')).toBe(live);
  });

  test('a corrected label stays, also over an alias that goes and comes back', async () => {
    const { items } = await server.get<{ items: { ref: string }[] }>(
      `/api/v1/posts?topic=later&label=positive&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&limit=1`,
    );
    const ref = items[0]?.ref;
    const put = await server.send('PUT', `/api/v1/posts/${ref}/labels/later`, {
      label: 'negative',
    });
    expect(put.status).toBeLessThan(300);
    const corrected = await dump('later');
    expect(corrected).not.toBe(live);
    expect(await rescore('later')).toMatchObject({ changed: 0 });
    expect(await dump('later')).toBe(corrected);
    await server.send('PATCH', '/api/v1/topics/later', { aliases: [] });
    await rescore('later');
    await server.send('PATCH', '/api/v1/topics/later', { aliases: ['深度求索', '小深'] });
    await rescore('later');
    expect(await dump('later')).toBe(corrected);
  });

  test('cancelled: says so, changes no more', async () => {
    await server.send('PATCH', '/api/v1/topics/later', { aliases: ['深度求索'] });
    const before = await dump('later');
    const { job } = (await post('/api/v1/topics/later/rescore', { days: 9_000 })) as {
      job: string;
    };
    const answer = await server.send('DELETE', `/api/v1/topics/later/rescore/${job}`);
    expect(await answer.json()).toEqual({ cancelled: 1 });
    // The next one of another topic waits behind it in the same queue: when that is done, this one was looked at.
    await rescore('live');
    expect(await stateOf('later', job, ['cancelled'])).toBeDefined();
    expect(await dump('later')).toBe(before);
  });

  test('a cancelled recount stays cancelled, whatever its worker says last', async () => {
    const { db, store } = server.database;
    const rescore = createRescoreStore(db, {
      dayStart: store.zone.dayStart,
      history: store.history,
    });
    const job = {
      id: 'late',
      topic: 'later',
      topicVersion: 1,
      from: 0,
      to: 1,
      doneTo: 0,
      posts: 0,
      total: null,
      changed: 0,
      state: 'waiting' as const,
      message: '',
    };
    await rescore.create(job);
    expect(await rescore.cancel('later', 'late')).toBe(1);
    expect(await rescore.save({ ...job, state: 'done', at: 1 })).toBe(false);
    expect(await rescore.read('late')).toMatchObject({ state: 'cancelled' });
  });

  test('a worker killed after each day leaves buckets equal to mentions, and another goes on', async () => {
    await server.send('PATCH', '/api/v1/topics/later', { aliases: ['深度求索', '小深'] });
    server.workers[0]?.kill('SIGKILL');
    const { job } = (await post('/api/v1/topics/later/rescore', {})) as { job: string };
    for (let i = 0; i < 2; i++) {
      const worker = await server.startWorker({ WEIMAI_CRASH: 'after-day:1' });
      await waitFor('the worker to die', () => worker.signalCode === 'SIGKILL', 60_000);
      const { rows } = await server.database.db.query(
        `select coalesce(sum(b.n), 0)::int as buckets, (select count(*)::int from mentions where topic = t.key) as mentions
         from topics t left join buckets_day b on b.topic = t.key where t.id = 'later' group by t.key`,
      );
      expect(rows[0].buckets).toBe(rows[0].mentions);
    }
    await server.startWorker();
    await waitFor('the recount to end', () => stateOf('later', job, ['done']), 60_000);
    const { rows } = await server.database.db.query(`select count(*)::int as n from corrections`);
    expect(rows[0].n).toBe(1);
    const daysOf = (text: string): number[] =>
      (JSON.parse(text) as { n: number }[][])[2]?.map((day) => day.n) ?? [];
    expect(daysOf(await dump('later'))).toEqual(daysOf(live));
  }, 180_000);

  test('every recount tells its progress over the live feed', async () => {
    const { rows } = await server.database.db.query(
      `select message from live_events where event = 'job:progress' order by seq desc limit 1`,
    );
    expect(JSON.parse(rows[0].message)).toMatchObject({ kind: 'rescore', state: 'done', done: N });
  });

  test('a range that ends before it begins is refused', async () => {
    const answer = await server.send('POST', '/api/v1/topics/later/rescore', {
      from: '2025-02-01T00:00:00Z',
      to: '2025-01-01T00:00:00Z',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field: '/from' }] });
  });
});
