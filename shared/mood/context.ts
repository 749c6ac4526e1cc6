/**
 * The learnt half of targeted scoring: how the evidence of the rules, the words around the topic and the style of the post
 * weigh together. Rules alone call most bare mentions in real posts positive or negative; people who read them do not.
 *
 * Two logits per mention: polarity p (positive against negative) and neutral u; the classes weigh +p, u, -p as in
 * prior.ts. A linear part (evidence of the rules, whole post, n-grams) is exact per clause and so can be shown; small
 * trees correct it for what adds up differently together: a question, a hashtag, praise of somebody else.
 */
import { addTrees } from './boosted-trees.ts';
import { decodeContext, type ContextWeights } from './context-format.ts';
import {
  AT,
  CONTEXT_INPUTS,
  firstMention,
  mentionOf,
  readPostInputs,
  readTopicInputs,
  type Said,
} from './context-features.ts';
import { GramReader } from './context-grams.ts';
import type { Symbols } from './features.ts';
import { softmax, type PriorResult } from './prior.ts';
import { OTHER, type Reading } from './reading.ts';

/** What the model says of one mention. The effects are shares of the polarity logit and add up to it. */
export interface Weighed {
  probabilities: PriorResult;
  polarity: number;
  /** Of the rules' evidence. */
  rules: number;
  /** The rules' evidence itself, before it was squeezed. */
  total: number;
  /** Of the whole post's mood. */
  whole: number;
  /** Of the words of each clause, by clause. */
  clauses: Float32Array;
  /** Of how all of it stands together. */
  weighing: number;
}

export interface ContextModel {
  readonly version: string;
  /** Reads a post and all its topics. `whole` is the prior's view of the post and `symbols` what it read, names masked. */
  open(reading: Reading, whole: PriorResult, symbols: Symbols): void;
  /**
   * Weighs one topic of the reading opened last; the result is reused by the next call. Undefined where neither the writer
   * nor the post that is answered names it: further down a chain others spoke.
   */
  weigh(topic: number): Weighed | undefined;
}

/** One topic of the reading at hand, before the trees. Reused between posts. */
interface Candidate {
  topic: number;
  /** Where it is named first. */
  at: number;
  inputs: Float32Array;
  /** Shares of the polarity logit by clause. */
  clauses: Float32Array;
  total: number;
}

export function createContextModel(bytes: Uint8Array): ContextModel {
  return contextModelOf(decodeContext(bytes, CONTEXT_INPUTS));
}

export function contextModelOf(weights: ContextWeights): ContextModel {
  const cells = new Int32Array(
    weights.slots.buffer,
    weights.slots.byteOffset,
    weights.slots.length,
  );
  const shift = 32 - weights.bits;
  const { linear, polarityUnit, neutralUnit, temperature, trees } = weights;
  const grams = new GramReader();
  const logits = new Float64Array(2);
  const postInputs = new Float32Array(CONTEXT_INPUTS);
  const candidates: Candidate[] = [];
  let count = 0;
  let clauseCount = 0;
  let clausePolarity = new Float32Array(64);
  let clauseNeutral = new Float32Array(64);
  let topicNeutral = new Float32Array(64);
  const result: Weighed = {
    probabilities: { positive: 0, neutral: 1, negative: 0 },
    polarity: 0,
    rules: 0,
    total: 0,
    whole: 0,
    clauses: new Float32Array(0),
    weighing: 0,
  };
  return { version: weights.version, open, weigh };

  function open(reading: Reading, whole: PriorResult, symbols: Symbols): void {
    const said = readPostInputs(reading, whole, postInputs);
    clauseCount = reading.clauses.length;
    if (clauseCount > clausePolarity.length) {
      clausePolarity = new Float32Array(2 * clauseCount);
      clauseNeutral = new Float32Array(2 * clauseCount);
      topicNeutral = new Float32Array(2 * clauseCount);
    }
    grams.open(reading, symbols);
    grams.readClauses();
    grams.sumByClause(cells, shift, clausePolarity, clauseNeutral);
    const scale = scaleOf(grams.symbolCount);
    let sumPolarity = 0;
    let sumNeutral = 0;
    for (let k = 0; k < clauseCount; k++) {
      sumPolarity += clausePolarity[k]! *= polarityUnit * scale;
      sumNeutral += clauseNeutral[k]! *= neutralUnit * scale;
    }
    postInputs[AT.gramsPolarity] = sumPolarity;
    postInputs[AT.gramsNeutral] = sumNeutral;
    count = 0;
    for (const topic of topicsOf(reading)) read(reading, topic, said);
  }

  /** The linear part of one topic. */
  function read(reading: Reading, topic: number, said: Said): void {
    const candidate = (candidates[count] ??= emptyCandidate());
    count++;
    candidate.topic = topic;
    candidate.at = firstMention(reading, topic);
    if (candidate.clauses.length < clauseCount)
      candidate.clauses = new Float32Array(2 * clauseCount);
    const { inputs, clauses: byClause } = candidate;
    inputs.set(postInputs);
    candidate.total = readTopicInputs(reading, topic, said, inputs);
    const scale = scaleOf(grams.readTopic(topic));
    grams.sumByClause(cells, shift, byClause, topicNeutral);
    let polarity = 0;
    let neutral = 0;
    let ownPolarity = 0;
    let ownNeutral = 0;
    for (let k = 0; k < clauseCount; k++) {
      polarity += byClause[k]!;
      neutral += topicNeutral[k]!;
      byClause[k] = (byClause[k]! * polarityUnit * scale + clausePolarity[k]!) / temperature;
      if (mentionOf(reading.clauses[k]!, topic) === undefined) continue;
      ownPolarity += clausePolarity[k]!;
      ownNeutral += clauseNeutral[k]!;
    }
    inputs[AT.ownGramsPolarity] = ownPolarity;
    inputs[AT.ownGramsNeutral] = ownNeutral;
    inputs[AT.crossPolarity] = polarity * polarityUnit * scale;
    inputs[AT.crossNeutral] = neutral * neutralUnit * scale;
    noteBase(linear, inputs);
  }

  function weigh(topic: number): Weighed | undefined {
    let at = 0;
    while (at < count && candidates[at]!.topic !== topic) at++;
    if (at === count) return undefined;
    const { inputs, total, clauses } = candidates[at]!;
    noteRival(candidates, count, at);
    logits[0] = inputs[AT.basePolarity]!;
    logits[1] = inputs[AT.baseNeutral]!;
    addTrees(trees, inputs, logits);
    result.polarity = logits[0] / temperature;
    result.probabilities = softmax(result.polarity, logits[1] / temperature);
    result.rules = shareOfRules(linear, inputs) / temperature;
    result.total = total;
    result.whole = shareOfPrior(linear, inputs) / temperature;
    let words = 0;
    for (let k = 0; k < clauseCount; k++) words += clauses[k]!;
    result.clauses = clauses;
    // What is left: the trees and the bias.
    result.weighing = result.polarity - result.rules - result.whole - words;
    return result;
  }
}

