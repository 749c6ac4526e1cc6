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

/** Entries of one topic before they are cut; the buffers grow where a text has more. */
const ENTRIES = 256;
/** Parts of one rule at one place are one; they come one after the other, so a look back is enough. */
const LOOK_BACK = 4;

/**
 * What moved the score of a topic, largest first. Effects are in score units and add up to the score: the sum of evidence
 * is squeezed into the score, and every part with it by the same factor. One collector serves all topics of a post, and
 * all posts: entries are gathered in buffers, so that only those that are shown become objects.
 */
export class EvidenceCollector {
  #reading: Reading | undefined;
  #original = '';
  #offsets: Int32Array = new Int32Array(0);
  #count = 0;
  /** Offsets in the normalised text; the same number twice stands for the whole post. */
  #from = new Int32Array(ENTRIES);
  #to = new Int32Array(ENTRIES);
  #effects = new Float64Array(ENTRIES);
  #rules: string[] = [];
  /** Sum of effects too small to show. */
  #rest = 0;
  #order: number[] = [];

  open(reading: Reading, original: string, offsets: Int32Array): void {
    this.#reading = reading;
    this.#original = original;
    this.#offsets = offsets;
  }

  /** Of one topic of the reading opened last. `weigh` is that of a context model that has it open too. */
  collect(
    topic: number,
    weigh?: (topic: number) => Weighed | undefined,
  ): { score: number; evidence: Evidence[] } {
    const reading = this.#reading;
    if (reading === undefined) return { score: 0, evidence: [] };
    this.#count = 0;
    this.#rest = 0;
    if (weigh === undefined) {
      const total = totalOf(reading, topic);
      const score = scoreOf(total);
      this.#addRules(reading, topic, total === 0 ? NEUTRAL_HALF_WIDTH / BORDER : score / total);
      return { score, evidence: this.#finish() };
    }
    const weighed = weigh(topic);
    if (weighed === undefined) return { score: 0, evidence: [] };
    const score = scoreOfProbabilities(weighed.probabilities);
    const unit = weighed.polarity === 0 ? 0 : score / weighed.polarity;
    if (weighed.total !== 0) this.#addRules(reading, topic, (weighed.rules / weighed.total) * unit);
    const { clauses } = reading;
    for (let k = 0; k < clauses.length; k++)
      this.#put('context', clauses[k]!.start, clauses[k]!.end, weighed.clauses[k]! * unit);
    this.#put('whole', 0, 0, weighed.whole * unit);
    this.#put('weighing', 0, 0, weighed.weighing * unit);
    return { score, evidence: this.#finish() };
  }

  #addRules({ clauses }: Reading, topic: number, unit: number): void {
    for (let c = 0; c < clauses.length; c++) {
      const { judgements } = clauses[c]!;
      for (let j = 0; j < judgements.length; j++) {
        const { parts, shares } = judgements[j]!;
        if (shares === undefined) continue;
        for (let s = 0; s < shares.length; s++) {
          const share = shares[s]!;
          if (share.topic !== topic) continue;
          const factor = share.factor * unit;
          for (let p = 0; p < parts.length; p++) {
            const { rule, start, end, effect } = parts[p]!;
            this.#add(share.rule ?? rule, start, end, effect * factor);
          }
        }
      }
    }
  }

  #add(rule: string, from: number, to: number, effect: number): void {
    const count = this.#count;
    for (let k = count - 1; k >= 0 && k >= count - LOOK_BACK; k--) {
      if (this.#from[k] === from && this.#to[k] === to && this.#rules[k] === rule) {
        this.#effects[k]! += effect;
        return;
      }
    }
    this.#put(rule, from, to, effect);
  }

  #put(rule: string, from: number, to: number, effect: number): void {
    if (effect < SMALL && effect > -SMALL) {
      this.#rest += effect;
      return;
    }
    const count = this.#count;
    if (count === this.#effects.length) this.#grow();
    this.#from[count] = from;
    this.#to[count] = to;
    this.#effects[count] = effect;
    this.#rules[count] = rule;
    this.#count = count + 1;
  }

  #finish(): Evidence[] {
    const order = this.#order;
    const effects = this.#effects;
    const count = this.#count;
    // A handful of entries: insertion is the quickest sort, and keeps equals in order.
    for (let k = 0; k < count; k++) {
      const size = Math.abs(effects[k]!);
      let at = k;
      for (; at > 0 && Math.abs(effects[order[at - 1]!]!) < size; at--) order[at] = order[at - 1]!;
      order[at] = k;
    }
    const evidence: Evidence[] = [];
    for (let k = 0; k < count; k++) evidence.push(this.#entry(order[k]!));
    if (this.#rest !== 0)
      evidence.push({ text: '', start: 0, end: 0, effect: this.#rest, rule: 'rest' });
    return evidence;
  }

  #entry(k: number): Evidence {
    const from = this.#from[k]!;
    const to = this.#to[k]!;
    const rule = this.#rules[k]!;
    const effect = this.#effects[k]!;
    if (from === to) return { text: '', start: 0, end: 0, effect, rule };
    const start = this.#offsets[from]!;
    const end = this.#offsets[to]!;
    return { text: this.#original.slice(start, end), start, end, effect, rule };
  }

  #grow(): void {
    const size = 2 * this.#effects.length;
    const widened = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#from = widened(this.#from, new Int32Array(size));
    this.#to = widened(this.#to, new Int32Array(size));
    this.#effects = widened(this.#effects, new Float64Array(size));
  }
}
