/** Line patterns beside the six colours, so that lines are told apart without them. Dots are kept for uncertainty. */
export declare const DASHES: readonly (readonly number[])[];
export declare const UNCERTAIN_DASH: readonly number[];
/** Colours of the current theme as Chart.js needs them: computed values, not variables. */
export interface ChartColors {
    surface: string;
    ink: string;
    ink2: string;
    ink3: string;
    line: string;
    positive: string;
    neutral: string;
    negative: string;
    accent: string;
    warn: string;
    topics: readonly string[];
    font: string;
}
/** A colour slot for each topic: its own where free, else the next free one; the order of the list decides. */
export declare function assignSlots(topics: readonly {
    id: string;
    color: number;
}[]): Map<string, number>;
