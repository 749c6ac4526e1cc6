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
}
export interface Region {
    from: number;
    to: number;
    color: string;
}
export interface ChartModel {
    from: number;
    to: number;
    stepMs: number;
    lines: readonly ChartLine[];
    /** Stacked bars instead of lines; colours from bottom to top. */
    bars: {
        colors: readonly string[];
        items: readonly ChartBar[];
    } | null;
    thresholds: readonly Threshold[];
    regions: readonly Region[];
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
export declare const PLOT: {
    readonly left: 44;
    readonly right: 12;
    readonly top: 10;
    readonly bottom: 26;
};
/** Narrower than this, the names at the line ends give way to the legend above. */
export declare const NARROW_PX = 560;
/** Room that names at the line ends take, px: full-width characters count double. */
export declare function labelRoom(names: readonly string[], width: number): number;
/** Round limits around the values: the axis moves in whole steps, not with every tick. */
export declare function niceLimits(low: number, high: number, options: {
    step: number;
    least: number;
    most: number;
}): {
    min: number;
    max: number;
};
/** 4 to 6 round ticks of [min, max]. */
export declare function valueTicks(min: number, max: number): number[];
/** Vertical places of labels that would overlap: pushed apart by `gap`, kept inside [top, bottom]. */
export declare function spreadLabels(wanted: readonly number[], options: {
    gap: number;
    top: number;
    bottom: number;
}): number[];
