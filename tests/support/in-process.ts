import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseEnv } from '#shared/node/env.ts';
import { createLog } from '#shared/node/log.ts';
import { startServer, type RunningServer } from '#server/main.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface InProcessServer extends RunningServer {
  /** http://127.0.0.1:PORT */
  url: string;
  database: TestDatabase;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  close(): Promise<void>;
}

/** The real server, listening, in this process and without a worker: for tests of what HTTP and sockets answer. */
export async function startInProcess(
  env: Record<string, string> = {},
  /** What stands between server and store, e.g. a proxy that can be cut. */
  through: (url: string) => Promise<string> = async (url) => url,
): Promise<InProcessServer> {
  const database = await createTestDatabase();
  const databaseUrl = await through(database.url);
  const home = mkdtempSync(path.join(os.tmpdir(), 'weimai-home-'));
  const cleanUp = async (): Promise<void> => {
    await database.close();
    rmSync(home, { recursive: true, force: true });
  };
  const server = await startServer({
    env: parseEnv({ PORT: '0', DATABASE_URL: databaseUrl, ...env }).env,
    databaseUrl,
    home,
    log: createLog('test', 'silent'),
    searchPort: false,
    demo: false,
  }).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...server,
    url,
    database,
    send: (method, route, body, headers = {}) =>
      fetch(`${url}${route}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    async close() {
      await server.lifecycle.stop();
      await cleanUp();
    },
  };
}
