import { formatCount, formatDecimal } from './format.ts';

/**
 * Charts of the reports and of the screen as Chart.js 4 configurations: plain data that the browser and
 * shared/node/render/chart-picture.ts both hand to `new Chart(...)`. Typed here because `shared` knows no Chart.js.
 */
export interface ChartConfig {
  type: 'bar' | 'line';
  data: { labels: string[]; datasets: ChartDataset[] };
  options: Record<string, unknown>;
}

export interface ChartDataset {
  label: string;
  data: (number | null)[];
  [option: string]: unknown;
}

export interface ChartPoint {
  label: string;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  mood: number | null;
  moodLow: number | null;
  moodHigh: number | null;
}

/** Light set of ux.md 1.12, checked for contrast and for the common kinds of colour blindness. */
export const MOOD_COLORS = {
  positive: '#005fb8',
  neutral: '#767676',
  negative: '#c84c00',
} as const;
const INK = '#1f2328';
const MUTED = '#59636e';
const GRID = '#e4e7eb';
/** Fewer mentions than this and the mood line is dashed (mood-index.ts, FEW_POSTS). */
const FEW = 5;
/** Both charts of a pair keep this room for the axis, so that their hours stand under each other. */
const AXIS_WIDTH = 52;

export interface ChartLabels {
  positive: string;
  neutral: string;
  negative: string;
  mood: string;
  band: string;
}

/** Volume per step, stacked by label: 负面 at the bottom where it is easiest to compare. */
export function volumeChart(points: ChartPoint[], labels: ChartLabels): ChartConfig {
  const stack = (key: 'positive' | 'neutral' | 'negative'): ChartDataset => ({
    label: labels[key],
    data: points.map((point) => point[key]),
    backgroundColor: MOOD_COLORS[key],
    stack: 'volume',
    barPercentage: 0.92,
    categoryPercentage: 0.92,
  });
  return {
    type: 'bar',
    data: {
      labels: points.map((point) => point.label),
      datasets: [stack('negative'), stack('neutral'), stack('positive')],
    },
    options: baseOptions({
      x: { ...categoryAxis(), stacked: true },
      y: { ...valueAxis(), stacked: true, beginAtZero: true },
    }),
  };
}

/** Mood index per step with its 90 % band; a gap where nobody wrote, dashes where few did. */
export function moodChart(points: ChartPoint[], labels: ChartLabels): ChartConfig {
  const isFew = (index: number) => (points[index]?.n ?? 0) < FEW;
  const bound = (key: 'moodLow' | 'moodHigh', fill: string | boolean): ChartDataset => ({
    label: labels.band,
    data: points.map((point) => point[key]),
    borderWidth: 0,
    pointRadius: 0,
    backgroundColor: 'rgba(31, 35, 40, 0.14)',
    fill,
  });
  const line: ChartDataset = {
    label: labels.mood,
    data: points.map((point) => point.mood),
    borderColor: INK,
    backgroundColor: INK,
    borderWidth: 1.8,
    pointRadius: points.map((point, index) =>
      point.mood !== null && isAlone(points, index) ? 2 : 0,
    ),
    segment: {
      borderDash: (segment: { p0DataIndex: number; p1DataIndex: number }) =>
        isFew(segment.p0DataIndex) || isFew(segment.p1DataIndex) ? [2, 3] : undefined,
    },
  };
  const bounds = points.flatMap((point) => [point.moodLow ?? 0, point.moodHigh ?? 0]);
  const limit = Math.min(
    100,
    Math.max(20, Math.ceil(Math.max(...bounds.map(Math.abs), 0) / 20) * 20),
  );
  return {
    type: 'line',
    data: {
      labels: points.map((point) => point.label),
      datasets: [line, bound('moodHigh', '+1'), bound('moodLow', false)],
    },
    options: baseOptions(
      {
        x: { ...categoryAxis(), offset: true },
        y: { ...valueAxis(), min: -limit, max: limit },
      },
      // One legend entry for the two bounds of the band.
      (item) => item.datasetIndex !== 2,
    ),
  };
}

/** Mentions of each topic by label, largest on top. */
export function shareChart(
  rows: { name: string; positive: number; neutral: number; negative: number }[],
  labels: ChartLabels,
): ChartConfig {
  const stack = (key: 'positive' | 'neutral' | 'negative'): ChartDataset => ({
    label: labels[key],
    data: rows.map((row) => row[key]),
    backgroundColor: MOOD_COLORS[key],
    stack: 'share',
    barThickness: 14,
  });
  return {
    type: 'bar',
    data: {
      labels: rows.map((row) => row.name),
      datasets: [stack('negative'), stack('neutral'), stack('positive')],
    },
    options: {
      ...baseOptions({
        x: {
          stacked: true,
          beginAtZero: true,
          grid: { color: GRID },
          border: { display: false },
          ticks: { ...ticks(), ...numberTicks() },
        },
        y: {
          stacked: true,
          grid: { display: false },
          border: { color: GRID },
          ticks: { ...ticks(), color: INK, autoSkip: false },
        },
      }),
      indexAxis: 'y',
    },
  };
}

function isAlone(points: ChartPoint[], index: number): boolean {
  const before = points[index - 1]?.mood ?? null;
  const after = points[index + 1]?.mood ?? null;
  return before === null && after === null;
}

function baseOptions(
  scales: Record<string, unknown>,
  legendFilter?: (item: { datasetIndex?: number }) => boolean,
): Record<string, unknown> {
  return {
    animation: false,
    maintainAspectRatio: false,
    layout: { padding: { top: 2, right: 8, bottom: 0, left: 0 } },
    interaction: { mode: 'index', intersect: false },
    plugins: {
      legend: {
        position: 'top',
        align: 'end',
        // Stacks begin with the negative at the bottom; the legend reads from the top.
        reverse: !legendFilter,
        labels: {
          boxWidth: 10,
          boxHeight: 10,
          color: MUTED,
          font: { size: 11 },
          ...(legendFilter && { filter: legendFilter }),
        },
      },
    },
    scales,
  };
}

function ticks(): Record<string, unknown> {
  return { color: MUTED, font: { size: 11 }, maxRotation: 0, autoSkipPadding: 10 };
}

/** Axis numbers as everywhere else: `1,200`, `−20`. */
function numberTicks(): Record<string, unknown> {
  return {
    callback: (value: number | string) => {
      const number = Number(value);
      return Number.isInteger(number) ? formatCount(number) : formatDecimal(number, 1);
    },
  };
}

function categoryAxis(): Record<string, unknown> {
  return { grid: { display: false }, border: { color: GRID }, ticks: ticks() };
}

function valueAxis(): Record<string, unknown> {
  return {
    grid: { color: GRID },
    border: { display: false },
    ticks: { ...ticks(), ...numberTicks(), maxTicksLimit: 6 },
    afterFit: (axis: { width: number }) => {
      axis.width = AXIS_WIDTH;
    },
  };
}
