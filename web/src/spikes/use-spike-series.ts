import type { Series, SpikeDetail } from '#shared/wire/api.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { chooseStep } from '#shared/series/window.ts';
import { type QueryState, useQuery } from '../api/use-query.ts';
import { clockNow } from '../live/feed.ts';
import { type Span, stepText } from '../live/live-url.ts';
import { isoSpan } from '../live/overview.tsx';
import { type Point, type Totals, readPoints, totalsOf } from '../state/series-store.ts';
import { chartSpan } from './spike-span.ts';

export const LEAD_MS = 15 * MINUTE_MS;
const MOST_POINTS = 200;

export interface SpikeSeries {
  query: QueryState<Series>;
  view: Span & { stepMs: number };
  prior: number;
  points: readonly Point[];
}

export function useSpikeSeries(spike: SpikeDetail): SpikeSeries {
  const span = chartSpan(spike, clockNow());
  const stepMs = chooseStep(span.from, span.to, MOST_POINTS);
  const query = useQuery<Series>('/series', {
    topics: spike.topic,
    ...isoSpan({ from: span.from - LEAD_MS, to: span.to }),
    step: stepText(stepMs),
  });
  const answer = query.data?.topics[0];
  const prior = answer?.prior ?? 0;
  return {
    query,
    view: { ...span, stepMs },
    prior,
    points: readPoints(answer?.points ?? [], prior),
  };
}

export interface BeforeAfter {
  before: Totals;
  during: Totals;
  perHourBefore: number;
  perHourDuring: number;
}

/** The window that raised the spike belongs to it, though it began before the alarm. */
export function beforeAndDuring(spike: SpikeDetail, series: SpikeSeries): BeforeAfter | null {
  if (series.points.length === 0) return null;
  const { points, prior, view } = series;
  const starts = Date.parse(spike.explanation.from);
  const ends = Date.parse(spike.explanation.to);
  const before = points.filter((point) => point.at >= view.from && point.at < starts);
  const during = points.filter((point) => point.at >= starts && point.at < ends);
  const hours = (part: readonly Point[]) => Math.max((part.length * view.stepMs) / HOUR_MS, 1 / 60);
  const was = totalsOf(before, prior);
  const is = totalsOf(during, prior);
  return {
    before: was,
    during: is,
    perHourBefore: was.n / hours(before),
    perHourDuring: is.n / hours(during),
  };
}
