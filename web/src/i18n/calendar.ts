/** Calendar days as texts (`2025-01-27`), and what people type for them. Pure. */

const DAY = /^(?:19|20|21)\d\d-\d\d-\d\d$/;
const MINUTE = /^ (?:[01]\d|2[0-3]):[0-5]\d$/;
/** 2025-1-27, 2025/1/27, 2025年1月27日 or 20250127, with `21:00` or `21时00分` behind it or not. */
const TYPED =
  /^(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d\d)(\d\d))(?:[T\s]\s*(\d{1,2})\s*[:时]\s*(\d\d)\s*分?)?$/;

export function isDay(text: string): boolean {
  return (
    DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && addDays(text, 0) === text
  );
}

export function addDays(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

/** The same day of another month; that month's last where it has none: 31 January and a month is 28 February. */
export function addMonths(day: string, by: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + by, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + by, Math.min(date, last))).toISOString().slice(0, 10);
}

/** The weeks, from Monday, that show the month of a day whole. */
export function monthWeeks(day: string): string[][] {
  const first = weekStart(`${day.slice(0, 7)}-01`);
  const weeks: string[][] = [];
  for (let monday = first; weeks.length === 0 || monday.slice(0, 7) === day.slice(0, 7);) {
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(monday, index)));
    monday = addDays(monday, 7);
  }
  return weeks;
}

/** Where a key leads from a day of a calendar; null: it is no key of calendars. */
export function dayAfterKey(day: string, key: string, shift: boolean): string | null {
  const moves: Readonly<Record<string, () => string>> = {
    ArrowLeft: () => addDays(day, -1),
    ArrowRight: () => addDays(day, 1),
    ArrowUp: () => addDays(day, -7),
    ArrowDown: () => addDays(day, 7),
    Home: () => weekStart(day),
    End: () => addDays(weekStart(day), 6),
    PageUp: () => addMonths(day, shift ? -12 : -1),
    PageDown: () => addMonths(day, shift ? 12 : 1),
  };
  const next = moves[key]?.();
  if (next === undefined) return null;
  return isDay(next) ? next : day;
}

/** A day, or with `withTime` a wall time (`2025-01-27T21:00`), from its exact text; '' where the text is none. */
export function readMoment(text: string, withTime: boolean): string {
  const exact = text.trim();
  const day = exact.slice(0, 10);
  if (!isDay(day)) return '';
  if (!withTime) return exact === day ? day : '';
  return MINUTE.test(exact.slice(10)) ? `${day}T${exact.slice(11)}` : '';
}

/** How a field shows what {@link readMoment} reads. */
export function showMoment(value: string): string {
  return value.slice(0, 16).replace('T', ' ');
}

/** The exact text of a moment written in another usual way; the text itself where it means none. */
export function tidyMoment(text: string, withTime: boolean): string {
  // Digits and colons of a Chinese keyboard may be full width.
  const found = TYPED.exec(text.normalize('NFKC').trim());
  if (found === null) return text;
  const [
    ,
    year = '',
    month = found[4] ?? '',
    date = found[5] ?? '',
    ,
    ,
    hour = '0',
    minute = '00',
  ] = found;
  const two = (digits: string) => digits.padStart(2, '0');
  const day = `${year}-${two(month)}-${two(date)}`;
  const tidy = withTime ? `${day} ${two(hour)}:${minute}` : day;
  return readMoment(tidy, withTime) === '' ? text : tidy;
}

/** The Monday at or before a day. */
function weekStart(day: string): string {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}
