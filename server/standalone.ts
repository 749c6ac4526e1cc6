import { MALLOC_ENV, WORKER_FLAGS } from '#shared/node/process-flags.ts';
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv, type Env } from '#shared/node/env.ts';
import { createLifecycle, stopOnSignals } from '#shared/node/lifecycle.ts';
import { createLog, type Log } from '#shared/node/log.ts';
import { startEmbeddedPostgres } from '#shared/node/postgres/embedded.ts';
import { projectRoot } from '#shared/node/root.ts';
import { startServer } from './main.ts';

const SHUTDOWN_MS = 20_000;
const USAGE = `Usage: npm start [-- --no-demo]

Starts Weimai on this machine: embedded PostgreSQL (unless DATABASE_URL is set), the server and its workers.
  --no-demo   leave an empty store empty
  --help      this text
Settings come from the environment; see .env.example.
`;

/** What `npm start` runs: everything on one machine, the worker as a supervised process of its own. */
export async function main(args: string[]): Promise<void> {
  const unknown = args.find((arg) => !['--no-demo', '--help', '-h'].includes(arg));
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return;
  }
  if (unknown !== undefined) {
    process.stderr.write(`Unknown option ${unknown}.\n${USAGE}`);
    process.exit(2);
  }
  try {
    await run(args);
  } catch (error) {
    process.stderr.write(`Weimai could not start: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

async function run(args: string[]): Promise<void> {
  const { env, home, warnings } = parseEnv(process.env);
  const log = createLog('weimai', env.WEIMAI_LOG === 'info' ? 'warn' : env.WEIMAI_LOG);
  for (const warning of warnings) log.warn(warning);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const other = takeHome(home);
  if (other) {
    process.stdout.write(
      `Weimai is already running here${other.address ? `: ${other.address}` : ` (process ${other.pid})`}\nStop it first, or give this one a folder of its own: WEIMAI_HOME=/path/to/folder npm start\n`,
    );
    return;
  }

  const lifecycle = createLifecycle();
  stopOnSignals(
    async () => {
      process.stderr.write('\nStopping …\n');
      await lifecycle.stop();
      rmSync(lockFile(home), { force: true });
    },
    SHUTDOWN_MS,
    () => log.error('Weimai did not stop in time'),
  );
  try {
    const databaseUrl =
      env.DATABASE_URL ??
      (
        await lifecycle.add(
          'postgres',
          () =>
            startEmbeddedPostgres({
              dataDir: path.join(home, 'postgres'),
              log: (line) => log.debug({ line }, 'postgres'),
            }),
          (pg) => pg.stop(),
        )
      ).url;
    const server = await lifecycle.add(
      'server',
      () =>
        startServer({
          env,
          databaseUrl,
          home,
          log,
          searchPort: process.env.PORT === undefined,
          demo: env.WEIMAI_DEMO && !args.includes('--no-demo'),
        }),
      (running) => running.lifecycle.stop(),
    );
    await lifecycle.add(
      'workers',
      () => superviseWorkers(env, databaseUrl, log),
      (workers) => workers.stop(),
    );
    writeFileSync(lockFile(home), JSON.stringify({ pid: process.pid, address: server.address }));
    process.stdout.write(`\n  微脉 Weimai is running: ${server.address}\n  Ctrl-C stops it.\n\n`);
  } catch (error) {
    await lifecycle.stop();
    rmSync(lockFile(home), { force: true });
    throw error;
  }
}

/** Whether another `npm start` serves this home. */
export function isRunning(home: string): boolean {
  const mark = existsSync(lockFile(home)) ? readMark(lockFile(home)) : null;
  return mark !== null && isOurs(mark.pid);
}

const lockFile = (home: string): string => path.join(home, 'running.json');

/** Null when the home is ours now; the other program when a live one has it. A killed one's mark is taken over. */
function takeHome(home: string): { pid: number; address?: string } | null {
  const file = lockFile(home);
  if (existsSync(file)) {
    const mark = readMark(file);
    if (mark && mark.pid !== process.pid && isOurs(mark.pid)) return mark;
    rmSync(file, { force: true });
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid }), { flag: 'wx' });
  return null;
}

function readMark(file: string): { pid: number; address?: string } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; address?: string };
  } catch {
    return null; // half-written by a killed process: it holds nothing
  }
}

/** Alive, and (where /proc tells) a node process: a pid may have been given to another program since. */
function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const command = `/proc/${pid}/cmdline`;
  return !existsSync(command) || readFileSync(command, 'utf8').includes('node');
}

/** Restarts a worker that dies, with growing pauses while it keeps dying. */
function superviseWorkers(env: Env, databaseUrl: string, log: Log): { stop(): Promise<void> } {
  const script = path.join(projectRoot(), 'dist/node/worker.mjs');
  const children = new Set<ChildProcess>();
  let stopping = false;

  const start = (failures: number): void => {
    const began = Date.now();
    const child = fork(script, [], {
      execArgv: WORKER_FLAGS,
      env: {
        ...MALLOC_ENV,
        ...process.env,
        DATABASE_URL: databaseUrl,
        WEIMAI_LOG: env.WEIMAI_LOG === 'info' ? 'warn' : env.WEIMAI_LOG,
      },
      // A group of its own: Ctrl-C must reach only us, so that the worker finishes its batch before the store goes.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.add(child);
    child.on('exit', (code, signal) => {
      children.delete(child);
      if (stopping) return;
      const next = Date.now() - began > 60_000 ? 0 : failures + 1;
      log.warn({ code, signal, failures: next }, 'a worker ended and is started again');
      setTimeout(
        () => {
          if (!stopping) start(next);
        },
        Math.min(10_000, 250 * 2 ** failures),
      ).unref();
    });
  };
  for (let i = 0; i < env.WEIMAI_WORKERS; i++) start(0);
  return {
    async stop() {
      stopping = true;
      await Promise.all(
        [...children].map(
          (child) =>
            new Promise<void>((resolve) => {
              child.on('exit', () => resolve());
              child.kill('SIGTERM');
            }),
        ),
      );
    },
  };
}
