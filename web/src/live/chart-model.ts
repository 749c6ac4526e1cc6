import { HOUR_MS } from '#shared/series/bucket.ts';
import { wilson } from '#shared/series/mood-index.ts';
import type { SpikeView } from '#shared/wire/api.ts';
import { type Point, isFew } from '../state/series-store.ts';
import {
  type ChartEvent,
  type ChartLine,
  type ChartModel,
  type ChartPoint,
  type Threshold,
  labelRoom,
  niceLimits,
  valueTicks,
} from '../charts/model.ts';
import { type ChartColors, DASHES } from '../charts/palette.ts';
import { tickLabel, timeTicks } from '../charts/time-axis.ts';
import { formatCount, formatMood, formatShare } from '../i18n/format.ts';
import type { Language } from '../i18n/words.ts';
import type { Metric, Span } from './live-url.ts';

/** What the two charts of the live page show, from points to pixels-to-be. Pure. */
export interface TopicPoints {
  id: string;
  name: string;
  slot: number;
  /** Per step: volume, tables, files. */
  points: readonly Point[];
  /** Per step, each the window that ends with it: the upper chart and the legend. */
  drawn: readonly Point[];
  /** `drawn` of the same width just before, already moved onto this window; empty when not compared. */
  before: readonly Point[];
}

export interface ModelInput {
  topics: readonly TopicPoints[];
  view: Span & { stepMs: number };
  /** "Now" of the clock: the step that holds it is still open. */
  now: number;
  metric: Metric;
  /** Topics whose 90 % band is shown. */
  bands: readonly string[];
  thresholds: readonly Threshold[];
  spikes: readonly SpikeView[];
  /** Named instants: first post, alert, end of it. */
  events?: readonly ChartEvent[];
  colors: ChartColors;
  language: Language;
  zone: string;
  width: number;
  /** Length of what a drawn point stands for. */
  windowMs: number;
  /** Titles inside the two plots and the name of the lane of spikes, in the user's language. */
  titles: { main: string; volume: string; lane: string };
}

/** Value of a point in a metric; null where there is nothing to draw. */
export function metricValue(point: Point, metric: Metric): number | null {
  if (metric === 'volume') return point.n;
  if (point.n === 0) return null;
  return metric === 'mood' ? point.mood : point.negative / point.n;
}

/** Band of a point in a metric. */
export function metricBand(point: Point, metric: Metric): { low: number; high: number } | null {
  if (point.n === 0 || metric === 'volume') return null;
  if (metric === 'share') return wilson(point.negative, point.n);
  return point.low === null || point.high === null ? null : { low: point.low, high: point.high };
}

/** Upper chart: mood, negative share or volume of each topic. */
export function mainModel(input: ModelInput): ChartModel {
  const { metric } = input;
  const lines = input.topics.flatMap((topic) => {
    const line = lineOf(topic, topic.drawn, input, false);
    return topic.before.length === 0 ? [line] : [lineOf(topic, topic.before, input, true), line];
  });
  const values = lines.flatMap((line) => line.points.map((point) => point.y));
  values.push(...input.thresholds.map((threshold) => threshold.value));
  const limits = limitsOf(metric, values);
  return {
    ...frameOf(input, limits),
    title: input.titles.main,
    lane: input.titles.lane,
    lines,
    bars: null,
    thresholds: input.thresholds,
    events: input.events ?? [],
    showX: false,
    formatY: (value) => formatMetric(value, metric, input.language),
    regions: input.spikes.map((spike) => {
      const row = input.topics.findIndex(({ id }) => id === spike.topic);
      const strip = input.topics.length > 1;
      const bad = spike.measure === 'mood' && spike.direction === 'down';
      const ends = spike.endsAt === null ? input.now : Date.parse(spike.endsAt);
      return {
        from: Date.parse(spike.startsAt),
        to: Math.min(ends, input.now),
        color: strip
          ? (input.colors.topics[input.topics[row]?.slot ?? 0] ?? input.colors.ink3)
          : bad
            ? input.colors.negative
            : input.colors.ink3,
        row: strip ? row : null,
      };
    }),
  };
}

/**
 * Lower chart: mentions per step. Stacked by mood when one topic is shown; so too, all topics together, when the upper
 * chart has the volume of each already.
 */
export function volumeModel(input: ModelInput): ChartModel {
  const stacked = input.topics.length === 1 || input.metric === 'volume';
  const bars = stacked ? sumByStep(input.topics) : [];
  const lines = stacked
    ? []
    : input.topics.map((topic) =>
        lineOf(topic, topic.points, { ...input, metric: 'volume' }, false),
      );
  const most = Math.max(
    1,
    ...(stacked ? bars : input.topics.flatMap((topic) => topic.points)).map((point) => point.n),
  );
  const limits = niceLimits(0, most, { step: nicePart(most), least: 0, most: Infinity });
  return {
    ...frameOf(input, limits),
    title: input.titles.volume,
    lane: null,
    ticks: [0, limits.max],
    lines: lines.map((line) => ({ ...line, label: '' })),
    bars: stacked
      ? {
          colors: [input.colors.negative, `${input.colors.neutral}80`, input.colors.positive],
          items: bars.map((point) => ({
            x: point.at + input.view.stepMs / 2,
            values: [point.negative, point.neutral, point.positive],
          })),
        }
      : null,
    thresholds: [],
    regions: [],
    events: (input.events ?? []).map(({ at }) => ({ at, label: '', short: '' })),
    showX: true,
    formatY: (value) => formatCount(value, input.language),
  };
}

