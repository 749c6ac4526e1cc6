/**
 * When another model is asked about a mention, and how much its answer counts. Pure: who asks, and how, is the worker's.
 *
 * 深度求索还行吧 scores 0.18, just inside the neutral zone → worth a second look; the other model says 0.6 → half of the
 * difference is added, as evidence of its own, and the label follows from the new score.
 */
import { labelOf, NEUTRAL_HALF_WIDTH, type MoodLabel } from './mood.ts';

/** The rule that an opinion's effect carries in the evidence. */
export const SECOND_OPINION = 'second-opinion';
/** A score this near to the border between two labels could as well have the other one. */
const BORDER = 0.1;
/** Evidence that adds up to this much, both directions counted, … */
const STRONG = 0.5;
/** … and mostly cancels out to less than this share of it, is at odds with itself. */
const AGREEING = 0.4;
/** An opinion's share of the new score: neither knows better. */
const WEIGHT = 0.5;

/** 0: sure. Else in (0, 1], more for the less sure; the budget goes to the least sure first. */
export function uncertaintyOf(score: number, effects: readonly number[]): number {
  if (effects.length === 0) return 0; // nothing was said about the topic: a bare repost, a name in a list
  const toBorder = Math.abs(Math.abs(score) - NEUTRAL_HALF_WIDTH);
  const near = toBorder < BORDER ? 1 - toBorder / BORDER : 0;
  const strength = effects.reduce((sum, effect) => sum + Math.abs(effect), 0);
  const agreeing = strength === 0 ? 1 : Math.abs(score) / strength;
  const torn = strength >= STRONG && agreeing < AGREEING ? 1 - agreeing / AGREEING : 0;
  return Math.max(near, torn);
}

export interface Merged {
  score: number;
  label: MoodLabel;
  /** What the opinion did to the score; own effects and this one add up to `score`. */
  effect: number;
}

export function mergeOpinion(own: number, opinion: number): Merged {
  const score = own + WEIGHT * (opinion - own);
  return { score, label: labelOf(score), effect: score - own };
}

/** Tokens that refill with time: never more than one second's worth at once. */
export interface Budget {
  /** Of `wanted`, how many may be asked now; they are spent. */
  take(wanted: number, now: number): number;
}

export function createBudget(perSecond: number, now: number): Budget {
  let left = perSecond;
  let filledAt = now;
  return {
    take(wanted, at) {
      // A clock set back gives nothing, and takes nothing away.
      const passed = Math.max(0, at - filledAt);
      left = Math.min(perSecond, left + (passed / 1000) * perSecond);
      filledAt = at;
      const taken = Math.min(wanted, Math.floor(left));
      left -= taken;
      return taken;
    },
  };
}
