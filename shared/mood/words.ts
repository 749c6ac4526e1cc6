import { KIND_BIT, roleOf, type Cue, type LexiconEntry } from './lexicon.ts';
import { judge, type Clause, type Reading } from './reading.ts';

const EVALUATING = KIND_BIT.eval | KIND_BIT.emoticon | KIND_BIT.event | KIND_BIT.emo;

/** Turns every evaluating word into a judgement: `速度很快` → 快 +1.6. */
export function judgeWords({ text, clauses }: Reading): void {
  for (let c = 0; c < clauses.length; c++) {
    const clause = clauses[c]!;
    if ((clause.bits & EVALUATING) === 0) continue;
    const { cues } = clause;
    for (let k = 0; k < cues.length; k++) {
      const cue = cues[k]!;
      const role = evaluationOf(cue);
      if (role === undefined || (role.isBare && !bareCounts(text, clause, k))) continue;
      const { kind } = role;
      if (kind !== 'eval' && kind !== 'emo' && kind !== 'event' && kind !== 'emoticon') continue;
      const rule = kind === 'emoticon' ? 'emoticon' : 'lexicon';
      judge(clause, kind, role.value, rule, cue).object = role.hasObject;
    }
  }
}

function evaluationOf(cue: Cue): LexiconEntry | undefined {
  if ((cue.entry.bits & EVALUATING) === 0) return undefined;
  return (
    roleOf(cue, 'eval') ?? roleOf(cue, 'emoticon') ?? roleOf(cue, 'event') ?? roleOf(cue, 'emo')
  );
}

/** What may follow a one-character adjective that is meant as one: 卡得要命, 香爆, 强! */
const AFTER_BARE = '得爆死极透哭疯';

/** What may stand before a one-character adjective that closes its clause: 只觉得吵, 又贵. */
const BEFORE_BARE = '得嫌又最够只么样';

/** One character evaluates only where its neighbours make it an adjective: 很快, 比它强, 真香; not 快来, 强行. */
function bareCounts(text: string, clause: Clause, index: number): boolean {
  const cue = clause.cues[index];
  if (cue === undefined) return false;
  const before = clause.cues[index - 1];
  if (before !== undefined && before.end === cue.start) {
    const role = roleOf(before, 'degree') ?? roleOf(before, 'negator');
    if (role !== undefined && !role.tags.has('after')) return true;
  }
  if (AFTER_BARE.includes(text.charAt(cue.end)) && cue.end < clause.end) return true;
  const after = clause.cues[index + 1];
  if (
    after !== undefined &&
    after.start === cue.end &&
    roleOf(after, 'degree')?.tags.has('after') === true
  )
    return true;
  if (
    (clause.bits & KIND_BIT.compare) !== 0 &&
    clause.cues.some(
      (other) => other.start < cue.start && roleOf(other, 'compare')?.tags.has('than') === true,
    )
  )
    return true;
  const last = cue.end >= clause.end || '了啊呀吧的~ ['.includes(text.charAt(cue.end));
  if (last && !/[\u4e00-\u9fff]/.test(text.charAt(cue.start - 1))) return true;
  if (last && BEFORE_BARE.includes(text.charAt(cue.start - 1)) && cue.start > clause.start)
    return true;
  return (
    last &&
    (clause.mentions.some((mention) => mention.end === cue.start) || cue.start === clause.start)
  );
}
