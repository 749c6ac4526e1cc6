import { DAY_MS, MINUTE_MS } from '#shared/series/bucket.ts';

/**
 * Where a back-test ends: null for now. When the newest post is older than the whole span (imported history), the span
 * ends with it: "never fired" over days without posts would say nothing.
 */
export function backtestEnd(
  now: number | null,
  newestAt: number | null,
  days: number,
): number | null {
  if (now === null || newestAt === null) return null;
  if (newestAt > now - days * DAY_MS) return null;
  return (Math.floor(newestAt / MINUTE_MS) + 1) * MINUTE_MS;
}
