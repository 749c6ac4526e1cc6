/** Float weights to the int8 table that ships. */
import { SLOTS_PER_BUCKET } from '../../mood/feature-table.ts';
import type { PriorWeights } from '../../mood/prior-format.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { LENGTH_EXPONENT, type FittedWeights } from './fit.ts';

/** 2^18 slots of 4 bytes: 1 MiB. */
export const TABLE_BITS = 18;
/** The table is filled to this share; fuller buckets would turn important features away. */
const FILL = 0.95;
/** The few weights beyond this quantile are clipped, so that one step of int8 stays small. */
const CLIP_QUANTILE = 0.9995;
const STEPS = 127;
/** A feature matters by its weight times its count to this power. */
const COUNT_POWER = 0.5;
/** A neutral weight moves one logit, a polarity weight two. */
const NEUTRAL_WORTH = 0.5;

export function pack(
  matrix: FeatureMatrix,
  weights: FittedWeights,
  version: string,
  bits: number = TABLE_BITS,
): PriorWeights {
  const chosen = byImportance(matrix, weights);
  const grams = chosen.filter((f) => matrix.isEmoticon[f] === 0);
  const emoticons = chosen.filter((f) => matrix.isEmoticon[f] === 1);
  const limit = Math.floor(FILL * 2 ** bits);
  const kept = grams.subarray(0, limit);
  const polarityUnit = unitOf(weights.polarity, kept);
  const neutralUnit = unitOf(weights.neutral, kept);
  const emoticonPolarityUnit = unitOf(weights.polarity, emoticons);
  const emoticonNeutralUnit = unitOf(weights.neutral, emoticons);
  const slots = new Uint32Array(2 ** bits);
  let filled = 0;
  for (const f of chosen) {
    if (filled >= limit) break;
    const isEmoticon = matrix.isEmoticon[f] === 1;
    const p = steps(weights.polarity[f]!, isEmoticon ? emoticonPolarityUnit : polarityUnit);
    const u = steps(weights.neutral[f]!, isEmoticon ? emoticonNeutralUnit : neutralUnit);
    if (p === 0 && u === 0) continue;
    if (putFeature(slots, bits, matrix.hashes[f]!, p, u)) filled += 1;
  }
  // The length unit of the fit is folded into the units of the n-grams.
  const lengthUnit = 5 ** LENGTH_EXPONENT;
  return {
    version,
    bits,
    polarityUnit: polarityUnit * lengthUnit,
    neutralUnit: neutralUnit * lengthUnit,
    emoticonPolarityUnit,
    emoticonNeutralUnit,
    polarityBias: 0,
    neutralBias: 0,
    temperature: 1,
    lengthExponent: LENGTH_EXPONENT,
    slots,
  };
}

/** Feature numbers, those whose loss would be felt most first. */
function byImportance(matrix: FeatureMatrix, weights: FittedWeights): Int32Array {
  const worth = Float32Array.from(matrix.hashes, (_, f) => {
    const size = Math.abs(weights.polarity[f]!) + NEUTRAL_WORTH * Math.abs(weights.neutral[f]!);
    return size * matrix.counts[f]! ** COUNT_POWER;
  });
  return Int32Array.from(worth, (_, f) => f).sort((a, b) => worth[b]! - worth[a]! || a - b);
}

export function unitOf(values: Float32Array, features: Int32Array): number {
  if (features.length === 0) return 1;
  const sizes = Float32Array.from(features, (f) => Math.abs(values[f]!)).sort();
  return (sizes[Math.floor(CLIP_QUANTILE * (sizes.length - 1))] || 1) / STEPS;
}

export function steps(value: number, unit: number): number {
  return Math.max(-STEPS, Math.min(STEPS, Math.round(value / unit)));
}

/** False when the bucket is full. */
export function putFeature(
  slots: Uint32Array,
  bits: number,
  hash: number,
  p: number,
  u: number,
): boolean {
  const at = hash >>> (32 - bits);
  for (let k = 0; k < SLOTS_PER_BUCKET; k++) {
    if (slots[at ^ k] !== 0) continue;
    slots[at ^ k] = ((hash & 0xffff) << 16) | ((p & 0xff) << 8) | (u & 0xff);
    return true;
  }
  return false;
}
