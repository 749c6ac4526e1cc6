import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '#shared/node/postgres/embedded.ts';
import { migrate } from '#shared/node/postgres/migrate.ts';
import { createPool } from '#shared/node/postgres/pool.ts';
import { createStore, type Store } from '#shared/node/store/store.ts';
import { createZone } from '#shared/node/zone.ts';

export interface BenchStore {
  url: string;
  pid: number;
  store: Store;
  stop(): Promise<void>;
}

/** An embedded PostgreSQL of its own, empty and migrated, thrown away afterwards. */
export async function startBenchStore(): Promise<BenchStore> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'weimai-bench-'));
  const server = await startEmbeddedPostgres({ dataDir: path.join(home, 'postgres') });
  const db = createPool({
    url: server.url,
    name: 'bench',
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  await migrate(db, { queue: true });
  return {
    url: server.url,
    pid: server.pid,
    store: createStore(db, createZone('Asia/Shanghai'), {
      zoneName: 'Asia/Shanghai',
      keyFile: path.join(home, 'secret.key'),
    }),
    async stop() {
      await db.end();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
