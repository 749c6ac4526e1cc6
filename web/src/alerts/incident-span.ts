import { DAY_MS, HOUR_MS } from '#shared/series/bucket.ts';
import type { Backtest, IncidentView } from '#shared/wire/api.ts';

export interface IncidentSpan {
  from: number;
  to: number;
  /** Whole days that a back-test has to look at to cover it. */
  days: number;
}

/** Three hours before to one after (or now), to the half hour: so that an open incident is not asked for anew every second. */
export function spanAround(
  incident: Pick<IncidentView, 'startsAt' | 'resolvedAt'>,
  now: number,
): IncidentSpan {
  const start = Date.parse(incident.startsAt);
  const end = incident.resolvedAt === null ? now : Date.parse(incident.resolvedAt) + HOUR_MS;
  const step = HOUR_MS / 2;
  const to = Math.ceil(Math.min(end, Math.max(now, start)) / step) * step;
  const from = start - 3 * HOUR_MS;
  return { from, to, days: Math.min(90, Math.max(1, Math.ceil((to - from) / DAY_MS))) };
}

/** Only what lies in the span; stretches that began before it begin with it. */
export function clipBacktest(data: Backtest, span: Pick<IncidentSpan, 'from' | 'to'>): Backtest {
  const iso = (at: number) => new Date(at).toISOString();
  const from = Math.max(span.from, Date.parse(data.from));
  const to = Math.min(span.to, Date.parse(data.to));
  return {
    ...data,
    from: iso(from),
    to: iso(to),
    points: data.points.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to),
    fires: data.fires
      .filter(
        (fire) => Date.parse(fire.from) <= to && (fire.to === null || Date.parse(fire.to) >= from),
      )
      .map((fire) => ({ ...fire, from: iso(Math.max(from, Date.parse(fire.from))) })),
  };
}
