import { type StateOf } from '../router/url-state.ts';
export declare const RANGES: readonly ['15m', '1h', '6h', '24h', '7d'];
export type Range = (typeof RANGES)[number];
export declare const RANGE_MS: Record<Range, number>;
export declare const METRICS: readonly ['mood', 'share', 'volume'];
export type Metric = (typeof METRICS)[number];
/** Colours and dash patterns tell six lines apart, not seven (spec/ux.md 1.12). */
export declare const MAX_TOPICS = 6;
/** Everything the live page shows is in its address. */
export declare const liveUrl: {
    topics: import("../router/url-state.ts").Codec<readonly string[]>;
    /** Topics in the list whose line is switched off. */
    off: import("../router/url-state.ts").Codec<readonly string[]>;
    range: import("../router/url-state.ts").Codec<"15m" | "1h" | "24h" | "6h" | "7d">;
    /** An absolute window; both or neither. The page then no longer follows the clock. */
    from: import("../router/url-state.ts").Codec<number | null>;
    to: import("../router/url-state.ts").Codec<number | null>;
    /** The right edge is frozen here; new posts are counted but not shown. */
    at: import("../router/url-state.ts").Codec<number | null>;
    metric: import("../router/url-state.ts").Codec<"mood" | "share" | "volume">;
    step: import("../router/url-state.ts").Codec<"15m" | "1h" | "1m" | "5m" | "6h" | "auto">;
    /** Mood and share of the quarter hour that ends at each point (as rules judge it), or of the step alone. */
    window: import("../router/url-state.ts").Codec<"15m" | "step">;
    compare: import("../router/url-state.ts").Codec<"" | "prev">;
    band: import("../router/url-state.ts").Codec<"0" | "1">;
    view: import("../router/url-state.ts").Codec<"chart" | "table">;
    /** Topic of the words, authors and heat map; empty: the first. */
    focus: import("../router/url-state.ts").Codec<string>;
    /** Replays [from, to) at this many times real time. */
    play: import("../router/url-state.ts").Codec<number>;
};
export type LiveState = StateOf<typeof liveUrl>;
export interface Span {
    from: number;
    to: number;
}
/** Window and step that a state shows when the clock (or the replay) stands at `now`. */
export declare function viewOf(state: Pick<LiveState, 'range' | 'from' | 'to' | 'at' | 'step' | 'play'>, now: number): Span & {
    stepMs: number;
    following: boolean;
};
/** Length of what each point of the upper chart stands for. */
export declare function windowMsOf(state: Pick<LiveState, 'window' | 'metric'>, stepMs: number): number;
/** `300_000` → `5m`, as the API wants it. */
export declare function stepText(stepMs: number): string;
/** The same width just before. */
export declare function previousSpan(span: Span): Span;
/** Twice the width around the same middle, not beyond `now`; at least five minutes, at most 400 days. */
export declare function zoomOut(span: Span, now: number): Span;
export declare function zoom(span: Span, factor: number, around: number, now: number): Span;
/** Moved by a share of its width; never past the open minute. */
export declare function pan(span: Span, share: number, now: number): Span;
