import { KIND_BIT, roleOf } from './lexicon.ts';
import { scale, type Clause, type Reading } from './reading.ts';

/** What is left of other people's views. */
const REPORTED = 0.1;

/** The writer stands near the head of the clause: at most {@link OWN} looks at eight characters. */
const OWN = /^.{0,4}?我(?!们公司|国|妈|爸)/;

/** Shorter than this 说 quotes nobody: 说贵就贵. */
const SAID_LENGTH = 4;

/**
 * Other people's words are not the writer's: 专家说DeepSeek很强 → 0. An own view ends the report: 都说它贵，我觉得值 → 值.
 */
export function readReports(reading: Reading): void {
  if ((reading.bits & KIND_BIT.speech) === 0) return;
  let source: { start: number; end: number } | undefined;
  let sentence = -1;
  for (const clause of reading.clauses) {
    const own = OWN.test(reading.text.slice(clause.start, Math.min(clause.end, clause.start + 8)));
    if (clause.sentence !== sentence || own) source = undefined;
    sentence = clause.sentence;
    let from = clause.start;
    for (const cue of clause.cues) {
      if (source !== undefined && endsReport(clause, cue.start, cue.entry.kind)) {
        reduce(clause, from, cue.start, source);
        source = undefined;
      }
      if (
        source === undefined &&
        roleOf(cue, 'speech') !== undefined &&
        (cue.entry.word !== '说' || clause.end - cue.end >= SAID_LENGTH) &&
        !isOwn(reading.text, clause, cue.start)
      ) {
        source = cue;
        from = cue.start;
      }
    }
    if (source !== undefined) reduce(clause, from, clause.end + 1, source);
  }
}

function endsReport(clause: Clause, at: number, kind: string): boolean {
  if (kind === 'own-view') return true;
  return kind === 'but' && at - clause.start <= 2;
}

/** 我说, 我想说, 我们认为: the writer speaks. */
function isOwn(text: string, clause: Clause, at: number): boolean {
  const before = text.slice(Math.max(clause.start, at - 3), at);
  return /[我咱俺]们?[想就只]?$/.test(before) || /[来想要敢能不会]$/.test(before);
}

function reduce(
  clause: Clause,
  from: number,
  to: number,
  cause: { start: number; end: number },
): void {
  for (const judgement of clause.judgements) {
    if (judgement.kind === 'emoticon') continue;
    if (judgement.start >= from && judgement.start < to)
      scale(judgement, REPORTED, 'reported', cause);
  }
}
