/**
 * Every way in which the known sources write a post's time, to epoch ms; NaN where it cannot be read.
 *
 *   2025-01-20T21:04:00+08:00      2025-01-20 21:04[:00[.123]][ +08:00]     2025/1/20 21:04     2025-01-20
 *   Mon Jan 20 21:04:00 +0800 2025 (Weibo)                 Mon, 20 Jan 2025 13:04:00 GMT (RSS)
 *   2025年01月20日 21:04            1737378240 (s), …000 (ms), …000000 (µs)
 *   刚刚  3分钟前  2小时前  今天 12:03  昨天 12:03  01-20 [12:03]  1月20日 [12:03]    only with `fetchedAt`
 *
 * A time without a zone is China Standard Time: that is what the crawlers write.
 */
export function parseTime(value: unknown, fetchedAt?: number): number {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > LONGEST) return Number.NaN;
  const quick = parsePlainIso(value);
  if (!Number.isNaN(quick)) return quick;
  const text = value.trim();
  return (
    parseCalendar(text) ??
    parseEnglish(text) ??
    parseDigits(text) ??
    parseRelative(text, fetchedAt) ??
    Number.NaN
  );
}

/** A time that only means something beside the moment it was fetched (`3分钟前`, `01-20`). */
export function isRelativeTime(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length <= LONGEST &&
    !Number.isNaN(parseRelative(value.trim(), 1e12) ?? Number.NaN)
  );
}

/** A date without a clock time (`2025-01-20`). */
export function isDayOnly(value: string): boolean {
  return value.length <= LONGEST && DAY_ONLY.test(value.trim());
}

const LONGEST = 64;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const FULL_STOP = 0x2e;
/** China Standard Time: +08:00 all year since 1991. */
const CST = 8 * HOUR;

const DAY_ONLY = /^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$/;
const CALENDAR =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]{1,2}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const WEIBO =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}) (\d{4})$/;
const MAIL =
  /^(?:[A-Z][a-z]{2}, ?)?(\d{1,2}) ([A-Z][a-z]{2})[a-z]{0,6} (\d{4}) (\d{2}):(\d{2})(?::(\d{2}))? ?(GMT|UTC?|Z|[+-]\d{4})?$/;
const AGO = /^(\d{1,4}) ?(秒|分钟|小时|天)前$/;
const NEAR_DAY = /^(今天|昨天|前天) ?(\d{1,2}):(\d{2})$/;
const MONTH_DAY = /^(\d{1,2})[-月](\d{1,2})日?(?: (\d{1,2}):(\d{2}))?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const AGO_UNIT: Record<string, number> = { 秒: 1_000, 分钟: MINUTE, 小时: HOUR, 天: DAY };
const NEAR_DAYS: Record<string, number> = { 今天: 0, 昨天: 1, 前天: 2 };

/** `YYYY-MM-DDTHH:MM:SS[.mmm]` with `Z` or `±HH:MM`, by character codes: the hot path of the API. */
function parsePlainIso(text: string): number {
  if (text.length < 20 || text.length > 29 || text.charCodeAt(10) !== 0x54) return Number.NaN;
  const isExact = text.charCodeAt(19) === FULL_STOP;
  const end = isExact ? 23 : 19;
  const zone =
    text.length === end + 1
      ? zuluOffset(text, end)
      : text.length === end + 6
        ? signedOffset(text, end)
        : Number.NaN;
  if (Number.isNaN(zone)) return Number.NaN;
  const millis = isExact ? twoDigits(text, 20) * 10 + digit(text, 22) : 0;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return Number.NaN;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return Number.NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  return (
    instant(
      year,
      twoDigits(text, 5),
      twoDigits(text, 8),
      twoDigits(text, 11),
      twoDigits(text, 14),
      twoDigits(text, 17),
    ) +
    millis -
    zone
  );
}

function zuluOffset(text: string, at: number): number {
  return text.charCodeAt(at) === 0x5a ? 0 : Number.NaN;
}

