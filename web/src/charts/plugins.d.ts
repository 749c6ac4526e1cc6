import type { Plugin } from 'chart.js';
import { type ChartModel } from './model.ts';
/** Everything below the lines. */
export declare function backgroundPlugin(modelOf: () => ChartModel): Plugin;
/** Everything above them. */
export declare function foregroundPlugin(modelOf: () => ChartModel): Plugin;
