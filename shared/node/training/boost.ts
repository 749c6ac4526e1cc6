/**
 * Gradient boosting of small trees on two logits (polarity, neutral), started from a linear model's answers. The
 * trees are symmetric (boosted-trees.ts): each next question is the one by which both logits together gain most over all leaves,
 * and a leaf answers both. After Friedman 2001; gains of second order over histograms as in LightGBM, one question a level as in
 * CatBoost. Seeded: the same rows give the same trees.
 */
import {
  addTrees,
  emptyTrees,
  orderOf,
  TREE_DEPTH,
  TREE_LEAVES,
  type Trees,
} from '../../mood/boosted-trees.ts';
import { softmax } from '../../mood/prior.ts';
import { xorshift } from './fit.ts';

export interface BoostRows {
  /** One row of inputs each. */
  inputs: readonly Float32Array[];
  /** -1, 0, 1. */
  labels: readonly number[];
  weights: readonly number[];
  /** Logits that the trees correct. */
  polarity: Float64Array;
  neutral: Float64Array;
}

export interface BoostOptions {
  rounds: number;
  rate: number;
  seed: number;
}

export const BOOST_DEFAULTS: BoostOptions = { rounds: 60, rate: 0.17, seed: 5 };
const BINS = 48;
/** Pull of leaf values towards 0. */
const RIDGE = 8;
/** Gradient and hessian of polarity, gradient and hessian of neutral. */
const SLOPES = 4;
const LEAST_GAIN = 1e-6;
/** Of the 16 bits of a leaf. */
const MOST_STEPS = 32_767;
const ROWS_SHOWN = 0.7;
const INPUTS_SHOWN = 0.5;

export function boost(rows: BoostRows, options: Partial<BoostOptions> = {}): Trees {
  const { rounds, rate, seed } = { ...BOOST_DEFAULTS, ...options };
  const random = xorshift(seed);
  const n = rows.inputs.length;
  const bins = binInputs(rows.inputs);
  const logits = rows.inputs.map((_, i) => Float64Array.of(rows.polarity[i]!, rows.neutral[i]!));
  /** By row: gradient and hessian of polarity, gradient and hessian of neutral. */
  const slopes = new Float64Array(SLOPES * n);
  const grown: Tree[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < n; i++) {
      const said = softmax(logits[i]![0]!, logits[i]![1]!);
      const label = rows.labels[i]!;
      const weight = rows.weights[i]!;
      const lean = said.positive - said.negative;
      slopes[4 * i] = weight * (lean - label);
      slopes[4 * i + 1] = weight * (said.positive + said.negative - lean * lean);
      slopes[4 * i + 2] = weight * (said.neutral - (label === 0 ? 1 : 0));
      slopes[4 * i + 3] = weight * said.neutral * (1 - said.neutral);
    }
    const shown = range(n).filter(() => random() < ROWS_SHOWN);
    const columns = range(bins.length).filter(
      (f) => bins[f]!.edges.length > 1 && random() < INPUTS_SHOWN,
    );
    const tree = grow(shown, columns);
    grown.push(tree);
    const single = pack([tree], rate);
    for (let i = 0; i < n; i++) addTrees(single, rows.inputs[i]!, logits[i]!);
  }
  return pack(grown, rate);

  /** One question after the other: that which tells most over all leaves that the questions before have made. */
  function grow(shown: readonly number[], columns: readonly number[]): Tree {
    const leaves = new Uint8Array(n);
    const questions: Question[] = [];
    while (questions.length < TREE_DEPTH) {
      const question = bestQuestion(shown, columns, leaves, 1 << questions.length);
      if (question === undefined) break;
      const { codes } = bins[question.input]!;
      for (const i of shown) if (codes[i]! > question.bin) leaves[i]! |= 1 << questions.length;
      questions.push(question);
    }
    const sums = new Float64Array(SLOPES * TREE_LEAVES);
    for (const i of shown) add(sums, SLOPES * leaves[i]!, i);
    return {
      questions: questions.map(({ input, bin }) => ({
        input,
        threshold: bins[input]!.edges[bin]!,
      })),
      sums,
    };
  }

  function add(sums: Float64Array, at: number, row: number): void {
    for (let k = 0; k < SLOPES; k++) sums[at + k]! += slopes[SLOPES * row + k]!;
  }

  function bestQuestion(
    shown: readonly number[],
    columns: readonly number[],
    leaves: Uint8Array,
    count: number,
  ): Question | undefined {
    let best: Question | undefined;
    let most = LEAST_GAIN;
    const high = new Float64Array(SLOPES);
    for (const input of columns) {
      const { codes, edges } = bins[input]!;
      const stride = SLOPES * (edges.length + 1);
      const sums = new Float64Array(stride * count);
      for (const i of shown) add(sums, stride * leaves[i]! + SLOPES * codes[i]!, i);
      const gains = new Float64Array(edges.length);
      for (let leaf = 0; leaf < count; leaf++) {
        const all = sums.subarray(stride * leaf, stride * (leaf + 1));
        const total = new Float64Array(SLOPES);
        for (let k = 0; k < all.length; k++) total[k % SLOPES]! += all[k]!;
        const strength = strengthOf(total);
        const low = new Float64Array(SLOPES);
        for (let bin = 0; bin < edges.length; bin++) {
          for (let k = 0; k < SLOPES; k++) {
            low[k]! += all[SLOPES * bin + k]!;
            high[k] = total[k]! - low[k]!;
          }
          gains[bin]! += strengthOf(low) + strengthOf(high) - strength;
        }
      }
      gains.forEach((gain, bin) => {
        if (gain <= most) return;
        most = gain;
        best = { input, bin };
      });
    }
    return best;
  }
}

