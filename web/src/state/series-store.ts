import type { Series } from '#shared/wire/api.ts';
import type { BucketTick } from '#shared/wire/live.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import { FEW_POSTS, PRIOR_POSTS, moodIndex } from '#shared/series/mood-index.ts';

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
  /** Sum of scores in thousandths, for totals over several steps. */
  moodSum: number;
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

/** Points of an answer as numbers; the sum of scores comes back out of the shrunk index. */
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
    moodSum:
      point.mood === null
        ? 0
        : Math.round(((point.mood * (point.n + PRIOR_POSTS)) / 100 - PRIOR_POSTS * prior) * 1000),
  }));
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
  const sum = { n: 0, positive: 0, neutral: 0, negative: 0, authors: 0, moodSum: 0 };
  for (const point of points) {
    sum.n += point.n;
    sum.positive += point.positive;
    sum.neutral += point.neutral;
    sum.negative += point.negative;
    sum.authors += point.authors;
    sum.moodSum += point.moodSum;
  }
  const mood =
    sum.n === 0 ? null : moodIndex({ n: sum.n, moodSum: sum.moodSum, moodSq: 0 }, prior).mood;
  return { ...sum, mood };
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
  };
}

function stepStartOf(at: number, stepMs: number): number {
  return Math.floor(at / stepMs) * stepMs;
}

function topicOf(store: SeriesStore, id: string): TopicSeries {
  let topic = store.topics.get(id);
  if (topic === undefined) {
    topic = { prior: 0, base: new Map(), minutes: new Map(), coveredFrom: null, stale: new Set() };
    store.topics.set(id, topic);
  }
  return topic;
}
