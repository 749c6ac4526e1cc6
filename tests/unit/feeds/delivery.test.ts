import { expect, test } from 'vitest';
import type { ParsedPost } from '#shared/post/post.ts';
import { createDelivery } from '#worker/feeds/delivery.ts';
import type { FeedBatch } from '#worker/feeds/feed.ts';

function post(id: string): ParsedPost {
  return { ok: true, post: { source: 'test', id, text: '好', createdAt: 1 } };
}

const bad: ParsedPost = { ok: false, rejection: { code: 'post/text-missing', message: 'no text' } };

/** A taker that holds each batch until it is told to go on. */
function aTaker() {
  const taken: FeedBatch[] = [];
  const open: { batch: FeedBatch; done(): void; fail(error: Error): void }[] = [];
  return {
    taken,
    open,
    take: (batch: FeedBatch) =>
      new Promise<void>((resolve, reject) => {
        open.push({
          batch,
          done() {
            taken.push(batch);
            open.shift();
            resolve();
          },
          fail(error) {
            open.shift();
            reject(error);
          },
        });
      }),
  };
}

const quick = { random: () => 0, onFailure: () => undefined, flushMs: 1 };

test('one batch is on its way at a time, and its cursor is that of its last post', async () => {
  const taker = aTaker();
  const delivery = createDelivery({ ...quick, take: taker.take, maxBatch: 2 });
  for (const n of [1, 2, 3]) delivery.add({ parsed: post(`p${n}`), cursor: n });
  await expect.poll(() => taker.open.length).toBe(1);
  expect(taker.open[0]?.batch.posts.map(({ id }) => id)).toEqual(['p1', 'p2']);
  expect(taker.open[0]?.batch.cursor).toBe(2);
  taker.open[0]?.done();
  await expect.poll(() => taker.open[0]?.batch.cursor).toBe(3);
  taker.open[0]?.done();
  await delivery.close();
  expect(taker.taken.map(({ cursor }) => cursor)).toEqual([2, 3]);
});

test('a batch that is not taken comes again, whole and before anything later', async () => {
  const taker = aTaker();
  const failures: unknown[] = [];
  const delivery = createDelivery({
    ...quick,
    take: taker.take,
    onFailure: (error) => failures.push(error),
  });
  delivery.add({ parsed: post('p1'), cursor: 1 });
  await expect.poll(() => taker.open.length).toBe(1);
  taker.open[0]?.fail(new Error('queue down'));
  delivery.add({ parsed: post('p2'), cursor: 2 });
  await expect.poll(() => failures.length).toBe(1);
  expect(delivery.isStuck).toBe(true);
  await expect.poll(() => taker.open.length, { timeout: 5000 }).toBe(1);
  expect(taker.open[0]?.batch).toMatchObject({ posts: [{ id: 'p1' }], cursor: 1 });
  taker.open[0]?.done();
  await expect.poll(() => taker.open[0]?.batch.posts[0]?.id).toBe('p2');
  expect(delivery.isStuck).toBe(false);
  taker.open[0]?.done();
  await delivery.close();
});

test('refused posts travel beside the good ones with what they were', async () => {
  const taken: FeedBatch[] = [];
  const delivery = createDelivery({ ...quick, take: async (batch) => void taken.push(batch) });
  delivery.add({ parsed: post('p1'), cursor: 1 });
  delivery.add({ parsed: bad, raw: '{"text":""}', cursor: 2 });
  await expect.poll(() => taken.length).toBe(1);
  expect(taken[0]?.posts).toHaveLength(1);
  expect(taken[0]?.rejected).toEqual([
    { rejection: { code: 'post/text-missing', message: 'no text' }, raw: '{"text":""}' },
  ]);
  await delivery.close();
});

test('a stream of other people’s posts still moves the cursor, at a slow pace', async () => {
  const taken: FeedBatch[] = [];
  const delivery = createDelivery({
    ...quick,
    idleFlushMs: 20,
    take: async (batch) => void taken.push(batch),
  });
  for (const cursor of [1, 2, 3]) delivery.add({ cursor });
  await expect.poll(() => taken.length).toBe(1);
  expect(taken[0]).toEqual({ posts: [], rejected: [], cursor: 3 });
  await delivery.close();
  expect(taken).toHaveLength(1);
});

test('a full delivery makes its stream wait until there is room', async () => {
  const taker = aTaker();
  const delivery = createDelivery({ ...quick, take: taker.take, maxBatch: 2, maxWaiting: 2 });
  delivery.add({ parsed: post('p1'), cursor: 1 });
  await delivery.room();
  delivery.add({ parsed: post('p2'), cursor: 2 });
  expect(delivery.isFull).toBe(true);
  let hasRoom = false;
  const room = delivery.room().then(() => (hasRoom = true));
  await expect.poll(() => taker.open.length).toBe(1);
  expect(hasRoom).toBe(false);
  taker.open[0]?.done();
  await room;
  expect(delivery.isFull).toBe(false);
  await delivery.close();
});

test('closing hands over what is waiting', async () => {
  const taken: FeedBatch[] = [];
  const delivery = createDelivery({
    ...quick,
    flushMs: 60_000,
    maxBatch: 2,
    take: async (batch) => void taken.push(batch),
  });
  for (const n of [1, 2, 3]) delivery.add({ parsed: post(`p${n}`), cursor: n });
  delivery.add({ cursor: 4 });
  await delivery.close();
  expect(taken.flatMap(({ posts }) => posts.map(({ id }) => id))).toEqual(['p1', 'p2', 'p3']);
  expect(taken.at(-1)?.cursor).toBe(4);
});

test('closing does not wait for a queue that is down: one try, nothing reported as taken', async () => {
  const failures: unknown[] = [];
  let tries = 0;
  const delivery = createDelivery({
    ...quick,
    flushMs: 60_000,
    onFailure: (error) => failures.push(error),
    take() {
      tries += 1;
      return Promise.reject(new Error('queue down'));
    },
  });
  delivery.add({ parsed: post('p1'), cursor: 1 });
  await delivery.close();
  expect(tries).toBeGreaterThanOrEqual(1);
  expect(failures).toHaveLength(tries);
  expect(delivery.isStuck).toBe(true);
});
