import { NEUTRAL_HALF_WIDTH, type Evidence } from './mood.ts';
import type { Part, Reading } from './reading.ts';

/**
 * The squash: tanh((evidence / SOFTNESS) ** STEEPNESS), chosen on the gold set (develop alone prefers 1.6, the check half a
 * gentler one) so that |score| is
 * about the share of labels that are right at that score (`weimai eval-gold` prints the table). Where the squash meets
 * the neutral zone it gives exactly its border; inside, effects stay proportional to the evidence.
 */
const STEEPNESS = 1.5;
/** Evidence at which a mention stops being neutral. */
const BORDER = 0.487;
const SOFTNESS = BORDER / Math.atanh(NEUTRAL_HALF_WIDTH) ** (1 / STEEPNESS);
/** Smaller effects are summed up in one entry. */
const SMALL = 0.02;

/** From the sum of evidence to a score in (-1, 1). */
export function scoreOf(total: number): number {
  const size = Math.abs(total);
  if (size <= BORDER) return (total / BORDER) * NEUTRAL_HALF_WIDTH;
  return Math.sign(total) * Math.tanh((size / SOFTNESS) ** STEEPNESS);
}

/**
 * What moved the score of one topic, largest first. Effects are in score units and add up to the score: the sum of
 * evidence is squeezed by {@link scoreOf}, and every part with it by the same factor.
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
  const unit = total === 0 ? NEUTRAL_HALF_WIDTH / BORDER : score / total;
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
