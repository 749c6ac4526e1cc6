import { roleOf } from './lexicon.ts';
import { judge, type Reading } from './reading.ts';

const STANCE = 1.8;
/** A quoted post that says less than this says nothing to agree with. */
const SPOKEN = 0.2;
/** A stance opens its clause, perhaps after 哈哈哈 or 我觉得. */
const OPENING = 6;

/**
 * A comment on a quoted post: `同意//@小王:DeepSeek太强` takes over what the quoted part says, `胡说//@…` its opposite.
 * `quoted` is what the quoted part says of each topic.
 */
export function takeStance(reading: Reading, quoted: ReadonlyMap<number, number>): void {
  for (const clause of reading.clauses) {
    for (const cue of clause.cues) {
      const role = roleOf(cue, 'agree');
      if (role === undefined || cue.start - clause.start > OPENING) continue;
      for (const judgement of clause.judgements) {
        if (judgement.start < cue.end && judgement.end > cue.start) judgement.shares = [];
      }
      const judgement = judge(
        clause,
        'eval',
        STANCE * role.value,
        role.value > 0 ? 'agreement' : 'disagreement',
        cue,
      );
      judgement.shares = [...quoted]
        .filter(([, value]) => Math.abs(value) > SPOKEN)
        .map(([topic, value]) => ({ topic, factor: Math.sign(value) }));
      return;
    }
  }
}
