import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { parseEnv } from '#shared/node/env.ts';
import { createEngine, loadEngineParts, type Engine } from '#shared/node/engine.ts';
import { createLog } from '#shared/node/log.ts';
import { addOpinionCounts, readOpinionCounts } from '#shared/node/store/opinion-counts.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import { analysePost } from '#worker/analyser.ts';
import { analysePosts } from '#worker/jobs/analyse-posts.ts';
import { openSecondOpinion, type SecondOpinion } from '#worker/second-opinion/index.ts';
import { createOnnxAsker } from '#worker/second-opinion/onnx.ts';
import { startWorker } from '#worker/main.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startInProcess } from '../support/in-process.ts';
import { onnxRuntime } from '../support/requirements.ts';
import { tinyOnnx } from '../support/tiny-onnx.ts';
import { waitFor } from '../support/wait.ts';

const log = createLog('test', 'silent');
const segmenter = { words: () => [], learn: () => undefined };
const NAME = '话题甲';

interface Item {
  id: string;
  text: string;
  topic: { id: string; name: string };
}
type Answer = (items: Item[], response: http.ServerResponse) => void;

/** A tiny endpoint of the test's own; remembers what it was asked. */
async function startEndpoint(answer: Answer) {
  const asked: Item[][] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { items } = JSON.parse(body) as { items: Item[] };
      asked.push(items);
      answer(items, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const says =
  (score: number, label?: string): Answer =>
  (items, response) =>
    response.end(
      JSON.stringify({ items: items.map(({ id }) => ({ id, score, ...(label && { label }) })) }),
    );

let database: TestDatabase;
let topic: StoredTopic;
let engine: Engine;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  topic = await database.store.topics.create(topicSchema.parse({ id: 'jia', name: NAME }));
  engine = createEngine(await loadEngineParts(), [topic]);
});
afterAll(() => database?.close());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function endpoint(answer: Answer) {
  const made = await startEndpoint(answer);
  cleanups.push(made.close);
  return made;
}

async function open(env: Record<string, string>): Promise<SecondOpinion> {
  const opinion = await openSecondOpinion(parseEnv(env).env, log);
  if (!opinion) throw new Error('no second opinion was opened');
  cleanups.push(() => opinion.close());
  return opinion;
}

/** A mention with the score and evidence given, in thousandths. */
function mentionOf(score: number, id = '1', text = `说说${NAME}，第${id}回`): AnalysedPost {
  return {
    post: { source: 'test', id, text, createdAt: Date.now() },
    score: 0,
    label: 0,
    repost: 0,
    words: '',
    mentions: [
      {
        topicKey: topic.key,
        topicId: topic.id,
        score,
        label: score > 200 ? 1 : score < -200 ? -1 : 0,
        evidence: JSON.stringify([[0, 2, score, 'prior']]),
      },
    ],
  };
}

const improve = (opinion: SecondOpinion, posts: AnalysedPost[]): Promise<void> =>
  opinion.improve(posts, (id) => (id === topic.id ? topic.name : undefined));
const onlyMention = (post: AnalysedPost) => post.mentions[0] as AnalysedPost['mentions'][number];
const effectsOf = (post: AnalysedPost): [number, number, number, string][] =>
  JSON.parse(onlyMention(post).evidence);

