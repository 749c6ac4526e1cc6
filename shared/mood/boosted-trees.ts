/**
 * Sums of small decision trees (gradient boosting), flat in typed arrays so that a mention costs about a microsecond.
 *
 * Node n with left[n] < 0 is a leaf that adds value[n]; else the walk goes on at left[n] where
 * inputs[feature[n]] <= threshold[n], and at left[n] + 1 where it is larger.
 */
export interface Trees {
  /** First node of each tree. */
  roots: Int32Array;
  feature: Uint8Array;
  threshold: Float32Array;
  left: Int16Array;
  value: Float32Array;
}

export function sumTrees(trees: Trees, inputs: Float32Array): number {
  const { roots, feature, threshold, left, value } = trees;
  let sum = 0;
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    let node = root;
    for (let next = left[node]!; next >= 0; next = left[node]!) {
      node = root + (inputs[feature[node]!]! <= threshold[node]! ? next : next + 1);
    }
    sum += value[node]!;
  }
  return sum;
}
