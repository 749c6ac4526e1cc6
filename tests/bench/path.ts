import os from 'node:os';
import { io } from 'socket.io-client';
import { redisServer } from '../support/requirements.ts';
import { waitFor } from '../support/wait.ts';
import {
  cpuSeconds,
  createBodies,
  familyCpuSeconds,
  nextSerial,
  post,
  rssMb,
  startRunning,
  type Answer,
  type Running,
} from './running.ts';
import { benchTexts } from './texts.ts';

/**
 * BENCH_SECONDS of load; BENCH_QUEUES=redis measures one queue; BENCH_BACKGROUND= measures no delays;
 * BENCH_NODE_FLAGS, e.g. --cpu-prof, go to all processes.
 */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const QUEUES = (process.env.BENCH_QUEUES ?? 'postgres,redis').split(',');
const BACKGROUND = (process.env.BENCH_BACKGROUND ?? '200,2000').split(',').filter(Boolean);
const PROBES = 120;
const BODY_POSTS = 1_000;
const AT_ONCE = 6;
/** Background posts come in one request each so many ms. */
const FLOW_EVERY_MS = 100;

/** The whole path: HTTP in to committed buckets, and a post to the socket. Generator, stores and workers share this machine's cores. */
export async function bench(): Promise<void> {
  const cpus = os.cpus();
  process.stdout.write(
    `\n${cpus.length} × ${cpus[0]?.model ?? ''}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
  );
  for (const queue of ['postgres', 'redis'] as const) {
    if (!QUEUES.includes(queue)) continue;
    if (queue === 'redis' && redisServer === undefined) {
      process.stdout.write('\nQueue on Redis: skipped, no redis-server here\n');
      continue;
    }
    const running = await startRunning(queue, 2);
    try {
      process.stdout.write(
        `\nQueue on ${queue === 'postgres' ? 'PostgreSQL (embedded default)' : 'Redis (append-only file)'}, 2 workers\n`,
      );
      await throughput(running);
      for (const background of BACKGROUND) await latency(running, Number(background));
    } finally {
      await running.stop();
    }
  }
}

async function throughput(running: Running): Promise<void> {
  const { texts } = benchTexts();
  const withBody = createBodies(texts, BODY_POSTS);
  const send = (): Promise<Answer> =>
    withBody((bytes) => post(running.url, 'application/x-ndjson', bytes));
  const { db } = running.bench.store;
  const committed = async (): Promise<number> =>
    (await db.query<{ n: number }>('select coalesce(sum(posts), 0)::bigint as n from batches'))
      .rows[0]?.n ?? 0;
  // Warm up: caches, prepared statements, partitions.
  for (let i = 0; i < 5; i++) await send();
  await waitFor('the warm-up', async () => (await committed()) >= 5 * BODY_POSTS, 60_000);
  const before = await committed();
  const cpuBefore = running.processes.map(({ pid }) => cpuSeconds(pid));
  const storeBefore = familyCpuSeconds(running.bench.pid);
  const ownBefore = process.cpuUsage();
  const memory = new Map<string, number>();
  const sampling = setInterval(() => {
    for (const { name, pid } of running.processes)
      memory.set(name, Math.max(memory.get(name) ?? 0, rssMb(pid)));
  }, 500);
  const began = performance.now();
  let accepted = 0;
  let refused = 0;
  const until = began + SECONDS * 1000;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < until) {
        const { status, retryAfterMs } = await send();
        if (status === 202) accepted += BODY_POSTS;
        else {
          refused++;
          await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
        }
      }
    }),
  );
  await waitFor(
    'everything to be committed',
    async () => (await committed()) - before >= accepted,
    120_000,
  );
  const seconds = (performance.now() - began) / 1000;
  clearInterval(sampling);
  const { rows } = await db.query<{ n: number; stored: number }>(
    'select (select sum(n) from buckets_day)::bigint as n, (select count(*) from mentions)::bigint as stored',
  );
  process.stdout.write(
    `  whole path: ${Math.round(accepted / seconds).toLocaleString('en')} posts/s over ${seconds.toFixed(0)} s (${accepted.toLocaleString('en')} posts, ${refused} requests asked to wait; buckets ${rows[0]?.n}, mentions ${rows[0]?.stored})\n`,
  );
  const cpu = running.processes.map(
    ({ name, pid }, index) =>
      `${name} ${Math.round(((cpuSeconds(pid) - (cpuBefore[index] ?? 0)) / accepted) * 1e6)}`,
  );
  const own = process.cpuUsage(ownBefore);
  cpu.push(
    `postgres ${Math.round(((familyCpuSeconds(running.bench.pid) - storeBefore) / accepted) * 1e6)}`,
    `this generator ${Math.round((own.user + own.system) / accepted)}`,
  );
  process.stdout.write(
    `  CPU µs a post: ${cpu.join(', ')}\n  largest RSS: ${[...memory].map(([name, mb]) => `${name} ${mb} MB`).join(', ')}\n`,
  );
}

/** Single posts to a topic of their own while others flow; time from sending to the socket's message. */
async function latency(running: Running, background: number): Promise<void> {
  const { texts } = benchTexts();
  const socket = io(running.url, { transports: ['websocket'] });
  let arrived: (() => void) | undefined;
  socket.on('bucket:updated', ({ buckets }: { buckets: { topic: string }[] }) => {
    if (buckets.some((tick) => tick.topic === 'probe')) arrived?.();
  });
  await new Promise<void>((resolve) => socket.on('connect', resolve));
  await new Promise((resolve) => socket.emit('topic:watch', { topics: ['probe'] }, resolve));
  let flowing = true;
  const withBody = createBodies(texts, (background * FLOW_EVERY_MS) / 1000);
  const flow = (async () => {
    let due = performance.now();
    while (flowing) {
      const { status } = await withBody((bytes) =>
        post(running.url, 'application/x-ndjson', bytes),
      );
      if (status !== 202) await new Promise((resolve) => setTimeout(resolve, 200));
      due += FLOW_EVERY_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const times: number[] = [];
  let lost = 0;
  for (let i = 0; i < PROBES; i++) {
    const began = performance.now();
    const seen = new Promise<boolean>((resolve) => {
      arrived = () => resolve(true);
      setTimeout(() => resolve(false), 5_000);
    });
    await post(
      running.url,
      'application/json',
      Buffer.from(
        JSON.stringify({
          id: `probe${nextSerial()}`,
          source: 'bench',
          text: '探针话题 真不错',
          createdAt: new Date().toISOString(),
        }),
      ),
    );
    if (await seen) times.push(performance.now() - began);
    else lost++;
    await new Promise((resolve) => setTimeout(resolve, 30 + ((i * 37) % 150)));
  }
  flowing = false;
  await flow;
  socket.disconnect();
  times.sort((a, b) => a - b);
  const at = (share: number): string =>
    `${Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0)} ms`;
  process.stdout.write(
    `  post to socket at ${background} posts/s: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, largest ${at(1)} (${times.length} probes, ${lost} lost)\n`,
  );
}
