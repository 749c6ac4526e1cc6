import type { Prior } from './prior.ts';
import { judge, type Reading } from './reading.ts';

/** Weight of the trained model beside the words; chosen on the develop half of the gold set. */
const WEIGHT = 1;

/** Lets the trained model read every clause, with topic names masked. */
export function judgePrior(reading: Reading, prior: Prior, mask: Uint8Array): void {
  for (const clause of reading.clauses) {
    const p = prior.classify(reading.text, clause.start, clause.end, mask);
    const value = WEIGHT * (p.positive - p.negative);
    if (value !== 0) judge(clause, 'prior', value, 'prior', clause);
  }
}
