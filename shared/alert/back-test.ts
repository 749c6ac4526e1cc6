import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import {
  type Gap,
  judgeMeasure,
  type Measure,
  measureRule,
  recoveryThreshold,
  type RuleSeries,
} from './evaluate-rule.ts';
import { stepRule } from './fold-rule.ts';
import type { Incident, RuleState } from './incident.ts';
import { newStatus, type NotificationKind } from './next-incident.ts';
import type { Rule } from './rule.ts';

/** What a rule would have done over stored history: nothing is stored, nobody is told. */
export interface BackTest {
  from: number;
  to: number;
  /** What would have fired, in order. */
  fires: BackTestFire[];
  /** Messages by kind, mute times respected. */
  notifications: Partial<Record<NotificationKind, number>>;
  firingMinutes: number;
  /** Share of minutes in which the sources showed life, 0…1. */
  coverage: number;
  /** Minutes judged with at least one mention behind them: "no fires" is not "no data". */
  minutesWithPosts: number;
  /** For the chart: at most {@link CHART_POINTS}, each the value nearest to the threshold in its stretch. */
  points: { at: number; value: number; n: number }[];
  segments: {
    from: number;
    to: number;
    state: RuleState;
    severity: Incident['severity'] | null;
  }[];
  /** The lines to draw. */
  thresholds: { critical: number; warning: number | null; recovery: number };
  advice: RuleAdvice | null;
}

interface BackTestFire {
  startsAt: number;
  resolvedAt: number | null;
  severity: Incident['severity'];
  /** Worst value, and the mentions behind it. */
  value: number;
  n: number;
  /** Decided by few posts: fewer than twice the rule's least, or fewer than 10. */
  nearSampleLimit: boolean;
}

/** Not simulated: late posts (left out), failing channels, grouping, silences. */
const CHART_POINTS = 600;
const FEW_POSTS = 10;

export function backTest(rule: Rule, series: RuleSeries, from: number, to: number): BackTest {
  return runMeasures(rule, series, measureAll(rule, series, from, to), from, to);
}

export interface ThresholdSuggestion {
  critical: number;
  /** Fires in the tested stretch with it, and what that makes a week. */
  fires: number;
  perWeek: number;
}

/**
 * A threshold that would have fired about `perWeek` times a week; null where no value fires that rarely but at all.
 * Values are measured once; only thresholds change. The quietest of equally good ones wins.
 */
export function suggestThreshold(
  rule: Rule,
  series: RuleSeries,
  wish: { from: number; to: number; perWeek: number },
): ThresholdSuggestion | null {
  const { from, to, perWeek } = wish;
  const measures = measureAll(rule, series, from, to);
  const weeks = (to - from) / (7 * DAY_MS);
  const candidates = candidateThresholds(rule, measures);
  let best: ThresholdSuggestion | null = null;
  for (const critical of candidates) {
    // Recovery moves along with the threshold: an old absolute one could lie beyond the new trigger.
    const fires = countFires(
      { ...rule, critical, warning: null, recovery: null },
      series,
      measures,
      from,
      to,
    );
    if (fires === 0) continue;
    const found = { critical, fires, perWeek: fires / weeks };
    if (best === null || Math.abs(found.perWeek - perWeek) < Math.abs(best.perWeek - perWeek))
      best = found;
  }
  return best;
}

export interface RuleAdvice {
  /** `topic-too-small`: changes lasting many hours at best; `window-wider`: the window holds too few posts. */
  code: 'topic-too-small' | 'window-wider';
  postsPerHour: number;
  suggestWindowMinutes: number | null;
  suggestKind: 'keyword' | null;
}

/**
 * Whether the topic has posts enough for the rule (spec/mood-and-spikes.md section 1): a 15-minute mood window needs
 * about 1 post a minute, between 0.2 and 1 take an hour, below that only "by N authors" rules see anything in time.
 */
export function adviseRule(
  rule: Pick<Rule, 'kind' | 'windowMinutes'>,
  postsPerMinute: number,
): RuleAdvice | null {
  if (rule.kind !== 'mood' && rule.kind !== 'mood-drop' && rule.kind !== 'negative-share')
    return null;
  const postsPerHour = postsPerMinute * 60;
  if (postsPerMinute < 0.2)
    return {
      code: 'topic-too-small',
      postsPerHour,
      suggestWindowMinutes: null,
      suggestKind: 'keyword',
    };
  if (postsPerMinute < 1 && rule.windowMinutes < 60) {
    return { code: 'window-wider', postsPerHour, suggestWindowMinutes: 60, suggestKind: null };
  }
  return null;
}

