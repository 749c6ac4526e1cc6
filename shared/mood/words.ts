import { KIND_BIT, roleOf, type Cue, type LexiconEntry } from './lexicon.ts';
import { judge, type Clause, type Reading } from './reading.ts';

const EVALUATING = KIND_BIT.eval | KIND_BIT.emoticon | KIND_BIT.event | KIND_BIT.emo;

/** Turns every evaluating word into a judgement: `速度很快` → 快 +1.6. */
export function judgeWords(reading: Reading): void {
  for (const clause of reading.clauses) {
    if ((clause.bits & EVALUATING) === 0) continue;
    const hasThan = clause.cues.some((cue) => roleOf(cue, 'compare')?.tags.has('than') === true);
    clause.cues.forEach((cue, index) => {
      const role = evaluationOf(cue);
      if (role === undefined) return;
      if (role.tags.has('bare') && !bareCounts(reading.text, clause, index, hasThan)) return;
      const kind =
        role.kind === 'emoticon'
          ? 'emoticon'
          : role.kind === 'eval'
            ? 'eval'
            : role.kind === 'emo'
              ? 'emo'
              : 'event';
      judge(clause, kind, role.value, kind === 'emoticon' ? 'emoticon' : 'lexicon', cue).object =
        role.tags.has('object');
    });
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
function bareCounts(text: string, clause: Clause, index: number, hasThan: boolean): boolean {
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
    hasThan &&
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
