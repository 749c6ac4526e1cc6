import { KIND_BIT, roleOf, type Cue } from './lexicon.ts';
import type { Prior } from './prior.ts';
import { judge, OTHER, type Clause, type Reading } from './reading.ts';

/**
 * Weight of the trained model where a word of degree says that something is judged, and no table knows the word: 机身很小巧.
 * The model then says good or bad, whatever it thinks of neutral.
 */
const GRADED_WEIGHT = 1.6;

/** Lets the trained model read every clause of the opened text that names a topic, names masked. */
export function readPrior(reading: Reading, classify: Prior['classifyPart']): void {
  for (const clause of reading.clauses) {
    if (!namesTopic(clause)) continue;
    const p = (clause.prior = classify(clause.start, clause.end));
    const degree = clause.judgements.length === 0 ? gradeOf(clause) : undefined;
    if (degree === undefined) continue;
    const lean = (p.positive - p.negative) / (p.positive + p.negative);
    judge(clause, 'eval', GRADED_WEIGHT * lean, 'prior', { start: degree.start, end: clause.end });
  }
}

function namesTopic({ mentions }: Clause): boolean {
  for (let k = 0; k < mentions.length; k++) if (mentions[k]!.topic !== OTHER) return true;
  return false;
}

/** A word of degree that grades what follows: 很, 有点, 够. */
function gradeOf(clause: Clause): Cue | undefined {
  if ((clause.bits & KIND_BIT.degree) === 0) return undefined;
  return clause.cues.find((cue) => roleOf(cue, 'degree')?.tags.has('grade') === true);
}
