import { MINUTE_MS } from '#shared/series/bucket.ts';
import { comparatorOf, type Evaluation } from './evaluate-rule.ts';
import type { Incident, IncidentEvent, RuleState } from './incident.ts';
import { isMuted } from './mute.ts';
import type { Rule } from './rule.ts';

/**
 * The machine of one rule. One step per complete minute; `now` is the minute's end.
 *
 *   inactive   ─ threshold crossed ─────────────────▶ pending      condition
 *   pending    ─ crossed for pendingMinutes minutes ▶ firing       held            incident opens, told
 *   pending    ─ no longer crossed ─────────────────▶ inactive     cleared         nothing is told
 *   firing     ─ beyond the recovery threshold ─────▶ recovering   recovered
 *   recovering ─ back over it ──────────────────────▶ firing       relapsed        nothing is told
 *   recovering ─ for keepFiringMinutes minutes ─────▶ inactive     resolved        incident closes, told
 *   any        ─ sources silent, noData = alert ────▶ nodata       sources-silent  told
 *   nodata     ─ sources are back ──────────────────▶ as before    data-returned   told
 *   any        ─ evaluation failed 3 times ─────────▶ error        evaluation-failed    told
 *   error      ─ evaluation works again ────────────▶ as before    evaluation-restored  told
 *
 * noData = keep freezes every state while sources are silent; noData = ok counts silence as recovered.
 * `pendingMinutes` counts minutes with the condition: 1 = the first complete minute decides.
 * Across all states: acknowledged (ends repeats, cleared when resolved), silenced, inhibited and muted: states keep
 * moving, notifications wait; what is still true afterwards is told then, once.
 */
export interface RuleStatus {
  state: RuleState;
  /** When this state was entered. */
  since: number;
  /** End of the last minute judged. */
  evaluatedTo: number;
  /** Minutes in a row that speak for leaving `pending` or `recovering`. */
  held: number;
  /** Where `nodata` and `error` return to. */
  resume: Exclude<RuleState, 'nodata' | 'error'>;
  /** Evaluations failed in a row. */
  failures: number;
  /** The open incident; null unless firing or recovering (or interrupted there). */
  incident: Incident | null;
  /** Highest severity the recipients know of. */
  told: Incident['severity'] | null;
  lastToldAt: number;
  /** Repeats sent for this incident. */
  repeats: number;
  /** Ends that recipients must still be told: they were told the beginning. */
  owed: { kind: NotificationKind; incident: Incident | null }[];
  /** Incident of severity `nodata` that stands for `nodata` and `error` where no other one is open. */
  trouble: Incident | null;
  /** Whether recipients know of the present `nodata` or `error`. */
  toldTrouble: boolean;
}

export type NotificationKind =
  | 'firing'
  | 'escalated'
  | 'renotify'
  | 'resolved'
  | 'nodata'
  | 'data-returned'
  | 'error'
  | 'error-over';

/** An intent to tell: the job turns it into one outbox row per channel, keyed `key:channelId`. */
export interface NotificationIntent {
  /** The same for the same transition, however often it is computed. */
  key: string;
  kind: NotificationKind;
  at: number;
  ruleId: string;
  incident: Incident | null;
  value: number;
  threshold: number;
  n: number;
}

export interface StepInput {
  rule: Rule;
  status: RuleStatus;
  /** The judgement of the minute that ends `at`, or why there is none. */
  evaluation: Evaluation | { failed: string };
  at: number;
  /** Id of a silence that covers the rule now. */
  silencedBy?: string | null;
  /** Id of a rule that already speaks for this one ({@link inhibitedBy}). */
  inhibitedBy?: string | null;
}

export interface Step {
  status: RuleStatus;
  events: (IncidentEvent & { incidentId: string | null })[];
  notifications: NotificationIntent[];
  /** Incidents open after this step or closed by it, as they stand. */
  incidents: Incident[];
}

const FAILURES_UNTIL_ERROR = 3;

/** Status of a rule that has not been judged yet; its first minute is the one that ends after `at`. */
export function newStatus(at: number): RuleStatus {
  return {
    state: 'inactive',
    since: at,
    evaluatedTo: at,
    held: 0,
    resume: 'inactive',
    failures: 0,
    incident: null,
    told: null,
    lastToldAt: 0,
    repeats: 0,
    owed: [],
    trouble: null,
    toldTrouble: false,
  };
}

