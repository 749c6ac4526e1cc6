/**
 * Fits the linear model: AdaGrad over texts in seeded order, so the same input gives the same bytes.
 *
 * Logits are +p (positive), u (neutral), -p (negative). Rows of sets without neutral labels teach p only
 * (likelihood of positive given not neutral). Every set has a class balance of its own that is learnt and thrown
 * away: a set with many negative rows must not make its everyday words negative.
 */
import { NEGATIVE, NEUTRAL, NO_SET, POSITIVE, type TrainingExample } from './corpus.ts';
import type { FeatureMatrix } from './feature-matrix.ts';

export interface FitOptions {
  seed: number;
  epochs: number;
  learningRate: number;
}

export const FIT_DEFAULTS: FitOptions = { seed: 20_261_123, epochs: 5, learningRate: 0.1 };

export interface FittedWeights {
  polarity: Float32Array;
  neutral: Float32Array;
}

/** The sum over n n-grams is divided by n^LENGTH_EXPONENT: between a mean and a plain sum. Measured best of 0, ¼, ½, ¾, 1. */
export const LENGTH_EXPONENT = 0.5;
/** Brings the divided sums to a handy size for the learning rate. */
const LENGTH_UNIT = 5 ** LENGTH_EXPONENT;
/** Exponent of |log NB ratio| as prior scale of the polarity weights (after NBSVM; 0 = none). */
const NB_EXPONENT = 0.5;
const NB_FLOOR = 0.1;
const RIDGE = 1e-6;
/**
 * Share of features hidden each time a text is learnt, so that no single n-gram has to carry it. n-grams left are
 * scaled up for it; emoticons are not, and so speak a little louder in serving (weibo100k 95.2 → 96.1).
 */
const DROPOUT = 0.3;
/** Share of the learning rate that is gone after the last epoch. */
const DECAY = 0.8;

export function lengthScale(grams: number): number {
  return grams === 0 ? 0 : LENGTH_UNIT * grams ** -LENGTH_EXPONENT;
}

export function fit(
  matrix: FeatureMatrix,
  examples: readonly TrainingExample[],
  options: FitOptions = FIT_DEFAULTS,
): FittedWeights {
  const size = matrix.hashes.length;
  const polarity = new Float32Array(size);
  const neutral = new Float32Array(size);
  const polaritySquares = new Float32Array(size).fill(START_SQUARES);
  const neutralSquares = new Float32Array(size).fill(START_SQUARES);
  const scale = nbScale(matrix, examples);
  const balances = new ClassBalances(examples);
  const { rowAt, emoticonsAt, features } = matrix;
  const shown = new Int32Array(longestRow(rowAt));
  const random = xorshift(options.seed);
  const order = Int32Array.from(examples, (_, i) => i);

  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    const rate = options.learningRate * (1 - (DECAY * epoch) / options.epochs);
    for (const row of order) learn(row, rate);
  }
  for (let i = 0; i < size; i++) polarity[i]! *= scale[i]!;
  return { polarity, neutral };

  function learn(row: number, rate: number): void {
    const example = examples[row]!;
    const middle = drop(rowAt[row]!, emoticonsAt[row]!, 0);
    const to = drop(emoticonsAt[row]!, rowAt[row + 1]!, middle);
    const length = lengthScale(matrix.grams[row]!) / (1 - DROPOUT);
    let gramP = 0;
    let gramU = 0;
    for (let k = 0; k < middle; k++) {
      const f = shown[k]!;
      gramP += polarity[f]! * scale[f]!;
      gramU += neutral[f]!;
    }
    let emoticonP = 0;
    let emoticonU = 0;
    for (let k = middle; k < to; k++) {
      emoticonP += polarity[shown[k]!]!;
      emoticonU += neutral[shown[k]!]!;
    }
    const p = gramP * length + emoticonP + balances.polarity(example.balance);
    const u = gramU * length + emoticonU + balances.neutral(example.balance);
    const gradient = gradientOf(example, p, u);
    balances.learn(example.balance, gradient, rate);
    const ridge = RIDGE * example.weight;
    step(0, middle, length, gradient, ridge, rate);
    step(middle, to, 1, gradient, ridge, rate);
  }

  /** Copies a random part of `features[from, to)` to `shown` from `at` on; returns where the copy ends. */
  function drop(from: number, to: number, at: number): number {
    for (let k = from; k < to; k++) if (random() >= DROPOUT) shown[at++] = features[k]!;
    return at;
  }

  function step(
    from: number,
    to: number,
    value: number,
    gradient: Gradient,
    ridge: number,
    rate: number,
  ): void {
    const byP = gradient.p * value;
    const byU = gradient.u * value;
    for (let k = from; k < to; k++) {
      const f = shown[k]!;
      const g = byP * scale[f]! + ridge * polarity[f]!;
      const squares = polaritySquares[f]! + g * g;
      polaritySquares[f] = squares;
      polarity[f]! -= (rate * g) / Math.sqrt(squares);
    }
    if (byU === 0) return;
    for (let k = from; k < to; k++) {
      const f = shown[k]!;
      const g = byU + ridge * neutral[f]!;
      const squares = neutralSquares[f]! + g * g;
      neutralSquares[f] = squares;
      neutral[f]! -= (rate * g) / Math.sqrt(squares);
    }
  }
}

