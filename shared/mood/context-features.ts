/**
 * What the learnt context model (context.ts) sees of one topic in a text, beside the n-grams of context-grams.ts:
 * how much each kind of judgement says and from where it reaches the topic, what is said about others, and the style of
 * the post. Training and serving run this very file.
 */
import { CUE_KINDS, KIND_BIT, roleOf } from './lexicon.ts';
import type { PriorResult } from './prior.ts';
import { OTHER, type Clause, type JudgementKind, type Mention, type Reading } from './reading.ts';

const KINDS = ['eval', 'emo', 'event', 'emoticon', 'prior'] as const satisfies JudgementKind[];
/** How a judgement came to the topic: by a frame such as comparison, by its own clause, from before or after it. */
const RELATIONS = ['frame', 'named', 'ahead', 'carried'] as const;
const SINGLES = [
  'total',
  'praise',
  'blame',
  'rawWordsNamed',
  'rawWordsCarried',
  'rawPriorNamed',
  'rawPriorCarried',
  'near',
  'nearOther',
  'othersPraise',
  'othersBlame',
  'othersPrior',
  'wholePolarity',
  'wholeNeutral',
  'lastPrior',
  'clauses',
  'ownClauses',
  'firstAt',
  'units',
  'topics',
  'entities',
  'hashtagOnly',
  'hashtag',
  'asks',
  'ownAsks',
  'endsAsking',
  'exclaims',
  'given',
  'quotes',
  'me',
  'numbers',
  'nameUnits',
  'mentions',
  'unitsBefore',
  'unitsBehind',
  'joke',
  'ironic',
  'tears',
  'gramsPolarity',
  'gramsNeutral',
  'ownGramsPolarity',
  'ownGramsNeutral',
  'crossPolarity',
  'crossNeutral',
  'basePolarity',
  'baseNeutral',
  'rivalPolarity',
  'rivalNeutral',
  'sense',
] as const;

const NAMES = [
  ...SINGLES,
  ...KINDS.flatMap((kind) => RELATIONS.map((relation) => `${kind}.${relation}`)),
  ...CUE_KINDS.map((kind) => `post.${kind}`),
  ...CUE_KINDS.map((kind) => `own.${kind}`),
];
/** Number of inputs of the model; at most 256, because a tree names them in one byte. */
export const CONTEXT_INPUTS = NAMES.length;

/** Where each input stands. */
export const AT = Object.fromEntries(SINGLES.map((name, k) => [name, k])) as Record<
  (typeof SINGLES)[number],
  number
>;
const SUMS_AT = SINGLES.length;
const POST_CUES_AT = SUMS_AT + KINDS.length * RELATIONS.length;
const OWN_CUES_AT = POST_CUES_AT + CUE_KINDS.length;
const KIND_NUMBER = Object.fromEntries(KINDS.map((kind, k) => [kind, k])) as Record<
  JudgementKind,
  number
