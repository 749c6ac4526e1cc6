import { KIND_BIT, roleOf } from './lexicon.ts';
import { judge, scale, type Reading } from './reading.ts';

const WISHED = 0.1;

/** A wish speaks of what is not yet: 希望能更快 → 0. Cheering is support: DeepSeek加油 → +. */
export function readWishes(reading: Reading): void {
  if ((reading.bits & (KIND_BIT.wish | KIND_BIT.cheer)) === 0) return;
  for (const clause of reading.clauses) {
    if ((clause.bits & (KIND_BIT.wish | KIND_BIT.cheer)) === 0) continue;
    const wish = clause.cues.find((cue) => roleOf(cue, 'wish') !== undefined);
    if (wish !== undefined) {
      for (const other of reading.clauses) {
        if (
          other.sentence !== clause.sentence ||
          other.index < clause.index ||
          other.index > clause.index + 1
        )
          continue;
        for (const judgement of other.judgements) {
          if (judgement.kind === 'emoticon' || (other === clause && judgement.start < wish.start))
            continue;
          scale(judgement, WISHED, 'wish', wish);
        }
      }
    }
    for (const cue of clause.cues) {
      const cheer = roleOf(cue, 'cheer');
      if (cheer !== undefined && roleOf(cue, 'eval') === undefined)
        judge(clause, 'eval', cheer.value, 'cheer', cue);
    }
  }
}
