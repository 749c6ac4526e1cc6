import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { chooseStep } from '#shared/series/window.ts';
import { type StateOf, instant, integer, list, oneOf, text } from '../router/url-state.ts';

export const RANGES = ['15m', '1h', '6h', '24h', '7d'] as const;
export type Range = (typeof RANGES)[number];
export const RANGE_MS: Record<Range, number> = {
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
};
export const METRICS = ['mood', 'share', 'volume'] as const;
export type Metric = (typeof METRICS)[number];
/** Colours and dash patterns tell six lines apart, not seven (spec/ux.md 1.12). */
export const MAX_TOPICS = 6;

/** Everything the live page shows is in its address. */
export const liveUrl = {
  topics: list(MAX_TOPICS),
  /** Topics in the list whose line is switched off. */
  off: list(MAX_TOPICS),
  range: oneOf(RANGES, '1h'),
  /** An absolute window; both or neither. The page then no longer follows the clock. */
  from: instant(),
  to: instant(),
  /** The right edge is frozen here; new posts are counted but not shown. */
  at: instant(),
  metric: oneOf(METRICS, 'mood'),
  step: oneOf(['auto', '1m', '5m', '15m', '1h', '6h'], 'auto'),
  /** Mood and share of the quarter hour that ends at each point (as rules judge it), or of the step alone. */
  window: oneOf(['15m', 'step'], '15m'),
  compare: oneOf(['', 'prev'], ''),
  band: oneOf(['1', '0'], '1'),
  view: oneOf(['chart', 'table'], 'chart'),
  /** Topic of the words, authors and heat map; empty: the first. */
  focus: text(),
  /** Replays [from, to) at this many times real time. */
  play: integer(0, 0, 1000),
};
export type LiveState = StateOf<typeof liveUrl>;

export interface Span {
  from: number;
  to: number;
}

/** Window and step that a state shows when the clock (or the replay) stands at `now`. */
export function viewOf(
  state: Pick<LiveState, 'range' | 'from' | 'to' | 'at' | 'step' | 'play'>,
  now: number,
): Span & { stepMs: number; following: boolean } {
  const absolute = state.from !== null && state.to !== null && state.from < state.to;
  if (absolute && state.play === 0) {
    const span = { from: state.from ?? 0, to: state.to ?? 0 };
    return { ...span, stepMs: stepOf(state.step, span), following: false };
  }
  const end = state.at ?? now;
  const width = RANGE_MS[state.range];
  const stepMs = stepOf(state.step, { from: end - width, to: end });
  // The right edge is the end of the open step, so that the window moves by whole steps and does not shiver.
  const to = (Math.floor(end / stepMs) + 1) * stepMs;
  return { from: to - width, to, stepMs, following: state.at === null && state.play === 0 };
}

const STEP_MS: Record<Exclude<LiveState['step'], 'auto'>, number> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
};
/** Points that read well side by side; more is noise, and few mentions a step make bands wide. */
const PLEASANT_POINTS = 120;

function stepOf(step: LiveState['step'], span: Span): number {
  const smallest = chooseStep(span.from, span.to);
  if (step !== 'auto') return Math.max(smallest, STEP_MS[step]);
  return chooseStep(span.from, span.to, PLEASANT_POINTS);
}

/** Length of what each point of the upper chart stands for. */
export function windowMsOf(state: Pick<LiveState, 'window' | 'metric'>, stepMs: number): number {
  const whole = (15 * MINUTE_MS) % stepMs === 0;
  return state.metric === 'volume' || state.window === 'step' || !whole ? stepMs : 15 * MINUTE_MS;
}

/** `300_000` → `5m`, as the API wants it. */
export function stepText(stepMs: number): string {
  if (stepMs % DAY_MS === 0) return `${stepMs / DAY_MS}d`;
  if (stepMs % HOUR_MS === 0) return `${stepMs / HOUR_MS}h`;
  return `${stepMs / MINUTE_MS}m`;
}

/** The same width just before. */
export function previousSpan(span: Span): Span {
  return { from: span.from - (span.to - span.from), to: span.from };
}

/** Twice the width around the same middle, not beyond `now`; at least five minutes, at most 400 days. */
export function zoomOut(span: Span, now: number): Span {
  return zoom(span, 2, (span.from + span.to) / 2, now);
}

export function zoom(span: Span, factor: number, around: number, now: number): Span {
  const width = Math.min(
    400 * DAY_MS,
    Math.max(5 * MINUTE_MS, Math.round(((span.to - span.from) * factor) / MINUTE_MS) * MINUTE_MS),
  );
  const left = (around - span.from) / (span.to - span.from);
  const from = Math.round((around - left * width) / MINUTE_MS) * MINUTE_MS;
  const latest = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  const end = Math.min(from + width, Math.max(latest, span.to));
  return { from: end - width, to: end };
}

/** Moved by a share of its width; never past the open minute. */
export function pan(span: Span, share: number, now: number): Span {
  const width = span.to - span.from;
  const latest = Math.max(Math.ceil(now / MINUTE_MS) * MINUTE_MS, span.to);
  const by = Math.round((width * share) / MINUTE_MS) * MINUTE_MS;
  const end = share > 0 ? Math.min(span.to + by, latest) : span.to + by;
  return { from: end - width, to: end };
}
