/**
 * What the learnt context model (context.ts) sees of one topic in a text, beside the n-grams of context-grams.ts:
 * how much each kind of judgement says and from where it reaches the topic, what is said about others, and the style of
 * the post. Training and serving run this very file.
 */
import { CUE_KINDS, KIND_BIT, roleOf } from './lexicon.ts';
import type { PriorResult } from './prior.ts';
import {
  OTHER,
  type Clause,
  type Judgement,
  type JudgementKind,
  type Mention,
  type Reading,
} from './reading.ts';

const KINDS = ['eval', 'emo', 'event', 'emoticon'] as const satisfies JudgementKind[];
/** How a judgement came to the topic: by a frame such as comparison, by its own clause, from before or after it. */
const RELATIONS = ['frame', 'named', 'ahead', 'carried'] as const;
const SINGLES = [
  'total',
  'praise',
  'blame',
  'rawWordsNamed',
  'rawWordsCarried',
  'near',
  'nearOther',
  'othersPraise',
  'othersBlame',
  'wholePolarity',
  'wholeNeutral',
  'ownPrior',
  'ownLean',
  'ownNeutral',
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
const FRAME = 0;
const NAMED = 1;
const AHEAD = 2;
const CARRIED = 3;
/** Stands for "no other name near". */
const FAR = 99;

/** Sums of all that a post says, whomever it concerns. */
export interface Said {
  praise: number;
  blame: number;
}

/** Inputs that are the same for every topic of a post; n-gram inputs are left at 0. */
export function readPostInputs(reading: Reading, whole: PriorResult, inputs: Float32Array): Said {
  inputs.fill(0);
  const { clauses, text } = reading;
  inputs[AT.wholePolarity] = whole.positive - whole.negative;
  inputs[AT.wholeNeutral] = whole.neutral;
  inputs[AT.clauses] = clauses.length;
  inputs[AT.units] = text.length;
  const topics: number[] = [];
  let names = 0;
  let praise = 0;
  let blame = 0;
  let endsAsking = 0;
  for (let c = 0; c < clauses.length; c++) {
    const clause = clauses[c]!;
    endsAsking = clause.mark === '?' ? 1 : 0;
    if (endsAsking === 1) inputs[AT.asks] = 1;
    else if (clause.mark === '!') inputs[AT.exclaims] = 1;
    let before = -1;
    for (let k = 0; k < clause.mentions.length; k++) {
      const { topic, start } = clause.mentions[k]!;
      if (!topics.includes(topic)) {
        topics.push(topic);
        // Topics that share an alias are one name.
        if (start !== before) names++;
      }
      before = start;
    }
    for (let k = 0; k < clause.judgements.length; k++) {
      const { value } = clause.judgements[k]!;
      if (value > 0) praise += value;
      else blame -= value;
    }
    if ((clause.bits & KIND_BIT.emoticon) !== 0) countTones(clause, inputs);
  }
  inputs[AT.topics] = names;
  inputs[AT.entities] = topics.includes(OTHER) ? 1 : 0;
  inputs[AT.endsAsking] = endsAsking;
  readCharacters(text, inputs);
  for (let k = 0; k < CUE_KINDS.length; k++) inputs[POST_CUES_AT + k] = (reading.bits >>> k) & 1;
  return { praise, blame };
}

/** Emoticons that turn what is said: [doge], [微笑], [泪]. */
function countTones(clause: Clause, inputs: Float32Array): void {
  for (const cue of clause.cues) {
    const tags = roleOf(cue, 'emoticon')?.tags;
    if (tags === undefined || tags.size === 0) continue;
    if (tags.has('joke')) inputs[AT.joke]! += 1;
    if (tags.has('ironic')) inputs[AT.ironic]! += 1;
    if (tags.has('tears')) inputs[AT.tears]! += 1;
  }
}

/** Quotation marks, 我 and its kin, and how many numbers there are: `2025年1月` has two. */
function readCharacters(text: string, inputs: Float32Array): void {
  let numbers = 0;
  let quotes = 0;
  let me = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x4e00) {
      if (unit === 0x6211 || unit === 0x4ffa || unit === 0x54b1) me = 1;
      inside = false;
    } else if (unit >= 0x30 && unit <= 0x39) {
      if (!inside) numbers++;
      inside = true;
    } else {
      if (unit === 0x300a || unit === 0x22 || unit === 0x201c || unit === 0x3010) quotes = 1;
      inside = false;
    }
  }
  inputs[AT.numbers] = numbers;
  inputs[AT.quotes] = quotes;
  inputs[AT.me] = me;
}

/**
 * Inputs of one topic, on top of those of its post (`inputs` and `said` are what {@link readPostInputs} found). Returns the
 * sum of evidence that the rules gave it.
 */
export function readTopicInputs(
  reading: Reading,
  topic: number,
  said: Said,
  inputs: Float32Array,
): number {
  const first = readMentions(reading, topic, inputs);
  return readJudgements(reading, topic, first, said, inputs);
}

