import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { Redis } from 'ioredis';
import { createEngine, loadEngineParts } from '#shared/node/engine.ts';
import { envSchema, parseEnv, type Env } from '#shared/node/env.ts';
import { createPool, type Db } from '#shared/node/postgres/pool.ts';
import { refuseUnsafeRedis } from '#shared/node/queue/queue.ts';
import { projectRoot } from '#shared/node/root.ts';
import { WORKER_GONE_MS } from '#shared/node/store/workers.ts';
import { createZone } from '#shared/node/zone.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';

/** One finding. `advice` says what to do; always there unless the state is ok. */
export interface Check {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  found: string;
  advice?: string;
}

const OLDEST_NODE = [20, 19] as const;
const OLDEST_POSTGRES = 15;
const EMBEDDED_POSTGRES = '18';
const CLOCK_WARN_MS = 2_000;
const FREE_WARN_MB = 2_048;
const FREE_FAIL_MB = 200;

export async function examine(
  source: NodeJS.ProcessEnv,
): Promise<{ checks: Check[]; configuration: Record<string, string> }> {
  const checks: Check[] = [node(), dependencies(), segmentation(), await model()];
  let env: Env;
  let home: string;
  try {
    const parsed = parseEnv(source);
    env = parsed.env;
    home = parsed.home;
    checks.push(
      parsed.warnings.length === 0
        ? ok('settings', 'valid')
        : warn(
            'settings',
            parsed.warnings.join('; '),
            'Look for a misspelt name; .env.example lists all settings.',
          ),
    );
  } catch (error) {
    checks.push(
      fail(
        'settings',
        (error as Error).message.replaceAll('\n', ' '),
        'Mend the variables named here; .env.example explains each.',
      ),
    );
    return { checks, configuration: redacted(source, {}) };
  }
  checks.push(await homeFolder(home), zone(env));
  const store = await openStore(env, home);
  checks.push(...store.checks);
  try {
    if (store.db) checks.push(await clockOfStore(store.db), await worker(store.db));
  } finally {
    await store.db?.end();
  }
  if (env.REDIS_URL !== undefined) checks.push(...(await redis(env.REDIS_URL)));
  checks.push(await port(env));
  return { checks, configuration: redacted(source, env) };
}

const ok = (name: string, found: string): Check => ({ name, state: 'ok', found });
const warn = (name: string, found: string, advice: string): Check => ({
  name,
  state: 'warn',
  found,
  advice,
});
const fail = (name: string, found: string, advice: string): Check => ({
  name,
  state: 'fail',
  found,
  advice,
});

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return enough
    ? ok('node', process.versions.node)
    : fail(
        'node',
        process.versions.node,
        `Install Node.js ${OLDEST_NODE.join('.')} or newer (nodejs.org).`,
      );
}

function dependencies(): Check {
  const root = projectRoot();
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const missing = Object.keys(manifest.dependencies).filter(
    (name) => !existsSync(path.join(root, 'node_modules', name, 'package.json')),
  );
  if (missing.length > 0)
    return fail('dependencies', `missing: ${missing.join(', ')}`, 'Run npm ci in the checkout.');
  const mark = path.join(root, 'node_modules/.weimai-lock');
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return existsSync(mark) && readFileSync(mark, 'utf8') !== lock
    ? warn('dependencies', 'older than package-lock.json', 'Run npm ci, or npm start, which does.')
    : ok('dependencies', `${Object.keys(manifest.dependencies).length} packages`);
}

