import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlockedAuthor, PostView } from '#shared/wire/api.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ workers: 1 });
}, 180_000);
afterAll(() => server?.stop());

/** A post of one author, by now. */
async function postedBy(id: string): Promise<void> {
  const answer = await server.send('POST', '/api/v1/posts', {
    id,
    source: 'test',
    text: `DeepSeek 第 ${id} 次刷屏`,
    createdAt: new Date().toISOString(),
    author: { id: 'spammer', name: '刷屏者' },
  });
  expect(answer.status).toBe(202);
}
const count = async (sql: string): Promise<number> =>
  (await server.database.db.query(`select ${sql} as n`)).rows[0].n;
const stored = () => count('(select count(*)::int from posts)');
const dropped = () => count('(select coalesce(sum(dropped), 0)::int from batches)');
const blocked = async (): Promise<BlockedAuthor[]> =>
  (await server.get<{ items: BlockedAuthor[] }>('/api/v1/blocked-authors')).items;

test('a blocked author is dropped from then on, listed, and heard again once released', async () => {
  await postedBy('1');
  await waitFor('the first post', async () => (await stored()) === 1);
  const { items } = await server.get<{ items: PostView[] }>('/api/v1/posts?source=test');
  const ref = items[0]?.ref ?? '';
  const answer = await server.send('POST', `/api/v1/posts/${encodeURIComponent(ref)}/block-author`);
  expect(answer.status).toBe(200);
  const { author } = (await answer.json()) as BlockedAuthor;
  expect(await blocked()).toMatchObject([{ author, name: '刷屏者', by: 'local' }]);

  // Workers re-read the list every few seconds: sooner or later a post is dropped.
  let n = 1;
  await waitFor(
    'a post to be dropped',
    async () => {
      await postedBy(String(++n));
      return (await dropped()) > 0;
    },
    30_000,
  );

  expect((await server.send('DELETE', `/api/v1/blocked-authors/${author}`)).status).toBe(204);
  expect(await blocked()).toEqual([]);
  const before = await stored();
  await waitFor(
    'a post to be counted again',
    async () => {
      await postedBy(String(++n));
      return (await stored()) > before;
    },
    30_000,
  );
}, 90_000);

test('a name that is no author number is refused, not searched for', async () => {
  for (const author of ['nobody', '99999999999', '1.5'])
    expect((await server.send('DELETE', `/api/v1/blocked-authors/${author}`)).status).toBe(400);
});
