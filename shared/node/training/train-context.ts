/**
 * Trains the context model (shared/mood/context.ts) from texts with a label per topic.
 *
 * First the linear part by AdaGrad over n-grams and the rules' evidence; then trees on what it leaves, started from answers
 * that the linear part gives to texts it has not seen (five folds), since its answers to texts it knows are too good.
 * Seeded throughout: the same files give the same bytes.
 */
import {
  AT,
  CONTEXT_INPUTS,
  firstMention,
  mentionOf,
  readPostInputs,
  readTopicInputs,
} from '../../mood/context-features.ts';
import { encodeContext, type ContextWeights } from '../../mood/context-format.ts';
import { isAmongOthers, noteBase, noteRival, scaleOf, squashed } from '../../mood/context.ts';
import { GramReader } from '../../mood/context-grams.ts';
import { findSlot, neutralOf, polarityOf } from '../../mood/feature-table.ts';
import { addTrees, emptyTrees } from '../../mood/boosted-trees.ts';
import type { Symbols } from '../../mood/features.ts';
import { softmax, type PriorResult } from '../../mood/prior.ts';
import type { Reading } from '../../mood/reading.ts';
import { createScorer } from '../../mood/score-post.ts';
import { normalise } from '../../post/normalise.ts';
import { createMatcher, type TopicMatcher } from '../../topic/matcher.ts';
import type { EngineParts } from '../engine.ts';
import { boost, type BoostOptions } from './boost.ts';
import { shuffle, xorshift } from './fit.ts';
import { putFeature, steps, unitOf } from './pack.ts';
import type { TargetedExample } from './targeted-corpus.ts';

/** One mention to learn from. */
export interface ContextRow {
  inputs: Float32Array;
  /** N-grams of all clauses, of the topic's clauses, with those clauses' symbol counts. */
  clauseGrams: Int32Array;
  topicGrams: Int32Array;
  /** Those of the clauses that name the topic, names hidden. */
  ownGrams: Int32Array;
  clauseScale: number;
  topicScale: number;
  label: number;
  weight: number;
  set: string;
  fold: number;
  phenomena: readonly string[];
  /** Mentions of one text have the same number. */
  text: number;
  /** Where the topic is named first. */
  at: number;
}

export interface ContextTraining {
  version: string;
  boost?: Partial<BoostOptions>;
  onProgress?: (message: string) => void;
}

const FOLDS = 5;
/** An n-gram that fewer mentions have says nothing reliable. */
const LEAST_COUNT = 3;
const TABLE_BITS = 18;
const FILL = 0.8;
const EPOCHS = 8;
const RATE = 0.1;
const DECAY = 0.8;
const RIDGE = 1e-4;
const DROPOUT = 0.3;
const SEED = 20_261_127;
/** Fits that are averaged: their noise cancels out, and serving costs the same. */
const FITS = 6;
/**
 * Public posts are many and short of opinion: two in three of their labels are neutral. They weigh a fifth, their neutral
 * ones half of that, so that the model does not learn to shrug where somebody speaks plainly.
 */
const PUBLIC_WEIGHT = 0.2;
/** Parts of products with the label of their whole review, right more often than not: many, so each weighs little. */
const REVIEW_WEIGHT = 0.05;
/** Short clauses from reviews are much alike and none is a post. */
const CLAUSE_WEIGHT = 0.6;
/** Aspects of cars, labelled by people, though many opinions were passed over as neutral. */
const ASPECT_WEIGHT = 0.5;
const ASPECT_NEUTRAL_WEIGHT = 0.1;
/** Gold posts name topics by aliases as users declare them, and were labelled twice. */
const GOLD_WEIGHT = 3.5;
const NEUTRAL_WEIGHT = 0.5;