export function nextIncident(input: StepInput): Step {
  const { rule, evaluation, at } = input;
  const draft = draftOf(input);
  if ('failed' in evaluation) stepFailed(draft, evaluation.failed);
  else {
    draft.status.evaluatedTo = at;
    leaveError(draft);
    if (evaluation.severity === 'nodata' && rule.noData !== 'ok') stepNoData(draft);
    else {
      leaveNoData(draft);
      stepState(draft, withoutData(evaluation));
    }
  }
  tell(draft);
  return stepOf(draft);
}

/** Repeats end; the incident itself goes on. No-op without an open incident. */
export function acknowledge(status: RuleStatus, by: string, at: number, note: string = ''): Step {
  if (status.incident === null) return { status, events: [], notifications: [], incidents: [] };
  const incident: Incident = { ...status.incident, acknowledged: { by, at, note } };
  const event = { at, kind: 'acknowledged' as const, reason: note, by, incidentId: incident.id };
  return {
    status: { ...status, incident },
    events: [event],
    notifications: [],
    incidents: [incident],
  };
}

/** Closes what is open when a rule is edited, disabled or deleted; recipients who were told are told the end. */
export function closeIncident(rule: Rule, status: RuleStatus, at: number, reason: string): Step {
  const evaluation: Evaluation = {
    at,
    severity: 'ok',
    recovered: true,
    value: status.incident?.value ?? 0,
    threshold: rule.critical,
    n: 0,
    reason: 'within',
  };
  const draft = draftOf({ rule, status, evaluation, at });
  if (status.state === 'nodata' || status.state === 'error') comeBack(draft, reason, 'resolved');
  if (draft.status.incident !== null) resolve(draft, evaluation, reason);
  else if (draft.status.state !== 'inactive') move(draft, 'inactive', reason);
  tell(draft);
  return stepOf(draft);
}

/**
 * Id of the firing rule that speaks for this one: a spike of the same topic says more than its plain volume, a silent
 * source explains why its topics have no data.
 */
export function inhibitedBy(
  rule: Pick<Rule, 'id' | 'kind' | 'topic'>,
  firing: readonly { rule: Pick<Rule, 'id' | 'kind' | 'topic'>; state: RuleState }[],
  state: RuleState = 'firing',
): string | null {
  const speaks = firing.find(
    (other) =>
      other.rule.id !== rule.id &&
      other.state === 'firing' &&
      ((other.rule.kind === 'spike' && rule.kind === 'volume' && other.rule.topic === rule.topic) ||
        (other.rule.kind === 'source-silent' && state === 'nodata')),
  );
  return speaks?.rule.id ?? null;
}

interface Draft {
  input: StepInput;
  status: RuleStatus;
  events: Step['events'];
  notifications: NotificationIntent[];
  /** Incidents resolved in this step. */
  closed: Incident[];
}

function draftOf(input: StepInput): Draft {
  return { input, status: { ...input.status }, events: [], notifications: [], closed: [] };
}

function stepOf({ status, events, notifications, closed }: Draft): Step {
  const open = [status.incident, status.trouble].filter((incident) => incident !== null);
  return { status, events, notifications, incidents: [...closed, ...open] };
}

function stepFailed(draft: Draft, reason: string): void {
  draft.status.failures++;
  if (draft.status.failures < FAILURES_UNTIL_ERROR || draft.status.state === 'error') return;
  interrupt(draft, 'error', `evaluation-failed: ${reason}`);
}

function leaveError(draft: Draft): void {
  draft.status.failures = 0;
  if (draft.status.state === 'error') comeBack(draft, 'evaluation-restored', 'error-over');
}

function stepNoData(draft: Draft): void {
  if (draft.input.rule.noData === 'keep' || draft.status.state === 'nodata') return;
  interrupt(draft, 'nodata', 'sources-silent');
}

function leaveNoData(draft: Draft): void {
  if (draft.status.state === 'nodata') comeBack(draft, 'data-returned', 'data-returned');
}

function interrupt(draft: Draft, state: 'nodata' | 'error', reason: string): void {
  const { status } = draft;
  if (status.state !== 'nodata' && status.state !== 'error') {
    status.resume = status.state === 'pending' ? 'inactive' : status.state;
  }
  status.held = 0;
  status.toldTrouble = false;
  if (status.incident === null && status.trouble === null)
    status.trouble = troubleOf(draft.input, state);
  move(draft, state, reason);
}

