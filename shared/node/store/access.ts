import {
  createHash,
  randomBytes,
  randomUUID,
  scrypt,
  timingSafeEqual,
  type ScryptOptions,
} from 'node:crypto';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';

export type Role = 'viewer' | 'analyst' | 'admin';
export type Scope = 'read' | 'ingest' | 'admin';

const SESSION_IDLE_MS = 12 * 3_600_000;
const SESSION_MAX_MS = 14 * 86_400_000;
/** How stale last-seen times may be: saves a write per request. */
const SEEN_EVERY_MS = 60_000;

/** Members, sessions and API tokens. Secrets are stored hashed only; tokens and session ids are shown once. */
export interface AccessStore {
  hasMembers(): Promise<boolean>;
  /** True when some admin token still works: with it the first member can be made from elsewhere. */
  hasAdminToken(): Promise<boolean>;
  members(): Promise<{ name: string; role: Role; createdAt: number; lastSeenAt: number | null }[]>;
  /** False, and nothing changes, when the name is taken. */
  addMember(name: string, role: Role, password: string): Promise<boolean>;
  setMember(name: string, change: { role?: Role; password?: string }): Promise<void>;
  removeMember(name: string): Promise<void>;
  /** Session id on success; throws `auth/wrong-password` after the same work for unknown names. */
  login(name: string, password: string): Promise<{ session: string; role: Role }>;
  logout(session: string): Promise<void>;
  findSession(session: string): Promise<{ name: string; role: Role } | null>;
  tokens(): Promise<
    {
      id: string;
      name: string;
      scope: Scope;
      prefix: string;
      createdAt: number;
      lastUsedAt: number | null;
      expiresAt: number | null;
    }[]
  >;
  createToken(
    name: string,
    scope: Scope,
    expiresAt: number | null,
  ): Promise<{ id: string; token: string }>;
  removeToken(id: string): Promise<void>;
  findToken(token: string): Promise<{ name: string; scope: Scope } | null>;
}

/** scrypt cost: about 60 ms and 32 MB a try. */
const SCRYPT: ScryptOptions = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

