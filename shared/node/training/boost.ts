/**
 * Gradient boosting of small trees on two logits (polarity, neutral), started from a linear model's answers. A tree splits
 * where both logits together gain most, and its leaves answer both: half the walks of one tree for each.
 * After Friedman 2001; splits by second-order gain over histograms as in LightGBM. Seeded: the same rows give the same trees.
 */
import { addTrees, emptyTrees, LEAF, type Trees } from '../../mood/boosted-trees.ts';
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
  depth: number;
  rate: number;
  seed: number;
}

export const BOOST_DEFAULTS: BoostOptions = { rounds: 60, depth: 5, rate: 0.1, seed: 5 };
const BINS = 48;
/** Pull of leaf values towards 0, and the least evidence on a side of a split. */
const RIDGE = 4;
const LEAST_HESSIAN = 20;
const LEAST_GAIN = 1e-6;
const ROWS_SHOWN = 0.7;
const INPUTS_SHOWN = 0.5;

export function boost(rows: BoostRows, options: Partial<BoostOptions> = {}): Trees {
  const { rounds, depth, rate, seed } = { ...BOOST_DEFAULTS, ...options };
  const random = xorshift(seed);
  const n = rows.inputs.length;
  const bins = binInputs(rows.inputs);
  const logits = rows.inputs.map((_, i) => Float64Array.of(rows.polarity[i]!, rows.neutral[i]!));
  /** By row: gradient and hessian of polarity, gradient and hessian of neutral. */
  const slopes = new Float64Array(4 * n);
  const grown: Node[][] = [];
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
    const single = pack([tree]);
    for (let i = 0; i < n; i++) addTrees(single, rows.inputs[i]!, logits[i]!);
  }
  return pack(grown);

  function grow(shown: number[], columns: number[]): Node[] {
    const tree: Node[] = [leafOf(shown)];
    const open = [{ node: 0, shown, level: 0 }];
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      if (next.level >= depth) continue;
      const split = bestSplit(next.shown, columns);
      if (split === undefined) continue;
      const { codes, edges } = bins[split.input]!;
      const [low, high]: [number[], number[]] = [[], []];
      for (const i of next.shown) (codes[i]! <= split.bin ? low : high).push(i);
      const left = tree.length;
      tree[next.node] = {
        ...tree[next.node]!,
        feature: split.input,
        threshold: edges[split.bin]!,
        left,
      };
      tree.push(leafOf(low), leafOf(high));
      open.push(
        { node: left, shown: low, level: next.level + 1 },
        { node: left + 1, shown: high, level: next.level + 1 },
      );
    }
    return tree;
  }

  function sumOf(shown: readonly number[]): Slopes {
    const sum = new Float64Array(4);
    for (const i of shown) for (let k = 0; k < 4; k++) sum[k]! += slopes[4 * i + k]!;
    return sum;
  }

  function leafOf(shown: readonly number[]): Node {
    const sum = sumOf(shown);
    return {
      feature: 0,
      threshold: 0,
      left: 0,
      polarity: (-rate * sum[0]!) / (sum[1]! + RIDGE),
      neutral: (-rate * sum[2]!) / (sum[3]! + RIDGE),
    };
  }

  function bestSplit(
    shown: readonly number[],
    columns: readonly number[],
  ): { input: number; bin: number } | undefined {
    const all = sumOf(shown);
    const high = new Float64Array(4);
    const low = new Float64Array(4);
    let best: { input: number; bin: number } | undefined;
    let most = LEAST_GAIN + strengthOf(all);
    for (const input of columns) {
      const { codes, edges } = bins[input]!;
      const sums = new Float64Array(4 * (edges.length + 1));
      for (const i of shown) {
        const at = 4 * codes[i]!;
        for (let k = 0; k < 4; k++) sums[at + k]! += slopes[4 * i + k]!;
      }
      low.fill(0);
      for (let bin = 0; bin < edges.length; bin++) {
        for (let k = 0; k < 4; k++) {
          low[k]! += sums[4 * bin + k]!;
          high[k] = all[k]! - low[k]!;
        }
        if (low[1]! + low[3]! < LEAST_HESSIAN) continue;
        if (high[1]! + high[3]! < LEAST_HESSIAN) break;
        const strength = strengthOf(low) + strengthOf(high);
        if (strength <= most) continue;
        most = strength;
        best = { input, bin };
      }
    }
    return best;
  }
}

/** Gradient and hessian of polarity, then of neutral, summed over rows. */
type Slopes = Float64Array;

function strengthOf(sum: Slopes): number {
  return (sum[0]! * sum[0]!) / (sum[1]! + RIDGE) + (sum[2]! * sum[2]!) / (sum[3]! + RIDGE);
}

interface Node {
  feature: number;
  threshold: number;
  /** The node where low values go; 0 where this one is a leaf. */
  left: number;
  polarity: number;
  neutral: number;
}

function pack(trees: readonly Node[][]): Trees {
  const nodes = trees.flat();
  const packed = emptyTrees(trees.length, nodes.length);
  let root = 0;
  trees.forEach((tree, t) => {
    packed.roots[t] = root;
    root += tree.length;
  });
  nodes.forEach((node, k) => {
    const isLeaf = node.left === 0;
    packed.split[k] = isLeaf ? LEAF : (node.left << 8) | node.feature;
    packed.first[k] = isLeaf ? node.polarity : node.threshold;
    packed.second[k] = node.neutral;
  });
  return packed;
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