describe('a second opinion', () => {
  test('is off by default', async () => {
    expect(await openSecondOpinion(parseEnv({}).env, log)).toBeUndefined();
    expect(await readOpinionCounts(database.db)).toBeNull();
  });

  test('is asked about unsure mentions only, with text and topic', async () => {
    const { url, asked } = await endpoint(says(0.9));
    const opinion = await open({ WEIMAI_SECOND_OPINION_URL: url });
    const [unsure, sure, bare] = [mentionOf(180, 'a'), mentionOf(800, 'b'), mentionOf(0, 'c')];
    onlyMention(bare).evidence = '[]';
    const untouched = JSON.stringify([sure, bare]);
    await improve(opinion, [unsure, sure, bare]);
    expect(asked).toEqual([
      [{ id: '0', text: unsure.post.text, topic: { id: 'jia', name: NAME } }],
    ]);
    expect(JSON.stringify([sure, bare])).toBe(untouched);
  });

  test('moves the score half way, decides the label, and the effects still add up', async () => {
    const { url } = await endpoint(says(0.9, 'positive'));
    const opinion = await open({ WEIMAI_SECOND_OPINION_URL: url });
    const post = mentionOf(180);
    await improve(opinion, [post]);
    expect(onlyMention(post)).toMatchObject({ score: 540, label: 1 });
    expect(effectsOf(post)).toEqual([
      [0, 2, 180, 'prior'],
      [0, 0, 360, 'second-opinion'],
    ]);
    expect(opinion.takeCounts()).toEqual({
      asked: 1,
      answered: 1,
      changed: 1,
      failed: 0,
      skipped: 0,
    });
  });

  test('asks once about the same words, within a batch and later', async () => {
    const { url, asked } = await endpoint(says(-0.8));
    const opinion = await open({ WEIMAI_SECOND_OPINION_URL: url });
    const copies = ['1', '2'].map((id) => mentionOf(180, id, `转发的话，${NAME}`));
    await improve(opinion, copies);
    const later = mentionOf(180, '3', `转发的话，${NAME}`);
    await improve(opinion, [later]);
    expect(asked.map((items) => items.length)).toEqual([1]);
    expect([...copies, later].map((post) => onlyMention(post).label)).toEqual([-1, -1, -1]);
    expect(opinion.takeCounts()).toMatchObject({ asked: 1, answered: 3, changed: 3 });
  });

  test('goes to the least sure first when the budget does not reach for all', async () => {
    const { url, asked } = await endpoint(says(0));
    const opinion = await open({
      WEIMAI_SECOND_OPINION_URL: url,
      WEIMAI_SECOND_OPINION_BUDGET: '2',
    });
    const posts = [120, 200, 280, 205].map((score, k) => mentionOf(score, String(k)));
    await improve(opinion, posts);
    expect(asked[0]?.map(({ text }) => text)).toEqual([posts[1]?.post.text, posts[3]?.post.text]);
    expect(opinion.takeCounts()).toMatchObject({ asked: 2, skipped: 2 });
  });

  test.each<[string, Answer]>([
    ['an error status', (_items, response) => response.writeHead(500).end('no')],
    ['a redirect', (_items, response) => response.writeHead(302, { location: '/' }).end()],
    ['no JSON', (_items, response) => response.end('<html>')],
    ['another shape', (_items, response) => response.end('{"items":{"0":1}}')],
    ['a cut connection', (_items, response) => response.destroy()],
    ['too much', (_items, response) => response.end(`{"items":["${'x'.repeat(2 ** 21)}"]}`)],
    ['a score out of range', says(3)],
    ['an unknown label', says(0.9, 'good')],
    ['a label that its score denies', says(0.9, 'negative')],
    [
      'unknown ids',
      (_items, response) => response.end('{"items":[{"id":"x","score":0.9},{"id":7}]}'),
    ],
  ])('that answers with %s leaves the mention as it was', async (_name, answer) => {
    const { url } = await endpoint(answer);
    const opinion = await open({ WEIMAI_SECOND_OPINION_URL: url });
    const post = mentionOf(180);
    const before = JSON.stringify(post);
    await improve(opinion, [post]);
    expect(JSON.stringify(post)).toBe(before);
    expect(opinion.takeCounts()).toMatchObject({ asked: 1, answered: 0, failed: 1 });
  });

  test('that is silent lets the batch go on; meanwhile others go without, and a late cut frees it', async () => {
    const { url, asked } = await endpoint(() => undefined);
    const opinion = await open({
      WEIMAI_SECOND_OPINION_URL: url,
      WEIMAI_SECOND_OPINION_TIMEOUT_MS: '150',
    });
    const posts = [mentionOf(180, 'a'), mentionOf(180, 'b')] as const;
    const first = improve(opinion, [posts[0]]);
    await improve(opinion, [posts[1]]);
    await first;
    expect(posts.map((post) => onlyMention(post).score)).toEqual([180, 180]);
    expect(asked).toHaveLength(1);
    expect(opinion.takeCounts()).toMatchObject({ asked: 1, skipped: 1, failed: 1 });
  });

  test('that keeps failing is not asked again for a while', async () => {
    const { url, asked } = await endpoint((_items, response) => response.writeHead(503).end());
    const opinion = await open({ WEIMAI_SECOND_OPINION_URL: url });
    for (let k = 0; k < 6; k++) await improve(opinion, [mentionOf(180, String(k))]);
    expect(asked).toHaveLength(3);
    expect(opinion.takeCounts()).toMatchObject({ asked: 3, failed: 3, skipped: 3 });
  });

  test('is taken before the batch is saved: counted once, as decided, and again nothing', async () => {
    const { url } = await endpoint(says(-1));
    const opinion = await open({ WEIMAI_SECOND_OPINION_URL: url });
    const posts = [...Array(40).keys()].map((k) => ({
      source: 'test',
      id: `batch-${k}`,
      createdAt: Date.now(),
      text: `${NAME}${['还行吧', '一般般', '有点慢但是还不错', '好用，可惜太贵'][k % 4]}，第${k}天`,
    }));
    const topics = new Map([[topic.id, topic]]);
    const batch = { batchId: crypto.randomUUID(), receivedAt: Date.now(), posts };
    const run = () =>
      analysePosts(batch as never, { attempt: 1, attemptsLeft: 2 } as never, {
        store: database.store,
        log,
        analyse: async () => (post) => analysePost(post, engine, segmenter, topics),
        isBlocked: () => false,
        improve: (found) => improve(opinion, [...found]),
        storeUnmatched: true,
        onSaved: () => undefined,
        crashPoint: () => undefined,
      });
    await run();
    await run();
    const { rows } = await database.db.query<{ score: number; label: number; evidence: unknown }>(
      'select score, label, evidence from mentions where topic = $1',
      [topic.key],
    );
    expect(rows).toHaveLength(40);
    const touched = rows.filter((row) => JSON.stringify(row.evidence).includes('second-opinion'));
    expect(touched.length).toBeGreaterThan(0);
    for (const row of touched) expect(row.label).toBe(row.score < -200 ? -1 : 0);
    const total = await database.db.query(
      'select sum(n)::int as n, sum(mood_sum)::int as mood from buckets_minute where topic = $1',
      [topic.key],
    );
    expect(total.rows[0]).toEqual({ n: 40, mood: rows.reduce((sum, row) => sum + row.score, 0) });
  });

  test('its counts add up over workers', async () => {
    const counts = { asked: 3, answered: 2, changed: 1, failed: 1, skipped: 4 };
    await addOpinionCounts(database.db, counts);
    await addOpinionCounts(database.db, counts);
    expect(await readOpinionCounts(database.db)).toEqual({
      asked: 6,
      answered: 4,
      changed: 2,
      failed: 2,
      skipped: 8,
    });
  });
});

