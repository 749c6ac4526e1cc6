import type { OwnWords } from '../post/chain.ts';
import type { TopicHit } from '../topic/matcher.ts';
import type { PriorResult } from './prior.ts';
import { KIND_BIT, roleOf, type Cue, type CueKind, type Lexicon } from './lexicon.ts';

/** Stands for somebody or something that is not a topic. */
export const OTHER = -1;

/** Where a clause names a topic, or something else of our field ({@link OTHER}). */
export interface Mention {
  topic: number;
  start: number;
  end: number;
  /** Whether more (1) or less (-1) of a thing of that name is better; 0 for what is no quantity. */
  sense: number;
}

/** One share of a judgement's value: which rule, read from which words (normalised offsets). */
export interface Part {
  rule: string;
  start: number;
  end: number;
  effect: number;
}

export type JudgementKind = 'eval' | 'emo' | 'event' | 'emoticon';

/** One evaluation found in the text, before it is known whom it concerns. Its parts add up to its value. */
export interface Judgement {
  kind: JudgementKind;
  clause: number;
  start: number;
  end: number;
  value: number;
  parts: Part[];
  /** The evaluated thing follows (推荐X). */
  object: boolean;
  /** Fixed by a frame such as comparison; otherwise scope.ts decides. */
  shares: Share[] | undefined;
}

/** Part of a judgement that one topic gets. */
export interface Share {
  topic: number;
  factor: number;
  /** Replaces the judgement's own rule names where a frame decided. */
  rule?: string;
}

/** A piece of text between two commas, stops, line breaks or hashtag signs. */
export interface Clause {
  index: number;
  start: number;
  end: number;
  /** The mark that closes it: `,` `.` `!` `?` `;` a line break, or nothing. */
  mark: string;
  sentence: number;
  hashtag: boolean;
  cues: Cue[];
  /** Which kinds of cues it has, as KIND_BITs. */
  bits: number;
  mentions: Mention[];
  judgements: Judgement[];
  /** What the trained model says of a clause that names a topic. */
  prior: PriorResult | undefined;
}

/** What the steps of the scorer work on: one text taken apart. */
export interface Reading {
  text: string;
  clauses: Clause[];
  /** Which kinds of cues the text has, as KIND_BITs. */
  bits: number;
  /** Topics that the text is about before its first own mention: those of the quoted post. */
  given: number[];
}

/** Takes the own words of a post apart: clauses, cues, mentions. */
export function readText(
  text: string,
  own: Pick<OwnWords, 'start' | 'end'>,
  hits: readonly TopicHit[],
  lexicon: Lexicon,
): Reading {
  const cues = lexicon.scan(text, own.start, own.end);
  const clauses = splitClauses(text, own.start, own.end);
  let at = 0;
  let bits = 0;
  let hit = 0;
  for (let k = 0; k < cues.length; k++) {
    const cue = cues[k]!;
    while (hit < hits.length && hits[hit]!.end <= cue.start) hit++;
    const isInName = hit < hits.length && hits[hit]!.start < cue.end;
    if (isInName || cue.entry.kind === 'skip') continue;
    while (at + 1 < clauses.length && cue.start >= clauses[at + 1]!.start) at++;
    const clause = clauses[at]!;
    clause.cues.push(cue);
    clause.bits |= cue.entry.bits;
    bits |= cue.entry.bits;
  }
  at = 0;
  for (let k = 0; k < hits.length; k++) {
    const { topic, start, end } = hits[k]!;
    if (start < own.start || end > own.end) continue;
    while (at + 1 < clauses.length && start >= clauses[at + 1]!.start) at++;
    clauses[at]!.mentions.push({ topic, start, end, sense: lexicon.senseOf(text, start, end) });
  }
  for (const clause of clauses) {
    if ((clause.bits & KIND_BIT.entity) === 0) continue;
    for (const cue of clause.cues) {
      if (roleOf(cue, 'entity') !== undefined)
        clause.mentions.push({ topic: OTHER, start: cue.start, end: cue.end, sense: 0 });
    }
    sortByStart(clause.mentions);
  }
  return { text, clauses, bits, given: [] };
}

/** Topics of mentions or hits, each once, in the order of first mention. */
export function topicsOf(named: readonly { topic: number }[]): number[] {
  const topics: number[] = [];
  for (const { topic } of named) if (!topics.includes(topic)) topics.push(topic);
  return topics;
}

/** In place and stable; a clause has a few mentions, for which insertion is the quickest. */
export function sortByStart(mentions: Mention[]): void {
  for (let k = 1; k < mentions.length; k++) {
    const mention = mentions[k]!;
    let at = k;
    for (; at > 0 && mentions[at - 1]!.start > mention.start; at--)
      mentions[at] = mentions[at - 1]!;
    mentions[at] = mention;
  }
}

