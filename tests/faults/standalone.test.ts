import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '#shared/node/root.ts';
import { freePort } from '../support/redis.ts';
import { waitFor } from '../support/wait.ts';

/** `npm start` as built, in a home of its own: start, stop, kill, start again. */
interface Running {
  child: ChildProcess;
  /** http://127.0.0.1:PORT as printed. */
  address: string;
  out: () => string;
  ended: Promise<number | null>;
}

const root = mkdtempSync(path.join(os.tmpdir(), 'weimai-standalone-'));
const home = path.join(root, 'first');
const started: ChildProcess[] = [];

afterAll(async () => {
  for (const child of started)
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  rmSync(root, { recursive: true, force: true });
});

function run(folder: string, env: Record<string, string> = {}) {
  const script = `import(${JSON.stringify(path.join(projectRoot(), 'dist/node/standalone.mjs'))}).then((m) => m.main(['--no-demo']))`;
  const { PORT: _port, DATABASE_URL: _url, REDIS_URL: _redis, ...rest } = process.env;
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...rest, WEIMAI_HOME: folder, WEIMAI_LOG: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => resolve(code)),
  );
  return { child, out: () => out, ended };
}

async function startIn(folder: string, env: Record<string, string> = {}): Promise<Running> {
  const running = run(folder, env);
  const address = await waitFor(
    'the address',
    () => {
      if (running.child.exitCode !== null) throw new Error(`it ended: ${running.out()}`);
      return /running: (http:\S+)/.exec(running.out())?.[1];
    },
    90_000,
  );
  await waitFor('readiness', async () => (await fetch(`${address}/readyz`)).status === 200, 60_000);
  return { ...running, address };
}

/** Every process whose environment or command line names this home, but the test's own. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      const read = (file: string): string => {
        try {
          return readFileSync(`/proc/${name}/${file}`, 'utf8');
        } catch {
          return ''; // it ended while we looked
        }
      };
      return (
        (read('environ') + read('cmdline')).includes(folder) && !/^State:\s*Z/m.test(read('status'))
      );
    })
    .map(Number);
}

const post = async (address: string, id: string): Promise<void> => {
  const answer = await fetch(`${address}/api/v1/posts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, text: 'DeepSeek 真不错', createdAt: new Date().toISOString() }),
  });
  expect(answer.status).toBe(202);
};
async function countedBy(address: string): Promise<number> {
  const { items } = (await (await fetch(`${address}/api/v1/topics`)).json()) as {
    items: { id: string; day: { n: number } }[];
  };
  return items.find((topic) => topic.id === 'deepseek')?.day.n ?? 0;
}
const counts = (address: string, n: number): Promise<unknown> =>
  waitFor(`${n} counted`, async () => (await countedBy(address)) === n, 60_000);

describe.skipIf(!existsSync('/proc/self/environ'))('npm start', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startIn(home);
  }, 180_000);

  test('is ready, takes posts, counts them', async () => {
    await post(running.address, 'one');
    await counts(running.address, 1);
    expect(workersOf(home).length).toBe(1);
    const postgres = readFileSync(path.join(home, 'postgres/postmaster.pid'), 'utf8').split(
      '\n',
    )[0];
    expect(processesOf(home)).toEqual(
      expect.arrayContaining([running.child.pid, Number(postgres)]),
    );
  });

  test('a second start in the same home prints the address of the first and ends well', async () => {
    const second = run(home);
    expect(await second.ended).toBe(0);
    expect(second.out()).toContain(running.address);
    expect((await fetch(`${running.address}/livez`)).status).toBe(200);
  });

  test('Ctrl-C: exit code 0, no process left, nothing lost', async () => {
    await post(running.address, 'two');
    running.child.kill('SIGINT');
    expect(await running.ended, running.out()).toBe(0);
    expect(processesOf(home)).toEqual([]);
    expect(existsSync(path.join(home, 'running.json'))).toBe(false);
    expect(existsSync(path.join(home, 'postgres/postmaster.pid'))).toBe(false);
    running = await startIn(home);
    await counts(running.address, 2);
  }, 240_000);

  test('kill -9 of the program alone: its worker goes by itself, the orphaned PostgreSQL is adopted', async () => {
    const postgres = Number(
      readFileSync(path.join(home, 'postgres/postmaster.pid'), 'utf8').split('\n')[0],
    );
    await post(running.address, 'three');
    running.child.kill('SIGKILL');
    await running.ended;
    await waitFor('the worker to go', () => workersOf(home).length === 0);
    running = await startIn(home);
    expect(
      Number(readFileSync(path.join(home, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]),
    ).toBe(postgres);
    await counts(running.address, 3);
  }, 240_000);

  test('kill -9 of everything: the next start recovers every post that was taken', async () => {
    await post(running.address, 'four');
    for (const pid of processesOf(home)) kill(pid);
    await running.ended;
    await waitFor('all of them to be gone', () => processesOf(home).length === 0);
    running = await startIn(home);
    await counts(running.address, 4);
  }, 240_000);

  test('a worker that is killed is started again', async () => {
    const [worker] = workersOf(home);
    expect(worker).toBeDefined();
    kill(worker ?? 0);
    await post(running.address, 'five');
    await counts(running.address, 5);
    expect(workersOf(home)).not.toContain(worker);
  }, 120_000);

  test('a second home beside it takes another port', async () => {
    const other = await startIn(path.join(root, 'second'));
    expect(other.address).not.toBe(running.address);
    expect(await countedBy(other.address)).toBe(0);
    expect(await countedBy(running.address)).toBe(5);
    other.child.kill('SIGTERM');
    expect(await other.ended, other.out()).toBe(0);
    expect(processesOf(path.join(root, 'second'))).toEqual([]);
    expect((await fetch(`${running.address}/livez`)).status).toBe(200);
  }, 240_000);

  test('a port asked for by name that is taken is refused with what to do; nothing is left behind', async () => {
    const port = await freePort();
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    const third = path.join(root, 'third');
    const refused = run(third, { PORT: String(port) });
    expect(await refused.ended).toBe(1);
    expect(refused.out()).toMatch(new RegExp(`Port ${port} is taken. Set PORT`));
    taken.close();
    expect(processesOf(third)).toEqual([]);
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
  }, 240_000);
});

function workersOf(folder: string): number[] {
  return processesOf(folder).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker.mjs');
    } catch {
      return false; // it ended while we looked
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