/** Gradient and hessian of polarity, then of neutral, summed over rows. */
type Slopes = Float64Array;

function strengthOf(sum: Slopes): number {
  return (sum[0]! * sum[0]!) / (sum[1]! + RIDGE) + (sum[2]! * sum[2]!) / (sum[3]! + RIDGE);
}

interface Question {
  input: number;
  /** Last bin whose rows answer no. */
  bin: number;
}

interface Tree {
  questions: { input: number; threshold: number }[];
  /** Slopes by leaf. */
  sums: Float64Array;
}

function pack(grown: readonly Tree[], rate: number): Trees {
  const trees = emptyTrees(grown.length);
  const values = new Float64Array(trees.leaves.length);
  grown.forEach(({ questions, sums }, t) => {
    for (let level = 0; level < TREE_DEPTH; level++) {
      const question = questions[level];
      trees.inputs[t * TREE_DEPTH + level] = question?.input ?? 0;
      trees.thresholds[t * TREE_DEPTH + level] = orderOf(question?.threshold ?? Infinity);
    }
    for (let leaf = 0; leaf < TREE_LEAVES; leaf++) {
      const [p, ph, u, uh] = sums.subarray(SLOPES * leaf, SLOPES * (leaf + 1));
      const at = 2 * (t * TREE_LEAVES + leaf);
      values[at] = (-rate * p!) / (ph! + RIDGE);
      values[at + 1] = (-rate * u!) / (uh! + RIDGE);
    }
  });
  trees.unit = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / MOST_STEPS;
  trees.leaves.set(values.map((value) => Math.round(value / trees.unit)));
  return trees;
}

/** Inputs as numbers of quantile bins: value <= edges[code], the last bin is open. */
function binInputs(inputs: readonly Float32Array[]): { edges: Float32Array; codes: Uint8Array }[] {
  const width = inputs[0]?.length ?? 0;
  return range(width).map((f) => {
    const sorted = Float32Array.from(inputs, (row) => row[f]!).sort();
    const edges: number[] = [];
    for (let k = 0; k < BINS - 1; k++) {
      const value = sorted[Math.floor((k * sorted.length) / BINS)]!;
      if (edges.length === 0 || value > edges.at(-1)!) edges.push(value);
    }
    const codes = Uint8Array.from(inputs, (row) => {
      let low = 0;
      let high = edges.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (row[f]! <= edges[middle]!) high = middle;
        else low = middle + 1;
      }
      return low;
    });
    return { edges: Float32Array.from(edges), codes };
  });
}

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
