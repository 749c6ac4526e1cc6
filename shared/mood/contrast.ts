import { KIND_BIT, roleOf, type Cue } from './lexicon.ts';
import { cueOf, judge, scale, valueOf, type Clause, type Reading } from './reading.ts';

const BEFORE_BUT = 0.3;
const AFTER_BUT = 1.2;
const BEFORE_NOW = 0.15;
const CLEAR = 0.8;
/** Between the two ends of 从…到…. */
const CHANGE = 6;
/** What an adversative implies where the words after it are unknown: 聪明归聪明，隔三差五封号. */
const IMPLIED = -0.9;
const STRONG_BUT = new Set([
  '但',
  '但是',
  '可是',
  '可',
  '可惜',
  '不过',
  '然而',
  '奈何',
  '偏偏',
  '只是',
  '就是',
  '可惜的是',
  '遗憾的是',
  '无奈',
]);
/** A connective opens its clause, perhaps after a name. */
const OPENING = 4;

/**
 * Adversatives: what stands after 但 counts, what stands before it hardly.
 *
 *     虽然贵，但是好用 → 贵 ×0.3, 好用 ×1.2        以前秒回，现在天天崩 → 秒回 ×0.15
 */
export function weighContrast(reading: Reading): void {
  const { clauses } = reading;
  for (const clause of clauses) {
    const though = cueOf(clause, 'though');
    const repeated = repeatedWord(reading.text, clause);
    if (though !== undefined || repeated !== undefined) {
      const cause = though ?? repeated ?? clause;
      // 虽然 needs its 但: alone it weakens a little only.
      for (const judgement of clause.judgements) scale(judgement, BEFORE_BUT, 'concession', cause);
    }
    const but = openingBut(clause);
    if (but === undefined) continue;
    const before = earlier(clauses, clause);
    if (before.length === 0 || speaksOfOthers(before, clause)) continue;
    const valueBefore = sum(before);
    const valueAfter = sum(restOfSentence(clauses, clause));
    if (valueBefore * valueAfter < 0) {
      for (const part of before)
        for (const judgement of part.judgements) scale(judgement, BEFORE_BUT, 'contrast', but);
      for (const judgement of clause.judgements) scale(judgement, AFTER_BUT, 'contrast', but);
    } else if (
      Math.abs(valueAfter) < 0.3 &&
      Math.abs(valueBefore) > 0.8 &&
      STRONG_BUT.has(but.entry.word)
    ) {
      for (const part of before)
        for (const judgement of part.judgements) scale(judgement, BEFORE_BUT, 'contrast', but);
      judge(clause, 'eval', IMPLIED * Math.sign(valueBefore), 'contrast', but);
    }
  }
}

/** 以前…现在: the past hardly counts once the text comes to the present. */
export function weighTime(reading: Reading): void {
  const { clauses } = reading;
  for (const clause of clauses) {
    if (clause.judgements.length > 1) weighChange(reading.text, clause);
  }
  if ((reading.bits & (KIND_BIT.past | KIND_BIT.now)) === 0) return;
  for (const clause of clauses) {
    const past = cueOf(clause, 'past');
    if (past === undefined) continue;
    const present = presentAfter(clauses, clause, past);
    if (present === undefined) {
      if (outgrown(clauses, clause, past)) return;
      continue;
    }
    turnToPresent(clauses, clause.index, past, present);
    return;
  }
  // 三月份惊艳过我，现在只剩敷衍: no word for the past, but the present says the opposite.
  for (const clause of clauses) {
    const now = cueOf(clause, 'now');
    if (now === undefined || now.start - clause.start > 1 || clause.index === 0) continue;
    const before = earlier(clauses, clause);
    const after = restOfSentence(clauses, clause);
    if (sum(before) * sum(after) >= 0 || speaksOfOthers(before, clause)) continue;
    for (const part of before) {
      for (const judgement of part.judgements) scale(judgement, BEFORE_BUT, 'past', now);
    }
    return;
  }
}

/** The clause that comes to the present after a word for the past. */
function presentAfter(clauses: readonly Clause[], clause: Clause, past: Cue): Clause | undefined {
  return clauses.find(
    (other) =>
      other.index >= clause.index &&
      other.sentence <= clause.sentence + 2 &&
      other.cues.some((cue) => roleOf(cue, 'now') !== undefined && cue.start > past.start),
  );
}

