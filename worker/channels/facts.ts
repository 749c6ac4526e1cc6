import type { OutgoingMessage } from '#shared/alert/channel.ts';

/** The facts a message carries for machines, read leniently: each is optional and of the sender's making. */
export interface Facts {
  incidentId: string;
  ruleId: string;
  ruleName: string;
  /** Kind of rule, or of message where no rule is behind it. */
  kind: string;
  topic: string;
  startsAt: number;
  resolvedAt: number;
}

export function factsOf(message: Pick<OutgoingMessage, 'data' | 'kind' | 'at'>): Facts {
  const { data } = message;
  return {
    incidentId: textOf(data.incidentId),
    ruleId: textOf(data.ruleId),
    ruleName: textOf(data.ruleName),
    kind: textOf(data.kind) || message.kind,
    topic: textOf(data.topic),
    startsAt: instantOf(data.startsAt) ?? message.at,
    resolvedAt: instantOf(data.resolvedAt) ?? message.at,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function instantOf(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : value;
  return typeof at === 'number' && Math.abs(at) < 8.64e15 ? at : undefined;
}

export function isoSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
