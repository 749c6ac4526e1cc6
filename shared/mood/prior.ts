/**
 * The trained whole-text model: how positive, neutral, negative is this span, before any rule about topics.
 *
 * A linear model over hashed n-grams (features.ts). Two weights per feature: polarity p (positive against negative)
 * and neutral u; the three logits are +p, u, -p. Linear on purpose: the effect of each character is exact, and one span
 * of 70 characters costs a few microseconds.
 */
import { FeatureReader, GRAM, gram, LONGEST_GRAM, type Symbols } from './features.ts';
import { findSlot, neutralOf, polarityOf } from './feature-table.ts';
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
  /**
   * Reads a span once; {@link classifyPart} of it and of its parts then costs a fraction of {@link classify}. Returns its
   * symbols, good until the next call.
   */
  open(text: string, start: number, end: number, mask?: Uint8Array): Symbols;
  /** Exactly what {@link classify} says of a part of the text opened last. */
  classifyPart(start: number, end: number): PriorResult;
  /** ln(positive / negative) of a text without any known feature. */
  readonly bias: number;
}

/** Two sums for each length of n-gram. */
const PER_SYMBOL = 2 * LONGEST_GRAM;

export function createPrior(bytes: Uint8Array): Prior {
  const weights = decodePrior(bytes);
  const { slots, temperature, lengthExponent } = weights;
  const shift = 32 - weights.bits;
  const cells = new Int32Array(slots.buffer, slots.byteOffset, slots.length);
  const reader = new FeatureReader();
  const opened = new FeatureReader();
  let openedText = '';
  let openedMask: Uint8Array | undefined;
  const scales = Float64Array.from({ length: 4096 }, (_, n) => Math.pow(n, -lengthExponent));
  /** Sums of the n-grams that start before symbol i: polarity and neutral of length 1, of length 2, and so on. */
  let sums = new Int32Array(1024 * PER_SYMBOL);
  const polarityUnit = weights.polarityUnit / temperature;
  const neutralUnit = weights.neutralUnit / temperature;
  const emoticonPolarityUnit = weights.emoticonPolarityUnit / temperature;
  const emoticonNeutralUnit = weights.emoticonNeutralUnit / temperature;
  const polarityBias = weights.polarityBias / temperature;
  const neutralBias = weights.neutralBias / temperature;

  return {
    version: weights.version,
    bias: 2 * polarityBias,
    classify,
    open,
    classifyPart,
    explain,
  };

  function classify(text: string, start: number, end: number, mask?: Uint8Array): PriorResult {
    if (end <= start) return { positive: 0, neutral: 1, negative: 0 };
    reader.read(text, start, end, mask);
    const { ids, grams, count } = reader;
    return conclude(ids, grams, count, grams, 0, 0);
  }

  function open(text: string, start: number, end: number, mask?: Uint8Array): Symbols {
    openedText = text;
    openedMask = mask;
    opened.readSymbols(text, start, end, mask);
    const { symbols, symbolCount } = opened;
    if ((symbolCount + 1) * PER_SYMBOL > sums.length)
      sums = new Int32Array(2 * (symbolCount + 1) * PER_SYMBOL);
    // A variable of the closure would be fetched anew at each step.
    const table = sums;
    const last = symbolCount - 1;
    let at = PER_SYMBOL;
    for (let k = 0; k < PER_SYMBOL; k++) table[at + k] = 0;
    for (let i = 1; i < last; i++) {
      let hash = GRAM;
      for (let k = 0; k < LONGEST_GRAM; k++) {
        let slot = 0;
        if (i + k < last) {
          hash = gram(hash, symbols[i + k]!);
          slot = findSlot(cells, shift, hash);
        }
        table[at + PER_SYMBOL] = table[at]! + polarityOf(slot);
        table[at + PER_SYMBOL + 1] = table[at + 1]! + neutralOf(slot);
        at += 2;
      }
    }
    return opened;
  }

  function classifyPart(start: number, end: number): PriorResult {
    const first = opened.symbolAt(start);
    const last = opened.symbolAt(end);
    // A symbol that reaches over the end of the part would be read otherwise in the part alone.
    if (first === -1 || last <= first) return classify(openedText, start, end, openedMask);
    opened.readEnds(first, last);
    const table = sums;
    let polarity = 0;
    let neutral = 0;
    let inner = 0;
    for (let length = 1; length <= LONGEST_GRAM; length++) {
      const behind = last - length + 1;
      if (behind <= first) break;
      const from = first * PER_SYMBOL + 2 * (length - 1);
      const to = behind * PER_SYMBOL + 2 * (length - 1);
      polarity += table[to]! - table[from]!;
      neutral += table[to + 1]! - table[from + 1]!;
      inner += behind - first;
    }
    const { ids, grams, count } = opened;
    return conclude(ids, grams, count, grams + inner, polarity, neutral);
  }

  /** Probabilities from what was summed up already and the features in `ids`; `all` counts the n-grams of both. */
  function conclude(
    ids: Int32Array,
    grams: number,
    count: number,
    all: number,
    polarity: number,
    neutral: number,
  ): PriorResult {
    for (let k = 0; k < grams; k++) {
      const slot = findSlot(cells, shift, ids[k]!);
      polarity += polarityOf(slot);
      neutral += neutralOf(slot);
    }
    let emoticonPolarity = 0;
    let emoticonNeutral = 0;
    for (let k = grams; k < count; k++) {
      const slot = findSlot(cells, shift, ids[k]!);
      emoticonPolarity += polarityOf(slot);
      emoticonNeutral += neutralOf(slot);
    }
    const scale = lengthScale(all);
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
      const polarity = polarityOf(findSlot(cells, shift, ids[k]!));
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

  function lengthScale(grams: number): number {
    return grams < scales.length ? scales[grams]! : Math.pow(grams, -lengthExponent);
  }
}

/** Probabilities from the logits +polarity, neutral, -polarity. */
export function softmax(polarity: number, neutral: number): PriorResult {
  const top = Math.max(Math.abs(polarity), neutral);
  const positive = Math.exp(polarity - top);
  const negative = Math.exp(-polarity - top);
  const still = Math.exp(neutral - top);
  const total = positive + negative + still;
  return { positive: positive / total, neutral: still / total, negative: negative / total };
}