/** In a process of its own: a broken binding or a missing dictionary aborts, uncatchably. */
function segmentation(): Check {
  const probe = `const j = require('nodejieba'); j.load(); process.stdout.write(j.cut('今天天气真不错', true).join('/'))`;
  const result = spawnSync(process.execPath, ['-e', probe], {
    cwd: projectRoot(),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (result.status === 0 && result.stdout.includes('/'))
    return ok('nodejieba', `binding and dictionaries load (${result.stdout})`);
  const why =
    result.stderr
      .split('\n')
      .find((line) => /error|cannot|exp:/i.test(line))
      ?.trim() ?? `ended with ${result.status ?? result.signal}`;
  return fail(
    'nodejieba',
    why.slice(0, 200),
    'Run npm rebuild nodejieba, or node scripts/postinstall.mjs; it needs python3, make and g++ (Debian: apt-get install python3 make g++).',
  );
}

async function model(): Promise<Check> {
  try {
    const parts = await loadEngineParts();
    const { scorer } = createEngine(parts, defaultTopics());
    const mood = scorer.score('DeepSeek 太好用了');
    return mood.topics.length > 0
      ? ok('mood model', `weights and ${parts.lexicon.entries.length} lexicon entries load`)
      : fail(
          'mood model',
          'a plain sentence finds no topic',
          'Restore shared/mood and shared/topic from the repository.',
        );
  } catch (error) {
    return fail(
      'mood model',
      (error as Error).message,
      'Restore shared/mood/model and shared/mood/lexicon from the repository (git checkout), or run weimai train.',
    );
  }
}

async function homeFolder(home: string): Promise<Check> {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const file = path.join(home, `.doctor-${randomUUID()}`);
    writeFileSync(file, '');
    rmSync(file);
  } catch (error) {
    return fail(
      'home',
      `${home}: ${(error as Error).message}`,
      'Give this user the right to write there, or set WEIMAI_HOME to another folder.',
    );
  }
  const disk = await statfs(home);
  const freeMb = Math.round((disk.bavail * disk.bsize) / 1024 / 1024);
  const found = `${home}, ${(freeMb / 1024).toFixed(1)} GB free`;
  const advice = 'Free some space, or lower the retention in Settings.';
  if (freeMb < FREE_FAIL_MB) return fail('home', found, advice);
  return freeMb < FREE_WARN_MB ? warn('home', found, advice) : ok('home', found);
}

function zone(env: Env): Check {
  const now = Date.now();
  const made = createZone(env.WEIMAI_TZ);
  const local = new Date(now + made.offsetMs(now)).toISOString().slice(0, 16).replace('T', ' ');
  return ok('time zone', `${env.WEIMAI_TZ}, where it is ${local}`);
}

interface OpenStore {
  checks: Check[];
  db: Db | null;
}

async function openStore(env: Env, home: string): Promise<OpenStore> {
  if (env.DATABASE_URL !== undefined)
    return connectTo(
      env.DATABASE_URL,
      'DATABASE_URL',
      'Is it running, and are address, name and password right?',
    );
  const dir = path.join(home, 'postgres');
  const binaries = embeddedBinaries();
  if (binaries !== null) return { checks: [binaries], db: null };
  if (!existsSync(path.join(dir, 'PG_VERSION')))
    return { checks: [ok('PostgreSQL', 'embedded, made at the first start')], db: null };
  const version = readFileSync(path.join(dir, 'PG_VERSION'), 'utf8').trim();
  if (version !== EMBEDDED_POSTGRES)
    return {
      checks: [
        fail(
          'PostgreSQL',
          `${dir} belongs to version ${version}; this build brings ${EMBEDDED_POSTGRES}`,
          `Point WEIMAI_HOME at another folder, or move the data with pg_dump of version ${version} and set DATABASE_URL.`,
        ),
      ],
      db: null,
    };
  const [pid, , , portLine] = existsSync(path.join(dir, 'postmaster.pid'))
    ? readFileSync(path.join(dir, 'postmaster.pid'), 'utf8').split('\n')
    : [];
  if (pid === undefined || !isPostgres(Number(pid)))
    return {
      checks: [
        ok(
          'PostgreSQL',
          `embedded ${version}, not running (npm start starts it${pid === undefined ? '' : ' and recovers from the crash before'})`,
        ),
      ],
      db: null,
    };
  const password = existsSync(`${dir}.password`)
    ? readFileSync(`${dir}.password`, 'utf8').trim()
    : '';
  return connectTo(
    `postgres://weimai:${password}@127.0.0.1:${Number(portLine)}/weimai`,
    `embedded, process ${pid}`,
    `It runs but does not answer: end process ${pid} (kill -INT ${pid}) and start again.`,
  );
}

function embeddedBinaries(): Check | null {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    createRequire(path.join(projectRoot(), 'package.json')).resolve(name);
    return null;
  } catch {
    // Not resolvable is the answer.
    return fail(
      'PostgreSQL',
      `there is no package ${name}`,
      'Set DATABASE_URL to a PostgreSQL of 15 or newer.',
    );
  }
}