/** Reads every example with the rules and notes what the model will see of each labelled topic. */
export function readRows(
  examples: readonly TargetedExample[],
  parts: Pick<EngineParts, 'prior' | 'lexicon'>,
): ContextRow[] {
  const rows: ContextRow[] = [];
  let texts = 0;
  const grams = new GramReader();
  const matchers = new Map<unknown, TopicMatcher>();
  for (const example of examples) {
    // Gold files share one list of topics; all others have their own.
    const matcher = matchers.get(example.topics) ?? createMatcher(example.topics);
    if (example.topics.length > 10) matchers.set(example.topics, matcher);
    const scorer = createScorer({ matcher, ...parts, context: undefined, onReading: note });
    scorer.analyse(example.text);
    texts++;
    function note(reading: Reading, whole: PriorResult, symbols: Symbols): void {
      grams.open(reading, symbols);
      grams.readClauses();
      const ends = [...grams.ends.subarray(0, reading.clauses.length)];
      const clauseGrams = grams.hashes.slice(0, ends.at(-1));
      for (const [id, label] of example.labels) {
        const topic = matcher.topics.findIndex((entry) => entry.id === id);
        const isMentioned =
          reading.given.includes(topic) ||
          reading.clauses.some((clause) => mentionOf(clause, topic) !== undefined);
        if (!isMentioned) continue;
        const inputs = new Float32Array(CONTEXT_INPUTS);
        readTopicInputs(reading, topic, readPostInputs(reading, whole, inputs), inputs);
        const topicSymbols = grams.readTopic(topic);
        const topicGrams = grams.hashes.slice(0, grams.ends[reading.clauses.length - 1]);
        rows.push({
          inputs,
          clauseGrams,
          topicGrams,
          ownGrams: Int32Array.from(
            reading.clauses.flatMap((clause, k) =>
              mentionOf(clause, topic) === undefined
                ? []
                : [...clauseGrams.subarray(ends[k - 1] ?? 0, ends[k])],
            ),
          ),
          clauseScale: scaleOf(grams.symbolCount),
          topicScale: scaleOf(topicSymbols),
          label,
          weight: weightOf(example, label),
          set: example.set,
          fold: foldOfText(example.text),
          phenomena: example.phenomena,
          text: texts,
          at: firstMention(reading, topic),
        });
      }
    }
  }
  return rows;
}

function weightOf({ origin }: TargetedExample, label: number): number {
  if (origin === 'written') return 1;
  if (origin === 'clause') return CLAUSE_WEIGHT;
  if (origin === 'gold') return GOLD_WEIGHT;
  if (origin === 'review') return REVIEW_WEIGHT;
  if (origin === 'aspect') return label === 0 ? ASPECT_NEUTRAL_WEIGHT : ASPECT_WEIGHT;
  return PUBLIC_WEIGHT * (label === 0 ? NEUTRAL_WEIGHT : 1);
}

export function trainContext(rows: readonly ContextRow[], options: ContextTraining): Uint8Array {
  return encodeContext(fitContext(rows, options));
}

/** Answers to rows that the model has not seen: trained on the other folds. */
export function crossValidate(
  rows: readonly ContextRow[],
  options: ContextTraining,
): { row: ContextRow; said: PriorResult }[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    options.onProgress?.(`fold ${fold + 1} of ${FOLDS}`);
    const weights = fitContext(
      rows.filter((row) => row.fold !== fold),
      { version: options.version, ...(options.boost ? { boost: options.boost } : {}) },
    );
    const unseen = rows.filter((row) => row.fold === fold);
    const said = answer(weights, unseen);
    return unseen.map((row, k) => ({ row, said: said[k]! }));
  }).flat();
}

export function fitContext(rows: readonly ContextRow[], options: ContextTraining): ContextWeights {
  const progress = options.onProgress ?? (() => undefined);
  const inputs: Float32Array[] = rows.map((row) => row.inputs.slice());
  for (let fold = 0; fold < FOLDS; fold++) {
    const known = rows.filter((row) => row.fold !== fold);
    const linear = fitLinear(known, options.version);
    rows.forEach((row, i) => {
      if (row.fold !== fold) return;
      noteLinear(linear, row, inputs[i]!);
    });
  }
  noteRivals(rows, inputs);
  progress('trees');
  const trees = boost(
    {
      inputs,
      labels: rows.map((row) => row.label),
      weights: rows.map((row) => row.weight),
      polarity: Float64Array.from(inputs, (input) => input[AT.basePolarity]!),
      neutral: Float64Array.from(inputs, (input) => input[AT.baseNeutral]!),
    },
    options.boost,
  );
  progress('linear part on everything');
  return { ...fitLinear(rows, options.version), trees };
}

/** The linear part alone, without trees: the mean of a few fits, each in an order of its own. */
function fitLinear(rows: readonly ContextRow[], version: string): ContextWeights {
  const numbers = numberGrams(rows);
  const fits = Array.from({ length: FITS }, (_, k) => fitOnce(rows, numbers, SEED + k));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / FITS;
  const linear = Object.fromEntries(
    Object.keys(START).map((name) => [
      name,
      mean(fits.map((fit) => fit.linear[name as keyof Linear])),
    ]),
  ) as Linear;
  const p = Float32Array.from(numbers.hashes, (_, f) => mean(fits.map((fit) => fit.p[f]!)));
  const u = Float32Array.from(numbers.hashes, (_, f) => mean(fits.map((fit) => fit.u[f]!)));
  return { ...pack(numbers, p, u), version, linear, temperature: 1, trees: emptyTrees(0) };
}

type Linear = ContextWeights['linear'];
const START: Linear = {
  polarityBias: 0,
  evidence: 0.5,
  strongEvidence: 0.5,
  wholePolarity: 0.3,
  neutralBias: 0.5,
  wholeNeutral: 0.3,
  evidenceNeutral: -0.3,
  wholePolarNeutral: -0.3,
  ownPolarity: 0.3,
  wholeAmongOthers: 0.1,
  ownAmongOthers: 0.1,
  ownNeutral: 0,
};

