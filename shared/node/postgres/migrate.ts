import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runMigrations as runQueueMigrations } from 'bullmq';
import type pg from 'pg';
import { projectRoot } from '../root.ts';
import type { Db } from './pool.ts';

const LOCK = 7_700_001;
/** Oldest PostgreSQL we run on: 15 is what Debian 12 has; all we use (merge-free upserts, bytea, json_to_recordset) is there. */
const OLDEST_MAJOR = 15;

/** Applies the numbered SQL files that are missing, each in one transaction, under one advisory lock. */
export async function migrate(db: Db, options: { queue: boolean }): Promise<{ applied: string[] }> {
  const client = await db.connect();
  try {
    await refuseOldServer(client);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    try {
      await client.query(
        'create table if not exists migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
      );
      const { rows } = await client.query<{ name: string; checksum: string }>(
        'select name, checksum from migrations',
      );
      const done = new Map(rows.map((row) => [row.name, row.checksum]));
      const applied: string[] = [];
      for (const { name, sql, checksum } of migrationFiles()) {
        const before = done.get(name);
        if (before === checksum) continue;
        if (before)
          throw new Error(
            `Migration ${name} was changed after it had been applied to this database.`,
          );
        await applyOne(client, name, sql, checksum);
        applied.push(name);
      }
      if (options.queue) {
        await runQueueMigrations(client as never);
        await storeJobsPlain(client);
      }
      return { applied };
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOCK]);
    }
  } finally {
    client.release();
  }
}

/**
 * Purpose: jobs are written and read once, so compressing them (6 µs a post) is wasted. A no-op when it was done before;
 * it touches the catalog only.
 */
async function storeJobsPlain(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ storage: string }>(
    `select attstorage as storage from pg_attribute where attrelid = 'bullmq.job'::regclass and attname = 'data'`,
  );
  if (rows[0]?.storage !== 'e')
    await client.query('alter table bullmq.job alter column data set storage external');
}

async function refuseOldServer(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new Error(
      `This PostgreSQL is version ${major}; Weimai needs ${OLDEST_MAJOR} or newer. Upgrade the server behind DATABASE_URL, or unset it to use the embedded one.`,
    );
  }
}

async function applyOne(
  client: pg.PoolClient,
  name: string,
  sql: string,
  checksum: string,
): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
}

function migrationFiles(): { name: string; sql: string; checksum: string }[] {
  const dir = path.join(projectRoot(), 'shared/node/postgres/migrations');
  return readdirSync(dir)
    .filter((name) => /^\d{3}_[a-z-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(dir, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}
