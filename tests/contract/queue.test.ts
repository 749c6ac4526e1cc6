import { createPostgresBackend, Queue, type ConnectionOptions } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createJobQueue,
  refuseUnsafeRedis,
  type JobQueue,
  type QueueBackend,
} from '#shared/node/queue/queue.ts';
import { aPost } from '../builders/post.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { redisServer } from '../support/requirements.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait.ts';

/** One suite over both backends: whatever holds for one must hold for the other. */
const backends: {
  name: string;
  present: boolean;
  open(): Promise<{ backend: QueueBackend; close(): Promise<void> }>;
}[] = [
  {
    name: 'PostgreSQL',
    present: true,
    async open() {
      const database: TestDatabase = await createTestDatabase();
      return { backend: { kind: 'postgres', url: database.url }, close: () => database.close() };
    },
  },
  {
    name: 'Redis',
    present: redisServer !== undefined,
    async open() {
      const redis: TestRedis = await startRedis();
      return { backend: { kind: 'redis', url: redis.url }, close: () => redis.stop() };
    },
  },
];

const batch = (n = 3) => ({
  batchId: randomUUID(),
  receivedAt: 1_737_936_000_000,
  posts: Array.from({ length: n }, () => aPost()),
});

/** BullMQ itself, without what our queue makes of a payload. */
function oldQueue(backend: QueueBackend): Queue {
  if (backend.kind === 'redis')
    return new Queue('analyse-posts', { connection: { url: backend.url } });
  const connection = { connectionString: backend.url } as unknown as ConnectionOptions;
  return new Queue('analyse-posts', { connection }, createPostgresBackend as never);
}

for (const { name, present, open } of backends) {
  describe.skipIf(!present)(`queue on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let queue: JobQueue;
    const errors: Error[] = [];
    beforeAll(async () => {
      opened = await open();
      queue = createJobQueue(opened.backend, { onError: (error) => errors.push(error) });
    });
    afterAll(async () => {
      await queue.close();
      await opened.close();
    });

    test('takes a job that an older version queued, with its fields in the open', async () => {
      const payload = batch(2);
      const old = oldQueue(opened.backend);
      await old.add('analyse-posts', payload);
      await old.close();
      let got: unknown;
      const worker = queue.work('analyse-posts', async (taken) => void (got = taken));
      await waitFor('the job', () => got !== undefined);
      expect(got).toEqual(payload);
      await worker.close();
    });

    test('delivers each job with its payload unchanged', async () => {
      const sent = [
        batch(1),
        batch(5),
        { ...batch(1), posts: [aPost({ text: '引号"\\ 表情😀 换行\n制表\t 末尾' })] },
      ];
      const got = new Map<string, unknown>();
      const worker = queue.work(
        'analyse-posts',
        async (payload) => void got.set(payload.batchId, payload),
      );
      for (const payload of sent) await queue.enqueue('analyse-posts', payload);
      await waitFor('three jobs', () => got.size === 3);
      for (const payload of sent) expect(got.get(payload.batchId)).toEqual(payload);
      await worker.close();
    });

    test('tries a failed job again and tells the attempt', async () => {
      const attempts: number[] = [];
      const worker = queue.work('analyse-posts', async (_payload, context) => {
        attempts.push(context.attempt);
        if (context.attempt < 3) throw new Error('not yet');
      });
      await queue.enqueue('analyse-posts', batch());
      await waitFor('a third attempt', () => attempts.length === 3);
      expect(attempts).toEqual([1, 2, 3]);
      await worker.close();
    });

    test('the same job id is taken once', async () => {
      const payload = batch();
      let runs = 0;
      await queue.enqueue('analyse-posts', payload, { jobId: payload.batchId });
      await queue.enqueue('analyse-posts', payload, { jobId: payload.batchId });
      const worker = queue.work('analyse-posts', async () => void runs++);
      await waitFor(
        'an empty queue',
        async () => runs > 0 && (await queue.stats('analyse-posts')).waiting === 0,
      );
      expect(runs).toBe(1);
      await worker.close();
    });

    test('a payload that does not parse fails for good and can be looked at, then removed', async () => {
      await queue.enqueue('analyse-posts', { batchId: 'no uuid', receivedAt: 0, posts: [] });
      const worker = queue.work('analyse-posts', async () => undefined);
      const [failed] = await waitFor('a failed job', async () => {
        const list = await queue.failed('analyse-posts', 10);
        return list.length > 0 ? list : undefined;
      });
      expect(failed?.reason).toMatch(/batchId/);
      expect(await queue.removeFailed('analyse-posts', failed?.id ?? '')).toBe(true);
      expect(await queue.failed('analyse-posts', 10)).toEqual([]);
      await worker.close();
    });

    test('counts what waits and how long', async () => {
      await queue.enqueue('analyse-posts', batch());
      expect((await queue.stats('analyse-posts')).waiting).toBe(1);
      expect(await queue.oldestWaitingSeconds('analyse-posts')).toBeGreaterThanOrEqual(0);
      const worker = queue.work('analyse-posts', async () => undefined);
      await waitFor(
        'an empty queue',
        async () => (await queue.stats('analyse-posts')).waiting === 0,
      );
      await worker.close();
    });

    test('close finishes the job at hand', async () => {
      let finished = false;
      let started = false;
      const worker = queue.work('analyse-posts', async () => {
        started = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
      });
      await queue.enqueue('analyse-posts', batch());
      await waitFor('the job to start', () => started);
      await worker.close();
      expect(finished).toBe(true);
    });
  });
}

describe.skipIf(redisServer === undefined)('an unsafe Redis is refused with what to do', () => {
  test.each([
    ['no append-only file', { aof: false }, /appendonly yes/],
    ['eviction', { policy: 'allkeys-lru' }, /noeviction/],
  ])('%s', async (_name, options, message) => {
    const redis = await startRedis(options);
    await expect(refuseUnsafeRedis(redis.url)).rejects.toThrow(message);
    await redis.stop();
  });
  test('safe settings pass', async () => {
    const redis = await startRedis();
    await expect(refuseUnsafeRedis(redis.url)).resolves.toMatchObject({
      version: expect.stringMatching(/^\d/),
    });
    await redis.stop();
  });
});
