import { MINUTE_MS } from '#shared/series/bucket.ts';
import { comparatorOf, type Evaluation, evaluateRule, type RuleSeries } from './evaluate-rule.ts';
import type { Incident } from './incident.ts';
import {
  nextIncident,
  type NotificationIntent,
  type RuleStatus,
  type Step,
} from './next-incident.ts';
import type { Rule } from './rule.ts';

/** Who keeps quiet at an instant: silences and rules that speak for this one. */
interface FoldContext {
  silencedBy?: string | null;
  inhibitedBy?: string | null;
}

export interface FoldInput {
  rule: Rule;
  series: RuleSeries;
  status: RuleStatus;
  /** Minutes that end in (from, to] are judged, the last complete one at the latest. */
  from: number;
  to: number;
  context?: (at: number) => FoldContext;
}

export interface Fold {
  status: RuleStatus;
  events: Step['events'];
  notifications: NotificationIntent[];
  /** Incidents concerned, as they stand at the end, by their start. */
  incidents: Incident[];
}

/**
 * A rule over a stretch of time, minute by minute. The live evaluator folds the minutes since its last run, the
 * back-test folds weeks: one function, so feeding a stretch in pieces gives what feeding it at once gives.
 */
export function foldRule(input: FoldInput): Fold {
  const fold: Fold = { status: input.status, events: [], notifications: [], incidents: [] };
  const incidents = new Map<string, Incident>();
  for (const { step } of stepRule(input)) {
    fold.status = step.status;
    fold.events.push(...step.events);
    fold.notifications.push(...step.notifications);
    for (const incident of step.incidents) incidents.set(incident.id, incident);
  }
  fold.incidents = [...incidents.values()];
  return fold;
}

/** The same, one minute at a time. `evaluate` may be replaced by judgements made before. */
export function* stepRule(
  input: FoldInput,
  evaluate: (end: number) => Evaluation = (end) => evaluateRule(input.rule, input.series, end),
): Generator<{ evaluation: Evaluation; step: Step }> {
  const { rule, from, to, context } = input;
  let { status } = input;
  for (let at = firstEnd(from); at <= to; at += MINUTE_MS) {
    const evaluation = evaluate(at);
    const step = nextIncident({ rule, status, evaluation, at, ...context?.(at) });
    status = step.status;
    yield { evaluation, step };
  }
}

/**
 * Judges the minute still running, for rules that asked not to wait (`pendingMinutes` 0) and whose value can only grow
 * until the minute is over: what fires now also fires when it is complete, so the back-test says the same. Null
 * where the minute must be awaited or nothing happens yet; keep the old status then.
 */
export function foldRunningMinute(
  input: Omit<FoldInput, 'from' | 'to'> & { now: number },
): Step | null {
  const { rule, status, now } = input;
  const at = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  if (rule.pendingMinutes > 0 || !onlyGrows(rule) || status.evaluatedTo !== at - MINUTE_MS)
    return null;
  const evaluation = evaluateRule(rule, input.series, at);
  const step = nextIncident({ rule, status, evaluation, at, ...input.context?.(at) });
  if (status.state === 'firing' || step.status.state !== 'firing') return null;
  // The minute is judged again when it is complete.
  return { ...step, status: { ...step.status, evaluatedTo: status.evaluatedTo } };
}

function onlyGrows(rule: Rule): boolean {
  if (rule.kind === 'volume') return comparatorOf(rule) === 'above';
  return rule.kind === 'spike' || rule.kind === 'keyword';
}

function firstEnd(from: number): number {
  return Math.floor(from / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
}
