import { KIND_BIT, roleOf } from './lexicon.ts';
import type { Prior } from './prior.ts';
import { judge, valueOf, type Clause, type Reading } from './reading.ts';

/** Weight of the trained model beside the words; chosen on the develop half of the gold set. */
const WEIGHT = 1;
/**
 * Weight where a word of degree says that something is judged, and no table knows the word: 机身很小巧. The model then
 * says good or bad, whatever it thinks of neutral. Chosen among three on the gold set and a quarter of absa_electronics.
 */
const GRADED_WEIGHT = 1.6;
/** The tables know negation, the model hardly: where they say the opposite of it, it is heard less. */
const OVERRULED = 0.5;

/** Lets the trained model read every clause of the opened text, with topic names masked. */
export function judgePrior(reading: Reading, classify: Prior['classifyPart']): void {
  for (const clause of reading.clauses) {
    const p = classify(clause.start, clause.end);
    let value = WEIGHT * (p.positive - p.negative);
    if (isGraded(clause)) {
      const certain = (GRADED_WEIGHT * (p.positive - p.negative)) / (p.positive + p.negative);
      if (Math.abs(certain) > Math.abs(value)) value = certain;
    } else if (value * valueOf(clause) < 0) value *= OVERRULED;
    if (value !== 0) judge(clause, 'prior', value, 'prior', clause);
  }
}

/** A word of degree (很, 有点, 够) where nothing else judges. */
function isGraded(clause: Clause): boolean {
  if ((clause.bits & KIND_BIT.degree) === 0 || clause.judgements.length > 0) return false;
  if (clause.mentions.length === 0 && (clause.bits & KIND_BIT.pronoun) === 0) return false;
  for (const cue of clause.cues) if (roleOf(cue, 'degree')?.tags.has('grade') === true) return true;
  return false;
}
