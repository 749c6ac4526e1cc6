import { type ChartModel } from './model.ts';
export interface SeriesChart {
  /** Shows the model: data objects are kept, nothing animates. */
  update: (model: ChartModel) => void;
  resize: () => void;
  destroy: () => void;
}
/** A Chart.js chart with everything off that costs time: parsing, animation, point elements, its own events. */
export declare function createSeriesChart(
  canvas: HTMLCanvasElement,
  first: ChartModel,
): SeriesChart;
