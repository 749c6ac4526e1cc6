import type { Evidence } from './mood.ts';
import type { Part, Reading } from './reading.ts';

/** Evidence that gives a score of tanh(1) = 0.76. */
const SOFTNESS = 2.4;
/** Smaller effects are summed up in one entry. */
const SMALL = 0.02;

/** From the sum of evidence to a score in (-1, 1). */
export function scoreOf(total: number): number {
  return Math.tanh(total / SOFTNESS);
}

/**
 * What moved the score of one topic, largest first. Effects are in score units and add up to the score: the sum of
 * evidence is squeezed by tanh, and every part with it by the same factor.
 */
export function collectEvidence(
  reading: Reading,
  topic: number,
  original: string,
  offsets: Int32Array,
): { score: number; evidence: Evidence[] } {
  const parts: Part[] = [];
  let total = 0;
  for (const clause of reading.clauses) {
    for (const judgement of clause.judgements) {
      if (judgement.shares === undefined) continue;
      for (const share of judgement.shares) {
        if (share.topic !== topic) continue;
        total += judgement.value * share.factor;
        for (const { rule, start, end, effect } of judgement.parts) {
          add(parts, share.rule ?? rule, start, end, effect * share.factor);
        }
      }
    }
  }
  const score = scoreOf(total);
  const unit = total === 0 ? 1 / SOFTNESS : score / total;
  const evidence: Evidence[] = [];
  let rest = 0;
  for (const part of parts) {
    const effect = part.effect * unit;
    if (Math.abs(effect) < SMALL) rest += effect;
    else {
      const start = offsets[part.start] ?? 0;
      const end = offsets[part.end] ?? start;
      evidence.push({ text: original.slice(start, end), start, end, effect, rule: part.rule });
    }
  }
  if (evidence.length > 1) evidence.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  if (rest !== 0) evidence.push({ text: '', start: 0, end: 0, effect: rest, rule: 'rest' });
  return { score, evidence };
}

/** Parts of one rule at one place are one; they were written one after the other, so a look back is enough. */
const LOOK_BACK = 8;

function add(parts: Part[], rule: string, start: number, end: number, effect: number): void {
  for (let k = parts.length - 1; k >= 0 && k >= parts.length - LOOK_BACK; k--) {
    const known = parts[k] as Part;
    if (known.start === start && known.end === end && known.rule === rule) {
      known.effect += effect;
      return;
    }
  }
  parts.push({ rule, start, end, effect });
}
