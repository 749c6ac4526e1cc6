import { MINUTE_MS } from '#shared/series/bucket.ts';
import { createSeriesChart } from '../../../web/src/charts/series-chart.ts';
import type { ChartColors } from '../../../web/src/charts/palette.ts';
import {
  type ModelInput,
  type TopicPoints,
  mainModel,
  volumeModel,
} from '../../../web/src/live/chart-model.ts';
import {
  applySnapshot,
  applyTicks,
  createSeriesStore,
  pointsOf,
  trailing,
} from '../../../web/src/state/series-store.ts';

/** Runs inside the browser: what one tick costs from the socket's message to painted canvases. */
const TOPICS = ['a', 'b', 'c', 'd', 'e', 'f'];
const POINTS = 300;
const START = Date.UTC(2025, 0, 27);
const COLORS: ChartColors = {
  surface: '#fff',
  ink: '#111',
  ink2: '#444',
  ink3: '#777',
  line: '#ddd',
  positive: '#005fb8',
  neutral: '#767676',
  negative: '#c84c00',
  accent: '#0b6b61',
  warn: '#8a5a00',
  topics: ['#235c5c', '#ad8a1f', '#229bc3', '#633303', '#030363', '#7306e0'],
  font: 'sans-serif',
};

function tickAt(topic: string, at: number, n: number) {
  const negative = Math.floor(n / 3);
  return {
    topic,
    at,
    n,
    positive: n - 2 * negative,
    neutral: negative,
    negative,
    moodSum: Math.round(120 * n * Math.sin(at / 4e6 + topic.charCodeAt(0))),
    moodSq: 200_000 * n,
    authors: n,
  };
}

function inputOf(store: ReturnType<typeof createSeriesStore>, to: number): ModelInput {
  const from = to - POINTS * MINUTE_MS;
  const topics = TOPICS.map((id, slot): TopicPoints => ({
    id,
    name: `topic ${id}`,
    slot,
    points: pointsOf(store, id, from, to),
    drawn: trailing(
      pointsOf(store, id, from - 14 * MINUTE_MS, to),
      { windowMs: 15 * MINUTE_MS, stepMs: MINUTE_MS },
      0,
    ),
    before: [],
  }));
  return {
    topics,
    windowMs: 15 * MINUTE_MS,
    view: { from, to, stepMs: MINUTE_MS },
    now: to - 1,
    metric: 'mood',
    bands: TOPICS,
    thresholds: [{ value: -40, label: 'threshold', short: '−40' }],
    spikes: [],
    colors: COLORS,
    language: 'zh',
    zone: 'Asia/Shanghai',
    width: 1000,
    titles: { main: 'mood', volume: 'mentions', lane: 'spikes' },
  };
}

function canvasIn(height: number): HTMLCanvasElement {
  const frame = document.createElement('div');
  Object.assign(frame.style, { position: 'relative', width: '1000px', height: `${height}px` });
  const canvas = document.createElement('canvas');
  frame.append(canvas);
  document.body.append(frame);
  return canvas;
}

interface Cost {
  main: number[];
  volume: number[];
  heapMb: number;
}

/** `rounds` ticks of all topics: one new minute each, both charts drawn. Cost of each in ms, painting included. */
async function measure(rounds: number): Promise<Cost> {
  const store = createSeriesStore();
  const last = START + (POINTS + 20) * MINUTE_MS;
  const buckets = TOPICS.flatMap((topic) =>
    Array.from({ length: POINTS + 20 }, (_, index) =>
      tickAt(topic, START + index * MINUTE_MS, 3 + ((index * 7) % 40)),
    ),
  );
  applySnapshot(store, { seq: 1, topics: TOPICS, buckets, now: last });
  const first = inputOf(store, last);
  const mainChart = createSeriesChart(canvasIn(360), mainModel(first));
  const volumeChart = createSeriesChart(canvasIn(108), volumeModel(first));
  const cost: Cost = { main: [], volume: [], heapMb: 0 };
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const at = last + round * MINUTE_MS;
    const began = performance.now();
    applyTicks(
      store,
      TOPICS.map((topic) => tickAt(topic, at, 5 + (round % 30))),
      2 + round,
    );
    const input = inputOf(store, at + MINUTE_MS);
    mainChart.update(mainModel(input));
    flush(0);
    cost.main.push(performance.now() - began);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const volumeBegan = performance.now();
    volumeChart.update(volumeModel(input));
    flush(1);
    cost.volume.push(performance.now() - volumeBegan);
  }
  const memory = (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory;
  cost.heapMb = (memory?.usedJSHeapSize ?? 0) / 1e6;
  return cost;
}

/** Reading a pixel makes the browser finish the drawing it would otherwise put off. */
function flush(index: number): void {
  document.querySelectorAll('canvas')[index]?.getContext('2d')?.getImageData(0, 0, 1, 1);
}

Object.assign(globalThis, { measure });
