import { DAY_MS } from '#shared/series/bucket.ts';

/** Whether the day up to `now` holds no post at all: since when, `empty` for a store without any, null when it does. */
export function quietOf(
  now: number,
  newestAt: number | null,
): 'empty' | { newestAt: number } | null {
  if (newestAt === null) return 'empty';
  return newestAt < now - DAY_MS ? { newestAt } : null;
}
