import type { Rule } from './rule.ts';

type MuteTime = Rule['mutes'][number];

/**
 * Whether one of the mute times covers the instant, by the wall clock of its zone. `to` is the first minute not muted;
 * 23:00–07:00 runs over midnight and belongs to the weekday it begins on; 00:00–00:00 is the whole day. On the night
 * clocks change, the wall clock decides: an hour that comes twice is muted twice, one that is skipped is not missed.
 */
export function isMuted(mutes: readonly MuteTime[], at: number): boolean {
  return mutes.some((mute) => covers(mute, at));
}

function covers(mute: MuteTime, at: number): boolean {
  const local = wallClock(at, mute.zone);
  if (local === null) return false;
  const from = minutesOf(mute.from);
  const to = minutesOf(mute.to);
  const startsOn = (weekday: number) => mute.weekdays.includes(weekday);
  if (from < to) return startsOn(local.weekday) && local.minutes >= from && local.minutes < to;
  const dayBefore = local.weekday === 1 ? 7 : local.weekday - 1;
  return (
    (startsOn(local.weekday) && local.minutes >= from) ||
    (startsOn(dayBefore) && local.minutes < to)
  );
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat | null>();

/** Weekday (1 = Monday) and minute of the day in a zone; null where the zone is unknown. */
export function wallClock(at: number, zone: string): { weekday: number; minutes: number } | null {
  const format = formatFor(zone);
  if (format === null) return null;
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
  return {
    weekday: WEEKDAYS.indexOf(parts['weekday'] ?? '') + 1,
    minutes: Number(parts['hour']) * 60 + Number(parts['minute']),
  };
}

function formatFor(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = makeFormat(zone);
  formats.set(zone, format);
  return format;
}

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (error) {
    // The only way to ask whether a zone exists; checkRule reports it to the user.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
