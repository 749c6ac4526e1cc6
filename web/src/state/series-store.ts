import type { Series } from '#shared/wire/api.ts';
import type { BucketTick } from '#shared/wire/live.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import { FEW_POSTS, PRIOR_POSTS, Z90, moodIndex } from '#shared/series/mood-index.ts';

/**
 * What is known of each topic's recent past, in two layers: `base` points as the server drew them, and above
 * them minute buckets from the socket. Ticks carry absolute totals and the number of their commit, so any order
 * and any repetition of the same ticks ends in the same state.
 */
export interface SeriesStore {
  stepMs: number;
  topics: Map<string, TopicSeries>;
}

export interface TopicSeries {
  /** Mean score that few mentions are pulled toward (score units). */
  prior: number;
  /** The server has answered: the prior and the past are known. */
  ready: boolean;
  base: Map<number, Point>;
  minutes: Map<number, { tick: BucketTick; seq: number }>;
  /** Every minute from here on is known, silence included; null before the first snapshot. */
  coveredFrom: number | null;
  /** Steps before that whose minutes changed: only the server can draw them anew. */
  stale: Set<number>;
}

/** One step of a topic, ready to draw. */
export interface Point {
  /** Epoch ms of the step's start. */
  at: number;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  /** Index −100…100; null without mentions. */
  mood: number | null;
  low: number | null;
  high: number | null;
  authors: number;
  /** Sum of scores in thousandths and of their squares in millionths, for totals over several steps. */
  moodSum: number;
  moodSq: number;
}

export function createSeriesStore(stepMs: number = MINUTE_MS): SeriesStore {
  return { stepMs, topics: new Map() };
}

/** The server's answer replaces the base of its topics. A change of step drops all older bases. */
export function applyBase(store: SeriesStore, series: Series): void {
  const stepMs = series.stepSeconds * 1000;
  if (stepMs !== store.stepMs) {
    store.stepMs = stepMs;
    for (const topic of store.topics.values()) topic.base.clear();
  }
  for (const answer of series.topics) {
    const topic = topicOf(store, answer.topic);
    topic.prior = answer.prior;
    topic.ready = true;
    topic.base = new Map(readPoints(answer.points, answer.prior).map((point) => [point.at, point]));
    topic.stale.clear();
  }
}

/** Snapshot of the socket: every minute from its first bucket on is known. */
export function applySnapshot(
  store: SeriesStore,
  message: { seq: number; topics: readonly string[]; buckets: readonly BucketTick[]; now: number },
): void {
  applyTicks(store, message.buckets, message.seq);
  for (const id of message.topics) {
    const topic = topicOf(store, id);
    const first = Math.min(
      Math.floor(message.now / MINUTE_MS) * MINUTE_MS,
      ...message.buckets.filter((tick) => tick.topic === id).map((tick) => tick.at),
    );
    topic.coveredFrom = topic.coveredFrom === null ? first : Math.min(topic.coveredFrom, first);
  }
}

/** Absolute totals: the newest commit of a topic-minute wins, whatever the order of arrival. */
export function applyTicks(store: SeriesStore, ticks: readonly BucketTick[], seq: number): void {
  for (const tick of ticks) {
    const topic = topicOf(store, tick.topic);
    const known = topic.minutes.get(tick.at);
    if (known !== undefined && (known.seq > seq || (known.seq === seq && !later(tick, known.tick))))
      continue;
    topic.minutes.set(tick.at, { tick, seq });
    const step = stepStartOf(tick.at, store.stepMs);
    if (topic.coveredFrom === null || step < topic.coveredFrom) topic.stale.add(step);
  }
}

/** Two totals under one number: the larger is the later (totals only grow within a commit's merge). */
function later(a: BucketTick, b: BucketTick): boolean {
  return a.n !== b.n ? a.n > b.n : a.moodSum > b.moodSum;
}

/** The topics' minutes are no longer right (import, recount, correction): forget what the socket told. */
export function forgetMinutes(store: SeriesStore, id: string): void {
  const topic = store.topics.get(id);
  if (topic === undefined) return;
  topic.minutes.clear();
  topic.coveredFrom = null;
}

/** Minutes that the base now holds are dropped, so that a page open for days does not grow. */
export function dropMinutesBefore(store: SeriesStore, before: number): void {
  for (const topic of store.topics.values()) {
    if (topic.coveredFrom === null || topic.coveredFrom >= before) continue;
    topic.coveredFrom = before;
    for (const at of topic.minutes.keys()) if (at < before) topic.minutes.delete(at);
  }
}

/** Steps of [from, to) in order, silence as n = 0: from minutes where all are known, else as the server drew them. */
export function pointsOf(store: SeriesStore, id: string, from: number, to: number): Point[] {
  const topic = store.topics.get(id);
  const points: Point[] = [];
  if (topic === undefined) return points;
  for (let at = stepStartOf(from, store.stepMs); at < to; at += store.stepMs) {
    const live = topic.coveredFrom !== null && at >= topic.coveredFrom;
    points.push(live ? mergeMinutes(topic, at, store.stepMs) : (topic.base.get(at) ?? silence(at)));
  }
  return points;
}