function measureAll(rule: Rule, series: RuleSeries, from: number, to: number): Measure[] {
  const measures: Measure[] = [];
  for (
    let end = Math.floor(from / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    end <= to;
    end += MINUTE_MS
  ) {
    measures.push(measureRule(rule, series, end));
  }
  return measures;
}

function runMeasures(
  rule: Rule,
  series: RuleSeries,
  measures: readonly Measure[],
  from: number,
  to: number,
): BackTest {
  const fires = new Map<string, Incident>();
  const notifications: BackTest['notifications'] = {};
  const segments: BackTest['segments'] = [];
  let firingMinutes = 0;
  let next = 0;
  for (const { evaluation, step } of stepRule(
    { rule, series, status: newStatus(from), from, to },
    () => judgeMeasure(rule, measures[next++]!),
  )) {
    const { state, incident } = step.status;
    for (const fired of step.incidents) fires.set(fired.id, fired);
    if (incident !== null) firingMinutes++;
    for (const { kind } of step.notifications) notifications[kind] = (notifications[kind] ?? 0) + 1;
    extendSegments(segments, evaluation.at, state, incident?.severity ?? null);
  }
  const sums = series.minutes.sum(from, to);
  return {
    from,
    to,
    fires: [...fires.values()].map((incident) => fireOf(rule, incident)),
    notifications,
    firingMinutes,
    coverage: coverageOf(series.gaps ?? [], from, to),
    minutesWithPosts: measures.filter((measure) => measure.n > 0).length,
    points: chartPoints(rule, measures),
    segments,
    thresholds: {
      critical: rule.critical,
      warning: rule.warning,
      recovery: recoveryThreshold(rule),
    },
    advice: adviseRule(rule, sums.n / Math.max(1, (to - from) / MINUTE_MS)),
  };
}

function fireOf(rule: Rule, incident: Incident): BackTestFire {
  const { startsAt, resolvedAt, severity, value, n } = incident;
  const counts = rule.kind !== 'source-silent' && comparatorCountsPosts(rule);
  return {
    startsAt,
    resolvedAt,
    severity,
    value,
    n,
    nearSampleLimit: counts && n < Math.max(FEW_POSTS, 2 * rule.minPosts),
  };
}

function comparatorCountsPosts(rule: Rule): boolean {
  return !(rule.kind === 'volume' && rule.comparator === 'below') && rule.kind !== 'keyword';
}

function extendSegments(
  segments: BackTest['segments'],
  end: number,
  state: RuleState,
  severity: Incident['severity'] | null,
): void {
  const last = segments.at(-1);
  if (last !== undefined && last.state === state && last.severity === severity) last.to = end;
  else segments.push({ from: end - MINUTE_MS, to: end, state, severity });
}

function coverageOf(gaps: readonly Gap[], from: number, to: number): number {
  if (to <= from) return 1;
  const missing = gaps.reduce(
    (sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)),
    0,
  );
  return 1 - missing / (to - from);
}

/** Thins the values to what a chart can draw and keeps, of each stretch, the one that came nearest to firing. */
function chartPoints(rule: Rule, measures: readonly Measure[]): BackTest['points'] {
  const size = Math.max(1, Math.ceil(measures.length / CHART_POINTS));
  const downward = (rule.kind === 'mood' || rule.kind === 'volume') && rule.comparator === 'below';
  const points: BackTest['points'] = [];
  for (let i = 0; i < measures.length; i += size) {
    const stretch = measures.slice(i, i + size);
    const extreme = stretch.reduce((a, b) =>
      (downward ? b.value < a.value : b.value > a.value) ? b : a,
    );
    points.push({ at: extreme.at, value: extreme.value, n: extreme.n });
  }
  return points;
}

/** Values worth trying: the extremes of each hour, so that a week gives at most 168 candidates, thinned to 40. */
function candidateThresholds(rule: Rule, measures: readonly Measure[]): number[] {
  const downward = (rule.kind === 'mood' || rule.kind === 'volume') && rule.comparator === 'below';
  const hours = new Map<number, number>();
  for (const measure of measures) {
    // Upward, a threshold of nothing fires always.
    if (measure.held !== undefined || (!downward && rule.kind !== 'mood' && measure.value <= 0))
      continue;
    const hour = Math.floor(measure.at / HOUR_MS);
    const known = hours.get(hour);
    if (known === undefined || (downward ? measure.value < known : measure.value > known))
      hours.set(hour, measure.value);
  }
  const values = [...new Set([...hours.values()].map((value) => roundFor(rule, value, downward)))];
  values.sort((a, b) => (downward ? a - b : b - a));
  // Rare thresholds matter most: all of the 20 most extreme, then every n-th.
  const rest = values.slice(20);
  return [
    ...values.slice(0, 20),
    ...rest.filter((_, i) => i % Math.max(1, Math.ceil(rest.length / 20)) === 0),
  ];
}

/** A number people would type: whole posts and points, hundredths of a share, tenths of surprise. */
function roundFor(rule: Rule, value: number, downward: boolean): number {
  const unit = rule.kind === 'negative-share' ? 0.01 : rule.kind === 'spike' ? 0.1 : 1;
  const steps = downward ? Math.ceil(value / unit - 1e-9) : Math.floor(value / unit + 1e-9);
  return Number((steps * unit).toFixed(2));
}

function countFires(
  rule: Rule,
  series: RuleSeries,
  measures: readonly Measure[],
  from: number,
  to: number,
): number {
  const fires = new Set<string>();
  let next = 0;
  for (const { step } of stepRule({ rule, series, status: newStatus(from), from, to }, () =>
    judgeMeasure(rule, measures[next++]!),
  )) {
    for (const incident of step.incidents) fires.add(incident.id);
  }
  return fires.size;
}
