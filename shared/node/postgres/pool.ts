import pg from 'pg';

/** int8 and numeric aggregates arrive as numbers: every figure we keep is below 2^53 by its limits. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === 20 || oid === 1700) return Number;
    return pg.types.getTypeParser(oid as never, format as never);
  },
} as unknown as pg.CustomTypesConfig;

export type Db = pg.Pool;
export type Tx = pg.PoolClient;

/** A pool of our own (BullMQ keeps its own). `max` connections; idle errors are handed to `onError`, not thrown. */
export function createPool(options: {
  url: string;
  max?: number;
  name: string;
  onError: (error: Error) => void;
}): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 6,
    application_name: `weimai-${options.name}`,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // Statements asked for together travel together, without waiting for each other's answers. The types do not know it.
    ...({ pipeline: true } as object),
  });
  // Without a listener a connection lost while idle ends the process.
  pool.on('error', options.onError);
  return pool;
}

/** Runs `work` in one transaction; rolls back and re-throws on any error. */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await db.connect();
  let broken: Error | undefined;
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query('commit');
    return result;
  } catch (error) {
    try {
      await tx.query('rollback');
    } catch (rollbackError) {
      broken = rollbackError as Error; // the connection is gone: drop it from the pool
    }
    throw error;
  } finally {
    tx.release(broken);
  }
}

/**
 * Results of statements that travel together. Waits for all of them also when one fails, and throws the first failure:
 * nothing of them may still be on its way when the transaction is rolled back.
 */
export async function together<T extends readonly unknown[]>(
  ...parts: { [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const settled = await Promise.allSettled(parts);
  const failed = settled.find((part) => part.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((part) => (part as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
