import { setTimeout as wait } from 'node:timers/promises';

/** Doubling waits with a spread of ±20 %, so that many clients do not come back in step. */
export function backoffMs(
  failures: number,
  { baseMs, capMs, random }: { baseMs: number; capMs: number; random: number },
): number {
  const doubled = baseMs * 2 ** Math.min(Math.max(failures - 1, 0), 30);
  return Math.round(Math.min(doubled, capMs) * (0.8 + 0.4 * random));
}

/** Waits, or returns at once when the signal is given; tells which. */
export async function sleep(ms: number, signal: AbortSignal): Promise<'waited' | 'stopped'> {
  try {
    await wait(ms, undefined, { signal });
    return 'waited';
  } catch (error) {
    if (signal.aborted) return 'stopped';
    throw error;
  }
}
