import type { Series } from '#shared/wire/api.ts';
import type { BucketTick } from '#shared/wire/live.ts';
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
    minutes: Map<number, {
        tick: BucketTick;
        seq: number;
    }>;
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
export declare function createSeriesStore(stepMs?: number): SeriesStore;
/** The server's answer replaces the base of its topics. A change of step drops all older bases. */
export declare function applyBase(store: SeriesStore, series: Series): void;
/** Snapshot of the socket: every minute from its first bucket on is known. */
export declare function applySnapshot(store: SeriesStore, message: {
    seq: number;
    topics: readonly string[];
    buckets: readonly BucketTick[];
    now: number;
}): void;
/** Absolute totals: the newest commit of a topic-minute wins, whatever the order of arrival. */
export declare function applyTicks(store: SeriesStore, ticks: readonly BucketTick[], seq: number): void;
/** The topics' minutes are no longer right (import, recount, correction): forget what the socket told. */
export declare function forgetMinutes(store: SeriesStore, id: string): void;
/** Minutes that the base now holds are dropped, so that a page open for days does not grow. */
export declare function dropMinutesBefore(store: SeriesStore, before: number): void;
/** Steps of [from, to) in order, silence as n = 0: from minutes where all are known, else as the server drew them. */
export declare function pointsOf(store: SeriesStore, id: string, from: number, to: number): Point[];
/** Has any step of [from, to) changed behind the socket's cover? */
export declare function hasStale(store: SeriesStore, from: number, to: number): boolean;
/** Points of an answer as numbers; the sums of scores come back out of the shrunk index and its band. */
export declare function readPoints(points: Series['topics'][number]['points'], prior: number): Point[];
export interface Totals {
    n: number;
    positive: number;
    neutral: number;
    negative: number;
    mood: number | null;
    authors: number;
}
/** One figure of a whole window. */
export declare function totalsOf(points: readonly Point[], prior: number): Totals;
/**
 * Every step as the mood of the `windowMs` that end with it: what rules judge, and calm enough to read. Steps are
 * given from `windowMs` before the first one wanted; those are used up and not returned. Counts stay the window's.
 */
export declare function trailing(points: readonly Point[], window: {
    windowMs: number;
    stepMs: number;
}, prior: number): Point[];
export declare function isFew(point: Pick<Point, 'n'>): boolean;
