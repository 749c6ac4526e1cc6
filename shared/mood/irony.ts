import { KIND_BIT, roleOf, type Cue } from './lexicon.ts';
import { cueOf, judge, scale, type Clause, type Judgement, type Reading } from './reading.ts';

const FLIP = -0.9;
const ALONE = -1.5;
/** Tears beside praise turn a little. */
const TEARS = -0.4;
/** Quotation marks around one word of praise doubt it: 特效真“良心”. */
const QUOTED_LENGTH = 6;

/**
 * Irony: praise that means blame.
 *
 *     呵呵，真好用 → 真好用 turned (呵呵 is a sure sign)
 *     真是太智能了，问今天几号答非所问 → 智能 turned, because a bad fact stands beside it without a 但
 *     真“良心” → turned by the quotation marks;  真棒[微笑] → turned by the smile
 */
export function readIrony(reading: Reading): void {
  const { clauses, text } = reading;
  const joke =
    (reading.bits & KIND_BIT.emoticon) !== 0 &&
    clauses.some((clause) => clause.cues.some((cue) => hasTag(cue, 'joke')));
  const hasQuotes = text.includes('“') || text.includes('"');
  for (const clause of clauses) {
    if (hasQuotes) quoted(text, clause);
    tearsOfJoy(clause);
    if ((clause.bits & (KIND_BIT.irony | KIND_BIT.emoticon)) !== 0)
      readSigns(clauses, clause, joke);
  }
}

/** What the clause's own signs of irony turn. `joke`: the post holds a [doge] or its like. */
function readSigns(clauses: readonly Clause[], clause: Clause, joke: boolean): void {
  const smile = clause.cues.find((cue) => hasTag(cue, 'ironic'));
  const sure = clause.cues.find((cue) => roleOf(cue, 'irony')?.tags.has('sure') === true);
  const sign = smile ?? sure;
  if (sign !== undefined) {
    const near = clauses.filter(
      (other) =>
        Math.abs(other.index - clause.index) <= 1 &&
        other.sentence >= clause.sentence - 1 &&
        other.sentence <= clause.sentence,
    );
    let turned = 0;
    for (const part of near)
      for (const judgement of part.judgements) turned += flip(judgement, sign);
    if (turned === 0 && smile === undefined) judge(clause, 'eval', ALONE, 'irony', sign);
    return;
  }
  const soft = cueOf(clause, 'irony', 'soft');
  if (soft === undefined) return;
  const near = clauses.filter(
    (other) =>
      Math.abs(other.index - clause.index) <= 2 && Math.abs(other.sentence - clause.sentence) <= 1,
  );
  const bad = near.some(
    (other) =>
      !speaksOfAnother(clause, other) &&
      other.judgements.some((j) => j.value < -0.7 && !(j.start >= soft.start && j.end <= soft.end)),
  );
  const granted = near.some(
    (other) =>
      cueOf(other, 'but') !== undefined ||
      cueOf(other, 'though') !== undefined ||
      cueOf(other, 'now') !== undefined,
  );
  if ((bad && !granted) || joke) {
    for (const judgement of clause.judgements)
      if (judgement.start >= soft.start - 1) flip(judgement, soft);
  }
}

/** 海底捞贵得要死，麦当劳良心: the bad side is another topic's. */
function speaksOfAnother(clause: Clause, other: Clause): boolean {
  if (clause.mentions.length === 0 || other.mentions.length === 0) return false;
  return !other.mentions.some(({ topic }) => clause.mentions.some((own) => own.topic === topic));
}

function flip(judgement: Judgement, cause: { start: number; end: number }): number {
  if (judgement.value <= 0) return 0;
  scale(judgement, FLIP, 'irony', cause);
  return 1;
}

function hasTag(cue: Cue, tag: string): boolean {
  return roleOf(cue, 'emoticon')?.tags.has(tag) === true;
}

function quoted(text: string, clause: Clause): void {
  for (const judgement of clause.judgements) {
    if (judgement.value <= 0 || judgement.kind !== 'eval') continue;
    const near = text.slice(Math.max(clause.start, judgement.start - 3), judgement.start);
    const quote = Math.max(near.lastIndexOf('“'), near.lastIndexOf('"'));
    if (quote === -1) continue;
    const from = judgement.start - near.length + quote;
    if (from < clause.start || judgement.start - from > 3) continue;
    const close = text.slice(judgement.end, judgement.end + 3).search(/[”"]/);
    if (close !== -1 && judgement.end + close - from <= QUOTED_LENGTH + 1)
      flip(judgement, { start: from, end: judgement.end + close + 1 });
  }
}

function isCrying(word: string): boolean {
  return '呜哭泪'.includes(word.charAt(0)) || word.startsWith('大哭');
}

/** 呜呜呜, 😭 and 看哭了 beside praise are joy: 救了我的论文😭. */
function tearsOfJoy(clause: Clause): void {
  const praise = clause.judgements.find((j) => j.kind === 'eval' && j.value > 1);
  if (praise === undefined) return;
  for (const cue of clause.cues) {
    if (!hasTag(cue, 'tears') && !isCrying(cue.entry.word)) continue;
    for (const judgement of clause.judgements) {
      if (judgement.start === cue.start && judgement.value < 0)
        scale(judgement, TEARS, 'irony', praise);
    }
  }
}
