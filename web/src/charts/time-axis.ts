import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import type { Language } from '../i18n/words.ts';
import { formatTime, zoneOffset } from '../i18n/format.ts';

const STEPS = [
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
];

/** Round instants of the zone inside [from, to], at most `most`: 09:00, 10:00 …, midnights for days. */
export function timeTicks(from: number, to: number, most: number, zone: string): number[] {
  const step =
    STEPS.find((candidate) => (to - from) / candidate <= most) ??
    Math.ceil((to - from) / most / DAY_MS) * DAY_MS;
  const offset = zoneOffset(from, zone);
  const ticks: number[] = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) {
    ticks.push(at);
  }
  return ticks;
}

/** 10:30, or the day where one begins; days only over long spans. */
export function tickLabel(at: number, span: number, language: Language, zone: string): string {
  const midnight = (at + zoneOffset(at, zone)) % DAY_MS === 0;
  if (span > 5 * DAY_MS || midnight) {
    return span <= 10 * DAY_MS && !midnight
      ? formatTime(at, 'minute', language, zone)
      : formatTime(at, 'shortDay', language, zone);
  }
  return formatTime(at, 'minute', language, zone);
}