export function createAccessStore(db: Db, now: () => number = Date.now): AccessStore {
  return {
    async hasMembers() {
      return (await db.query('select 1 from members limit 1')).rowCount !== 0;
    },
    async hasAdminToken() {
      const { rowCount } = await db.query(
        `select 1 from tokens where scope = 'admin' and (expires_at is null or expires_at > $1) limit 1`,
        [now()],
      );
      return rowCount !== 0;
    },
    async members() {
      const { rows } = await db.query<{
        name: string;
        role: Role;
        created_at: number;
        last_seen_at: number | null;
      }>('select name, role, created_at, last_seen_at from members order by created_at');
      return rows.map((row) => ({
        name: row.name,
        role: row.role,
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
      }));
    },
    async addMember(name, role, password) {
      const { rowCount } = await db.query(
        'insert into members (name, role, password, created_at) values ($1, $2, $3, $4) on conflict (name) do nothing',
        [name, role, await hashPassword(password), now()],
      );
      return rowCount === 1;
    },
    async setMember(name, change) {
      if (change.role !== undefined && change.role !== 'admin') await refuseLastAdmin(db, name);
      const password = change.password === undefined ? null : await hashPassword(change.password);
      const { rowCount } = await db.query(
        'update members set role = coalesce($2, role), password = coalesce($3, password) where name = $1',
        [name, change.role ?? null, password],
      );
      if (rowCount === 0) throw new AppError('member/not-found', 'There is no such member.');
      if (password !== null) await db.query('delete from sessions where member = $1', [name]);
    },
    async removeMember(name) {
      await refuseLastAdmin(db, name);
      const { rowCount } = await db.query('delete from members where name = $1', [name]);
      if (rowCount === 0) throw new AppError('member/not-found', 'There is no such member.');
    },
    async login(name, password) {
      const { rows } = await db.query<{ role: Role; password: string }>(
        'select role, password from members where name = $1',
        [name],
      );
      const stored = rows[0]?.password ?? DUMMY_HASH;
      const right = await checkPassword(password, stored);
      const row = rows[0];
      if (!row || !right) throw new AppError('auth/wrong-password', 'Name or password is wrong.');
      const session = randomBytes(24).toString('base64url');
      await db.query(
        'insert into sessions (digest, member, created_at, seen_at) values ($1, $2, $3, $3)',
        [digestOf(session), name, now()],
      );
      return { session, role: row.role };
    },
    async logout(session) {
      await db.query('delete from sessions where digest = $1', [digestOf(session)]);
    },
    async findSession(session) {
      const digest = digestOf(session);
      const { rows } = await db.query<{
        name: string;
        role: Role;
        created_at: number;
        seen_at: number;
      }>(
        'select m.name, m.role, s.created_at, s.seen_at from sessions s join members m on m.name = s.member where s.digest = $1',
        [digest],
      );
      const row = rows[0];
      if (!row) return null;
      const at = now();
      if (at - row.seen_at > SESSION_IDLE_MS || at - row.created_at > SESSION_MAX_MS) {
        await db.query('delete from sessions where digest = $1', [digest]);
        return null;
      }
      if (at - row.seen_at > SEEN_EVERY_MS) {
        await db.query('update sessions set seen_at = $2 where digest = $1', [digest, at]);
        await db.query('update members set last_seen_at = $2 where name = $1', [row.name, at]);
      }
      return { name: row.name, role: row.role };
    },
    async tokens() {
      const { rows } = await db.query<{
        id: string;
        name: string;
        scope: Scope;
        prefix: string;
        created_at: number;
        last_used_at: number | null;
        expires_at: number | null;
      }>(
        'select id, name, scope, prefix, created_at, last_used_at, expires_at from tokens order by created_at',
      );
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        scope: row.scope,
        prefix: row.prefix,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at,
        expiresAt: row.expires_at,
      }));
    },
    async createToken(name, scope, expiresAt) {
      const token = `wm_live_${randomBytes(24).toString('base64url')}`;
      const id = randomUUID();
      await db.query(
        'insert into tokens (id, name, scope, digest, prefix, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)',
        [id, name, scope, digestOf(token), token.slice(0, 14), now(), expiresAt],
      );
      return { id, token };
    },
    async removeToken(id) {
      const { rowCount } = await db.query('delete from tokens where id = $1', [id]);
      if (rowCount === 0) throw new AppError('token/not-found', 'There is no such token.');
    },
    async findToken(token) {
      const { rows } = await db.query<{
        id: string;
        name: string;
        scope: Scope;
        last_used_at: number | null;
        expires_at: number | null;
      }>('select id, name, scope, last_used_at, expires_at from tokens where digest = $1', [
        digestOf(token),
      ]);
      const row = rows[0];
      if (!row || (row.expires_at !== null && row.expires_at < now())) return null;
      if (row.last_used_at === null || now() - row.last_used_at > SEEN_EVERY_MS)
        await db.query('update tokens set last_used_at = $2 where id = $1', [row.id, now()]);
      return { name: row.name, scope: row.scope };
    },
  };
}

/** High-entropy secrets need no salt or stretching: their plain SHA-256 is stored. */
const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

async function refuseLastAdmin(db: Db, name: string): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `select name from members where role = 'admin'`,
  );
  if (rows.length === 1 && rows[0]?.name === name)
    throw new AppError('member/last-admin', 'This is the last admin; make another one first.');
}

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, SCRYPT, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt)).toString('base64url')}`;
}

/** Compared for unknown names, so that they take as long as wrong passwords. */
const DUMMY_HASH = `scrypt$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`;

async function checkPassword(password: string, stored: string): Promise<boolean> {
  const [, salt, key] = stored.split('$');
  const expected = Buffer.from(key ?? '', 'base64url');
  return timingSafeEqual(await derive(password, Buffer.from(salt ?? '', 'base64url')), expected);
}
