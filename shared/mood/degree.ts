import { KIND_BIT, roleOf } from './lexicon.ts';
import { scale, type Reading } from './reading.ts';

/** How far a word of degree may stand from what it strengthens. */
const REACH = 1;

/** 非常好 counts more than 好, 有点慢 less than 慢, 强得离谱 more than 强. */
export function weighDegree(reading: Reading): void {
  if ((reading.bits & KIND_BIT.degree) === 0) return;
  for (const clause of reading.clauses) {
    if ((clause.bits & KIND_BIT.degree) === 0) continue;
    for (const judgement of clause.judgements) {
      if (judgement.kind === 'emoticon') continue;
      for (const cue of clause.cues) {
        const role = roleOf(cue, 'degree');
        if (role === undefined) continue;
        const before = judgement.start - cue.end;
        const after = cue.start - judgement.end;
        if (
          (before >= 0 && before <= REACH && !role.tags.has('after')) ||
          (after >= 0 && after <= REACH && role.tags.has('after'))
        ) {
          scale(judgement, role.value, 'degree', cue);
        }
      }
    }
  }
}
