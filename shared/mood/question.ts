import { KIND_BIT, roleOf, type Cue } from './lexicon.ts';
import { judge, scale, type Clause, type Reading } from './reading.ts';

/** What a plain question leaves of the words in it. */
const ASKED = 0.12;
const RHETORICAL = 1.8;
/** 又崩了？ complains, it does not ask. */
const COMPLAINT = /又|第几次|天天|老是|怎么还|还没|竟然|居然/;

/**
 * Questions ask and are neutral; rhetorical questions mean the opposite or blame.
 *
 *     DeepSeek好用吗？ → 0        难道不好用吗？ → +        凭什么卖六十块？ → −        谁能不爱豆包？ → +
 */
export function readQuestions(reading: Reading): void {
  if (
    (reading.bits & (KIND_BIT.question | KIND_BIT.rhetorical)) === 0 &&
    !reading.clauses.some((clause) => clause.mark === '?')
  )
    return;
  const { clauses } = reading;
  for (let from = 0, to = 0; from < clauses.length; from = to) {
    while (to < clauses.length && clauses[to]?.sentence === clauses[from]?.sentence) to++;
    readSentence(reading.text, clauses.slice(from, to));
  }
}

function readSentence(text: string, clauses: readonly Clause[]): void {
  const closed = clauses.at(-1)?.mark === '?';
  const turned: Clause[] = [];
  for (const clause of clauses) {
    const rhetorical = rhetoricalCue(clause, closed);
    if (rhetorical !== undefined) {
      turn(clause, rhetorical.cue, rhetorical.tag);
      if (closed) return;
      turned.push(clause);
    }
  }
  const asking = clauses.filter(
    (clause) =>
      !turned.includes(clause) &&
      (isQuestion(text, clause) || (clause === clauses.at(-1) && closed)),
  );
  if (asking.length === 0) return;
  for (const clause of closed ? clauses : asking) {
    if (COMPLAINT.test(text.slice(clause.start, clause.end)) && !isQuestion(text, clause)) continue;
    const cause = clause.cues.find((cue) => roleOf(cue, 'question') !== undefined) ?? {
      start: clause.end,
      end: Math.min(clause.end + 1, text.length),
    };
    for (const judgement of clause.judgements) {
      if (judgement.kind !== 'emoticon') scale(judgement, ASKED, 'question', cause);
    }
  }
}

function rhetoricalCue(clause: Clause, closed: boolean): { cue: Cue; tag: string } | undefined {
  if ((clause.bits & KIND_BIT.rhetorical) === 0) return undefined;
  for (const cue of clause.cues) {
    const role = roleOf(cue, 'rhetorical');
    if (role === undefined) continue;
    const tag = role.firstTag || 'flip';
    // Two characters such as 不算 or 哪里 need the question mark to be one.
    if (closed || cue.entry.word.length >= 3 || /难道|凭|岂|何必|图/.test(cue.entry.word))
      return { cue, tag };
  }
  return undefined;
}

function turn(clause: Clause, cue: Cue, tag: string): void {
  const value = clause.judgements.reduce(
    (total, judgement) => total + (judgement.kind === 'emoticon' ? 0 : judgement.value),
    0,
  );
  if (tag === 'flip') {
    for (const judgement of clause.judgements) {
      if (judgement.kind !== 'emoticon') scale(judgement, -0.9, 'rhetorical', cue);
    }
    if (value === 0) judge(clause, 'eval', -RHETORICAL * 0.7, 'rhetorical', cue);
    return;
  }
  // 还有比这更香的吗: as good or bad as its words, a complaint where they say nothing.
  const sign = tag === 'praise' || (tag === 'loaded' && value > 0) ? 1 : -1;
  for (const judgement of clause.judgements) {
    if (judgement.kind !== 'emoticon' && judgement.value * sign < 0)
      scale(judgement, 0, 'rhetorical', cue);
  }
  judge(clause, 'eval', sign * RHETORICAL, 'rhetorical', cue);
}

const END_PARTICLE = /(?:吗|么|嘛|呢|吧|不|没|没有)[\s~]*$/;

/** A question word, with a particle, a question mark or an A-not-A form. */
function isQuestion(text: string, clause: Clause): boolean {
  if ((clause.bits & KIND_BIT.question) === 0) return false;
  const cue = clause.cues.find((other) => roleOf(other, 'question') !== undefined);
  if (cue === undefined) return false;
  if (clause.mark === '?') return true;
  // 论顺手还是苹果 chooses, it does not ask.
  if (cue.entry.word === '还是') return false;
  // 没有哪家不…: no question.
  if (clause.cues.some((other) => other.end <= cue.start && roleOf(other, 'negator') !== undefined))
    return false;
  if (cue.entry.word.length === 1)
    return (
      /[吗么]/.test(cue.entry.word) &&
      cue.end >= clause.end - 1 &&
      END_PARTICLE.test(text.slice(clause.start, clause.end))
    );
  return true;
}
