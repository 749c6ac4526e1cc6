import { HOUR_MS } from '../series/bucket.ts';

/** Offset of a zone from UTC at an instant, in ms (Asia/Shanghai: +28,800,000). Cached per hour. */
export function createZone(zone: string): {
  offsetMs(at: number): number;
  dayStart(at: number): number;
  dayOf(at: number): string;
  startOfDay(day: string): number;
} {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const cache = new Map<number, number>();

  const offsetMs = (at: number): number => {
    const hour = Math.floor(at / HOUR_MS);
    const known = cache.get(hour);
    if (known !== undefined) return known;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(hour * HOUR_MS)) part[type] = Number(value);
    const local = Date.UTC(
      part.year ?? 0,
      (part.month ?? 1) - 1,
      part.day,
      part.hour,
      part.minute,
      part.second,
    );
    const offset = local - hour * HOUR_MS;
    if (cache.size > 10_000) cache.clear();
    cache.set(hour, offset);
    return offset;
  };
  /** First instant of the local day that starts at wall midnight `local` (ms as if UTC); follows DST changes. */
  const midnight = (local: number): number => {
    const guess = local - offsetMs(local);
    return local - offsetMs(guess);
  };
  return {
    offsetMs,
    dayStart(at) {
      const local = at + offsetMs(at);
      return midnight(local - (((local % 86_400_000) + 86_400_000) % 86_400_000));
    },
    dayOf(at) {
      return new Date(at + offsetMs(at)).toISOString().slice(0, 10);
    },
    startOfDay(day) {
      return midnight(Date.parse(`${day}T00:00:00Z`));
    },
  };
}
export type Zone = ReturnType<typeof createZone>;
