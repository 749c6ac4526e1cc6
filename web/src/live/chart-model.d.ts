import type { SpikeView } from '#shared/wire/api.ts';
import { type Point } from '../state/series-store.ts';
import { type ChartModel, type Threshold } from '../charts/model.ts';
import { type ChartColors } from '../charts/palette.ts';
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
    view: Span & {
        stepMs: number;
    };
    /** "Now" of the clock: the step that holds it is still open. */
    now: number;
    metric: Metric;
    /** Topics whose 90 % band is shown. */
    bands: readonly string[];
    thresholds: readonly Threshold[];
    spikes: readonly SpikeView[];
    colors: ChartColors;
    language: Language;
    zone: string;
    width: number;
    /** Length of what a drawn point stands for. */
    windowMs: number;
}
/** Value of a point in a metric; null where there is nothing to draw. */
export declare function metricValue(point: Point, metric: Metric): number | null;
/** Band of a point in a metric. */
export declare function metricBand(point: Point, metric: Metric): {
    low: number;
    high: number;
} | null;
/** Upper chart: mood, negative share or volume of each topic. */
export declare function mainModel(input: ModelInput): ChartModel;
/** Lower chart: mentions per step; stacked by mood when only one topic is shown. */
export declare function volumeModel(input: ModelInput): ChartModel;
export declare function formatMetric(value: number, metric: Metric, language: Language): string;
/** Sentence that stands for the chart: what a screen reader hears in place of the picture. */
export interface ChartSummary {
    topic: string;
    last: Point | null;
    lowest: Point | null;
    highest: Point | null;
    n: number;
}
export declare function summarise(topics: readonly TopicPoints[], metric: Metric): ChartSummary[];
/** Index of the step under a time, clamped to what is shown. */
export declare function stepIndex(at: number, view: Span & {
    stepMs: number;
}): number;