function troubleOf({ rule, at }: StepInput, state: 'nodata' | 'error'): Incident {
  return {
    ...newIncident(rule, at),
    id: `${incidentId(rule.id, at)}-${state}`,
    severity: 'nodata',
  };
}

function comeBack(draft: Draft, reason: string, kind: NotificationKind): void {
  const { status, input } = draft;
  move(draft, status.resume, reason);
  status.resume = 'inactive';
  const closed: Incident | null = status.trouble && {
    ...status.trouble,
    state: 'resolved',
    resolvedAt: input.at,
  };
  if (closed !== null) draft.closed.push(closed);
  if (status.toldTrouble)
    status.owed = [...status.owed, { kind, incident: closed ?? status.incident }];
  status.trouble = null;
  status.toldTrouble = false;
}

/** With noData = ok, silence counts as "all is well". */
function withoutData(evaluation: Evaluation): Evaluation {
  return evaluation.severity === 'nodata'
    ? { ...evaluation, severity: 'ok', recovered: true }
    : evaluation;
}

function stepState(draft: Draft, evaluation: Evaluation): void {
  const { status } = draft;
  switch (status.state) {
    case 'inactive':
    case 'pending':
      stepTowardFiring(draft, evaluation);
      return;
    case 'firing':
    case 'recovering':
      stepTowardRecovery(draft, evaluation);
      return;
    case 'nodata':
    case 'error':
      // Left before this point is reached.
      return;
  }
}

function stepTowardFiring(draft: Draft, evaluation: Evaluation): void {
  const { status, input } = draft;
  if (evaluation.severity !== 'warning' && evaluation.severity !== 'critical') {
    if (status.state === 'pending') move(draft, 'inactive', 'cleared', evaluation);
    status.held = 0;
    return;
  }
  if (status.state === 'inactive') move(draft, 'pending', 'condition', evaluation);
  status.held++;
  if (status.held < Math.max(1, input.rule.pendingMinutes)) return;
  open(draft, evaluation, evaluation.severity);
}

function open(draft: Draft, evaluation: Evaluation, severity: 'warning' | 'critical'): void {
  const { status, input } = draft;
  const { rule } = input;
  status.incident = {
    ...newIncident(rule, status.since),
    severity,
    value: evaluation.value,
    threshold: evaluation.threshold,
    n: evaluation.n,
    silencedBy: input.silencedBy ?? null,
  };
  status.told = null;
  status.repeats = 0;
  status.held = 0;
  move(draft, 'firing', 'held', evaluation);
}

function newIncident(rule: Rule, startsAt: number): Incident {
  return {
    id: incidentId(rule.id, startsAt),
    ruleId: rule.id,
    ruleName: rule.name,
    kind: rule.kind,
    topic: rule.topic,
    severity: 'critical',
    state: 'firing',
    startsAt,
    resolvedAt: null,
    value: 0,
    threshold: rule.critical,
    n: 0,
    acknowledged: null,
    silencedBy: null,
    spikeId: null,
  };
}

function stepTowardRecovery(draft: Draft, evaluation: Evaluation): void {
  const { status, input } = draft;
  updateIncident(draft, evaluation);
  if (!evaluation.recovered) {
    status.held = 0;
    if (status.state === 'recovering') move(draft, 'firing', 'relapsed', evaluation);
    return;
  }
  if (status.state === 'firing') move(draft, 'recovering', 'recovered', evaluation);
  status.held++;
  if (status.held > input.rule.keepFiringMinutes) resolve(draft, evaluation, 'resolved');
}

/** The incident keeps its worst value and its highest severity. */
function updateIncident(draft: Draft, evaluation: Evaluation): void {
  const { status, input } = draft;
  if (status.incident === null) return;
  const incident = { ...status.incident, silencedBy: input.silencedBy ?? null };
  if (incident.silencedBy !== status.incident.silencedBy && incident.silencedBy !== null) {
    draft.events.push({
      at: input.at,
      kind: 'silenced',
      reason: incident.silencedBy,
      incidentId: incident.id,
    });
  }
  if (isWorse(input.rule, incident, evaluation)) {
    incident.value = evaluation.value;
    incident.n = evaluation.n;
  }
  if (evaluation.severity === 'critical' && incident.severity === 'warning') {
    incident.severity = 'critical';
    incident.threshold = evaluation.threshold;
    draft.events.push({ ...figures(draft, evaluation), kind: 'severity', reason: 'critical' });
  }
  status.incident = incident;
}

