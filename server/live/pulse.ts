import type { JobQueue } from '#shared/node/queue/queue.ts';
import type { Store } from '#shared/node/store/store.ts';
import { version } from '#shared/node/version.ts';
import { WORKER_GONE_MS } from '#shared/node/store/workers.ts';
import type { Heartbeat } from '#shared/wire/live.ts';

/** The facts of a heartbeat, read from the store; cheap enough for every two seconds. */
export function createPulse(deps: {
  store: Store;
  queue: JobQueue;
}): () => Promise<Omit<Heartbeat, 'seq' | 'wall' | 'clock'>> {
  return async () => {
    const [newestAt, latency, workers, queue] = await Promise.all([
      deps.store.series.newestAt(),
      readLatency(deps.store),
      deps.store.workers.list(),
      deps.queue.stats('analyse-posts'),
    ]);
    const now = Date.now();
    return {
      newestAt,
      postsPerSecond:
        Math.round(
          workers
            .filter((worker) => now - worker.beatAt < WORKER_GONE_MS)
            .reduce((sum, worker) => sum + worker.postsPerSecond, 0) * 10,
        ) / 10,
      queueWaiting: queue.waiting,
      latencyP50Ms: latency.p50,
      latencyP95Ms: latency.p95,
      version: version(),
    };
  };
}

/** Receipt to commit of the batches of the last minute, ms. Batches of the demo carry its own clock and are left out. */
export async function readLatency(
  store: Store,
): Promise<{ p50: number | null; p95: number | null; p99: number | null; batches: number }> {
  const { rows } = await store.db.query<{
    p50: number | null;
    p95: number | null;
    p99: number | null;
    n: number;
  }>({
    name: 'latency',
    text: `select percentile_cont(0.5) within group (order by at - received_at) as p50, percentile_cont(0.95) within group (order by at - received_at) as p95,
             percentile_cont(0.99) within group (order by at - received_at) as p99, count(*) as n
           from batches where at > $1 and received_at > $1 - 3600000`,
    values: [Date.now() - 60_000],
  });
  const row = rows[0];
  const round = (value: number | null | undefined): number | null =>
    value === null || value === undefined ? null : Math.round(value);
  return { p50: round(row?.p50), p95: round(row?.p95), p99: round(row?.p99), batches: row?.n ?? 0 };
}
