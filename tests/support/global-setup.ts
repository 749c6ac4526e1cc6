import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '#shared/node/postgres/embedded.ts';
import { migrate } from '#shared/node/postgres/migrate.ts';
import { createPool } from '#shared/node/postgres/pool.ts';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the test server; each file makes a database of its own from the template. */
    postgresUrl: string;
  }
}

/** One real PostgreSQL for the whole run, with a migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'weimai-test-'));
  const server = await startEmbeddedPostgres({
    dataDir: path.join(home, 'postgres'),
    database: 'template_weimai',
  });
  const errors: Error[] = [];
  const pool = createPool({
    url: server.url,
    name: 'test-template',
    onError: (error) => errors.push(error),
  });
  await migrate(pool, { queue: true });
  await pool.end();
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
}
