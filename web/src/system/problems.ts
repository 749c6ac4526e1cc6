import type { System } from '#shared/wire/api.ts';

/** One thing that needs a person, with the figures its sentence shows. */
export type Problem =
  | { code: 'no-worker' }
  | { code: 'worker-late'; n: number }
  | { code: 'queue'; seconds: number }
  | { code: 'failed'; n: number }
  | { code: 'latency'; ms: number }
  | { code: 'disk'; freeMb: number; days: number | null }
  | { code: 'clock'; ms: number }
  | { code: 'redis-policy'; policy: string }
  | { code: 'redis-memory'; share: number }
  | { code: 'notifications'; n: number }
  | { code: 'loop'; ms: number };

/** A live view that lags by more than this is not live (issue 2: a post on screen within seconds). */
const SLOW_MS = 5_000;
const OLD_BATCH_SECONDS = 60;
const LOW_DISK_MB = 2_000;
const LOW_DISK_DAYS = 14;
/** Rules look at whole minutes; half a second cannot move a post across more than their edge. */
const CLOCK_MS = 500;
const FULL_SHARE = 0.8;
const BUSY_LOOP_MS = 200;

/** What needs attention, most urgent first; empty when all is well. */
export function findProblems(system: System): Problem[] {
  const problems: Problem[] = [];
  const alive = system.workers.filter((worker) => worker.state === 'ok').length;
  const late = system.workers.filter((worker) => worker.state === 'late').length;
  if (alive + late === 0) problems.push({ code: 'no-worker' });
  else if (late > 0) problems.push({ code: 'worker-late', n: late });
  const { oldestSeconds, failed } = system.queue;
  if (oldestSeconds !== null && oldestSeconds > OLD_BATCH_SECONDS)
    problems.push({ code: 'queue', seconds: oldestSeconds });
  if (failed > 0) problems.push({ code: 'failed', n: failed });
  const { freeMb, daysLeft } = system.disk;
  if (freeMb < LOW_DISK_MB || (daysLeft !== null && daysLeft < LOW_DISK_DAYS))
    problems.push({ code: 'disk', freeMb, days: daysLeft });
  const skew = largestSkew(system.clocks);
  if (skew > CLOCK_MS) problems.push({ code: 'clock', ms: skew });
  if (system.redis !== null) problems.push(...redisProblems(system.redis));
  if (system.notifications.failed > 0)
    problems.push({ code: 'notifications', n: system.notifications.failed });
  const { p95Ms } = system.latency;
  if (p95Ms !== null && p95Ms > SLOW_MS) problems.push({ code: 'latency', ms: p95Ms });
  const { loopDelayMs } = system.process;
  if (loopDelayMs > BUSY_LOOP_MS) problems.push({ code: 'loop', ms: loopDelayMs });
  return problems;
}

function redisProblems(redis: NonNullable<System['redis']>): Problem[] {
  const problems: Problem[] = [];
  if (redis.policy !== 'noeviction') problems.push({ code: 'redis-policy', policy: redis.policy });
  if (redis.maxMemoryMb !== null && redis.maxMemoryMb > 0) {
    const share = redis.memoryMb / redis.maxMemoryMb;
    if (share > FULL_SHARE) problems.push({ code: 'redis-memory', share });
  }
  return problems;
}

export function largestSkew(clocks: System['clocks']): number {
  return Math.max(
    Math.abs(clocks.appMs - clocks.storeMs),
    clocks.redisMs === null ? 0 : Math.abs(clocks.appMs - clocks.redisMs),
  );
}

/** For a bug report: everything but the names of machines. */
export function diagnosisOf(system: System, browser: string): string {
  const workers = system.workers.map((worker) => ({ ...worker, host: '…' }));
  return JSON.stringify({ ...system, workers, browser }, null, 2);
}