>;
const FRAME = 0;
const NAMED = 1;
const AHEAD = 2;
const CARRIED = 3;
const BITS = CUE_KINDS.map((kind) => KIND_BIT[kind]);
const QUOTES = /[《"“【]/;
const ME = /[我俺咱]/;
/** Stands for "no other name near". */
const FAR = 99;

/** Inputs that are the same for every topic of a post; n-gram inputs are left at 0. */
export function readPostInputs(reading: Reading, whole: PriorResult, inputs: Float32Array): void {
  inputs.fill(0);
  const { clauses, text } = reading;
  inputs[AT.wholePolarity] = whole.positive - whole.negative;
  inputs[AT.wholeNeutral] = whole.neutral;
  const last = clauses.at(-1);
  const lastPrior = last?.judgements.find(({ kind }) => kind === 'prior');
  inputs[AT.lastPrior] = lastPrior?.parts[0]?.effect ?? 0;
  inputs[AT.clauses] = clauses.length;
  inputs[AT.units] = text.length;
  const topics: number[] = [];
  let names = 0;
  for (const clause of clauses) {
    if (clause.mark === '?') inputs[AT.asks] = 1;
    else if (clause.mark === '!') inputs[AT.exclaims] = 1;
    let before = -1;
    for (const { topic, start } of clause.mentions) {
      if (!topics.includes(topic)) {
        topics.push(topic);
        // Topics that share an alias are one name.
        if (start !== before) names++;
      }
      before = start;
    }
    if ((clause.bits & KIND_BIT.emoticon) === 0) continue;
    for (const cue of clause.cues) {
      const tags = roleOf(cue, 'emoticon')?.tags;
      if (tags === undefined || tags.size === 0) continue;
      if (tags.has('joke')) inputs[AT.joke] = inputs[AT.joke]! + 1;
      if (tags.has('ironic')) inputs[AT.ironic] = inputs[AT.ironic]! + 1;
      if (tags.has('tears')) inputs[AT.tears] = inputs[AT.tears]! + 1;
    }
  }
  inputs[AT.topics] = names;
  inputs[AT.entities] = topics.includes(OTHER) ? 1 : 0;
  inputs[AT.endsAsking] = last?.mark === '?' ? 1 : 0;
  inputs[AT.quotes] = QUOTES.test(text) ? 1 : 0;
  inputs[AT.me] = ME.test(text) ? 1 : 0;
  inputs[AT.numbers] = countNumbers(text);
  for (let k = 0; k < BITS.length; k++)
    if ((reading.bits & BITS[k]!) !== 0) inputs[POST_CUES_AT + k] = 1;
}

/** Inputs of one topic, on top of those of its post. Returns the sum of evidence that the rules gave it. */
export function readTopicInputs(reading: Reading, topic: number, inputs: Float32Array): number {
  const { clauses } = reading;
  let first = -1;
  let ownBits = 0;
  let own = 0;
  let tags = 0;
  let mentions = 0;
  for (const clause of clauses) {
    const named = mentionOf(clause, topic);
    if (named === undefined) continue;
    if (first === -1) {
      first = clause.index;
      inputs[AT.unitsBefore] = named.start - clause.start;
      inputs[AT.unitsBehind] = clause.end - named.end;
      inputs[AT.nameUnits] = named.end - named.start;
      inputs[AT.sense] = named.sense;
    }
    own++;
    ownBits |= clause.bits;
    if (clause.hashtag) tags++;
    if (clause.mark === '?') inputs[AT.ownAsks] = 1;
    for (const mention of clause.mentions) if (mention.topic === topic) mentions++;
  }
  inputs[AT.ownClauses] = own;
  inputs[AT.firstAt] = first / Math.max(1, clauses.length);
  inputs[AT.hashtagOnly] = own > 0 && tags === own ? 1 : 0;
  inputs[AT.hashtag] = tags > 0 ? 1 : 0;
  inputs[AT.mentions] = mentions;
  inputs[AT.given] = reading.given.includes(topic) ? 1 : 0;
  for (let k = 0; k < BITS.length; k++) if ((ownBits & BITS[k]!) !== 0) inputs[OWN_CUES_AT + k] = 1;
  return readJudgements(reading, topic, first, inputs);
}

function readJudgements(
  reading: Reading,
  topic: number,
  first: number,
  inputs: Float32Array,
): number {
  let total = 0;
  for (const clause of reading.clauses) {
    if (clause.judgements.length === 0) continue;
    const isNamed = mentionOf(clause, topic) !== undefined;
    for (const judgement of clause.judgements) {
      let factor = 0;
      let reaches = false;
      let framed = false;
      if (judgement.shares !== undefined) {
        for (const share of judgement.shares) {
          if (share.topic !== topic) continue;
          factor += share.factor;
          reaches = true;
          if (share.rule !== undefined) framed = true;
        }
      }
      const isPrior = judgement.kind === 'prior';
      if (!reaches) {
        const at = isPrior
          ? AT.othersPrior
          : judgement.value > 0
            ? AT.othersPraise
            : AT.othersBlame;
        inputs[at] = inputs[at]! + (isPrior ? judgement.value : Math.abs(judgement.value));
        continue;
      }
      const value = judgement.value * factor;
      total += value;
      const relation = framed ? FRAME : isNamed ? NAMED : clause.index < first ? AHEAD : CARRIED;
      const sum = SUMS_AT + KIND_NUMBER[judgement.kind] * RELATIONS.length + relation;
      inputs[sum] = inputs[sum]! + value;
      const sign = value > 0 ? AT.praise : AT.blame;
      inputs[sign] = inputs[sign]! + Math.abs(value);
      const raw = isPrior
        ? isNamed
          ? AT.rawPriorNamed
          : AT.rawPriorCarried
        : isNamed
          ? AT.rawWordsNamed
          : AT.rawWordsCarried;
      inputs[raw] = inputs[raw]! + (judgement.parts[0]?.effect ?? 0) * Math.sign(factor);
      if (isNamed && judgement.kind === 'eval') {
        inputs[AT.near] =
          inputs[AT.near]! + judgement.value / (1 + distance(clause, judgement, topic, true));
        inputs[AT.nearOther] =
          inputs[AT.nearOther]! + judgement.value / (1 + distance(clause, judgement, topic, false));
      }
    }
  }
  inputs[AT.total] = total;
  return total;
}

export function mentionOf(clause: Clause, topic: number): Mention | undefined {
  for (const mention of clause.mentions) if (mention.topic === topic) return mention;
  return undefined;
}

/** Where a topic is named first in the writer's own words, -1 where it stands in the quoted post only. */
export function firstMention(reading: Reading, topic: number): number {
  for (const clause of reading.clauses) {
    const mention = mentionOf(clause, topic);
    if (mention !== undefined) return mention.start;
  }
  return -1;
}

/** Whether the name that begins there names the topic. */
function names(clause: Clause, start: number, topic: number): boolean {
  for (const mention of clause.mentions)
    if (mention.start === start && mention.topic === topic) return true;
  return false;
}

/** Characters between a judgement and the nearest name of the topic (or of anything else). */
function distance(
  clause: Clause,
  span: { start: number; end: number },
  topic: number,
  own: boolean,
): number {
  let least = FAR;
  for (const mention of clause.mentions) {
    if (own ? mention.topic !== topic : names(clause, mention.start, topic)) continue;
    const gap =
      span.start >= mention.end
        ? span.start - mention.end
        : mention.start >= span.end
          ? mention.start - span.end
          : 0;
    if (gap < least) least = gap;
  }
  return least;
}

/** Numbers in a text: `2025年1月` has two. */
function countNumbers(text: string): number {
  let count = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const digit = unit >= 0x30 && unit <= 0x39;
    if (digit && !inside) count++;
    inside = digit;
  }
  return count;
}