/** Has any step of [from, to) changed behind the socket's cover? */
export function hasStale(store: SeriesStore, from: number, to: number): boolean {
  for (const topic of store.topics.values()) {
    for (const at of topic.stale) if (at >= from && at < to) return true;
  }
  return false;
}

/** Points of an answer as numbers; the sums of scores come back out of the shrunk index and its band. */
export function readPoints(points: Series['topics'][number]['points'], prior: number): Point[] {
  return points.map((point) => ({
    at: Date.parse(point.at),
    n: point.n,
    positive: point.positive,
    neutral: point.neutral,
    negative: point.negative,
    mood: point.mood,
    low: point.moodLow,
    high: point.moodHigh,
    authors: point.authors,
    ...sumsOf(point, prior),
  }));
}

/** The inverse of `moodIndex` (shared/series/mood-index.ts), to the API's one decimal. */
function sumsOf(
  point: Pick<Series['topics'][number]['points'][number], 'n' | 'mood' | 'moodLow' | 'moodHigh'>,
  prior: number,
): { moodSum: number; moodSq: number } {
  const { n, mood, moodLow, moodHigh } = point;
  if (mood === null || moodLow === null || moodHigh === null) return { moodSum: 0, moodSq: 0 };
  const weight = n + PRIOR_POSTS;
  const sum = (mood * weight) / 100 - PRIOR_POSTS * prior;
  // The wider side: the other may be cut off at ±100.
  const half = Math.max(mood - moodLow, moodHigh - mood);
  const variance = (half / (Z90 * 100)) ** 2 * weight;
  const squares = n < 2 ? sum * sum : variance * (n - 1) + (sum * sum) / n;
  return { moodSum: Math.round(sum * 1000), moodSq: Math.round(squares * 1e6) };
}

export interface Totals {
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  mood: number | null;
  authors: number;
}

/** One figure of a whole window. */
export function totalsOf(points: readonly Point[], prior: number): Totals {
  const sum = silence(0);
  for (const point of points) add(sum, point, 1);
  const { n, positive, neutral, negative, authors } = sum;
  return {
    n,
    positive,
    neutral,
    negative,
    authors,
    mood: n === 0 ? null : moodIndex(sum, prior).mood,
  };
}

/**
 * Every step as the mood of the `windowMs` that end with it: what rules judge, and calm enough to read. Steps are
 * given from `windowMs` before the first one wanted; those are used up and not returned. Counts stay the window's.
 */
export function trailing(
  points: readonly Point[],
  window: { windowMs: number; stepMs: number },
  prior: number,
): Point[] {
  const steps = Math.max(1, Math.round(window.windowMs / window.stepMs));
  const sum = silence(0);
  return points
    .map((point, index) => {
      add(sum, point, 1);
      const left = points[index - steps];
      if (left !== undefined) add(sum, left, -1);
      const index90 = sum.n === 0 ? null : moodIndex(sum, prior);
      return {
        ...sum,
        at: point.at,
        mood: index90?.mood ?? null,
        low: index90?.low ?? null,
        high: index90?.high ?? null,
      };
    })
    .slice(steps - 1);
}

function add(sum: Point, part: Point, sign: 1 | -1): void {
  sum.n += sign * part.n;
  sum.positive += sign * part.positive;
  sum.neutral += sign * part.neutral;
  sum.negative += sign * part.negative;
  sum.authors += sign * part.authors;
  sum.moodSum += sign * part.moodSum;
  sum.moodSq += sign * part.moodSq;
}

export function isFew(point: Pick<Point, 'n'>): boolean {
  return point.n < FEW_POSTS;
}

function mergeMinutes(topic: TopicSeries, at: number, stepMs: number): Point {
  const sums = { n: 0, positive: 0, neutral: 0, negative: 0, authors: 0, moodSum: 0, moodSq: 0 };
  for (let minute = at; minute < at + stepMs; minute += MINUTE_MS) {
    const tick = topic.minutes.get(minute)?.tick;
    if (tick === undefined) continue;
    sums.n += tick.n;
    sums.positive += tick.positive;
    sums.neutral += tick.neutral;
    sums.negative += tick.negative;
    sums.authors += tick.authors;
    sums.moodSum += tick.moodSum;
    sums.moodSq += tick.moodSq;
  }
  if (sums.n === 0) return silence(at);
  const { mood, low, high } = moodIndex(sums, topic.prior);
  return {
    at,
    n: sums.n,
    positive: sums.positive,
    neutral: sums.neutral,
    negative: sums.negative,
    mood,
    low,
    high,
    authors: sums.authors,
    moodSum: sums.moodSum,
    moodSq: sums.moodSq,
  };
}

function silence(at: number): Point {
  return {
    at,
    n: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    mood: null,
    low: null,
    high: null,
    authors: 0,
    moodSum: 0,
    moodSq: 0,
  };
}

function stepStartOf(at: number, stepMs: number): number {
  return Math.floor(at / stepMs) * stepMs;
}

function topicOf(store: SeriesStore, id: string): TopicSeries {
  let topic = store.topics.get(id);
  if (topic === undefined) {
    topic = {
      prior: 0,
      ready: false,
      base: new Map(),
      minutes: new Map(),
      coveredFrom: null,
      stale: new Set(),
    };
    store.topics.set(id, topic);
  }
  return topic;
}