/** Multiplies a judgement; what the factor changes is booked to `rule` at the words that caused it. */
export function scale(
  judgement: Judgement,
  factor: number,
  rule: string,
  cause: { start: number; end: number },
): void {
  const effect = judgement.value * (factor - 1);
  if (effect === 0) return;
  judgement.value += effect;
  judgement.parts.push({ rule, start: cause.start, end: cause.end, effect });
}

export function judge(
  clause: Clause,
  kind: JudgementKind,
  value: number,
  rule: string,
  span: { start: number; end: number },
): Judgement {
  const judgement: Judgement = {
    kind,
    clause: clause.index,
    start: span.start,
    end: span.end,
    value,
    parts: [{ rule, start: span.start, end: span.end, effect: value }],
    object: false,
    shares: undefined,
  };
  clause.judgements.push(judgement);
  return judgement;
}

/** First cue of a kind in a clause. */
export function cueOf(clause: Clause, kind: CueKind, tag?: string): Cue | undefined {
  if ((clause.bits & KIND_BIT[kind]) === 0) return undefined;
  for (const cue of clause.cues) {
    const role = roleOf(cue, kind);
    if (role !== undefined && (tag === undefined || role.tags.has(tag))) return cue;
  }
  return undefined;
}

/** Sum of what a clause says, feelings included. */
export function valueOf(clause: Clause): number {
  let sum = 0;
  for (const judgement of clause.judgements) sum += judgement.value;
  return sum;
}

const STOPS = '。.!?;…~\n|】';
const HASH = 0x23;
const COMMA = 0x2c;
const FULL_COMMA = 0xff0c;
const SPACE = 0x20;
const POINT = 0x2e;
/** A text of more clauses is no post that a person wrote: the rest counts as one more clause. */
const MOST_CLAUSES = 200;
/** A hashtag is at most this long; a longer distance between two # is not one. */
const HASHTAG_LENGTH = 60;

function splitClauses(text: string, from: number, to: number): Clause[] {
  const clauses: Clause[] = [];
  let start = from;
  let sentence = 0;
  let tagEnd = -1;
  for (let i = from; i < to && clauses.length < MOST_CLAUSES; i++) {
    const unit = text.charCodeAt(i);
    // Chinese characters, letters and digits, nearly all of a text, close nothing.
    if (unit >= 0x4e00 && unit <= 0x9fff) continue;
    if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)) continue;
    if (unit === HASH) {
      if (i === tagEnd) {
        close(clauses, text, start, i, '', sentence, true);
        start = i + 1;
        tagEnd = -1;
        continue;
      }
      const end = text.indexOf('#', i + 1);
      if (end !== -1 && end < to && end - i <= HASHTAG_LENGTH && end > i + 1) {
        close(clauses, text, start, i, '', sentence, false);
        start = i + 1;
        tagEnd = end;
      }
      continue;
    }
    if (i < tagEnd) continue;
    if (unit === COMMA || unit === FULL_COMMA) {
      close(clauses, text, start, i, ',', sentence, false);
      start = i + 1;
    } else if (unit === SPACE) {
      if (!isHan(text, i - 1) || !isHan(text, i + 1)) continue;
      close(clauses, text, start, i, ' ', sentence, false);
      start = i + 1;
    } else if (
      STOPS.includes(text.charAt(i)) &&
      !(unit === POINT && isWord(text, i + 1) && isWord(text, i - 1))
    ) {
      close(clauses, text, start, i, text.charAt(i), sentence, false);
      start = i + 1;
      sentence++;
    }
  }
  close(clauses, text, start, to, '', sentence, false);
  if (clauses.length === 0) clauses.push(newClause(0, from, to, '', sentence, false));
  return clauses;
}

/** `!!!` and `。。。` have nothing between them: they close the clause before once more. */
function close(
  clauses: Clause[],
  text: string,
  start: number,
  end: number,
  mark: string,
  sentence: number,
  hashtag: boolean,
): void {
  if (!isBlank(text, start, end))
    clauses.push(newClause(clauses.length, start, end, mark, sentence, hashtag));
  else if (mark === '?' && clauses.length > 0) clauses.at(-1)!.mark = '?';
}

function newClause(
  index: number,
  start: number,
  end: number,
  mark: string,
  sentence: number,
  hashtag: boolean,
): Clause {
  return {
    index,
    start,
    end,
    mark,
    sentence,
    hashtag,
    cues: [],
    bits: 0,
    mentions: [],
    judgements: [],
    prior: undefined,
  };
}

function isWord(text: string, i: number): boolean {
  const c = text.charCodeAt(i);
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39);
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (text.charCodeAt(i) > SPACE) return false;
  return true;
}

function isHan(text: string, i: number): boolean {
  const c = text.charCodeAt(i);
  return c >= 0x4e00 && c <= 0x9fff;
}
