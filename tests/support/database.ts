import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { createPool, type Db } from '#shared/node/postgres/pool.ts';
import { createStore, type Store } from '#shared/node/store/store.ts';
import { createZone } from '#shared/node/zone.ts';

export interface TestDatabase {
  url: string;
  db: Db;
  store: Store;
  /** Errors of idle connections; a test may look at them. */
  errors: Error[];
  close(): Promise<void>;
}

/** A fresh database cloned from the migrated template; dropped by `close`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('postgresUrl'));
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: new URL('/postgres', template).href });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await admin(`create database ${name} template template_weimai`);
  const url = new URL(`/${name}`, template).href;
  const errors: Error[] = [];
  const db = createPool({ url, name: 'test', onError: (error) => errors.push(error) });
  return {
    url,
    db,
    store: createStore(db, createZone('Asia/Shanghai'), {
      zoneName: 'Asia/Shanghai',
      keyFile: path.join(os.tmpdir(), `${name}.key`),
    }),
    errors,
    async close() {
      await db.end();
      await admin(`drop database if exists ${name} with (force)`);
    },
  };
}
