import {
  createPostgresBackend,
  Queue,
  UnrecoverableError,
  Worker,
  type ConnectionOptions,
  type Job,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { JOBS, type JobName, type JobPayload } from '../../wire/jobs.ts';

/**
 * The one switch between BullMQ on PostgreSQL (embedded default) and on Redis. Everything else is the same code, and
 * the contract suite (tests/contract/queue.test.ts) runs on both.
 */
export type QueueBackend = { kind: 'postgres'; url: string } | { kind: 'redis'; url: string };

export interface QueueStats {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

export interface JobContext {
  jobId: string;
  attempt: number;
  /** Attempts left after this one. */
  attemptsLeft: number;
}

export interface JobQueue {
  /** Resolves once the queue holds the job durably. */
  enqueue<K extends JobName>(
    name: K,
    payload: JobPayload<K>,
    options?: { jobId?: string; delayMs?: number },
  ): Promise<void>;
  /** A job every `everyMs`, whatever number of processes asks for it (BullMQ job scheduler). */
  repeat<K extends JobName>(name: K, everyMs: number, payload: JobPayload<K>): Promise<void>;
  stats(name: JobName): Promise<QueueStats>;
  /** Age of the oldest waiting job, seconds; null when none waits. */
  oldestWaitingSeconds(name: JobName): Promise<number | null>;
  work<K extends JobName>(
    name: K,
    handler: (payload: JobPayload<K>, context: JobContext) => Promise<void>,
    options?: { concurrency?: number },
  ): JobWorker;
  failed(
    name: JobName,
    limit: number,
  ): Promise<{ id: string; reason: string; data: unknown; attempts: number; at: number }[]>;
  retryFailed(name: JobName, id: string): Promise<boolean>;
  removeFailed(name: JobName, id: string): Promise<boolean>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface JobWorker {
  /** Finishes the jobs at hand, takes no more. */
  close(): Promise<void>;
}

/**
 * Figures from reliability.md M5/M16: a killed worker's jobs run again after about 10 s (BullMQ's own defaults: 60 s,
 * and failed for good after two kills), a lost Redis is retried every 2 s at most.
 */
const LOCK_MS = 10_000;
const STALLED_MS = 5_000;
const MAX_STALLED = 1_000;
const ATTEMPTS = 8;
const RETRY_CAP_MS = 2_000;

export function createJobQueue(
  backend: QueueBackend,
  options: { onError: (error: Error) => void; prefix?: string },
): JobQueue {
  const redisClients: Redis[] = [];
  const queues = new Map<JobName, Queue>();

  const connect = (
    forWorker: boolean,
  ): { connection: ConnectionOptions; factory: typeof createPostgresBackend | undefined } => {
    if (backend.kind === 'postgres') {
      return {
        connection: {
          connectionString: backend.url,
          max: forWorker ? 3 : 4,
        } as unknown as ConnectionOptions,
        factory: createPostgresBackend,
      };
    }
    const client = new Redis(backend.url, {
      // Workers wait for Redis to come back; producers must fail at once so that HTTP can answer 503.
      maxRetriesPerRequest: forWorker ? null : 1,
      enableOfflineQueue: forWorker,
      retryStrategy: (times) => Math.min(times * 100, RETRY_CAP_MS),
    });
    client.on('error', options.onError);
    redisClients.push(client);
    return { connection: client as unknown as ConnectionOptions, factory: undefined };
  };

  const queueOf = (name: JobName): Queue => {
    const existing = queues.get(name);
    if (existing) return existing;
    const { connection, factory } = connect(false);
    const queueOptions: QueueOptions = {
      connection,
      ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
      defaultJobOptions: {
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
        removeOnComplete: { age: 3600, count: 200 },
        removeOnFail: false,
      },
    };
    const queue = factory
      ? new Queue(name, queueOptions, factory as never)
      : new Queue(name, queueOptions);
    queue.on('error', options.onError);
    queues.set(name, queue);
    return queue;
  };

  // PostgreSQL keeps data as jsonb. Taking 500 posts apart and writing them out again costs it 10 µs a post and BullMQ's
  // client a parse and a stringify; one long string costs neither.
  const pack = (payload: object): object =>
    backend.kind === 'postgres' ? { json: JSON.stringify(payload) } : payload;

  return {
    async enqueue(name, payload, extra = {}) {
      await queueOf(name).add(name, pack(payload), {
        ...(extra.jobId === undefined ? {} : { jobId: extra.jobId }),
        ...(extra.delayMs === undefined ? {} : { delay: extra.delayMs }),
      });
    },
    async repeat(name, everyMs, payload) {
      await queueOf(name).upsertJobScheduler(
        `${name}-every`,
        { every: everyMs },
        {
          name,
          data: payload,
          opts: { attempts: 1, removeOnComplete: { count: 10 }, removeOnFail: { count: 100 } },
        },
      );
    },
    async stats(name) {
      const counts = await queueOf(name).getJobCounts('waiting', 'active', 'delayed', 'failed');
      return {
        waiting: counts.waiting ?? 0,
        active: counts.active ?? 0,
        delayed: counts.delayed ?? 0,
        failed: counts.failed ?? 0,
      };
    },
    async oldestWaitingSeconds(name) {
      const [job] = await queueOf(name).getJobs(['waiting'], 0, 0, true);
      return job ? Math.max(0, (Date.now() - job.timestamp) / 1000) : null;
    },
    work(name, handler, extra = {}) {
      const { connection, factory } = connect(true);
      const workerOptions: WorkerOptions = {
        connection,
        ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
        concurrency: extra.concurrency ?? 1,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_MS,
        maxStalledCount: MAX_STALLED,
      };
      const process = (job: Job): Promise<void> => {
        const payload = JOBS[name].safeParse(unpack(job.data));
        if (!payload.success) throw new UnrecoverableError(`${name}: ${payload.error.message}`);
        const attempts = job.opts.attempts ?? 1;
        return handler(payload.data as JobPayload<typeof name>, {
          jobId: job.id ?? '',
          attempt: job.attemptsMade + 1,
          attemptsLeft: Math.max(0, attempts - job.attemptsMade - 1),
        });
      };
      const worker = factory
        ? new Worker(name, process, workerOptions, factory as never)
        : new Worker(name, process, workerOptions);
      worker.on('error', options.onError);
      return { close: () => worker.close() };
    },
    async failed(name, limit) {
      const jobs = await queueOf(name).getJobs(['failed'], 0, limit - 1);
      return jobs.map((job) => ({
        id: job.id ?? '',
        reason: job.failedReason ?? '',
        data: unpack(job.data),
        attempts: job.attemptsMade,
        at: job.finishedOn ?? job.timestamp,
      }));
    },
    async retryFailed(name, id) {
      const job = await queueOf(name).getJob(id);
      if (!job) return false;
      await job.retry('failed');
      return true;
    },
    async removeFailed(name, id) {
      const job = await queueOf(name).getJob(id);
      if (!job) return false;
      await job.remove();
      return true;
    },
    async ping() {
      await queueOf('analyse-posts').getJobCounts('waiting');
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      for (const client of redisClients) client.disconnect();
    },
  };
}

/** Jobs of Redis, of schedulers and of older versions carry their fields themselves. */
function unpack(data: unknown): unknown {
  const { json } = (data ?? {}) as { json?: unknown };
  return typeof json === 'string' ? JSON.parse(json) : data;
}

/** Throws, with what to do, when this Redis could lose acknowledged posts (reliability.md M3, M4). */
export async function refuseUnsafeRedis(url: string): Promise<{ version: string }> {
  const client = new Redis(url, {
    maxRetriesPerRequest: 1,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined); // connect() below reports it
  try {
    await client.connect();
    const [policy, aof, info] = await Promise.all([
      client.config('GET', 'maxmemory-policy'),
      client.config('GET', 'appendonly'),
      client.info('server'),
    ]);
    const problems: string[] = [];
    if ((policy as string[])[1] !== 'noeviction') {
      problems.push(
        `its maxmemory-policy is ${(policy as string[])[1]}: queued posts would be thrown away under memory pressure. Run: redis-cli config set maxmemory-policy noeviction`,
      );
    }
    if ((aof as string[])[1] !== 'yes') {
      problems.push(
        'it has no append-only file: a crash would lose every acknowledged post. Run: redis-cli config set appendonly yes  (and set it in redis.conf)',
      );
    }
    if (problems.length > 0)
      throw new Error(`The Redis behind REDIS_URL is not safe to use: ${problems.join('; ')}.`);
    return { version: /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown' };
  } catch (error) {
    if ((error as Error).message.startsWith('The Redis')) throw error;
    throw new Error(
      `The Redis behind REDIS_URL could not be checked: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    client.disconnect();
  }
}
