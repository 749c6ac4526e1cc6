import { localTime } from './zone.ts';

export const REPORT_LANGS = ['zh', 'en'] as const;
export type ReportLang = (typeof REPORT_LANGS)[number];

/** What stands for a number that does not exist (no posts, nothing stored before). Never 0. */
export const NO_VALUE = '–';
const MINUS = '−';

/** Rounds half away from zero at the decimal as written (1.005 → 1.01), and never gives −0. */
export function round(value: number, digits: number): number {
  const rounded =
    Math.sign(value) * Number(`${Math.round(Number(`${Math.abs(value)}e${digits}`))}e-${digits}`);
  if (!Number.isNaN(rounded)) return rounded === 0 ? 0 : rounded;
  // Very small or large values carry an exponent of their own (1e-7), which cannot take a second one.
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale || 0;
}

/** 12345 → `12,345`; the same in both languages. */
export function formatCount(value: number): string {
  const digits = String(Math.abs(Math.round(value)));
  return (value < 0 ? MINUS : '') + digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** 12.34 → `12.3`, `+12.3` where the sign matters. */
export function formatDecimal(value: number, digits: number, signed: boolean = false): string {
  const fixed = round(Math.abs(value), digits).toFixed(digits);
  const [whole = '0', rest] = fixed.split('.');
  const text = formatCount(Number(whole)) + (rest === undefined ? '' : `.${rest}`);
  if (Number(fixed) === 0) return text;
  if (value < 0) return MINUS + text;
  return signed ? `+${text}` : text;
}

/** 0.123 → `12.3%`. */
export function formatShare(value: number, signed: boolean = false): string {
  return `${formatDecimal(round(value * 100, 1), 1, signed)}%`;
}

/** Difference of two shares: 0.012 → `+1.2 pp`. */
export function formatPoints(value: number, lang: ReportLang): string {
  return formatDecimal(round(value * 100, 1), 1, true) + (lang === 'zh' ? ' 个百分点' : ' pp');
}

export function formatDateTime(at: number, zone: string): string {
  const { day, clock } = localTime(at, zone);
  return `${day} ${clock}`;
}

export function formatClock(at: number, zone: string): string {
  return localTime(at, zone).clock;
}

/** `2025-01-27 03:10–03:40`; the second date only where it differs. */
export function formatSpan(from: number, to: number, zone: string): string {
  const sameDay = localTime(from, zone).day === localTime(to, zone).day;
  const end = sameDay ? formatClock(to, zone) : ` ${formatDateTime(to, zone)}`;
  return `${formatDateTime(from, zone)}${sameDay ? '–' : ' –'}${end}`;
}

/** `2025-01-27` → `2025年1月27日` / `27 January 2025`. */
export function formatDay(day: string, lang: ReportLang): string {
  const [year = '', month = '', date = ''] = day.split('-');
  if (lang === 'zh') return `${year}年${Number(month)}月${Number(date)}日`;
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** 5400000 → `1 h 30 min`. */
export function formatDuration(ms: number, lang: ReportLang): string {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const [h, m] = lang === 'zh' ? [' 小时', ' 分钟'] : [' h', ' min'];
  if (hours === 0) return `${rest}${m}`;
  return rest === 0 ? `${hours}${h}` : `${hours}${h} ${rest}${m}`;
}