type Counts = Pick<Point, 'at' | 'n' | 'positive' | 'neutral' | 'negative'>;

function sumByStep(topics: readonly TopicPoints[]): Counts[] {
  const sums = new Map<number, Counts>();
  for (const { at, n, positive, neutral, negative } of topics.flatMap((topic) => topic.points)) {
    const sum = sums.get(at) ?? { at, n: 0, positive: 0, neutral: 0, negative: 0 };
    sum.n += n;
    sum.positive += positive;
    sum.neutral += neutral;
    sum.negative += negative;
    sums.set(at, sum);
  }
  return [...sums.values()];
}

export function formatMetric(value: number, metric: Metric, language: Language): string {
  if (metric === 'mood') return formatMood(value);
  return metric === 'share' ? formatShare(value, language) : formatCount(value, language);
}

function lineOf(
  topic: TopicPoints,
  points: readonly Point[],
  input: Pick<ModelInput, 'view' | 'now' | 'metric' | 'colors' | 'bands'>,
  ghost: boolean,
): ChartLine {
  const { view, now, metric, colors } = input;
  const drawn: ChartPoint[] = [];
  for (const point of points) {
    if (point.at + view.stepMs <= view.from || point.at >= view.to) continue;
    if (!ghost && point.at > now) continue;
    const y = metricValue(point, metric);
    if (y === null) continue;
    const open = !ghost && point.at + view.stepMs > now;
    const band = metricBand(point, metric);
    drawn.push({
      x: point.at + view.stepMs / 2,
      y,
      ...band,
      uncertain: open || (metric !== 'volume' && isFew(point)),
    });
  }
  return {
    id: topic.id,
    label: topic.name,
    color: colors.topics[topic.slot] ?? colors.ink2,
    dash: DASHES[topic.slot] ?? [],
    points: drawn,
    ghost,
    band: !ghost && metric !== 'volume' && input.bands.includes(topic.id),
  };
}

function limitsOf(metric: Metric, values: readonly number[]): { min: number; max: number } {
  const low = Math.min(...values, Infinity);
  const high = Math.max(...values, -Infinity);
  if (metric === 'mood') {
    return niceLimits(Math.min(low - 4, -10), Math.max(high + 4, 10), {
      step: 10,
      least: -100,
      most: 100,
    });
  }
  if (metric === 'share') {
    return niceLimits(0, Math.max(high + 0.04, 0.2), { step: 0.1, least: 0, most: 1 });
  }
  const most = Math.max(1, high);
  return niceLimits(0, most, { step: nicePart(most), least: 0, most: Infinity });
}

function nicePart(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 4)));
  return [1, 2, 5, 10].map((unit) => unit * power).find((unit) => unit >= most / 4) ?? power * 10;
}

function frameOf(input: ModelInput, limits: { min: number; max: number }) {
  const { view, language, zone, colors } = input;
  const span = view.to - view.from;
  const most = Math.max(3, Math.floor(input.width / (span > 2 * 24 * HOUR_MS ? 64 : 72)));
  return {
    from: view.from,
    to: view.to,
    stepMs: view.stepMs,
    right: labelRoom(
      input.topics.map((topic) => topic.name),
      input.width,
    ),
    ...limits,
    ticks: valueTicks(limits.min, limits.max),
    xTicks: timeTicks(view.from, view.to, most, zone),
    formatX: (at: number) => tickLabel(at, span, language, zone),
    colors,
  };
}

/** Sentence that stands for the chart: what a screen reader hears in place of the picture. */
export interface ChartSummary {
  topic: string;
  last: Point | null;
  lowest: Point | null;
  highest: Point | null;
  n: number;
}

export function summarise(topics: readonly TopicPoints[], metric: Metric): ChartSummary[] {
  return topics.map((topic) => {
    const known = topic.drawn.filter((point) => metricValue(point, metric) !== null && point.n > 0);
    const by = (pick: (a: number, b: number) => boolean) =>
      known.reduce<Point | null>(
        (best, point) =>
          best === null || pick(metricValue(point, metric) ?? 0, metricValue(best, metric) ?? 0)
            ? point
            : best,
        null,
      );
    return {
      topic: topic.name,
      last: known.at(-1) ?? null,
      lowest: by((a, b) => a < b),
      highest: by((a, b) => a > b),
      n: topic.points.reduce((sum, point) => sum + point.n, 0),
    };
  });
}

/** Index of the step under a time, clamped to what is shown. */
export function stepIndex(at: number, view: Span & { stepMs: number }): number {
  const steps = Math.max(1, Math.ceil((view.to - view.from) / view.stepMs));
  return Math.min(steps - 1, Math.max(0, Math.floor((at - view.from) / view.stepMs)));
}
