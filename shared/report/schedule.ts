import { addDays, instantOf, localTime } from './zone.ts';

/** When a report is made: each day at local `time` for the day before, or each Monday for the week before. */
export interface Schedule {
  id: string;
  /** HH:MM on the clock of `zone`. */
  time: string;
  zone: string;
  period: 'day' | 'week';
}

/** One due run. `day` is the first local day reported on: the identity of the run, whatever clocks do. */
export interface ScheduledRun {
  at: number;
  day: string;
}

/** Feishu and others ask to avoid the full and half hours. */
/** After a long downtime the newest runs matter; older ones can still be made by hand. */
const MOST_MISSED = 31;

/** The first run strictly after `after`. */
export function nextRun(schedule: Schedule, after: number): ScheduledRun {
  let day = addDays(localTime(after, schedule.zone).day, -1);
  for (;;) {
    const run = runOn(schedule, day);
    if (run && run.at > after) return run;
    day = addDays(day, 1);
  }
}

/**
 * Runs due by `now` that were not made, oldest first. `lastDay` is the newest day already reported, or null for a
 * schedule that never ran: only its latest run is due then.
 */
export function missedRuns(
  schedule: Schedule,
  lastDay: string | null,
  now: number,
): ScheduledRun[] {
  const missed: ScheduledRun[] = [];
  const today = localTime(now, schedule.zone).day;
  for (let back = 0; back <= MOST_MISSED * (schedule.period === 'week' ? 7 : 1); back++) {
    const run = runOn(schedule, addDays(today, -back));
    if (!run || run.at > now) continue;
    if (lastDay !== null && run.day <= lastDay) break;
    missed.push(run);
    if (lastDay === null || missed.length === MOST_MISSED) break;
  }
  return missed.reverse();
}

/** A run that starts so long after its time is marked as caught up. */
export const LATE_RUN_MS = 10 * 60_000;

export interface DueRun<S extends Schedule> extends ScheduledRun {
  schedule: S;
  late: boolean;
}

/** All runs due by `now` of the schedules that are on, oldest first. What a worker asks every minute. */
export function dueRuns<S extends Schedule & { enabled: boolean; lastDay: string | null }>(
  schedules: readonly S[],
  now: number,
): DueRun<S>[] {
  return schedules
    .filter((schedule) => schedule.enabled)
    .flatMap((schedule) =>
      missedRuns(schedule, schedule.lastDay, now).map((run) => ({
        ...run,
        schedule,
        late: now - run.at > LATE_RUN_MS,
      })),
    )
    .sort((a, b) => a.at - b.at || (a.schedule.id < b.schedule.id ? -1 : 1));
}

/** Key under which a run is made at most once, by however many workers: unique in the store. */
export function runKey(schedule: Pick<Schedule, 'id'>, day: string): string {
  return `${schedule.id}:${day}`;
}

/** The run that falls on a local day; null on a day without one. */
function runOn(schedule: Schedule, day: string): ScheduledRun | null {
  const at = instantOf(day, schedule.time, schedule.zone);
  if (schedule.period === 'day') return { at, day: addDays(day, -1) };
  const isMonday = new Date(Date.parse(`${day}T00:00:00Z`)).getUTCDay() === 1;
  return isMonday ? { at, day: addDays(day, -7) } : null;
}
