/**
 * Sums of small decision trees (gradient boosting) with two answers a leaf, flat in typed arrays so that a mention costs
 * about a microsecond.
 *
 * Node n is a leaf where split[n] < 0: it adds first[n] to the polarity and second[n] to the neutral logit. Else the low
 * byte of split[n] names an input, and the walk goes on at root + (split[n] >> 8) where that input is <= first[n], one
 * node further where it is larger.
 */
export interface Trees {
  /** First node of each tree. */
  roots: Int32Array;
  split: Int32Array;
  first: Float32Array;
  second: Float32Array;
}

export const LEAF = -1;

export function emptyTrees(roots: number, nodes: number): Trees {
  return {
    roots: new Int32Array(roots),
    split: new Int32Array(nodes).fill(LEAF),
    first: new Float32Array(nodes),
    second: new Float32Array(nodes),
  };
}

/** Adds the answers of all trees to `sums`: polarity, neutral. */
export function addTrees(trees: Trees, inputs: Float32Array, sums: Float64Array): void {
  const { roots, split, first, second } = trees;
  let polarity = 0;
  let neutral = 0;
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    let node = root;
    for (let next = split[node]!; next >= 0; next = split[node]!) {
      node = root + (next >> 8) + (inputs[next & 0xff]! <= first[node]! ? 0 : 1);
    }
    polarity += first[node]!;
    neutral += second[node]!;
  }
  sums[0]! += polarity;
  sums[1]! += neutral;
}
