import type { Severity } from './rule.ts';

/** States of a rule's machine; transitions are listed and decided in next-incident.ts. */
export const RULE_STATES = [
  'inactive',
  'pending',
  'firing',
  'recovering',
  'nodata',
  'error',
] as const;
export type RuleState = (typeof RULE_STATES)[number];

/** One broken rule from its start to its end. Instants are epoch ms. */
export interface Incident {
  id: string;
  ruleId: string;
  ruleName: string;
  kind: string;
  topic: string;
  severity: Exclude<Severity, 'ok'>;
  state: 'firing' | 'recovering' | 'resolved';
  startsAt: number;
  resolvedAt: number | null;
  value: number;
  threshold: number;
  /** Mentions in the deciding window. */
  n: number;
  acknowledged: { by: string; at: number; note: string } | null;
  silencedBy: string | null;
  /** The spike it belongs to, where one was found. */
  spikeId: string | null;
}

/** One row of an incident's history. */
export interface IncidentEvent {
  at: number;
  kind:
    | 'transition'
    | 'acknowledged'
    | 'note'
    | 'silenced'
    | 'notified'
    | 'delivery-failed'
    | 'severity';
  from?: RuleState;
  to?: RuleState;
  reason: string;
  value?: number;
  threshold?: number;
  n?: number;
  by?: string;
}
