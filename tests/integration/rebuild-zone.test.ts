import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#shared/node/postgres/pool.ts';
import { createStore } from '#shared/node/store/store.ts';
import { createZone } from '#shared/node/zone.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { aPost, anAnalysedPost } from '../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let base: TestDatabase;
beforeAll(async () => {
  base = await createTestDatabase();
  await base.store.topics.seed(defaultTopics());
});
afterAll(() => base.close());

const tables = ['buckets_minute', 'buckets_hour', 'buckets_day'];
const dump = async (): Promise<unknown[]> =>
  Promise.all(
    tables.map(
      async (table) =>
        (
          await base.db.query(
            `select at, n, mood_sum, encode(authors, 'hex') as authors from ${table} order by at`,
          )
        ).rows,
    ),
  );

/** Days that begin within an hour, on a quarter, and on the days a clock changes. */
describe.each([
  ['Asia/Kolkata', '2025-03-10'],
  ['Asia/Kathmandu', '2025-03-10'],
  ['Asia/Shanghai', '2025-03-10'],
  ['America/New_York', '2025-03-09'],
  ['America/New_York', '2025-11-02'],
])('rebuilding one local day in %s, %s', (zoneName, day) => {
  test('leaves every bucket as live counting made it', async () => {
    const zone = createZone(zoneName);
    const store = createStore(base.db, zone, {
      zoneName,
      keyFile: path.join(os.tmpdir(), `${randomUUID()}.key`),
    });
    await base.db.query(`truncate posts, mentions, post_keys, batches, ${tables.join(', ')}`);
    const topic = await store.topics.get('deepseek');
    const start = zone.startOfDay(day);
    // Every 11 minutes from the day before to the day after.
    const posts = Array.from({ length: 3 * 131 }, (_, i) =>
      anAnalysedPost(aPost({ id: `${i}`, createdAt: start - 86_400_000 + i * 660_000 }), [
        { topicKey: topic.key, topicId: topic.id, score: i },
      ]),
    );
    await store.posts.saveBatch({ batchId: randomUUID(), receivedAt: start, posts, dropped: [] });
    const live = await dump();
    await inTransaction(base.db, (tx) => store.history.rebuild(tx, topic, start, start + 1));
    expect(await dump()).toEqual(live);
    await inTransaction(base.db, (tx) =>
      store.history.rebuild(tx, topic, start + 3_600_000, start + 30 * 3_600_000),
    );
    expect(await dump()).toEqual(live);
  });
});