function fitOnce(
  rows: readonly ContextRow[],
  numbers: GramNumbers,
  seed: number,
): { p: Float32Array; u: Float32Array; linear: Linear } {
  const size = numbers.hashes.length;
  const p = new Float32Array(size);
  const u = new Float32Array(size);
  const pSquares = new Float32Array(size).fill(0.01);
  const uSquares = new Float32Array(size).fill(0.01);
  const linear = { ...START };
  const squares = Object.fromEntries(Object.keys(linear).map((name) => [name, 1])) as Record<
    keyof Linear,
    number
  >;
  const random = xorshift(seed);
  const order = Int32Array.from(rows, (_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random);
    const rate = RATE * (1 - (DECAY * epoch) / EPOCHS);
    for (const i of order) learn(rows[i]!, numbers.ofRow(i), rate);
  }
  return { p, u, linear };

  function learn(row: ContextRow, [clause, topic]: [Int32Array, Int32Array], rate: number): void {
    const shownClause = clause.filter(() => random() >= DROPOUT);
    const shownTopic = topic.filter(() => random() >= DROPOUT);
    const clauseScale = row.clauseScale / (1 - DROPOUT);
    const topicScale = row.topicScale / (1 - DROPOUT);
    const total = row.inputs[AT.total]!;
    const evidence = squashed.evidence(total);
    const strong = squashed.strong(total);
    const amount = squashed.size(total);
    const whole = row.inputs[AT.wholePolarity]!;
    const wholeNeutral = row.inputs[AT.wholeNeutral]!;
    const own = row.inputs[AT.ownPrior]!;
    const ownNeutral = row.inputs[AT.ownNeutral]!;
    // Its n-gram inputs are 0: those shown are added below.
    noteBase(linear, row.inputs);
    let polarity = row.inputs[AT.basePolarity]!;
    let neutral = row.inputs[AT.baseNeutral]!;
    for (const f of shownClause) {
      polarity += p[f]! * clauseScale;
      neutral += u[f]! * clauseScale;
    }
    for (const f of shownTopic) {
      polarity += p[f]! * topicScale;
      neutral += u[f]! * topicScale;
    }
    const said = softmax(polarity, neutral);
    const pError = row.weight * (said.positive - said.negative - row.label);
    const uError = row.weight * (said.neutral - (row.label === 0 ? 1 : 0));
    for (const f of shownClause) move(f, pError * clauseScale, uError * clauseScale, rate);
    for (const f of shownTopic) move(f, pError * topicScale, uError * topicScale, rate);
    step('polarityBias', pError, rate);
    step('evidence', pError * evidence, rate);
    step('strongEvidence', pError * strong, rate);
    const among = isAmongOthers(row.inputs);
    step(among ? 'wholeAmongOthers' : 'wholePolarity', pError * whole, rate);
    step(among ? 'ownAmongOthers' : 'ownPolarity', pError * own, rate);
    step('ownNeutral', uError * ownNeutral, rate);
    step('neutralBias', uError, rate);
    step('wholeNeutral', uError * wholeNeutral, rate);
    step('evidenceNeutral', uError * amount, rate);
    step('wholePolarNeutral', uError * Math.abs(whole), rate);
    // Evidence for the topic never speaks against it.
    linear.evidence = Math.max(0, linear.evidence);
    linear.strongEvidence = Math.max(0, linear.strongEvidence);
  }

  function move(f: number, pSlope: number, uSlope: number, rate: number): void {
    const pg = pSlope + RIDGE * p[f]!;
    const ug = uSlope + RIDGE * u[f]!;
    pSquares[f]! += pg * pg;
    uSquares[f]! += ug * ug;
    p[f]! -= (rate * pg) / Math.sqrt(pSquares[f]!);
    u[f]! -= (rate * ug) / Math.sqrt(uSquares[f]!);
  }

  function step(name: keyof Linear, slope: number, rate: number): void {
    squares[name] += slope * slope;
    linear[name] -= (rate * slope) / Math.sqrt(squares[name]);
  }
}

interface GramNumbers {
  hashes: Int32Array;
  counts: Int32Array;
  /** Of the clauses and of the topic. */
  ofRow: (row: number) => [Int32Array, Int32Array];
}

