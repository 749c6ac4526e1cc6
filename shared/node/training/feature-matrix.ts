import { FeatureReader } from '../../mood/features.ts';

/** Features of many texts, rows one after another. */
export interface FeatureMatrix {
  /** Row r has its n-grams at `[rowAt[r], emoticonsAt[r])` and its emoticon features at `[emoticonsAt[r], rowAt[r+1])`. */
  rowAt: Int32Array;
  emoticonsAt: Int32Array;
  /** n-grams of the row before rare ones were dropped: what the serving side counts too. */
  grams: Int32Array;
  /** Dense feature numbers. */
  features: Int32Array;
  /** Hash of each feature number. */
  hashes: Int32Array;
  /** Occurrences of each feature number. */
  counts: Int32Array;
  /** 1 for features about emoticons. */
  isEmoticon: Uint8Array;
}

/** Features seen in fewer texts teach nothing that generalises. */
const LEAST_TEXTS = 2;
/** Counting sketch of up to 2^25 bytes: collisions let a few rare features through, which does no harm. */
const SKETCH_BITS = { least: 16, most: 25 } as const;
/** Cells per text: a text of average length brings about this many new features. */
const CELLS_PER_TEXT = 256;

export function buildMatrix(texts: readonly string[]): FeatureMatrix {
  const reader = new FeatureReader();
  const { seenIn, shift, total } = countTexts(texts, reader);
  const vocabulary = new Vocabulary();
  const rowAt = new Int32Array(texts.length + 1);
  const emoticonsAt = new Int32Array(texts.length);
  const grams = new Int32Array(texts.length);
  const features = new Int32Array(total);
  let at = 0;
  texts.forEach((text, row) => {
    reader.read(text, 0, text.length);
    grams[row] = reader.grams;
    for (let k = 0; k < reader.count; k++) {
      if (k === reader.grams) emoticonsAt[row] = at;
      const hash = reader.ids[k]!;
      if (seenIn[hash >>> shift]! < LEAST_TEXTS) continue;
      features[at++] = vocabulary.number(hash);
    }
    if (reader.count === reader.grams) emoticonsAt[row] = at;
    rowAt[row + 1] = at;
  });
  const size = vocabulary.size;
  const counts = new Int32Array(size);
  const isEmoticon = new Uint8Array(size);
  for (let i = 0; i < at; i++) counts[features[i]!]! += 1;
  texts.forEach((_, row) => {
    for (let i = emoticonsAt[row]!; i < rowAt[row + 1]!; i++) isEmoticon[features[i]!] = 1;
  });
  const hashes = vocabulary.hashes();
  return {
    rowAt,
    emoticonsAt,
    grams,
    features: features.subarray(0, at),
    hashes,
    counts,
    isEmoticon,
  };
}

function countTexts(
  texts: readonly string[],
  reader: FeatureReader,
): { seenIn: Uint8Array; shift: number; total: number } {
  const wanted = Math.ceil(Math.log2(texts.length * CELLS_PER_TEXT));
  const bits = Math.max(SKETCH_BITS.least, Math.min(SKETCH_BITS.most, wanted));
  const shift = 32 - bits;
  const seenIn = new Uint8Array(2 ** bits);
  const lastRow = new Int32Array(2 ** bits).fill(-1);
  let total = 0;
  texts.forEach((text, row) => {
    reader.read(text, 0, text.length);
    total += reader.count;
    for (let k = 0; k < reader.count; k++) {
      const cell = reader.ids[k]! >>> shift;
      if (lastRow[cell] === row) continue;
      lastRow[cell] = row;
      if (seenIn[cell]! < LEAST_TEXTS) seenIn[cell]! += 1;
    }
  });
  return { seenIn, shift, total };
}

/** Hash → dense number, open addressing; a Map of boxed numbers takes five times the time and memory. */
class Vocabulary {
  size = 0;
  #bits = 16;
  #keys = new Int32Array(2 ** 16);
  /** Number + 1; 0 = free. */
  #values = new Int32Array(2 ** 16);

  number(hash: number): number {
    if (2 * this.size >= this.#keys.length) this.#grow();
    const slot = this.#slotOf(hash);
    if (this.#values[slot] === 0) {
      this.#keys[slot] = hash;
      this.#values[slot] = ++this.size;
    }
    return this.#values[slot]! - 1;
  }

  hashes(): Int32Array {
    const out = new Int32Array(this.size);
    this.#values.forEach((value, slot) => {
      if (value > 0) out[value - 1] = this.#keys[slot]!;
    });
    return out;
  }

  #slotOf(hash: number): number {
    const last = this.#keys.length - 1;
    let slot = Math.imul(hash, 0x9e37_79b1) >>> (32 - this.#bits);
    while (this.#values[slot] !== 0 && this.#keys[slot] !== hash) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#bits += 1;
    this.#keys = new Int32Array(2 ** this.#bits);
    this.#values = new Int32Array(2 ** this.#bits);
    values.forEach((value, old) => {
      if (value === 0) return;
      const slot = this.#slotOf(keys[old]!);
      this.#keys[slot] = keys[old]!;
      this.#values[slot] = value;
    });
  }
}
