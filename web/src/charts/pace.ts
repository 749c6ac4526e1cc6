/** A slow phone that redraws four times a second has no time left for its reader. Pure. */

/** Share of the time that may go into one draw: at 10 ms the page still moves four times a second. */
const SHARE = 1 / 25;
/** However slow: live means within two seconds. */
const SLOWEST_MS = 2_000;
const WEIGHT = 0.3;

/** Time between two changes when a draw costs `costMs`, never under `leastMs`. */
export function paceOf(costMs: number, leastMs: number): number {
  return Math.max(leastMs, Math.min(SLOWEST_MS, costMs / SHARE));
}

/** The newest cost weighs 0.3: one hiccup does not slow the page down. */
export function smoothed(before: number, now: number): number {
  return before === 0 ? now : before + WEIGHT * (now - before);
}