function isPostgres(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  if (existsSync('/proc/self/cmdline'))
    return existsSync(file) && readFileSync(file, 'utf8').includes('postgres');
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function connectTo(url: string, name: string, advice: string): Promise<OpenStore> {
  const db = createPool({ url, max: 1, name: 'doctor', onError: () => undefined });
  try {
    const { rows } = await db.query<{ server_version: string }>('show server_version');
    const version = rows[0]?.server_version ?? '';
    const major = Number.parseInt(version, 10);
    const checks =
      major < OLDEST_POSTGRES
        ? [fail('PostgreSQL', `${version} (${name})`, `Weimai needs ${OLDEST_POSTGRES} or newer.`)]
        : [ok('PostgreSQL', `${version} (${name})`)];
    checks.push(await migrations(db));
    return { checks, db };
  } catch (error) {
    await db.end();
    return {
      checks: [
        fail(
          'PostgreSQL',
          `${name}: ${withoutSecret((error as Error).message || String((error as { code?: string }).code), url)}`,
          advice,
        ),
      ],
      db: null,
    };
  }
}

async function migrations(db: Db): Promise<Check> {
  const files = readdirSync(path.join(projectRoot(), 'shared/node/postgres/migrations')).filter(
    (name) => name.endsWith('.sql'),
  );
  const { rows: there } = await db.query<{ name: string | null }>(
    `select to_regclass('migrations')::text as name`,
  );
  const applied = there[0]?.name
    ? (await db.query<{ name: string }>('select name from migrations')).rows.map((row) => row.name)
    : [];
  const pending = files.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !files.includes(name));
  if (unknown.length > 0)
    return fail(
      'migrations',
      `the store knows ${unknown.join(', ')}, this build does not`,
      'A newer Weimai has used this store: run that version.',
    );
  return pending.length > 0
    ? warn(
        'migrations',
        `${pending.length} of ${files.length} not applied yet`,
        'The next start of a server applies them; a backup before it is wise.',
      )
    : ok('migrations', `${files.length} applied`);
}

async function clockOfStore(db: Db): Promise<Check> {
  return clock('store clock', async () => {
    const { rows } = await db.query<{ now: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now',
    );
    return rows[0]?.now ?? 0;
  });
}

/** The middle of asking and answer stands for our own time. */
async function clock(name: string, ask: () => Promise<number>): Promise<Check> {
  const before = Date.now();
  const theirs = await ask();
  const difference = Math.round(theirs - (before + Date.now()) / 2);
  return Math.abs(difference) > CLOCK_WARN_MS
    ? warn(
        name,
        `${difference} ms apart from ours`,
        'Set both machines by NTP: delayed retries and "now" depend on it.',
      )
    : ok(name, `${difference} ms apart`);
}

async function worker(db: Db): Promise<Check> {
  const { rows: there } = await db.query<{ name: string | null }>(
    `select to_regclass('workers')::text as name`,
  );
  const { rows } = there[0]?.name
    ? await db.query<{ at: number | null }>('select max(beat_at) as at from workers')
    : { rows: [] };
  const at = rows[0]?.at ?? null;
  if (at !== null && Date.now() - at < WORKER_GONE_MS)
    return ok('worker', `beat ${Math.round((Date.now() - at) / 1000)} s ago`);
  return warn(
    'worker',
    at === null ? 'none has beaten' : `last beat ${new Date(at).toISOString()}`,
    'Posts wait in the queue until one runs: npm start, or weimai worker.',
  );
}