function emptyCandidate(): Candidate {
  return {
    topic: OTHER,
    at: -1,
    inputs: new Float32Array(CONTEXT_INPUTS),
    clauses: new Float32Array(64),
    total: 0,
  };
}

/** Topics of a reading, each once, quoted ones included. */
function topicsOf(reading: Reading): number[] {
  const topics: number[] = [];
  for (const clause of reading.clauses)
    for (const { topic } of clause.mentions)
      if (topic !== OTHER && !topics.includes(topic)) topics.push(topic);
  for (const topic of reading.given) if (!topics.includes(topic)) topics.push(topic);
  return topics;
}

/**
 * What is said of the other topics says something of this one: where two are compared and one is blamed, the other is
 * praised. Notes the linear answer about the other topic that is judged most; topics that share an alias are no others.
 */
export function noteRival(
  all: readonly { inputs: Float32Array; at: number }[],
  count: number,
  self: number,
): void {
  let polarity = 0;
  let neutral = 0;
  const own = all[self]!;
  for (let k = 0; k < count; k++) {
    const { inputs, at } = all[k]!;
    if (at === own.at || Math.abs(inputs[AT.basePolarity]!) < Math.abs(polarity)) continue;
    polarity = inputs[AT.basePolarity]!;
    neutral = inputs[AT.baseNeutral]!;
  }
  own.inputs[AT.rivalPolarity] = polarity;
  own.inputs[AT.rivalNeutral] = neutral;
}

/** Sums of n-grams grow with the length of a text; their scatter with its root. */
export function scaleOf(symbols: number): number {
  return symbols === 0 ? 0 : 1 / Math.sqrt(symbols);
}

type Linear = ContextWeights['linear'];

/** What the linear part makes of the evidence of the rules: squeezed twice, so that a little of it counts, and much of it. */
export const squashed = {
  evidence: (total: number): number => squash(total),
  strong: (total: number): number => squash(total / 3),
  size: (total: number): number => Math.abs(squash(total / 2)),
};

/** Into (-1, 1), alike to the hyperbolic tangent at a fraction of its cost. */
function squash(value: number): number {
  return value / Math.sqrt(1 + value * value);
}

/** Share of the rules' evidence in the polarity of a mention. */
export function shareOfRules(linear: Linear, inputs: Float32Array): number {
  const total = inputs[AT.total]!;
  return (
    linear.evidence * squashed.evidence(total) + linear.strongEvidence * squashed.strong(total)
  );
}

/**
 * Share of what the prior says of the whole post and of the clauses that name the topic. Where the post names others too it
 * may be their mood, so it has weights of its own.
 */
export function shareOfPrior(linear: Linear, inputs: Float32Array): number {
  const whole = inputs[AT.wholePolarity]!;
  const own = inputs[AT.ownPrior]!;
  return isAmongOthers(inputs)
    ? linear.wholeAmongOthers * whole + linear.ownAmongOthers * own
    : linear.wholePolarity * whole + linear.ownPolarity * own;
}

/** The post names something else of our field too. */
export function isAmongOthers(inputs: Float32Array): boolean {
  return inputs[AT.topics]! > 1;
}

/** The linear part of a mention whose n-gram sums are among its inputs: notes its answer there, for the trees. */
export function noteBase(linear: Linear, inputs: Float32Array): void {
  inputs[AT.basePolarity] =
    linear.polarityBias +
    shareOfRules(linear, inputs) +
    shareOfPrior(linear, inputs) +
    inputs[AT.gramsPolarity]! +
    inputs[AT.crossPolarity]!;
  inputs[AT.baseNeutral] =
    linear.neutralBias +
    linear.wholeNeutral * inputs[AT.wholeNeutral]! +
    linear.ownNeutral * inputs[AT.ownNeutral]! +
    linear.evidenceNeutral * squashed.size(inputs[AT.total]!) +
    linear.wholePolarNeutral * Math.abs(inputs[AT.wholePolarity]!) +
    inputs[AT.gramsNeutral]! +
    inputs[AT.crossNeutral]!;
}
