import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamTexts } from '#shared/node/store/post-texts.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import type { TopicPreview } from '#shared/wire/api.ts';
import { anAnalysedPost, aPost } from '../builders/post.ts';
import { startInProcess, type InProcessServer } from '../support/in-process.ts';

const TEXTS = [
  ...Array.from({ length: 1_500 }, (_, n) => `DeepSeek第${n}次繁忙`),
  ...Array.from({ length: 700 }, (_, n) => `今天吃了${n}碗面`),
  '深度求索 发布新模型',
  'ＤｅｅｐＳｅｅｋ 全角也算',
  'DeepSeek招聘，长期有效',
  '深度思考 打开了',
  '点一下深度思考',
];
let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
  const { store } = server;
  await store.topics.create(topicSchema.parse({ id: 'noodles', name: '面' }));
  const other = await store.topics.create(topicSchema.parse({ id: 'busy', name: '繁忙' }));
  const now = Date.now();
  const posts = TEXTS.map((text, n) =>
    anAnalysedPost(
      aPost({ text, createdAt: now - 1_000 - n }),
      text.includes('繁忙') ? [{ topicId: 'busy', topicKey: other.key }] : [],
    ),
  );
  for (let at = 0; at < posts.length; at += 500)
    await store.posts.saveBatch({
      batchId: randomUUID(),
      receivedAt: Date.now(),
      posts: posts.slice(at, at + 500),
      dropped: [],
    });
});
afterAll(() => server?.close());

async function preview(body: object): Promise<TopicPreview> {
  const response = await server.send('POST', '/api/v1/topics/preview', body);
  expect(response.status).toBe(200);
  return response.json() as Promise<TopicPreview>;
}

describe('the preview of a topic', () => {
  test('counts over several blocks what matches, what exclusions take away and which topics overlap', async () => {
    const answer = await preview({
      name: 'DeepSeek / 深求',
      aliases: ['深度求索'],
      exclude: ['DeepSeek招聘'],
    });
    expect(answer).toMatchObject({ scanned: TEXTS.length, matched: 1_502, excluded: 1 });
    expect(answer.aliases).toEqual([
      { alias: 'DeepSeek', posts: 1_501 },
      { alias: '深求', posts: 0 },
      { alias: '深度求索', posts: 1 },
    ]);
    expect(answer.overlaps).toEqual([{ topic: 'busy', posts: 1_500 }]);
    expect(answer.nearMisses).toEqual([{ phrase: '深度思考', posts: 2 }]);
    expect(answer.samples).toHaveLength(20);
    expect(answer.samples[0]).toMatchObject({ text: TEXTS[0], spans: [[0, 8]] });
  });

  test('counts what a query refuses as excluded', async () => {
    const answer = await preview({ name: '面', query: '面 AND NOT 今天' });
    expect(answer).toMatchObject({ matched: 0, excluded: 700 });
    expect(answer.warnings.map((warning) => warning.code)).toContain('no-match');
  });

  test('a reader of texts that leaves early leaves nothing behind', async () => {
    // A pool that nobody else uses.
    const { db } = server.database;
    for await (const block of streamTexts(db, { from: 0, to: Date.now(), limit: 5_000 })) {
      expect(block).toHaveLength(1_000);
      break;
    }
    expect(db.totalCount).toBe(0);
    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
