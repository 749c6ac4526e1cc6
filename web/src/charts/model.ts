import type { ChartColors } from './palette.ts';

/** What a chart draws, as plain data. Built by the page, tested without a canvas. */
export interface ChartPoint {
  /** Middle of the step, epoch ms. */
  x: number;
  y: number;
  low?: number;
  high?: number;
  /** Too few mentions, or the step is still open: drawn hollow and dotted. */
  uncertain: boolean;
}
export interface ChartLine {
  id: string;
  label: string;
  color: string;
  dash: readonly number[];
  points: readonly ChartPoint[];
  /** The period before, shifted onto this one: thin and pale. */
  ghost: boolean;
  /** Its 90 % band is drawn. */
  band: boolean;
}
export interface ChartBar {
  x: number;
  values: readonly number[];
}
export interface Threshold {
  value: number;
  label: string;
  /** Where the plot is too narrow for the label. */
  short: string;
}
export interface Region {
  from: number;
  to: number;
  color: string;
  /** Only a strip in the lane below, in this row: several topics' spans would cover each other. Null: the full height. */
  row: number | null;
}
export interface ChartEvent {
  at: number;
  label: string;
  /** Where the plot is too narrow for the label. */
  short: string;
}
export interface ChartModel {
  /** What is drawn and in which unit, written into the upper left corner. */
  title: string;
  /** Name of the strip below the plot where spikes lie; null: no strip. */
  lane: string | null;
  from: number;
  to: number;
  stepMs: number;
  lines: readonly ChartLine[];
  /** Stacked bars instead of lines; colours from bottom to top. */
  bars: { colors: readonly string[]; items: readonly ChartBar[] } | null;
  thresholds: readonly Threshold[];
  regions: readonly Region[];
  /** Instants with a name: a thin line each. */
  events: readonly ChartEvent[];
  /** Room for the names at the line ends, px. */
  right: number;
  min: number;
  max: number;
  ticks: readonly number[];
  formatY: (value: number) => string;
  xTicks: readonly number[];
  formatX: (at: number) => string;
  showX: boolean;
  colors: ChartColors;
}

/** Plot area inside the canvas, px. Fixed, so that overlays and the two charts line up without asking Chart.js. */
export const PLOT = { left: 44, right: 20, top: 26, bottom: 26, lane: 34 } as const;
/** Narrower than this, the names at the line ends give way to the legend above. */
export const NARROW_PX = 560;

/** Room that names at the line ends take, px: full-width characters count double. A single line needs no name. */
export function labelRoom(names: readonly string[], width: number): number {
  if (width < NARROW_PX || names.length < 2) return PLOT.right;
  const lengths = names.map((name) =>
    [...name].reduce((sum, character) => sum + (character.charCodeAt(0) > 0x2e80 ? 12.5 : 7.2), 0),
  );
  return Math.min(150, Math.ceil(Math.max(...lengths)) + 22);
}

/** Round limits around the values: the axis moves in whole steps, not with every tick. */
export function niceLimits(
  low: number,
  high: number,
  options: { step: number; least: number; most: number },
): { min: number; max: number } {
  const { step, least, most } = options;
  const span = Math.max(high - low, step);
  const unit = step * Math.max(1, Math.ceil(span / step / 8));
  return {
    min: Math.max(least, Math.floor(low / unit) * unit),
    max: Math.min(most, Math.ceil(high / unit) * unit),
  };
}

/** 4 to 6 round ticks of [min, max]. */
export function valueTicks(min: number, max: number): number[] {
  const raw = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((unit) => unit * power).find((unit) => unit >= raw) ?? raw;
  const ticks: number[] = [];
  for (let value = Math.ceil(min / step) * step; value <= max + step / 1e6; value += step) {
    ticks.push(Math.abs(value) < step / 1e6 ? 0 : value);
  }
  return ticks;
}

/** Vertical places of labels that would overlap: pushed apart by `gap`, kept inside [top, bottom]. */
export function spreadLabels(
  wanted: readonly number[],
  options: { gap: number; top: number; bottom: number },
): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  let next = options.top;
  for (const item of order) {
    item.y = Math.max(item.y, next);
    next = item.y + options.gap;
  }
  let limit = options.bottom;
  for (const item of order.reverse()) {
    item.y = Math.min(item.y, limit);
    limit = item.y - options.gap;
  }
  const places = [...wanted];
  for (const { y, index } of order) places[index] = y;
  return places;
}

/** A line goes on over one silent step; two or more stay open. */
const GAP_STEPS = 2.5;

/**
 * What Chart.js draws of a line: the runs of certain points, broken by NaN where the line must not go on. Dotted
 * parts are drawn by our own plugin: Chart.js's `segment` option costs more than all the rest of an update.
 */
export function solidData(
  points: readonly ChartPoint[],
  stepMs: number,
): { x: number; y: number }[] {
  const data: { x: number; y: number }[] = [];
  let last: ChartPoint | undefined;
  for (const point of points) {
    const joined = last !== undefined && !last.uncertain && point.x - last.x <= GAP_STEPS * stepMs;
    if (!point.uncertain) {
      if (!joined && data.length > 0) data.push({ x: point.x, y: Number.NaN });
      data.push(point);
    }
    last = point;
  }
  return data;
}

/** Stretches with an uncertain end, as pairs of points: the dotted parts. */
export function dottedSegments(
  points: readonly ChartPoint[],
  stepMs: number,
): [from: ChartPoint, to: ChartPoint][] {
  const segments: [ChartPoint, ChartPoint][] = [];
  for (const [index, to] of points.entries()) {
    const from = points[index - 1];
    if (from === undefined || to.x - from.x > GAP_STEPS * stepMs) continue;
    if (from.uncertain || to.uncertain) segments.push([from, to]);
  }
  return segments;
}

/** Points in a row, cut where a gap is longer than the line spans. */
export function runsOf<P extends { x: number }>(points: readonly P[], stepMs: number): P[][] {
  const runs: P[][] = [];
  let last: P | undefined;
  for (const point of points) {
    if (last === undefined || point.x - last.x > GAP_STEPS * stepMs) runs.push([]);
    runs.at(-1)?.push(point);
    last = point;
  }
  return runs;
}
