import type { Weighed } from './context.ts';
import { NEUTRAL_HALF_WIDTH, type Evidence } from './mood.ts';
import type { PriorResult } from './prior.ts';
import type { Reading } from './reading.ts';

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
 * From class probabilities to a score: inside the neutral zone where neutral is the likeliest, at its border where two
 * classes are as likely, 1 where only one is left. Praise and blame that are about as likely cancel out, so that a
 * hair's breadth between them does not decide. {@link likelihoodOf} reads it backwards.
 */
export function scoreOfProbabilities({ positive, neutral, negative }: PriorResult): number {
  const best = Math.max(positive, negative);
  const other = Math.min(positive, negative);
  // The hyperbolic tangent of the polarity logit: effects stay in proportion to it.
  const lean = (positive - negative) / Math.max(positive + negative, Number.MIN_VALUE);
  if (neutral >= best) return NEUTRAL_HALF_WIDTH * lean * ((2 * best) / (best + neutral));
  const rival = Math.max(neutral, other);
  const clear = (best - rival) / (best + rival);
  const size = NEUTRAL_HALF_WIDTH + (1 - NEUTRAL_HALF_WIDTH) * clear;
  return Math.sign(lean) * Math.min(size, MIXED * Math.abs(lean));
}

/** How fast a score leaves the neutral zone where praise and blame are both likely. */
const MIXED = 1.5;

/**
 * What moved the score of one topic, largest first. Effects are in score units and add up to the score: the sum of
 * evidence is squeezed into the score, and every part with it by the same factor.
 */
export function collectEvidence(
  reading: Reading,
  topic: number,
  original: string,
  offsets: Int32Array,
  weigh?: (topic: number) => Weighed | undefined,
): { score: number; evidence: Evidence[] } {
  const collector = new Collector(original, offsets);
  if (weigh === undefined) {
    const total = totalOf(reading, topic);
    const score = scoreOf(total);
    const unit = total === 0 ? NEUTRAL_HALF_WIDTH / BORDER : score / total;
    collectRules(reading, topic, unit, collector);
    return { score, evidence: collector.finish() };
  }
  const weighed = weigh(topic);
  if (weighed === undefined) return { score: 0, evidence: [] };
  const score = scoreOfProbabilities(weighed.probabilities);
  const unit = weighed.polarity === 0 ? 0 : score / weighed.polarity;
  if (weighed.total !== 0)
    collectRules(reading, topic, (weighed.rules / weighed.total) * unit, collector);
  for (const clause of reading.clauses)
    collector.add('context', clause.start, clause.end, weighed.clauses[clause.index]! * unit);
  collector.add('whole', 0, 0, weighed.whole * unit);
  collector.add('weighing', 0, 0, weighed.weighing * unit);
  return { score, evidence: collector.finish() };
}

/** Sum of the evidence that the rules gave a topic. */
export function totalOf(reading: Reading, topic: number): number {
  let total = 0;
  for (const clause of reading.clauses) {
    for (const judgement of clause.judgements) {
      if (judgement.shares === undefined) continue;
      for (const share of judgement.shares)
        if (share.topic === topic) total += judgement.value * share.factor;
    }
  }
  return total;
}

function collectRules(reading: Reading, topic: number, unit: number, collector: Collector): void {
  for (const clause of reading.clauses) {
    for (const { parts, shares } of clause.judgements) {
      if (shares === undefined) continue;
      for (const share of shares) {
        if (share.topic !== topic) continue;
        const factor = share.factor * unit;
        for (const { rule, start, end, effect } of parts)
          collector.add(share.rule ?? rule, start, end, effect * factor);
      }
    }
  }
}

/** Parts of one rule at one place are one; they come one after the other, so a look back is enough. */
const LOOK_BACK = 4;

/** Turns parts of the normalised text into spans of the original; those too small to show are summed up. */
class Collector {
  #evidence: Evidence[] = [];
  #original: string;
  #offsets: Int32Array;
  #rest = 0;

  constructor(original: string, offsets: Int32Array) {
    this.#original = original;
    this.#offsets = offsets;
  }

  add(rule: string, from: number, to: number, effect: number): void {
    if (Math.abs(effect) < SMALL) {
      this.#rest += effect;
      return;
    }
    const start = from === to ? 0 : (this.#offsets[from] ?? 0);
    const end = from === to ? 0 : (this.#offsets[to] ?? start);
    const evidence = this.#evidence;
    for (let k = evidence.length - 1; k >= 0 && k >= evidence.length - LOOK_BACK; k--) {
      const known = evidence[k]!;
      if (known.start === start && known.end === end && known.rule === rule) {
        known.effect += effect;
        return;
      }
    }
    evidence.push({ text: this.#original.slice(start, end), start, end, effect, rule });
  }

  finish(): Evidence[] {
    const evidence = this.#evidence;
    if (evidence.length > 1) evidence.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
    if (this.#rest !== 0)
      evidence.push({ text: '', start: 0, end: 0, effect: this.#rest, rule: 'rest' });
    return evidence;
  }
}
