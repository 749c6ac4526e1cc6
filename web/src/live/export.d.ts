import type { ChartColors } from '../charts/palette.ts';
import type { TopicPoints } from './chart-model.ts';
import type { Span } from './live-url.ts';
/** One row per topic and step, times in the viewer's zone with its offset. */
export declare function seriesCsv(topics: readonly TopicPoints[], view: Span & {
    stepMs: number;
    windowMs: number;
}, zone: string): string;
export declare function cell(text: string): string;
/** Both charts with title, legend, zone and origin on one background. */
export declare function chartPicture(input: {
    canvases: readonly HTMLCanvasElement[];
    title: string;
    subtitle: string;
    footer: string;
    legend: readonly {
        name: string;
        color: string;
        mood: number | null;
    }[];
    colors: ChartColors;
}): Promise<Blob>;
