import type { Db } from './pool.ts';

const PARTITIONED = ['posts', 'mentions', 'buckets_minute'] as const;

/** Months (UTC) that the instants fall into, as `YYYYMM`. */
export function monthsOf(instants: Iterable<number>): Set<string> {
  const months = new Set<string>();
  for (const at of instants) {
    const date = new Date(at);
    months.add(`${date.getUTCFullYear()}${String(date.getUTCMonth() + 1).padStart(2, '0')}`);
  }
  return months;
}

/** [from, to) of a `YYYYMM` month in epoch ms. */
export function monthRange(month: string): { from: number; to: number } {
  const year = Number(month.slice(0, 4));
  const index = Number(month.slice(4)) - 1;
  return { from: Date.UTC(year, index), to: Date.UTC(year, index + 1) };
}

/**
 * Makes sure that the month partitions exist. Runs in its own short transactions, before the batch's one, because
 * attaching a partition locks the parent; months already seen cost nothing.
 */
export function createPartitionKeeper(db: Db) {
  const known = new Set<string>();
  // Nearly all posts of a process lie in one month: no date is made of those.
  let last = { from: 0, to: 0 };
  return async function ensure(instants: readonly number[]): Promise<void> {
    const others = instants.filter((at) => at < last.from || at >= last.to);
    for (const month of monthsOf(others)) {
      const { from, to } = monthRange(month);
      if (known.has(month)) {
        last = { from, to };
        continue;
      }
      // One keeper at a time: two processes that create the same partition would both fail or wait on each other.
      await db.query(
        `do $$ begin
           perform pg_advisory_xact_lock(7700002);
           ${PARTITIONED.map((table) => `create table if not exists ${table}_${month} partition of ${table} for values from (${from}) to (${to});`).join('\n')}
         end $$`,
      );
      known.add(month);
      last = { from, to };
    }
  };
}