describe('a whole worker', () => {
  test('asks the endpoint of its settings; the counts stand in /metrics', async () => {
    const { url, asked } = await endpoint(says(-0.9));
    const server = await startInProcess();
    cleanups.push(() => server.close());
    await server.store.topics.create(topicSchema.parse({ id: 'jia', name: NAME }));
    const worker = await startWorker({
      DATABASE_URL: server.database.url,
      WEIMAI_LOG: 'silent',
      WEIMAI_SECOND_OPINION_URL: url,
      WEIMAI_SECOND_OPINION_BUDGET: '60',
    });
    cleanups.push(() => worker.lifecycle.stop());
    expect(await (await server.send('GET', '/metrics')).text()).not.toContain('outcome="asked"');

    const words = ['还行吧', '一般般', '有点慢但是还不错', '好用，可惜太贵', '挺好，就是老崩溃'];
    const posts = words.map((text, k) => ({
      source: 'test',
      id: `whole-${k}`,
      text: `${NAME}${text}`,
      createdAt: new Date().toISOString(),
    }));
    expect((await server.send('POST', '/api/v1/posts', posts)).status).toBeLessThan(300);
    const metrics = await waitFor('the counts', async () => {
      const text = await (await server.send('GET', '/metrics')).text();
      return /outcome="answered"\} [1-9]/.test(text) && text;
    });
    const sent = asked.flat().length;
    expect(sent).toBeGreaterThan(0);
    expect(metrics).toContain(`weimai_second_opinion_mentions_total{outcome="asked"} ${sent}`);
    const { rows } = await server.database.db.query(
      `select count(*)::int as n from mentions where evidence::text like '%second-opinion%'`,
    );
    expect(rows[0].n).toBe(sent);

    // A recount decides as live counting does: the answers are known by now, and stand where they stood.
    const scores = `select string_agg(score::text, ' ' order by pid) as said from mentions`;
    const before = (await server.database.db.query(scores)).rows[0].said;
    expect((await server.send('POST', '/api/v1/topics/jia/rescore', {})).status).toBeLessThan(300);
    await waitFor('the recount', async () => {
      const response = await server.send('GET', '/api/v1/topics/jia/rescore');
      return ((await response.json()) as { items: { state: string }[] }).items[0]?.state === 'done';
    });
    expect((await server.database.db.query(scores)).rows[0].said).toBe(before);
  }, 30_000);
});

