import { DAY_MS, MINUTE_MS } from '../series/bucket.ts';

/** Wall-clock time in a zone. */
export interface LocalTime {
  /** YYYY-MM-DD */
  day: string;
  /** HH:MM */
  clock: string;
  /** ISO weekday, 1 = Monday. */
  weekday: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** True for a zone this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Clocks change at quarter hours only (since 1972): one answer serves the whole quarter. */
const QUARTER_MS = 15 * MINUTE_MS;
const CACHED = 20_000;
const offsets = new Map<string, Map<number, number>>();

/** Distance of the zone from UTC at that instant, ms; east is positive. */
export function offsetAt(at: number, zone: string): number {
  let known = offsets.get(zone);
  if (!known) offsets.set(zone, (known = new Map()));
  const quarter = Math.floor(at / QUARTER_MS);
  let offset = known.get(quarter);
  if (offset === undefined) {
    offset = readOffset(quarter * QUARTER_MS, zone);
    if (known.size >= CACHED) known.clear();
    known.set(quarter, offset);
  }
  return offset;
}

function readOffset(at: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(at)) parts[type] = Number(value);
  const wall = Date.UTC(
    parts['year']!,
    parts['month']! - 1,
    parts['day']!,
    parts['hour']!,
    parts['minute']!,
    parts['second']!,
  );
  return wall - at;
}

export function localTime(at: number, zone: string): LocalTime {
  const wall = new Date(at + offsetAt(at, zone));
  const iso = wall.toISOString();
  return { day: iso.slice(0, 10), clock: iso.slice(11, 16), weekday: wall.getUTCDay() || 7 };
}

/**
 * Instant at which the zone's clock shows `day clock`. Where the clock springs over it (02:30 in a gap), the moment
 * after the gap; where it shows it twice, the first time.
 */
export function instantOf(day: string, clock: string, zone: string): number {
  const wall = Date.parse(`${day}T${clock}:00Z`);
  const offsets = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const fits = offsets
    .map((offset) => wall - offset)
    .filter((at) => at + offsetAt(at, zone) === wall);
  if (fits.length > 0) return Math.min(...fits);
  return endOfGap(wall - Math.max(...offsets), wall, zone);
}

/** First minute from `from` on whose wall time is not before `wall`. */
function endOfGap(from: number, wall: number, zone: string): number {
  let at = from;
  while (at + offsetAt(at, zone) < wall) at += MINUTE_MS;
  return at;
}

/** `2025-01-31` + 1 → `2025-02-01`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** [from, to) of `days` local days beginning with `day`: 23, 24 or 25 hours each. */
export function daySpan(day: string, zone: string, days: number = 1): { from: number; to: number } {
  return { from: instantOf(day, '00:00', zone), to: instantOf(addDays(day, days), '00:00', zone) };
}

/** True for a date that exists: `2025-02-30` does not. */
export function isDay(day: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return false;
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** ISO 8601 with the zone's offset: `2025-01-27T09:00:00+08:00`. */
export function isoInZone(at: number, zone: string): string {
  const offset = offsetAt(at, zone);
  const wall = new Date(at + offset).toISOString().slice(0, 19);
  const minutes = Math.round(Math.abs(offset) / MINUTE_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
