import { WORKER_ENV, WORKER_FLAGS } from '#shared/node/worker-process.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '#shared/node/root.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait.ts';
import { startBenchStore, type BenchStore } from './stores.ts';
import { benchTexts } from './texts.ts';

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
        ...(name === 'worker' ? WORKER_FLAGS : []),
        path.join(projectRoot(), `dist/node/${name}.mjs`),
      ],
      {
        env: { ...WORKER_ENV, ...env },
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

/** One POST; resolves with status. A plain request costs the generator a third of fetch. */
export function post(url: string, type: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}/api/v1/posts`,
      { method: 'POST', agent, headers: { 'content-type': type, 'content-length': body.length } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
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

/** NDJSON of posts with new ids and times of now. */
export function body(texts: readonly string[], n: number): Buffer {
  const at = new Date().toISOString();
  const lines: string[] = [];
  for (let i = 0; i < n; i++) {
    const id = serial++;
    lines.push(
      `{"id":"b${id}","source":"bench","text":${JSON.stringify(texts[id % texts.length])},"createdAt":"${at}","author":{"id":"u${id % 5000}","name":"用户${id % 5000}","followers":${id % 900}},"counts":{"reposts":${id % 7},"comments":${id % 5},"likes":${id % 90}}}`,
    );
  }
  return Buffer.from(lines.join('\n'));
}

/** User and system CPU of a process, from /proc (Linux). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function rssMb(pid: number): number {
  return Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
  );
}