async function redis(url: string): Promise<Check[]> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined); // the awaited call below reports it
  try {
    const { version } = await refuseUnsafeRedis(url);
    await client.connect();
    return [
      ok('Redis', `${version}, append-only file on, noeviction`),
      await clock('Redis clock', async () => {
        const [seconds, micros] = await client.time();
        return Number(seconds) * 1000 + Number(micros) / 1000;
      }),
    ];
  } catch (error) {
    return [
      fail(
        'Redis',
        withoutSecret((error as Error).message, url),
        'Follow the command named here, or unset REDIS_URL to queue in PostgreSQL.',
      ),
    ];
  } finally {
    client.disconnect();
  }
}

async function port(env: Env): Promise<Check> {
  if (env.PORT === 0) return ok('port', 'any free one');
  const where = `${env.HOST}:${env.PORT}`;
  const code = await tryListen(env.PORT, env.HOST);
  if (code === null) return ok('port', `${where} is free`);
  if (code !== 'EADDRINUSE')
    return fail(
      'port',
      `${where}: ${code}`,
      'Set HOST to an address of this machine and PORT to one above 1023.',
    );
  if (await answersAsWeimai(env)) return ok('port', `${where}: Weimai answers`);
  const owner = ownerOf(env.PORT);
  return warn(
    'port',
    `${where} is taken${owner === null ? '' : ` by ${owner}`}`,
    'npm start takes the next free one; or set PORT.',
  );
}

function tryListen(at: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(at, host, () => server.close(() => resolve(null)));
  });
}

async function answersAsWeimai(env: Env): Promise<boolean> {
  const host =
    env.HOST === '0.0.0.0' || env.HOST === '::'
      ? '127.0.0.1'
      : env.HOST.includes(':')
        ? `[${env.HOST}]`
        : env.HOST;
  try {
    const answer = await fetch(`http://${host}:${env.PORT}/api/v1/meta`, {
      signal: AbortSignal.timeout(3_000),
    });
    return answer.ok && 'clock' in ((await answer.json()) as object);
  } catch {
    return false; // whoever it is does not speak our language: that is the answer
  }
}

/** Name and id of the process that listens, where /proc tells. */
function ownerOf(at: number): string | null {
  const hex = at.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1) : [],
  );
  const inodes = new Set(
    lines
      .map((line) => line.trim().split(/\s+/))
      .filter((cells) => cells[1]?.endsWith(`:${hex}`) && cells[3] === '0A')
      .map((cells) => `socket:[${cells[9]}]`),
  );
  if (inodes.size === 0) return null;
  const script = `for f in /proc/[0-9]*/fd/*; do l=$(readlink "$f" 2>/dev/null) || continue; echo "$f $l"; done`;
  const found =
    spawnSync('sh', ['-c', script], {
      encoding: 'utf8',
      maxBuffer: 32 * 1024 * 1024,
      timeout: 10_000,
    }).stdout ?? '';
  const pid = found
    .split('\n')
    .find((line) => inodes.has(line.split(' ')[1] ?? ''))
    ?.split('/')[2];
  if (pid === undefined) return null;
  const name = existsSync(`/proc/${pid}/comm`)
    ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    : '';
  return `process ${pid} ${name}`.trim();
}

const SECRET = /PASSWORD|SECRET|TOKEN|KEY$/;

/** Every setting as it takes effect; passwords, also inside addresses, are never shown. */
function redacted(source: NodeJS.ProcessEnv, env: Partial<Env>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of Object.keys(envSchema.shape) as (keyof Env)[]) {
    const value: unknown = name in env ? env[name] : source[name];
    const text = value === undefined ? '' : String(value);
    shown[name] = text === '' ? '' : SECRET.test(name) ? '(set)' : withoutPassword(text);
  }
  return shown;
}

const withoutPassword = (text: string): string =>
  text
    .replace(/(:\/\/[^:@/\s]{0,200}):[^@\s]{1,500}@/g, '$1:(set)@')
    .replace(/([?&](?:key|token|password|secret)=)[^&\s]{1,500}/gi, '$1(set)');

/** Messages of drivers may quote the address they were given. */
function withoutSecret(message: string, url: string): string {
  const password = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '';
  const clean = withoutPassword(message.replaceAll(url, '(address)'));
  return password.length > 2 ? clean.replaceAll(password, '(set)') : clean;
}
