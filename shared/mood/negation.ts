import { KIND_BIT, roleOf } from './lexicon.ts';
import { judge, scale, type Clause, type Judgement, type Reading } from './reading.ts';

/** 不 and 没 reach this far over unknown characters, phrases such as 没有一个 further: 没有一个玩家满意. */
const NEAR = 2;
const FAR = 7;
/** 不好 is weaker than 坏, 不太好 weaker still. */
const FLIP = -0.85;
const TELLS_OFF = new Set(['别', '甭', '少', '不要']);
const MILD_FLIP = -0.65;

/**
 * Negators before an evaluation turn it, two of them leave it: 不太好 → negative, 没人不服 → positive,
 * 不得不服 → positive (a double negation that the table knows as one word).
 */
export function negate(reading: Reading): void {
  if ((reading.bits & (KIND_BIT.negator | KIND_BIT.affirm)) === 0) return;
  for (const clause of reading.clauses) {
    if ((clause.bits & (KIND_BIT.negator | KIND_BIT.affirm)) === 0) continue;
    const double = doubleNegation(reading.text, clause);
    if (double !== undefined) {
      affirm(clause, double);
      continue;
    }
    for (const judgement of clause.judgements) {
      if (judgement.kind !== 'emoticon') negateOne(clause, judgement);
    }
  }
}

function negateOne(clause: Clause, judgement: Judgement): void {
  let at = judgement.start;
  let skipped = 0;
  for (let k = clause.cues.length - 1; k >= 0; k--) {
    const cue = clause.cues[k];
    if (cue === undefined || cue.end > at) continue;
    const gap = at - cue.end - skipped;
    if (
      gap > FAR ||
      clause.mentions.some((mention) => mention.start >= cue.end && mention.end <= judgement.start)
    )
      return;
    if (roleOf(cue, 'affirm') !== undefined || roleOf(cue, 'pronoun') !== undefined) return;
    const negator = roleOf(cue, 'negator');
    // 别立人设了 tells somebody off for what he does.
    if (
      negator !== undefined &&
      judgement.kind === 'eval' &&
      judgement.value < 0 &&
      TELLS_OFF.has(cue.entry.word)
    )
      return;
    if (negator !== undefined) {
      const far = cue.entry.word.length > 2 || cue.entry.word === '没有';
      if (gap <= (far ? FAR : NEAR))
        scale(judgement, /[太够么算]$/.test(cue.entry.word) ? MILD_FLIP : FLIP, 'negation', cue);
      else return;
    } else if (roleOf(cue, 'degree') === undefined && roleOf(cue, 'eval') === undefined) {
      if (gap > NEAR) return;
    } else if (roleOf(cue, 'degree') === undefined) return;
    at = cue.start;
    skipped = 0;
  }
}

/** What a double negation says by itself: 没有一天不喝. */
const AFFIRMED = 1.4;
/** Between the two negators of one phrase: 没有一个观众看完不鼓掌. */
const BETWEEN = 8;
const APART = /[也就都还但而才又]/;
const FIRST =
  /^(?:没|没有|没人|没有人|没一|无|不可能|不能|没法|没办法|很难|难以|不是|并非|谈不上|不会)/;

/** Two negators that cancel each other, or a phrase that the table knows: 不得不, 很难不. */
function doubleNegation(text: string, clause: Clause): Span | undefined {
  let first: Span | undefined;
  for (const cue of clause.cues) {
    if (roleOf(cue, 'affirm') !== undefined) return cue;
    if (roleOf(cue, 'negator') === undefined) continue;
    const between = first === undefined ? '' : text.slice(first.end, cue.start);
    if (first !== undefined && between.length <= BETWEEN && !APART.test(between)) {
      return { start: first.start, end: cue.end };
    }
    first = FIRST.test(cue.entry.word) ? cue : undefined;
  }
  return undefined;
}

function affirm(clause: Clause, phrase: Span): void {
  const after = clause.judgements.filter((j) => j.start >= phrase.end && j.kind !== 'emoticon');
  if (after.length === 0) judge(clause, 'eval', AFFIRMED, 'double-negation', phrase);
}

interface Span {
  start: number;
  end: number;
}
