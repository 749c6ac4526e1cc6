import { MALLOC_ENV, SERVER_FLAGS, WORKER_FLAGS } from '#shared/node/process-flags.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '#shared/node/root.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait.ts';
import { startBenchStore, type BenchStore } from './stores.ts';
import { benchTexts } from './texts.ts';

/** BENCH_NODE_FLAGS, e.g. --cpu-prof, go to all processes. */
const NODE_FLAGS = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];

/** The built server and workers as processes on a store of their own. */
export interface Running {
  url: string;
  bench: BenchStore;
  processes: { name: string; pid: number }[];
  stop(): Promise<void>;
}

export async function startRunning(queue: 'postgres' | 'redis', workers: number): Promise<Running> {
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

export interface Answer {
  status: number;
  /** What a server that is full asks for. */
  retryAfterMs: number;
}

/** One POST. A plain request costs the generator a third of fetch. */
export function post(url: string, type: string, body: Buffer): Promise<Answer> {
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
/** A number not used before in this process. */
export function nextSerial(): number {
  return serial++;
}

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
export function createBodies(texts: readonly string[], posts: number) {
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

/** User and system CPU of a process, from /proc (Linux). */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid) ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A process, its living children, and those that it has waited for. */
export function familyCpuSeconds(parent: number): number {
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

export function rssMb(pid: number): number {
  return Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
  );
}
