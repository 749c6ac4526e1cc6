import { MALLOC_ENV, SERVER_FLAGS, WORKER_FLAGS } from '#shared/node/process-flags.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { io } from 'socket.io-client';
import { projectRoot } from '#shared/node/root.ts';
import { redisServer } from '../support/requirements.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait.ts';
import { startBenchStore, type BenchStore } from './stores.ts';
import { benchTexts } from './texts.ts';

/**
 * BENCH_SECONDS of load; BENCH_QUEUES=redis measures one queue; BENCH_BACKGROUND= measures no delays;
 * BENCH_NODE_FLAGS, e.g. --cpu-prof, go to all processes.
 */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const QUEUES = (process.env.BENCH_QUEUES ?? 'postgres,redis').split(',');
const BACKGROUND = (process.env.BENCH_BACKGROUND ?? '200,2000').split(',').filter(Boolean);
const NODE_FLAGS = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
const PROBES = 120;
const BODY_POSTS = 1_000;
const AT_ONCE = 6;
/** Background posts come in one request each so many ms. */
const FLOW_EVERY_MS = 100;

interface Running {
  url: string;
  bench: BenchStore;
  processes: { name: string; pid: number }[];
  stop(): Promise<void>;
}

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
    const running = await start(queue, 2);
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

async function start(queue: 'postgres' | 'redis', workers: number): Promise<Running> {
  const bench = await startBenchStore();
  await bench.store.topics.seed([
    ...benchTexts().topics,
    { id: 'probe', name: '探针话题', aliases: [], exclude: [], query: '', color: 0 },
  ]);
  const redis = queue === 'redis' ? await startRedis() : undefined;
  const env = {
    ...process.env,
    DATABASE_URL: bench.url,
    PORT: '0',
    HOST: '127.0.0.1',
    WEIMAI_LOG: 'info',
    WEIMAI_HOME: path.join(os.tmpdir(), 'weimai-bench-home'),
    WEIMAI_MAX_WAITING: '60',
    ...(redis ? { REDIS_URL: redis.url } : { REDIS_URL: '' }),
  };
  let log = '';
  const children: ChildProcess[] = [];
  const run = (name: string): ChildProcess => {
    const child = spawn(
      process.execPath,
      [
        ...(name === 'worker' ? WORKER_FLAGS : SERVER_FLAGS),
        ...NODE_FLAGS,
        path.join(projectRoot(), `dist/node/${name}.mjs`),
      ],
      {
        env: { ...MALLOC_ENV, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
    });
    children.push(child);
    return child;
  };
  const server = run('server');
  const url = await waitFor(
    'the server',
    () => /"address":"(http:[^"]+)"[^\n]*server ready/.exec(log)?.[1],
  );
  const started = Array.from({ length: workers }, () => run('worker'));
  await waitFor(
    'the workers',
    async () => (await bench.store.workers.list()).length === workers,
    60_000,
  );
  return {
    url,
    bench,
    processes: [
      { name: 'server', pid: server.pid ?? 0 },
      ...started.map((worker, index) => ({ name: `worker ${index + 1}`, pid: worker.pid ?? 0 })),
      ...(redis ? [{ name: 'redis', pid: redis.pid }] : []),
    ],
    async stop() {
      for (const child of children.reverse()) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await gone;
      }
      await redis?.stop();
      await bench.stop();
    },
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

interface Answer {
  status: number;
  /** What a server that is full asks for. */
  retryAfterMs: number;
}

/** One POST. A plain request costs the generator a third of fetch. */
function post(url: string, type: string, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}/api/v1/posts`,
      { method: 'POST', agent, headers: { 'content-type': type, 'content-length': body.length } },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfterMs: 1_000 * Number(response.headers['retry-after'] ?? 1),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

let serial = 0;

/** A post's line whose id and time are written over in place: ten digits, and the form of toISOString. */
const line = (text: string, n: number): string =>
  `{"id":"b0000000000","source":"bench","text":${JSON.stringify(text)},"createdAt":"2026-01-01T00:00:00.000Z","author":{"id":"u${n % 5000}","name":"用户${n % 5000}","followers":${n % 900}},"counts":{"reposts":${n % 7},"comments":${n % 5},"likes":${n % 90}}}`;

/**
 * NDJSON bodies made once: the generator shares the cores with what it measures. Each sending has new ids and the time
 * of now; every text of the data is used before one comes again.
 */
interface Body {
  bytes: Buffer;
  /** Where the digits of each id, and where each time begin. */
  ids: number[];
  times: number[];
}

function prepare(texts: readonly string[]): Body {
  const bytes = Buffer.from(texts.map((text, n) => line(text, n)).join('\n'));
  const ids: number[] = [];
  const times: number[] = [];
  for (let start = 0; start >= 0 && start < bytes.length;) {
    ids.push(start + '{"id":"b'.length);
    times.push(bytes.indexOf('","createdAt":"', start) + '","createdAt":"'.length);
    const end = bytes.indexOf(10, start);
    start = end < 0 ? -1 : end + 1;
  }
  return { bytes, ids, times };
}

function refresh({ bytes, ids, times }: Body): Buffer {
  const at = Buffer.from(new Date().toISOString());
  for (const time of times) bytes.set(at, time);
  for (const id of ids) {
    let rest = serial++;
    for (let digit = 9; digit >= 0; digit--) {
      bytes[id + digit] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
  return bytes;
}

/** Takes a body that is not on its way, and gives it back for the next. */
function createBodies(texts: readonly string[], posts: number) {
  const free: Body[] = [];
  for (let at = 0; at + posts <= texts.length; at += posts)
    free.push(prepare(texts.slice(at, at + posts)));
  return async (send: (bytes: Buffer) => Promise<Answer>): Promise<Answer> => {
    const body = free.shift();
    if (!body) throw new Error('fewer bodies than senders');
    try {
      return await send(refresh(body));
    } finally {
      free.push(body);
    }
  };
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
          id: `probe${serial++}`,
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

/** User and system CPU of a process, from /proc (Linux). */
function cpuSeconds(pid: number): number {
  const fields = statOf(pid) ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A process, its living children, and those that it has waited for. */
function familyCpuSeconds(parent: number): number {
  let total = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = statOf(Number(entry));
    if (fields === undefined) continue;
    const own = Number(fields[11]) + Number(fields[12]);
    if (Number(entry) === parent) total += own + Number(fields[13]) + Number(fields[14]);
    else if (Number(fields[1]) === parent) total += own;
  }
  return total / 100;
}

/** Fields of /proc/PID/stat after the name: state, parent, …; undefined when the process is gone. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  } catch {
    return undefined; // it ended between the listing and the reading
  }
}

function rssMb(pid: number): number {
  return Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
  );
}
