import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '#shared/node/root.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { waitFor } from './wait.ts';

export interface TestServer {
  /** http://127.0.0.1:PORT */
  url: string;
  database: TestDatabase;
  /** The running processes; tests may kill them. */
  server: ChildProcess;
  workers: ChildProcess[];
  startWorker(env?: Record<string, string>): Promise<ChildProcess>;
  get<T>(path: string): Promise<T>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** What the processes wrote to stderr. */
  log(): string;
  stop(): Promise<void>;
}

/** A process loads dictionaries and model; on a machine full of other tests that takes its time. */
const READY_MS = 120_000;

/** The built server and worker as processes of their own (npm test builds first), on a database of their own. */
export async function startTestServer(
  options: { workers?: number; env?: Record<string, string> } = {},
): Promise<TestServer> {
  const database = await createTestDatabase();
  const env = {
    ...process.env,
    WEIMAI_LOG: 'info',
    DATABASE_URL: database.url,
    PORT: '0',
    HOST: '127.0.0.1',
    WEIMAI_HOME: path.join(projectRoot(), '.tmp/home'),
    ...options.env,
  };
  let log = '';
  const run = (name: string, extra: Record<string, string> = {}): ChildProcess => {
    const child = spawn(process.execPath, [path.join(projectRoot(), 'dist/node', `${name}.mjs`)], {
      env: { ...env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    return child;
  };
  const failed = (): string => `\n${log.slice(-4000)}`;

  const server = run('server');
  const address = await waitFor(
    'the server to be ready',
    () => {
      if (server.exitCode !== null) throw new Error(`the server ended: ${failed()}`);
      return /"address":"(http:[^"]+)"[^\n]*server ready/.exec(log)?.[1];
    },
    READY_MS,
  );
  const workers: ChildProcess[] = [];
  const startWorker = async (extra: Record<string, string> = {}): Promise<ChildProcess> => {
    const worker = run('worker', extra);
    workers.push(worker);
    await waitFor(
      'a worker to be ready',
      () => {
        // Killed on purpose before it could say so.
        if (worker.signalCode !== null) return true;
        if (worker.exitCode !== null) throw new Error(`the worker ended: ${failed()}`);
        return (
          log.includes(`"pid":${worker.pid}`) &&
          new RegExp(`"pid":${worker.pid}[^\\n]*worker ready`).test(log)
        );
      },
      READY_MS,
    );
    return worker;
  };
  await Promise.all(Array.from({ length: options.workers ?? 1 }, () => startWorker()));

  const send: TestServer['send'] = (method, route, body, headers = {}) =>
    fetch(`${address}${route}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    url: address,
    database,
    server,
    workers,
    startWorker,
    send,
    async get(route) {
      const response = await send('GET', route);
      if (!response.ok)
        throw new Error(`GET ${route}: ${response.status} ${await response.text()}`);
      return response.json() as never;
    },
    log: () => log,
    async stop() {
      for (const child of [...workers, server]) await end(child);
      await database.close();
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