/** 最开始很讨厌，听久了离不开: no word for the present, but the text goes on to the opposite. */
function outgrown(clauses: readonly Clause[], clause: Clause, past: Cue): boolean {
  const before = valueOf(clause);
  const later = clauses.find(
    (other) =>
      other.index > clause.index &&
      other.sentence <= clause.sentence + 1 &&
      valueOf(other) * before < 0 &&
      Math.abs(valueOf(other)) > CLEAR,
  );
  if (later === undefined || speaksOfOthers([clause], later)) return false;
  for (const judgement of clause.judgements) scale(judgement, BEFORE_NOW, 'past', past);
  return true;
}

/** 从嫌弃到真香, 从天花板变成笑话: where it went counts. */
function weighChange(text: string, clause: Clause): void {
  for (const from of clause.judgements) {
    if (text.charAt(from.start - 1) !== '从') continue;
    const to = clause.judgements.find(
      (other) =>
        other.start > from.end &&
        other.start - from.end <= CHANGE &&
        '到成为'.includes(text.charAt(other.start - 1)),
    );
    if (to !== undefined) scale(from, BEFORE_NOW, 'past', to);
  }
}

function turnToPresent(
  clauses: readonly Clause[],
  first: number,
  past: Cue,
  present: Clause,
): void {
  const now = cueOf(present, 'now');
  const from = now === undefined ? present.start : now.start;
  const old = clauses.filter((other) => other.index >= first && other.index <= present.index);
  let before = 0;
  for (const part of old) {
    for (const judgement of part.judgements) {
      if (judgement.start < from) before += judgement.value;
      if (judgement.start < from && judgement.start >= past.start)
        scale(judgement, BEFORE_NOW, 'past', past);
    }
  }
  let after = 0;
  for (const part of clauses) {
    if (part.index < present.index || part.sentence > present.sentence + 1) continue;
    for (const judgement of part.judgements) {
      if (judgement.start >= from) after += judgement.value;
    }
  }
  if (Math.abs(after) < 0.3 && Math.abs(before) > 0.8 && now !== undefined) {
    judge(present, 'eval', IMPLIED * Math.sign(before), 'past', now);
  }
}

function openingBut(clause: Clause): Cue | undefined {
  if ((clause.bits & KIND_BIT.but) === 0) return undefined;
  return clause.cues.find((cue) => {
    if (roleOf(cue, 'but') === undefined) return false;
    if (cue.start - clause.start <= 1) return true;
    const named = clause.mentions.findLast((mention) => mention.end <= cue.start);
    const from = named === undefined ? clause.start : named.end;
    return (
      cue.start - from <= OPENING &&
      cue.entry.word.length <= 2 &&
      /却|但|可|倒是|反而|偏偏/.test(cue.entry.word)
    );
  });
}

/** Clauses that the connective looks back on: its own sentence, or the sentence before when it opens one. */
function earlier(clauses: readonly Clause[], clause: Clause): Clause[] {
  const own = clauses.filter(
    (other) => other.sentence === clause.sentence && other.index < clause.index,
  );
  if (own.length > 0) return own;
  return clauses.filter((other) => other.sentence === clause.sentence - 1);
}

/** The clause and what follows it in its sentence. */
function restOfSentence(clauses: readonly Clause[], clause: Clause): Clause[] {
  return clauses.filter(
    (other) => other.sentence === clause.sentence && other.index >= clause.index,
  );
}

function speaksOfOthers(before: readonly Clause[], clause: Clause): boolean {
  if (clause.mentions.length === 0) return false;
  const named = before.flatMap((part) => part.mentions.map((mention) => mention.topic));
  return named.length > 0 && !clause.mentions.some((mention) => named.includes(mention.topic));
}

function sum(clauses: readonly Clause[]): number {
  return clauses.reduce((total, clause) => total + valueOf(clause), 0);
}

/** Whether 归 or 是 stands in the clause. */
function hasLink(text: string, clause: Clause): boolean {
  for (let i = clause.start; i < clause.end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5f52 || unit === 0x662f) return true;
  }
  return false;
}

/** 贵是贵, 便宜倒是便宜, 聪明归聪明: grants a point before the 但. */
function repeatedWord(text: string, clause: Clause): { start: number; end: number } | undefined {
  if (!hasLink(text, clause)) return undefined;
  for (const link of ['归', '是', '倒是']) {
    for (
      let at = text.indexOf(link, clause.start);
      at !== -1 && at < clause.end;
      at = text.indexOf(link, at + 1)
    ) {
      for (let length = 3; length >= 1; length--) {
        const left = text.slice(at - length, at);
        if (
          at - length >= clause.start &&
          left === text.slice(at + link.length, at + link.length + length) &&
          !/[是归]/.test(left)
        ) {
          return { start: at - length, end: at + link.length + length };
        }
      }
    }
  }
  return undefined;
}