describe('a model file', () => {
  const VOCABULARY = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '好',
    '差',
    '话',
    '题',
    '甲',
    'ok',
    '##ay',
  ];
  const DESCRIPTION = {
    tokenizer: { kind: 'bert', vocabulary: 'vocab.txt' },
    inputs: { ids: 'input_ids', mask: 'attention_mask', types: 'token_type_ids' },
    output: 'logits',
    labels: ['positive', 'neutral', 'negative'],
  };
  /** Stands for onnxruntime-node, which is no dependency: it keeps what it is fed, and knows the tokens 好 and 差. */
  const RUNTIME = `
    export class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } }
    export const fed = [];
    export const InferenceSession = {
      create: async () => ({
        async run(feeds) {
          fed.push(feeds);
          const has = (id) => feeds.input_ids.data.includes(BigInt(id));
          return { logits: { data: Float32Array.of(has(4) ? 3 : 0, 0, has(5) ? 3 : 0) } };
        },
      }),
    };`;

  function modelFolder(description: unknown = DESCRIPTION): { file: string; runtime: string } {
    const home = mkdtempSync(path.join(os.tmpdir(), 'weimai-onnx-'));
    cleanups.push(() => rmSync(home, { recursive: true }));
    writeFileSync(path.join(home, 'vocab.txt'), VOCABULARY.join('\n'));
    writeFileSync(path.join(home, 'tiny.json'), JSON.stringify(description));
    writeFileSync(path.join(home, 'tiny.onnx'), '');
    writeFileSync(path.join(home, 'runtime.mjs'), RUNTIME);
    return {
      file: path.join(home, 'tiny.onnx'),
      runtime: pathToFileURL(path.join(home, 'runtime.mjs')).href,
    };
  }

  test('gets text and topic as a pair of BERT tokens and gives p(positive) - p(negative)', async () => {
    const { file, runtime } = modelFolder();
    const asker = await createOnnxAsker(file, runtime);
    const about = { id: 'jia', name: '话题甲' };
    const texts = ['OKAY 好！', '差', '話'];
    const scores = await asker.ask(
      texts.map((text, k) => ({ id: String(k), text, topic: about })),
      new AbortController().signal,
    );
    const sure = (Math.exp(3) - 1) / (Math.exp(3) + 2);
    expect([...scores.values()]).toEqual([expect.closeTo(sure), expect.closeTo(-sure), 0]);
    const { fed } = (await import(runtime)) as {
      fed: Record<string, { type: string; data: BigInt64Array; dims: number[] }>[];
    };
    const [first] = fed;
    expect(Array.from(first?.['input_ids']?.data ?? [], Number)).toEqual([
      2, 9, 10, 4, 1, 3, 6, 7, 8, 3,
    ]);
    expect(Array.from(first?.['token_type_ids']?.data ?? [], Number)).toEqual([
      0, 0, 0, 0, 0, 0, 1, 1, 1, 1,
    ]);
    expect(first?.['attention_mask']).toMatchObject({ type: 'int64', dims: [1, 10] });
  });

  test.skipIf(onnxRuntime === undefined)(
    'runs in the real onnxruntime-node (set ONNXRUNTIME_NODE to its folder)',
    async () => {
      const { file } = modelFolder();
      writeFileSync(
        file,
        tinyOnnx(
          VOCABULARY.map((token) => [token === '好' ? 3 : 0, 0, token === '差' ? 3 : 0] as const),
        ),
      );
      const asker = await createOnnxAsker(file, pathToFileURL(onnxRuntime ?? '').href);
      const about = { id: 'jia', name: '话题甲' };
      const scores = await asker.ask(
        ['OKAY 好！', '差', '話'].map((text, k) => ({ id: String(k), text, topic: about })),
        new AbortController().signal,
      );
      const sure = (Math.exp(3) - 1) / (Math.exp(3) + 2);
      expect([...scores.values()]).toEqual([expect.closeTo(sure), expect.closeTo(-sure), 0]);
      await asker.close?.();
    },
  );

  test('longer texts are cut, the topic stays', async () => {
    const { file, runtime } = modelFolder({ ...DESCRIPTION, maxTokens: 16 });
    const asker = await createOnnxAsker(file, runtime);
    await asker.ask(
      [{ id: '0', text: '好'.repeat(500), topic: { id: 'jia', name: '话题甲' } }],
      new AbortController().signal,
    );
    const { fed } = (await import(runtime)) as { fed: Record<string, { data: BigInt64Array }>[] };
    const ids = Array.from(fed[0]?.['input_ids']?.data ?? [], Number);
    expect(ids).toHaveLength(16);
    expect(ids.slice(-4)).toEqual([6, 7, 8, 3]);
  });

  test('is not asked on when the time is over', async () => {
    const { file, runtime } = modelFolder();
    const asker = await createOnnxAsker(file, runtime);
    const question = { id: '0', text: '好', topic: { id: 'jia', name: '话题甲' } };
    expect([...(await asker.ask([question], AbortSignal.abort()))]).toEqual([]);
  });

  test('with a description that does not fit says what is wrong', async () => {
    const { file, runtime } = modelFolder({
      ...DESCRIPTION,
      labels: ['positive', 'positive', 'x'],
    });
    await expect(createOnnxAsker(file, runtime)).rejects.toThrow(/tiny\.json.*labels/);
  });

  test('without its package says what to install, and posts are counted without it', async () => {
    const { file } = modelFolder();
    await expect(createOnnxAsker(file, 'onnxruntime-node-that-is-absent')).rejects.toThrow(
      /npm i onnxruntime-node-that-is-absent/,
    );
    writeFileSync(file, 'not a model');
    expect(
      await openSecondOpinion(parseEnv({ WEIMAI_SECOND_OPINION_MODEL: file }).env, log),
    ).toBeUndefined();
  });
});