function signedOffset(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if ((sign !== 0x2b && sign !== 0x2d) || text.charCodeAt(at + 3) !== 0x3a) return Number.NaN;
  return (sign === 0x2d ? -1 : 1) * offsetOf(twoDigits(text, at + 1), twoDigits(text, at + 4));
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function parseCalendar(text: string): number | undefined {
  const m = CALENDAR.exec(text);
  if (!m) return undefined;
  const at = instant(int(m[1]), int(m[2]), int(m[3]), int(m[4]), int(m[5]), int(m[6]));
  return at + Math.floor(Number(`0.${m[7] ?? 0}`) * 1_000) - zoneOffset(m[8]);
}

function parseEnglish(text: string): number | undefined {
  const weibo = WEIBO.exec(text);
  if (weibo) {
    const at = instant(
      int(weibo[7]),
      month(weibo[1]),
      int(weibo[2]),
      int(weibo[3]),
      int(weibo[4]),
      int(weibo[5]),
    );
    return at - zoneOffset(weibo[6]);
  }
  const mail = MAIL.exec(text);
  if (!mail) return undefined;
  return (
    instant(int(mail[3]), month(mail[2]), int(mail[1]), int(mail[4]), int(mail[5]), int(mail[6])) -
    zoneOffset(mail[7])
  );
}

function parseDigits(text: string): number | undefined {
  return /^\d{10}$|^\d{13}$|^\d{16}$/.test(text) ? fromEpoch(Number(text)) : undefined;
}

/** Seconds, milliseconds or microseconds, told apart by size: the three never overlap between 1973 and 2286. */
function fromEpoch(value: number): number {
  if (!Number.isFinite(value) || value < 1e8) return Number.NaN;
  if (value < 1e10) return Math.floor(value * 1_000);
  if (value < 1e13) return Math.floor(value);
  return value < 1e16 ? Math.floor(value / 1_000) : Number.NaN;
}

function parseRelative(text: string, fetchedAt?: number): number | undefined {
  if (fetchedAt === undefined) return undefined;
  if (text === '刚刚') return fetchedAt;
  const ago = AGO.exec(text);
  if (ago) return fetchedAt - int(ago[1]) * (AGO_UNIT[ago[2] ?? ''] ?? Number.NaN);
  const near = NEAR_DAY.exec(text);
  if (near)
    return (
      startOfDay(fetchedAt - (NEAR_DAYS[near[1] ?? ''] ?? Number.NaN) * DAY) +
      clock(int(near[2]), int(near[3]))
    );
  const day = MONTH_DAY.exec(text);
  return day ? lastMonthDay(fetchedAt, day) : undefined;
}

/** `01-20` is the latest 20 January that is not after the fetch: on 2 January, `12-31` is last year's. */
function lastMonthDay(fetchedAt: number, m: RegExpExecArray): number {
  const year = new Date(fetchedAt + CST).getUTCFullYear();
  const at = (y: number) => instant(y, int(m[1]), int(m[2]), int(m[3]), int(m[4]), 0) - CST;
  return at(year) > fetchedAt ? at(year - 1) : at(year);
}

function startOfDay(at: number): number {
  return Math.floor((at + CST) / DAY) * DAY - CST;
}

function clock(hour: number, minute: number): number {
  return hour < 24 && minute < 60 ? hour * HOUR + minute * MINUTE : Number.NaN;
}

function int(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits);
}

function month(name: string | undefined): number {
  return MONTHS.indexOf(name ?? '') + 1;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined) return CST;
  const sign = zone.charCodeAt(0);
  if (sign !== 0x2b && sign !== 0x2d) return 0;
  const digits = zone.slice(1).replace(':', '');
  return (sign === 0x2d ? -1 : 1) * offsetOf(int(digits.slice(0, 2)), int(digits.slice(2)));
}

function offsetOf(hours: number, minutes: number): number {
  return hours <= 14 && minutes < 60 ? hours * HOUR + minutes * MINUTE : Number.NaN;
}

/** UTC instant of a real calendar moment; NaN for 30 February or 25:00. A leap second counts as the next second. */
function instant(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  if (!(hour < 24 && minute < 60 && second <= 60)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * 1_000;
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (MONTH_LENGTHS[month - 1] ?? 0);
}

/** Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant's `days_from_civil`). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