/** Start of AdaGrad's sums: keeps the first step of a feature below ten times the learning rate. */
const START_SQUARES = 1e-2;

interface Gradient {
  p: number;
  u: number;
}

/** Of the negative log-likelihood by p and u, times the example's weight. */
function gradientOf(example: TrainingExample, p: number, u: number): Gradient {
  const { label, weight } = example;
  if (!example.knowsNeutral) {
    const positive = 1 / (1 + Math.exp(-2 * p));
    return { p: 2 * weight * (positive - (label === POSITIVE ? 1 : 0)), u: 0 };
  }
  const top = Math.max(Math.abs(p), u);
  const up = Math.exp(p - top);
  const down = Math.exp(-p - top);
  const still = Math.exp(u - top);
  const total = up + down + still;
  const target = label === POSITIVE ? 1 : label === NEGATIVE ? -1 : 0;
  return {
    p: weight * ((up - down) / total - target),
    u: weight * (still / total - (label === NEUTRAL ? 1 : 0)),
  };
}

/** One intercept pair per set. */
class ClassBalances {
  #values: Float64Array;
  #squares: Float64Array;

  constructor(examples: readonly TrainingExample[]) {
    let most = 0;
    for (const { balance } of examples) most = Math.max(most, balance);
    this.#values = new Float64Array(2 * (most + 1));
    this.#squares = new Float64Array(2 * (most + 1)).fill(1);
  }

  polarity(set: number): number {
    return set === NO_SET ? 0 : this.#values[2 * set]!;
  }

  neutral(set: number): number {
    return set === NO_SET ? 0 : this.#values[2 * set + 1]!;
  }

  learn(set: number, gradient: Gradient, rate: number): void {
    if (set === NO_SET) return;
    this.#step(2 * set, gradient.p, rate);
    this.#step(2 * set + 1, gradient.u, rate);
  }

  #step(at: number, g: number, rate: number): void {
    this.#squares[at]! += g * g;
    this.#values[at]! -= (rate * g) / Math.sqrt(this.#squares[at]!);
  }
}

/** Features that lean one way in raw counts may move faster; emoticon features are left alone. */
function nbScale(matrix: FeatureMatrix, examples: readonly TrainingExample[]): Float32Array {
  const size = matrix.hashes.length;
  const positive = new Float32Array(size).fill(1);
  const negative = new Float32Array(size).fill(1);
  const totals = { positive: 1, negative: 1 };
  examples.forEach((example, row) => {
    if (example.label === NEUTRAL) return;
    const isPositive = example.label === POSITIVE;
    const counts = isPositive ? positive : negative;
    const from = matrix.rowAt[row]!;
    const to = matrix.rowAt[row + 1]!;
    for (let k = from; k < to; k++) counts[matrix.features[k]!]! += 1;
    if (isPositive) totals.positive += to - from;
    else totals.negative += to - from;
  });
  const scale = new Float32Array(size).fill(1);
  for (let i = 0; i < size; i++) {
    if (matrix.isEmoticon[i] === 1) continue;
    const ratio = (positive[i]! * totals.negative) / (negative[i]! * totals.positive);
    scale[i] = (NB_FLOOR + Math.abs(Math.log(ratio))) ** NB_EXPONENT;
  }
  return scale;
}

function longestRow(rowAt: Int32Array): number {
  let longest = 0;
  for (let row = 1; row < rowAt.length; row++)
    longest = Math.max(longest, rowAt[row]! - rowAt[row - 1]!);
  return longest;
}

export function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
}

/** Marsaglia's xorshift32, in [0, 1). */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
