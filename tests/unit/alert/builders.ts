import { type Rule, type RuleInput, ruleSchema } from '#shared/alert/rule.ts';
import { type Bucket, emptyBucket, MINUTE_MS } from '#shared/series/bucket.ts';
import { MinuteTable } from '#shared/series/minutes.ts';

/** Monday 2025-01-06, 00:00 UTC. */
export const START = Date.UTC(2025, 0, 6);
export const at = (minute: number) => START + minute * MINUTE_MS;

export function aRule(rule: Partial<RuleInput> = {}): Rule {
  return ruleSchema.parse({
    id: 'r1',
    name: '规则',
    kind: 'volume',
    topic: 'deepseek',
    critical: 100,
    ...rule,
  });
}

/** A minute whose `n` mentions all have `score`; labels follow the sign. */
export function aMinute(minute: number, n: number, score: number = 0): Bucket {
  const milli = Math.round(score * 1000);
  return {
    ...emptyBucket(at(minute)),
    n,
    positive: score > 0.2 ? n : 0,
    negative: score < -0.2 ? n : 0,
    neutral: Math.abs(score) <= 0.2 ? n : 0,
    moodSum: n * milli,
    moodSq: n * milli * milli,
    authors: n,
  };
}

/** Mentions of minutes 0…`length` − 1, by minute. */
export function aTable(
  length: number,
  of: (minute: number) => { n: number; score?: number; late?: number },
  from: number = 0,
): MinuteTable {
  const buckets: Bucket[] = [];
  for (let minute = from; minute < length; minute++) {
    const { n, score, late } = of(minute);
    if (n > 0) buckets.push({ ...aMinute(minute, n, score), late: late ?? 0 });
  }
  return new MinuteTable(buckets, at(from), at(length));
}