/** Numbers the n-grams that enough rows have. */
function numberGrams(rows: readonly ContextRow[]): GramNumbers {
  const counts = new Map<number, number>();
  const seen = new Set<number>();
  for (const row of rows) {
    seen.clear();
    for (const grams of [row.clauseGrams, row.topicGrams]) {
      for (const hash of grams) {
        if (seen.has(hash)) continue;
        seen.add(hash);
        counts.set(hash, (counts.get(hash) ?? 0) + 1);
      }
    }
  }
  const numbers = new Map<number, number>();
  const kept: number[] = [];
  for (const [hash, count] of counts) {
    if (count < LEAST_COUNT) continue;
    numbers.set(hash, kept.length);
    kept.push(hash);
  }
  const known = (grams: Int32Array): Int32Array =>
    Int32Array.from(
      Array.from(grams, (hash) => numbers.get(hash) ?? -1).filter((number) => number !== -1),
    );
  const cache = rows.map(
    (row) => [known(row.clauseGrams), known(row.topicGrams)] as [Int32Array, Int32Array],
  );
  return {
    hashes: Int32Array.from(kept),
    counts: Int32Array.from(kept, (hash) => counts.get(hash) ?? 0),
    ofRow: (row) => cache[row]!,
  };
}

/** The most frequent n-grams in a table; the rarest find no room in a full bucket. */
function pack(
  { hashes, counts }: GramNumbers,
  p: Float32Array,
  u: Float32Array,
): Pick<ContextWeights, 'bits' | 'inputs' | 'polarityUnit' | 'neutralUnit' | 'slots'> {
  const order = Int32Array.from(hashes, (_, f) => f).sort(
    (a, b) => counts[b]! - counts[a]! || a - b,
  );
  const kept = order.subarray(0, Math.floor(FILL * 2 ** TABLE_BITS));
  const polarityUnit = unitOf(p, kept);
  const neutralUnit = unitOf(u, kept);
  const slots = new Uint32Array(2 ** TABLE_BITS);
  for (const f of kept)
    putFeature(
      slots,
      TABLE_BITS,
      hashes[f]!,
      steps(p[f]!, polarityUnit),
      steps(u[f]!, neutralUnit),
    );
  return { bits: TABLE_BITS, inputs: CONTEXT_INPUTS, polarityUnit, neutralUnit, slots };
}

/** Notes what the linear part says of a row among the inputs of the trees. */
function noteLinear(weights: ContextWeights, row: ContextRow, inputs: Float32Array): void {
  const cells = new Int32Array(
    weights.slots.buffer,
    weights.slots.byteOffset,
    weights.slots.length,
  );
  const shift = 32 - weights.bits;
  noteSum(row.clauseGrams, row.clauseScale, AT.gramsPolarity, AT.gramsNeutral);
  noteSum(row.ownGrams, row.clauseScale, AT.ownGramsPolarity, AT.ownGramsNeutral);
  noteSum(row.topicGrams, row.topicScale, AT.crossPolarity, AT.crossNeutral);
  noteBase(weights.linear, inputs);

  function noteSum(grams: Int32Array, scale: number, polarityAt: number, neutralAt: number): void {
    let polarity = 0;
    let neutral = 0;
    for (const hash of grams) {
      const slot = findSlot(cells, shift, hash);
      polarity += polarityOf(slot);
      neutral += neutralOf(slot);
    }
    inputs[polarityAt] = polarity * weights.polarityUnit * scale;
    inputs[neutralAt] = neutral * weights.neutralUnit * scale;
  }
}

/** What {@link ContextModel.weigh} knows of the other topics of each text. */
function noteRivals(rows: readonly ContextRow[], inputs: readonly Float32Array[]): void {
  const byText = new Map<number, { inputs: Float32Array; at: number }[]>();
  rows.forEach(({ text, at }, row) => {
    const known = byText.get(text) ?? [];
    byText.set(text, known);
    known.push({ inputs: inputs[row]!, at });
  });
  for (const mentions of byText.values())
    mentions.forEach((_, k) => noteRival(mentions, mentions.length, k));
}

/** The whole model on rows already read: what {@link ContextModel.weigh} says of their mentions. */
export function answer(weights: ContextWeights, rows: readonly ContextRow[]): PriorResult[] {
  const inputs = rows.map((row) => row.inputs.slice());
  rows.forEach((row, i) => noteLinear(weights, row, inputs[i]!));
  noteRivals(rows, inputs);
  return inputs.map((input) => {
    const logits = Float64Array.of(input[AT.basePolarity]!, input[AT.baseNeutral]!);
    addTrees(weights.trees, input, logits);
    return softmax(logits[0]!, logits[1]!);
  });
}

/** The same text, whatever its marks and topics, is always in the same fold. */
function foldOfText(text: string): number {
  let hash = 7;
  for (const unit of normalise(text)
    .text.replaceAll(/[^\p{L}\p{N}]/gu, '')
    .slice(0, FOLD_UNITS))
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x9e37_79b1);
  return (hash >>> 8) % FOLDS;
}

/** Reposts and copies begin alike. */
const FOLD_UNITS = 24;
