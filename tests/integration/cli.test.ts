import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '#shared/node/root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';

let base: TestDatabase;
let home: string;
beforeAll(async () => {
  base = await createTestDatabase();
  home = mkdtempSync(path.join(os.tmpdir(), 'weimai-cli-'));
});
afterAll(async () => {
  await base.close();
  rmSync(home, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[], env: Record<string, string> = {}) {
  const script = `import(${JSON.stringify(path.join(projectRoot(), 'dist/node/cli.mjs'))}).then((m) => m.main(${JSON.stringify(args)}))`;
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, DATABASE_URL: base.url, WEIMAI_HOME: home, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()));
  const done = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve(Object.assign(ended, { code }))),
  );
  return { child, ended, done };
}
const weimai = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  start(args, env).done;

const line = (i: number, at: string, text = `DeepSeek 第${i}次更新`) =>
  JSON.stringify({ id: `p${i}`, source: 'weibo', text, createdAt: at, author: { id: `u${i}` } });

describe('weimai', () => {
  test.each([
    [[], 2],
    [['help'], 0],
    [['constructor'], 2],
    [['replay'], 2],
    [['replay', '/nowhere.csv'], 2],
    [['replay', __filename, '--speed', 'fast'], 2],
    [['replay', '--unknown'], 2],
    [['doctor', '--jsn'], 2],
    [['topics'], 2],
    [['replay', '--help'], 0],
    [['doctor', '--help'], 0],
  ])('%j ends with %i', async (args, code) => {
    expect((await weimai(args)).code).toBe(code);
  });
});

describe('weimai topics', () => {
  test('ls names every topic; test says what a text mentions and what only looked like it', async () => {
    const list = await weimai(['topics', 'ls']);
    expect(list.stdout).toMatch(/^deepseek\tDeepSeek/m);
    const { stdout } = await weimai(['topics', 'test', 'DeepSeek', '比NDSX好用多了']);
    const found = JSON.parse(stdout);
    expect(found.topics.map((topic: { topic: string }) => topic.topic)).toEqual(['deepseek']);
  });
});

describe('weimai replay', () => {
  test('posts arrive at now, at their pace, under ids of their own; bad rows are told', async () => {
    const file = path.join(home, 'replay.ndjson');
    // Out of order, an hour from first to last: 3 s at 1200x.
    const lines = [3, 0, 1, 2, 4].map((i) =>
      line(i, new Date(Date.parse('2025-01-20T10:00:00Z') + i * 900_000).toISOString()),
    );
    writeFileSync(file, [...lines, '{"id":"bad"}'].join('\n'));
    const before = Date.now();
    const { code, stdout } = await weimai(['replay', file, '--speed', '1200x']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ posts: 5, runs: 1, rejected: 1 });
    await waitFor(
      'all posts',
      async () => (await base.db.query('select 1 from posts')).rowCount === 5,
    );
    const { rows } = await base.db.query('select id, created_at from posts order by created_at');
    expect(rows.map((row) => row.id.split('~')[0])).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    expect(rows[0].created_at).toBeGreaterThanOrEqual(before);
    expect(rows[4].created_at - rows[0].created_at).toBe(3_000);
  });

  test('looping counts anew each round; Ctrl-C ends it cleanly', async () => {
    const file = path.join(home, 'loop.ndjson');
    writeFileSync(
      file,
      [line(7, '2025-01-20T10:00:00Z'), line(8, '2025-01-20T10:00:30Z')].join('\n'),
    );
    const run = start(['replay', file, '--speed', '600x', '--loop']);
    await waitFor('three rounds', async () => {
      const { rows } = await base.db.query(
        `select count(*)::int as n from posts where id like 'p7~%'`,
      );
      return rows[0].n >= 3;
    });
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.done;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).runs).toBeGreaterThanOrEqual(3);
  });
});

describe('weimai doctor', () => {
  const checksOf = (
    ended: Ended,
  ): Record<string, { state: string; found: string; advice?: string }> =>
    Object.fromEntries(
      JSON.parse(ended.stdout).checks.map((check: { name: string }) => [check.name, check]),
    );

  test('a sound place: nothing fails, no secret is shown', async () => {
    const secret = 'a-very-secret-word';
    const ended = await weimai(['doctor', '--json'], { WEIMAI_ADMIN_PASSWORD: secret });
    const checks = checksOf(ended);
    expect(Object.values(checks).filter((check) => check.state === 'fail')).toEqual([]);
    expect(ended.code).toBe(0);
    expect(checks).toMatchObject({
      node: { state: 'ok' },
      nodejieba: { state: 'ok' },
      'mood model': { state: 'ok' },
      PostgreSQL: { state: 'ok' },
      migrations: { state: 'ok' },
      'store clock': { state: 'ok' },
    });
    expect(ended.stdout).not.toContain(secret);
    expect(ended.stdout).not.toContain(new URL(base.url).password);
    const words = await weimai(['doctor'], { WEIMAI_ADMIN_PASSWORD: secret });
    expect(words.stdout).toMatch(/\d+ in order, \d+ to look at, 0 wrong/);
    expect(words.stdout).not.toContain(secret);
  });

  test('what is wrong is named with what to do', async () => {
    const taken = net.createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as net.AddressInfo).port)),
    );
    const ended = await weimai(['doctor', '--json'], {
      DATABASE_URL: 'postgres://weimai:pass-word-1@127.0.0.1:1/none',
      REDIS_URL: 'redis://:pass-word-2@127.0.0.1:1',
      PORT: String(port),
      WEIMAI_BACH: '5',
    });
    taken.close();
    const checks = checksOf(ended);
    expect(ended.code).toBe(1);
    expect(checks).toMatchObject({
      PostgreSQL: { state: 'fail' },
      Redis: { state: 'fail' },
      port: { state: 'warn' },
      settings: { state: 'warn', found: expect.stringContaining('WEIMAI_BACH') },
    });
    for (const check of Object.values(checks))
      if (check.state !== 'ok') expect(check.advice).toMatch(/\w/);
    expect(ended.stdout).not.toMatch(/pass-word/);
  });

  test('settings that do not hold are a failure, not a crash', async () => {
    const ended = await weimai(['doctor', '--json'], { PORT: 'http' });
    expect(ended.code).toBe(1);
    expect(checksOf(ended).settings).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('PORT'),
    });
  });
});
