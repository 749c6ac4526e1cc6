import type { SpikeView } from '#shared/wire/api.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import type { Span } from '../live/live-url.ts';

const HOURS_BEFORE = 2;
const HOURS_AFTER = 1;
const STEP = 5 * MINUTE_MS;

/** From two hours before to one hour after; nothing is drawn of a time that has not come. */
export function chartSpan(spike: Pick<SpikeView, 'startsAt' | 'endsAt'>, now: number): Span {
  const from = Date.parse(spike.startsAt) - HOURS_BEFORE * HOUR_MS;
  const to = (spike.endsAt === null ? now : Date.parse(spike.endsAt)) + HOURS_AFTER * HOUR_MS;
  return { from: Math.floor(from / STEP) * STEP, to: Math.ceil(Math.min(to, now) / STEP) * STEP };
}
