import { comparatorOf, recoveryThreshold } from './evaluate-rule.ts';
import { wallClock } from './mute.ts';
import type { Rule } from './rule.ts';

/** What the schema cannot say about a rule. Codes are stable; the interface words them. */
export interface RuleProblem {
  code:
    | 'rule/topic-missing'
    | 'rule/source-missing'
    | 'rule/keyword-missing'
    | 'rule/threshold-order'
    | 'rule/recovery-order'
    | 'rule/threshold-range'
    | 'rule/zone-unknown'
    | 'rule/time-invalid';
  field: string;
}

/** Ranges of thresholds, by the unit of the kind. */
const RANGES: Record<Rule['kind'], readonly [number, number]> = {
  volume: [0, 1e9],
  mood: [-100, 100],
  'negative-share': [0, 1],
  'mood-drop': [0, 200],
  spike: [0.5, 300],
  keyword: [1, 1e9],
  'source-silent': [1, 10_080],
};

export function checkRule(rule: Rule): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const needs = (wrong: boolean, code: RuleProblem['code'], field: string) => {
    if (wrong) problems.push({ code, field });
  };
  needs(rule.kind !== 'source-silent' && rule.topic === '', 'rule/topic-missing', 'topic');
  needs(rule.kind === 'source-silent' && rule.source === '', 'rule/source-missing', 'source');
  needs(rule.kind === 'keyword' && rule.keyword.trim() === '', 'rule/keyword-missing', 'keyword');
  const [least, most] = RANGES[rule.kind];
  for (const field of ['critical', 'warning', 'recovery'] as const) {
    const value = rule[field];
    needs(
      value !== null && (value < Math.min(least, 0) || value > most),
      'rule/threshold-range',
      field,
    );
  }
  needs(rule.critical < least, 'rule/threshold-range', 'critical');
  // The warning comes first, the recovery before either.
  const sign = comparatorOf(rule) === 'above' ? 1 : -1;
  needs(
    rule.warning !== null && sign * (rule.critical - rule.warning) <= 0,
    'rule/threshold-order',
    'warning',
  );
  const first = rule.warning ?? rule.critical;
  needs(
    rule.recovery !== null && sign * (first - recoveryThreshold(rule)) < 0,
    'rule/recovery-order',
    'recovery',
  );
  rule.mutes.forEach((mute, i) => {
    needs(wallClock(0, mute.zone) === null, 'rule/zone-unknown', `mutes.${i}.zone`);
    needs(!isTime(mute.from), 'rule/time-invalid', `mutes.${i}.from`);
    needs(!isTime(mute.to), 'rule/time-invalid', `mutes.${i}.to`);
  });
  return problems;
}

function isTime(text: string): boolean {
  return Number(text.slice(0, 2)) < 24 && Number(text.slice(3, 5)) < 60;
}
