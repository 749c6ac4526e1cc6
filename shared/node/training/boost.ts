/**
 * Gradient boosting of small trees on two logits (polarity, neutral), started from a linear model's answers.
 * After Friedman 2001; splits by second-order gain over histograms as in LightGBM. Seeded: the same rows give the same trees.
 */
import { emptyTrees } from '../../mood/context-format.ts';
import { sumTrees, type Trees } from '../../mood/boosted-trees.ts';
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

export const BOOST_DEFAULTS: BoostOptions = { rounds: 90, depth: 4, rate: 0.1, seed: 5 };
const BINS = 48;
/** Pull of leaf values towards 0, and the least evidence on a side of a split. */
const RIDGE = 4;
const LEAST_HESSIAN = 10;
const LEAST_GAIN = 1e-6;
const ROWS_SHOWN = 0.7;
const INPUTS_SHOWN = 0.5;

export function boost(
  rows: BoostRows,
  options: Partial<BoostOptions> = {},
): { polarityTrees: Trees; neutralTrees: Trees } {
  const { rounds, depth, rate, seed } = { ...BOOST_DEFAULTS, ...options };
  const random = xorshift(seed);
  const n = rows.inputs.length;
  const bins = binInputs(rows.inputs);
  const polarity = Float64Array.from(rows.polarity);
  const neutral = Float64Array.from(rows.neutral);
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n);
  const grown: [Node[][], Node[][]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const output of [0, 1] as const) {
      for (let i = 0; i < n; i++) {
        const said = softmax(polarity[i]!, neutral[i]!);
        const label = rows.labels[i]!;
        const weight = rows.weights[i]!;
        const lean = said.positive - said.negative;
        gradient[i] = weight * (output === 0 ? lean - label : said.neutral - (label === 0 ? 1 : 0));
        hessian[i] =
          weight *
          (output === 0
            ? said.positive + said.negative - lean * lean
            : said.neutral * (1 - said.neutral));
      }
      const shown = range(n).filter(() => random() < ROWS_SHOWN);
      const columns = range(bins.length).filter(
        (f) => bins[f]!.edges.length > 1 && random() < INPUTS_SHOWN,
      );
      const tree = grow(shown, columns);
      grown[output].push(tree);
      const sums = output === 0 ? polarity : neutral;
      const single = pack([tree]);
      for (let i = 0; i < n; i++) sums[i]! += sumTrees(single, rows.inputs[i]!);
    }
  }
  return { polarityTrees: pack(grown[0]), neutralTrees: pack(grown[1]) };

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

  function leafOf(shown: readonly number[]): Node {
    let g = 0;
    let h = 0;
    for (const i of shown) {
      g += gradient[i]!;
      h += hessian[i]!;
    }
    return { feature: 0, threshold: 0, left: -1, value: (-rate * g) / (h + RIDGE) };
  }

  function bestSplit(
    shown: readonly number[],
    columns: readonly number[],
  ): { input: number; bin: number } | undefined {
    let g = 0;
    let h = 0;
    for (const i of shown) {
      g += gradient[i]!;
      h += hessian[i]!;
    }
    const whole = (g * g) / (h + RIDGE);
    let best: { input: number; bin: number } | undefined;
    let most = LEAST_GAIN;
    for (const input of columns) {
      const { codes, edges } = bins[input]!;
      const gs = new Float64Array(edges.length + 1);
      const hs = new Float64Array(edges.length + 1);
      for (const i of shown) {
        const code = codes[i]!;
        gs[code]! += gradient[i]!;
        hs[code]! += hessian[i]!;
      }
      let lowG = 0;
      let lowH = 0;
      for (let bin = 0; bin < edges.length; bin++) {
        lowG += gs[bin]!;
        lowH += hs[bin]!;
        if (lowH < LEAST_HESSIAN) continue;
        if (h - lowH < LEAST_HESSIAN) break;
        const gain =
          (lowG * lowG) / (lowH + RIDGE) + ((g - lowG) * (g - lowG)) / (h - lowH + RIDGE) - whole;
        if (gain <= most) continue;
        most = gain;
        best = { input, bin };
      }
    }
    return best;
  }
}

interface Node {
  feature: number;
  threshold: number;
  left: number;
  value: number;
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
    packed.feature[k] = node.feature;
    packed.threshold[k] = node.threshold;
    packed.left[k] = node.left;
    packed.value[k] = node.value;
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
