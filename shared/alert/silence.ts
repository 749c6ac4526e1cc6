import type { Rule } from './rule.ts';

/** Keeps notifications back for a while; states keep moving. Empty `topic` or `ruleId`: every one. Instants epoch ms. */
export interface SilenceSpan {
  id: string;
  topic: string;
  ruleId: string;
  from: number;
  until: number;
}

type Silenced = Pick<Rule, 'id' | 'topic'>;

/** Id of the silence that covers a rule now; of several the one that lasts longest, then the smallest id. */
export function silenceFor(
  silences: readonly SilenceSpan[],
  rule: Silenced,
  at: number,
): string | null {
  const covering = silences.filter(
    (silence) => covers(silence, rule) && silence.from <= at && at < silence.until,
  );
  covering.sort((a, b) => b.until - a.until || (a.id < b.id ? -1 : 1));
  return covering[0]?.id ?? null;
}

/** Rules a silence would reach: shown before it is saved. */
export function previewSilence<R extends Silenced>(
  silence: Pick<SilenceSpan, 'topic' | 'ruleId'>,
  rules: readonly R[],
): R[] {
  return rules.filter((rule) => covers(silence, rule));
}

function covers(silence: Pick<SilenceSpan, 'topic' | 'ruleId'>, rule: Silenced): boolean {
  return (
    (silence.topic === '' || silence.topic === rule.topic) &&
    (silence.ruleId === '' || silence.ruleId === rule.id)
  );
}
