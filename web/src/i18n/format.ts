import type { Language } from './words.ts';
import { localeOf } from './words.ts';

/** Numbers and times as people read them. Pure: language and zone come in; `ui/format.ts` binds the user's own. */

const formats = new Map<string, Intl.DateTimeFormat>();

export type TimeStyle =
  /** 10:32 */
  | 'minute'
  /** 10:32:07 */
  | 'second'
  /** 1月27日 10:32 · 27 Jan 10:32 */
  | 'dayMinute'
  /** 2025年1月27日 10:32 */
  | 'yearMinute'
  /** 2025年1月27日 10:32:07 */
  | 'full'
  /** 1月27日 周一 */
  | 'day'
  /** 2025-01-27 */
  | 'isoDay'
  /** 1/27 */
  | 'shortDay';

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  dayMinute: {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  yearMinute: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
  day: { month: 'short', day: 'numeric', weekday: 'short' },
  isoDay: { year: 'numeric', month: '2-digit', day: '2-digit' },
  shortDay: { month: 'numeric', day: 'numeric' },
};

export function formatTime(at: number, style: TimeStyle, language: Language, zone: string): string {
  const tag = style === 'isoDay' ? 'sv-SE' : localeOf(language);
  const key = `${tag}|${style}|${zone}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(tag, { ...STYLES[style], timeZone: zone });
    formats.set(key, format);
  }
  return format.format(at);
}

/** A day and minute of another year than `now` needs its year: imported history would pass for this spring. */
export function styleWithYear(style: TimeStyle, at: number, now: number, zone: string): TimeStyle {
  if (style !== 'dayMinute') return style;
  const year = (instant: number) => formatTime(instant, 'isoDay', 'en', zone).slice(0, 4);
  return year(at) === year(now) ? style : 'yearMinute';
}

/** Distance of the zone's wall clock from UTC at an instant, in ms. */
export function zoneOffset(at: number, zone: string): number {
  const key = `offset|${zone}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(key, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const wall = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second'],
  );
  return wall - Math.floor(at / 1000) * 1000;
}

/** ISO 8601 with the zone's offset, to the second: 2025-01-27T20:15:00+08:00. */
export function isoInZone(at: number, zone: string): string {
  const offset = zoneOffset(at, zone);
  const sign = offset < 0 ? '-' : '+';
  const minutes = Math.abs(Math.round(offset / 60_000));
  const pad = (value: number) => String(value).padStart(2, '0');
  const local = new Date(at + offset).toISOString().slice(0, 19);
  return `${local}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** 8,214 · 1.2万 · 12k above ten thousand, unless `exact`. */
export function formatCount(value: number, language: Language, exact = false): string {
  const tag = localeOf(language);
  if (exact || Math.abs(value) < 10_000) return Math.round(value).toLocaleString(tag);
  return new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 }).format(
    value,
  );
}

/** 27 %, one digit below 10. `share` is 0…1. */
export function formatShare(share: number, language: Language): string {
  const digits = Math.abs(share) < 0.0995 && share !== 0 ? 1 : 0;
  return new Intl.NumberFormat(localeOf(language), {
    style: 'percent',
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  }).format(share);
}

/** +31 · 0 · −46: the mood index with its sign and a true minus. */
export function formatMood(index: number): string {
  const rounded = Math.round(index);
  if (rounded === 0) return '0';
  return rounded > 0 ? `+${rounded}` : `−${-rounded}`;
}

/** Change of a count against another as a signed percentage; null without anything to compare with. */
export function formatChange(now: number, before: number, language: Language): string | null {
  if (before === 0) return null;
  const change = now / before - 1;
  const text = new Intl.NumberFormat(localeOf(language), {
    style: 'percent',
    maximumFractionDigits: 0,
  }).format(Math.abs(change));
  return change < 0 ? `−${text}` : `+${text}`;
}

/** 0.8 s · 12 s · 3 min · 2 h · 4 d, rounded to what matters. */
export function formatDuration(ms: number, language: Language): string {
  const seconds = ms / 1000;
  const zh = language === 'zh';
  if (seconds < 10 && seconds !== Math.round(seconds))
    return `${(Math.round(seconds * 10) / 10).toFixed(1)} ${zh ? '秒' : 's'}`;
  if (seconds < 60 || (seconds < 90 && seconds % 60 !== 0))
    return `${Math.round(seconds)} ${zh ? '秒' : 's'}`;
  const minutes = seconds / 60;
  if (minutes < 60 || (minutes < 90 && minutes % 60 !== 0))
    return `${Math.round(minutes)} ${zh ? '分钟' : 'min'}`;
  const hours = minutes / 60;
  if (hours < 24 || (hours < 36 && hours % 24 !== 0)) {
    const whole = Math.round(hours * 10) / 10;
    return `${whole} ${zh ? '小时' : 'h'}`;
  }
  return `${Math.round(hours / 24)} ${zh ? '天' : 'd'}`;
}

/** 1.4 MB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
