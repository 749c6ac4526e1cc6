import type { IncidentView } from '#shared/wire/api.ts';

export interface Lane {
  ruleId: string;
  ruleName: string;
  blocks: Block[];
}
export interface Block {
  incident: IncidentView;
  /** Shares of the span, 0…1. */
  left: number;
  width: number;
}

/** One lane a rule, the rule that fired last on top; incidents cut to [from, to). */
export function lanesOf(incidents: readonly IncidentView[], from: number, to: number): Lane[] {
  const lanes = new Map<string, Lane>();
  const newest = [...incidents].sort((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt));
  for (const incident of newest) {
    const start = Math.max(from, Date.parse(incident.startsAt));
    const end = Math.min(to, incident.resolvedAt === null ? to : Date.parse(incident.resolvedAt));
    if (end < from || start > to) continue;
    const lane = lanes.get(incident.ruleId) ?? {
      ruleId: incident.ruleId,
      ruleName: incident.ruleName,
      blocks: [],
    };
    lane.blocks.push({
      incident,
      left: (start - from) / (to - from),
      width: Math.max(0, end - start) / (to - from),
    });
    lanes.set(incident.ruleId, lane);
  }
  return [...lanes.values()];
}
