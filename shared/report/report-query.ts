import type { ReportPeriod, ReportQuery } from './report-data.ts';
import { addDays, daySpan, isDay } from './zone.ts';

/** Longest report, days. */
export const MOST_DAYS = 400;

/**
 * The query of a report from its first to its last local day: the same for button, schedule and command line, so that
 * the same question has one hash. Throws RangeError with a message for people.
 */
export function reportQuery(options: {
  day: string;
  lastDay?: string;
  zone: string;
  topics: string[];
}): ReportQuery {
  const { day, zone, topics } = options;
  const lastDay = options.lastDay ?? day;
  for (const given of [day, lastDay])
    if (!isDay(given))
      throw new RangeError(`"${given.slice(0, 20)}" is not a day such as 2025-01-27.`);
  const days = Math.round((Date.parse(lastDay) - Date.parse(day)) / 86_400_000) + 1;
  if (days < 1) throw new RangeError('The last day lies before the first.');
  if (days > MOST_DAYS) throw new RangeError(`At most ${MOST_DAYS} days.`);
  if (topics.length === 0) throw new RangeError('A report needs at least one topic.');
  return { ...daySpan(day, zone, days), zone, topics, period: periodOf(day, days) };
}

/** The report of a scheduled run: `day` is the first day reported on. */
export function scheduledQuery(
  schedule: { period: 'day' | 'week'; zone: string; topics: string[] },
  day: string,
): ReportQuery {
  const lastDay = schedule.period === 'week' ? addDays(day, 6) : day;
  return reportQuery({ day, lastDay, zone: schedule.zone, topics: schedule.topics });
}

/** Key of a report's versions: its period and its set of topics. */
export function reportKey(query: ReportQuery): string {
  return `${query.from}:${query.to}:${query.zone}:${[...query.topics].sort().join(',')}`;
}

/** Seven days from a Monday are a week; any other span is a range. */
function periodOf(day: string, days: number): ReportPeriod {
  if (days === 1) return 'day';
  return days === 7 && new Date(`${day}T00:00:00Z`).getUTCDay() === 1 ? 'week' : 'range';
}
