/**
 * The trained whole-text model: how positive, neutral, negative is this span, before any rule about topics.
 *
 * A linear model over hashed n-grams (features.ts). Two weights per feature: polarity p (positive against negative)
 * and neutral u; the three logits are +p, u, -p. Linear on purpose: the effect of each character is exact, and one span
 * of 70 characters costs a few microseconds.
 */
import { FeatureReader } from './features.ts';
import { decodePrior } from './prior-format.ts';

export interface PriorResult {
  positive: number;
  neutral: number;
  negative: number;
}

export interface Prior {
  readonly version: string;
  /**
   * Calibrated class probabilities of a span of normalised text. `mask` marks UTF-16 positions with 1 that carry no
   * polarity (topic names): each marked run counts as one fixed placeholder. An empty span is neutral.
   */
  classify(text: string, start: number, end: number, mask?: Uint8Array): PriorResult;
  /**
   * Signed contribution of each UTF-16 position of the span to `ln(positive / negative)`; all of them and the
   * model's bias add up to it. Index 0 belongs to `start`.
   */
  explain(text: string, start: number, end: number, mask?: Uint8Array): Float32Array;
  /** ln(positive / negative) of a text without any known feature. */
  readonly bias: number;
}

export function createPrior(bytes: Uint8Array): Prior {
  const weights = decodePrior(bytes);
  const { slots, temperature, lengthExponent } = weights;
  const shift = 32 - weights.bits;
  const reader = new FeatureReader();
  const polarityUnit = weights.polarityUnit / temperature;
  const neutralUnit = weights.neutralUnit / temperature;
  const emoticonPolarityUnit = weights.emoticonPolarityUnit / temperature;
  const emoticonNeutralUnit = weights.emoticonNeutralUnit / temperature;
  const polarityBias = weights.polarityBias / temperature;
  const neutralBias = weights.neutralBias / temperature;

  return { version: weights.version, bias: 2 * polarityBias, classify, explain };

  function classify(text: string, start: number, end: number, mask?: Uint8Array): PriorResult {
    if (end <= start) return { positive: 0, neutral: 1, negative: 0 };
    reader.read(text, start, end, mask);
    const { ids, grams, count } = reader;
    let polarity = 0;
    let neutral = 0;
    for (let k = 0; k < grams; k++) {
      const slot = find(ids[k]!);
      polarity += (slot << 16) >> 24;
      neutral += (slot << 24) >> 24;
    }
    let emoticonPolarity = 0;
    let emoticonNeutral = 0;
    for (let k = grams; k < count; k++) {
      const slot = find(ids[k]!);
      emoticonPolarity += (slot << 16) >> 24;
      emoticonNeutral += (slot << 24) >> 24;
    }
    const scale = lengthScale(grams);
    return softmax(
      polarity * polarityUnit * scale + emoticonPolarity * emoticonPolarityUnit + polarityBias,
      neutral * neutralUnit * scale + emoticonNeutral * emoticonNeutralUnit + neutralBias,
    );
  }

  function explain(text: string, start: number, end: number, mask?: Uint8Array): Float32Array {
    const effects = new Float32Array(Math.max(0, end - start));
    if (effects.length === 0) return effects;
    reader.read(text, start, end, mask);
    const { ids, from, to, offsets, grams, count } = reader;
    const gramUnit = 2 * polarityUnit * lengthScale(grams);
    // A feature's effect is shared evenly by the characters it covers; edges have none of their own. Shares are
    // noted where they begin and end, and summed in one pass.
    const changes = new Float64Array(effects.length + 1);
    for (let k = 0; k < count; k++) {
      const polarity = (find(ids[k]!) << 16) >> 24;
      if (polarity === 0) continue;
      const first = Math.min(offsets[from[k]!]!, end - 1);
      const last = Math.max(first + 1, offsets[to[k]!]!);
      const share = (polarity * (k < grams ? gramUnit : 2 * emoticonPolarityUnit)) / (last - first);
      changes[first - start]! += share;
      changes[last - start]! -= share;
    }
    let sum = 0;
    for (let i = 0; i < effects.length; i++) {
      sum += changes[i]!;
      effects[i] = sum;
    }
    return effects;
  }

  /** Fingerprint and weights of a feature, 0 when it was not learnt. */
  function find(hash: number): number {
    const at = hash >>> shift;
    const fingerprint = hash & 0xffff;
    let slot = slots[at]!;
    if (slot >>> 16 === fingerprint) return slot;
    slot = slots[at ^ 1]!;
    if (slot >>> 16 === fingerprint) return slot;
    slot = slots[at ^ 2]!;
    if (slot >>> 16 === fingerprint) return slot;
    slot = slots[at ^ 3]!;
    return slot >>> 16 === fingerprint ? slot : 0;
  }

  function lengthScale(grams: number): number {
    return Math.pow(grams, -lengthExponent);
  }
}

function softmax(polarity: number, neutral: number): PriorResult {
  const top = Math.max(Math.abs(polarity), neutral);
  const positive = Math.exp(polarity - top);
  const negative = Math.exp(-polarity - top);
  const still = Math.exp(neutral - top);
  const total = positive + negative + still;
  return { positive: positive / total, neutral: still / total, negative: negative / total };
}