/** Where and how the topic is named, and what the clauses that name it hold. Returns the first of them, -1 for none. */
function readMentions({ clauses, given }: Reading, topic: number, inputs: Float32Array): number {
  let first = -1;
  let ownBits = 0;
  let own = 0;
  let ownPrior = 0;
  let ownNeutral = 0;
  let lean = 0;
  let tags = 0;
  let mentions = 0;
  for (let c = 0; c < clauses.length; c++) {
    const clause = clauses[c]!;
    const named = mentionOf(clause, topic);
    if (named === undefined) continue;
    if (first === -1) {
      first = c;
      inputs[AT.unitsBefore] = named.start - clause.start;
      inputs[AT.unitsBehind] = clause.end - named.end;
      inputs[AT.nameUnits] = named.end - named.start;
      inputs[AT.sense] = named.sense;
    }
    own++;
    if (clause.prior !== undefined) {
      const { positive, negative } = clause.prior;
      const clauseLean = (positive - negative) / (positive + negative);
      ownPrior += positive - negative;
      ownNeutral += clause.prior.neutral;
      if (Math.abs(clauseLean) > Math.abs(lean)) lean = clauseLean;
    }
    ownBits |= clause.bits;
    if (clause.hashtag) tags++;
    if (clause.mark === '?') inputs[AT.ownAsks] = 1;
    for (let k = 0; k < clause.mentions.length; k++)
      if (clause.mentions[k]!.topic === topic) mentions++;
  }
  inputs[AT.ownClauses] = own;
  inputs[AT.ownPrior] = ownPrior;
  inputs[AT.ownLean] = lean;
  inputs[AT.ownNeutral] = own === 0 ? 0 : ownNeutral / own;
  inputs[AT.firstAt] = first / Math.max(1, clauses.length);
  inputs[AT.hashtagOnly] = own > 0 && tags === own ? 1 : 0;
  inputs[AT.hashtag] = tags > 0 ? 1 : 0;
  inputs[AT.mentions] = mentions;
  inputs[AT.given] = given.includes(topic) ? 1 : 0;
  for (let k = 0; k < CUE_KINDS.length; k++) inputs[OWN_CUES_AT + k] = (ownBits >>> k) & 1;
  return first;
}

/** What the rules say of the topic, and of others. Returns their evidence for the topic. */
function readJudgements(
  { clauses }: Reading,
  topic: number,
  first: number,
  said: Said,
  inputs: Float32Array,
): number {
  let total = 0;
  let praise = 0;
  let blame = 0;
  for (let c = 0; c < clauses.length; c++) {
    const clause = clauses[c]!;
    for (let k = 0; k < clause.judgements.length; k++) {
      const judgement = clause.judgements[k]!;
      const { shares } = judgement;
      if (shares === undefined) continue;
      let factor = 0;
      let reaches = false;
      let framed = false;
      for (let s = 0; s < shares.length; s++) {
        const share = shares[s]!;
        if (share.topic !== topic) continue;
        factor += share.factor;
        reaches = true;
        if (share.rule !== undefined) framed = true;
      }
      if (!reaches) continue;
      const isNamed = mentionOf(clause, topic) !== undefined;
      const relation = framed ? FRAME : isNamed ? NAMED : c < first ? AHEAD : CARRIED;
      total += judgement.value * factor;
      if (judgement.value > 0) praise += judgement.value;
      else blame -= judgement.value;
      readJudgement(judgement, factor, relation, isNamed, inputs);
      if (isNamed && judgement.kind === 'eval') {
        const { value } = judgement;
        inputs[AT.near]! += value / (1 + distance(clause, judgement, topic, true));
        inputs[AT.nearOther]! += value / (1 + distance(clause, judgement, topic, false));
      }
    }
  }
  inputs[AT.total] = total;
  inputs[AT.othersPraise] = without(said.praise, praise);
  inputs[AT.othersBlame] = without(said.blame, blame);
  return total;
}

/** What is left of a sum without some of its parts: nothing where only rounding is left. */
function without(sum: number, parts: number): number {
  const left = sum - parts;
  return Math.abs(left) < 1e-6 ? 0 : left;
}

/** A judgement that reaches the topic counts by its kind and by how it came. */
function readJudgement(
  { kind, value, parts }: Judgement,
  factor: number,
  relation: number,
  isNamed: boolean,
  inputs: Float32Array,
): void {
  const share = value * factor;
  inputs[SUMS_AT + numberOf(kind) * RELATIONS.length + relation]! += share;
  inputs[share > 0 ? AT.praise : AT.blame]! += Math.abs(share);
  const raw = isNamed ? AT.rawWordsNamed : AT.rawWordsCarried;
  inputs[raw]! += parts[0]!.effect * Math.sign(factor);
}

/** Place in {@link KINDS}; comparing is quicker than looking up. */
function numberOf(kind: JudgementKind): number {
  switch (kind) {
    case 'eval':
      return 0;
    case 'emo':
      return 1;
    case 'event':
      return 2;
    case 'emoticon':
      return 3;
  }
}

export function mentionOf(clause: Clause, topic: number): Mention | undefined {
  const { mentions } = clause;
  for (let k = 0; k < mentions.length; k++) if (mentions[k]!.topic === topic) return mentions[k]!;
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
export function names({ mentions }: Clause, start: number, topic: number): boolean {
  for (let k = 0; k < mentions.length; k++)
    if (mentions[k]!.start === start && mentions[k]!.topic === topic) return true;
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