function isWorse(rule: Rule, incident: Incident, evaluation: Evaluation): boolean {
  if (evaluation.severity !== 'warning' && evaluation.severity !== 'critical') return false;
  return comparatorOf(rule) === 'above'
    ? evaluation.value > incident.value
    : evaluation.value < incident.value;
}

function resolve(draft: Draft, evaluation: Evaluation, reason: string): void {
  const { status, input } = draft;
  const incident: Incident = { ...status.incident!, state: 'resolved', resolvedAt: input.at };
  move(draft, 'inactive', reason, evaluation);
  draft.closed.push(incident);
  // Nobody knew of it: nobody needs to know that it is over.
  if (status.told !== null) status.owed = [...status.owed, { kind: 'resolved', incident }];
  status.incident = null;
  status.told = null;
  status.repeats = 0;
  status.held = 0;
  status.resume = 'inactive';
}

/** Everything that is true and not yet known to the recipients, unless they asked not to be told now. */
function tell(draft: Draft): void {
  const { status, input } = draft;
  if (!isTellable(input)) return;
  for (const { kind, incident } of status.owed) notify(draft, kind, incident);
  status.owed = [];
  if ((status.state === 'nodata' || status.state === 'error') && !status.toldTrouble) {
    notify(draft, status.state, status.trouble ?? status.incident);
    status.toldTrouble = true;
  }
  const { incident } = status;
  if (incident === null || status.state !== 'firing') return;
  if (status.told === null) notify(draft, 'firing', incident);
  else if (status.told === 'warning' && incident.severity === 'critical')
    notify(draft, 'escalated', incident);
  else if (isRepeatDue(draft, incident)) {
    status.repeats++;
    notify(draft, 'renotify', incident);
  } else return;
  status.told = incident.severity;
  status.lastToldAt = input.at;
}

function isTellable({ rule, at, silencedBy, inhibitedBy: inhibitor }: StepInput): boolean {
  return (silencedBy ?? null) === null && (inhibitor ?? null) === null && !isMuted(rule.mutes, at);
}

function isRepeatDue({ status, input }: Draft, incident: Incident): boolean {
  const { renotify } = input.rule;
  if (renotify.mode === 'off' || incident.acknowledged !== null) return false;
  return (
    status.repeats < renotify.max && input.at - status.lastToldAt >= renotify.minutes * MINUTE_MS
  );
}

function notify(draft: Draft, kind: NotificationKind, incident: Incident | null): void {
  const { rule, evaluation, at } = draft.input;
  const judged = 'failed' in evaluation ? null : evaluation;
  draft.notifications.push({
    key: notificationKey(rule.id, kind, incident, kind === 'renotify' ? draft.status.repeats : at),
    kind,
    at,
    ruleId: rule.id,
    incident,
    value: judged?.value ?? incident?.value ?? 0,
    threshold: judged?.threshold ?? rule.critical,
    n: judged?.n ?? 0,
  });
}

/** An incident opens, escalates and resolves once; the rest is told apart by its count or its time. */
function notificationKey(
  ruleId: string,
  kind: NotificationKind,
  incident: Incident | null,
  part: number,
): string {
  const story = incident?.id ?? ruleId;
  return kind === 'firing' || kind === 'escalated' || kind === 'resolved'
    ? `${story}:${kind}`
    : `${story}:${kind}:${part}`;
}

/** Stable over restarts and replays: the rule and the minute it began. */
function incidentId(ruleId: string, startsAt: number): string {
  return `${ruleId}-${Math.round(startsAt / MINUTE_MS).toString(36)}`;
}

function move(draft: Draft, to: RuleState, reason: string, evaluation?: Evaluation): void {
  const { status, input } = draft;
  const from = status.state;
  status.state = to;
  status.since = input.at;
  if (status.incident !== null && (to === 'firing' || to === 'recovering')) {
    status.incident = { ...status.incident, state: to };
  }
  draft.events.push({ ...figures(draft, evaluation), kind: 'transition', from, to, reason });
}

function figures(
  draft: Draft,
  evaluation?: Evaluation,
): { at: number; incidentId: string | null; value?: number; threshold?: number; n?: number } {
  const base = {
    at: draft.input.at,
    incidentId: (draft.status.incident ?? draft.status.trouble)?.id ?? null,
  };
  if (evaluation === undefined) return base;
  return { ...base, value: evaluation.value, threshold: evaluation.threshold, n: evaluation.n };
}
