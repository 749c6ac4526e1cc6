import { DAY_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import type { MinuteTable, SpanSums } from '#shared/series/minutes.ts';
import { compareMood, moodIndex, priorMood, wilson } from '#shared/series/mood-index.ts';
import type { Detection } from './detect-spike.ts';
import type { Rule, Severity } from './rule.ts';

/**
 * One judgement of one rule over the window that ends at a full minute. The live evaluator, the preview and the
 * back-test call this very function. Late mentions are not in the figures (MinuteTable leaves them out): a rule never
 * fires on posts that arrive long after their own time.
 */
export interface Evaluation {
  /** End of the window, epoch ms. */
  at: number;
  severity: Severity;
  /** Beyond the recovery threshold: what a firing rule waits for. */
  recovered: boolean;
  value: number;
  /** The threshold the value was held against. */
  threshold: number;
  /** Mentions (keyword: authors) behind the value. */
  n: number;
  surprise?: number;
  /** What the value is compared with, where the kind has such a thing: expected posts, usual mood, mood 24 h before. */
  expected?: number;
  reason: EvaluationReason;
}

export type EvaluationReason =
  | 'critical'
  | 'warning'
  | 'within'
  | 'too-few-posts'
  | 'not-significant'
  | 'nothing-to-compare'
  | 'no-data';

/** What the rules of one topic (or source) look at; build it once for all of them. Instants are epoch ms. */
export interface RuleSeries {
  /** Minutes of the topic; of the source for `source-silent`. Mood rules look back 7 days, mood-drop 25 hours. */
  minutes: MinuteTable;
  /** `keyword`: posts that hold the keyword, ascending by time, late ones left out. */
  hits?: readonly AuthorHit[];
  /** `spike`: detections by the start of their minute. */
  detections?: ReadonlyMap<number, Detection>;
  /** Stretches without a sign of life of the sources; ascending. */
  gaps?: readonly Gap[];
}

export interface AuthorHit {
  at: number;
  /** hashAuthor of source and author. */
  author: number;
}

export interface Gap {
  from: number;
  to: number;
}

/** Distance from trigger to recovery where a rule names none (spec/alerts.md section 1). */
const RECOVERY = { moodPoints: 5, share: 0.05, factor: 0.8 } as const;
/** A drop must also be this many standard errors. */
const LEAST_DROP_Z = 3;

export function evaluateRule(rule: Rule, series: RuleSeries, end: number): Evaluation {
  return judgeMeasure(rule, measureRule(rule, series, end));
}

/** What a rule sees at one instant, before any threshold: independent of `critical`, `warning` and `recovery`. */
export interface Measure {
  at: number;
  value: number;
  n: number;
  surprise?: number;
  expected?: number;
  /** Set where the value must not fire, whatever the threshold. */
  held?: Exclude<EvaluationReason, 'critical' | 'warning' | 'within'>;
  /** The kind's own sign that it is over; the recovery threshold decides where it is absent. */
  over?: boolean;
}

export function measureRule(rule: Rule, series: RuleSeries, end: number): Measure {
  const from = end - rule.windowMinutes * MINUTE_MS;
  const measure = MEASURES[rule.kind](rule, series, from, end);
  if (rule.kind !== 'source-silent' && isInGap(series.gaps ?? [], end))
    return { ...measure, held: 'no-data' };
  if (measure.held === undefined && measure.n < rule.minPosts && looksUpward(rule)) {
    return { ...measure, held: 'too-few-posts' };
  }
  return measure;
}

export function judgeMeasure(rule: Rule, measure: Measure): Evaluation {
  const { value, n, at } = measure;
  const extra = {
    ...(measure.surprise === undefined ? {} : { surprise: measure.surprise }),
    ...(measure.expected === undefined ? {} : { expected: measure.expected }),
  };
  const recovered = isRecovered(rule, measure);
  if (measure.held === 'no-data') {
    return {
      at,
      severity: 'nodata',
      recovered,
      value,
      threshold: rule.critical,
      n,
      ...extra,
      reason: 'no-data',
    };
  }
  const severity = measure.held === undefined ? severityOf(rule, value) : 'ok';
  const threshold =
    severity === 'warning'
      ? rule.warning!
      : severity === 'critical'
        ? rule.critical
        : lowestTrigger(rule);
  const reason = measure.held ?? (severity === 'ok' ? 'within' : severity);
  return {
    at,
    severity,
    recovered: severity === 'ok' && recovered,
    value,
    threshold,
    n,
    ...extra,
    reason,
  };
}

/** Kinds whose value can only be exceeded upward; `volume` and `mood` go by the rule's comparator. */
export function comparatorOf(rule: Pick<Rule, 'kind' | 'comparator'>): 'above' | 'below' {
  return rule.kind === 'volume' || rule.kind === 'mood' ? rule.comparator : 'above';
}

/** Value at which a firing rule begins to recover. */
export function recoveryThreshold(rule: Rule): number {
  if (rule.recovery !== null) return rule.recovery;
  const trigger = lowestTrigger(rule);
  const inward = comparatorOf(rule) === 'above' ? -1 : 1;
  switch (rule.kind) {
    case 'mood':
    case 'mood-drop':
      return trigger + inward * RECOVERY.moodPoints;
    case 'negative-share':
      return trigger - RECOVERY.share;
    case 'volume':
    case 'keyword':
    case 'spike':
      return inward < 0 ? trigger * RECOVERY.factor : trigger / RECOVERY.factor;
    case 'source-silent':
      return trigger;
  }
}

/** The threshold that is crossed first: warning where there is one. */
function lowestTrigger(rule: Pick<Rule, 'critical' | 'warning'>): number {
  return rule.warning ?? rule.critical;
}

type MeasureFunction = (rule: Rule, series: RuleSeries, from: number, end: number) => Measure;

const MEASURES: Record<Rule['kind'], MeasureFunction> = {
  volume(_rule, { minutes }, from, end) {
    const { n } = minutes.sum(from, end);
    return { at: end, value: n, n };
  },

  mood(_rule, { minutes }, from, end) {
    const sums = minutes.sum(from, end);
    const usual = usualMood(minutes, from);
    return { at: end, value: moodIndex(sums, usual).mood, n: sums.n, expected: 100 * usual };
  },

  'negative-share'(_rule, { minutes }, from, end) {
    const sums = minutes.sum(from, end);
    return { at: end, value: wilson(sums.negative, sums.n).low, n: sums.n };
  },

  'mood-drop'(_rule, { minutes }, from, end) {
    const now = minutes.sum(from, end);
    const dayBefore = minutes.sum(from - DAY_MS, end - DAY_MS);
    const usual = usualMood(minutes, from);
    const expected = moodIndex(dayBefore, usual).mood;
    const value = expected - moodIndex(now, usual).mood;
    const change = compareMood(dayBefore, now);
    const measure = { at: end, value, n: now.n, expected };
    if (change === null) return { ...measure, held: 'nothing-to-compare' };
    return change.z > -LEAST_DROP_Z ? { ...measure, held: 'not-significant' } : measure;
  },

  spike(_rule, { detections }, _from, end) {
    const detection = detections?.get(end - MINUTE_MS);
    if (detection === undefined) return { at: end, value: 0, n: 0, held: 'no-data' };
    const { surprise, observed, expected, calm } = detection;
    return { at: end, value: surprise, n: observed, surprise, expected, over: calm };
  },

  keyword(_rule, { hits = [] }, from, end) {
    const authors = new Set<number>();
    for (let i = firstAt(hits, from); i < hits.length && hits[i]!.at < end; i++)
      authors.add(hits[i]!.author);
    return { at: end, value: authors.size, n: authors.size };
  },

  'source-silent'(_rule, { minutes }, _from, end) {
    const last = minutes.lastBefore(end);
    const since = last === null ? minutes.from : last + MINUTE_MS;
    return { at: end, value: Math.max(0, (end - since) / MINUTE_MS), n: 0 };
  },
};

/** Usual mood before the window: the window itself is left out, a long crisis must not drag its own prior. */
function usualMood(minutes: MinuteTable, before: number): number {
  const day: SpanSums = minutes.sum(before - DAY_MS, before);
  return priorMood(day, minutes.sum(before - 7 * DAY_MS, before));
}

function severityOf(rule: Rule, value: number): 'ok' | 'warning' | 'critical' {
  if (isBeyond(rule, value, rule.critical)) return 'critical';
  return rule.warning !== null && isBeyond(rule, value, rule.warning) ? 'warning' : 'ok';
}

function isBeyond(rule: Rule, value: number, threshold: number): boolean {
  return comparatorOf(rule) === 'above' ? value >= threshold : value <= threshold;
}

function isRecovered(rule: Rule, measure: Measure): boolean {
  if (measure.over !== undefined)
    return measure.over && (rule.recovery === null || measure.value <= rule.recovery);
  const threshold = recoveryThreshold(rule);
  if (rule.kind === 'source-silent') return measure.value < threshold;
  return comparatorOf(rule) === 'above' ? measure.value <= threshold : measure.value >= threshold;
}

/** "Fewer than 5 posts" must be able to fire on no posts at all. */
function looksUpward(rule: Rule): boolean {
  return rule.kind !== 'source-silent' && !(rule.kind === 'volume' && rule.comparator === 'below');
}

function isInGap(gaps: readonly Gap[], end: number): boolean {
  return gaps.some((gap) => gap.from < end && end <= gap.to);
}

function firstAt(hits: readonly AuthorHit[], from: number): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hits[middle]!.at < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
