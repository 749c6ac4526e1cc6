/**
 * Groups of texts that are the same but for a few characters: 水军 change an emoji, a number or a link.
 *
 * Texts are reduced to letters and digits, cut into overlapping runs of 4 characters, and compared by MinHash
 * (32 hashes in 16 bands of 2: texts alike by 0.7 meet in a band with probability 0.9999, by 0.2 with 0.48 and are then
 * sorted out by their estimate). Each text joins the group of the first one it resembles: groups are stars around their
 * earliest text and never chains of ever less alike ones.
 */
export interface TextRow {
  /** Orders the texts; ties by `ref`. */
  at: number;
  ref: string;
  text: string;
}

/** Shorter ones (哈哈哈, 转发微博) are alike by nature. */
const LEAST_LENGTH = 12;
/** Beyond it a text is told apart by its beginning. */
const MOST_LENGTH = 400;
const RUN = 4;
const HASHES = 32;
const BANDS = 16;
const ALIKE = 0.6;

/** Index of each text's group leader (the earliest of its group), −1 for texts too short to compare. Input order. */
export function groupCopies(rows: readonly TextRow[]): number[] {
  const order = rows
    .map((_, i) => i)
    .sort((a, b) => rows[a]!.at - rows[b]!.at || (rows[a]!.ref < rows[b]!.ref ? -1 : 1));
  const leaders: number[] = rows.map(() => -1);
  const sketches = new Map<number, Uint32Array>();
  const bands = Array.from({ length: BANDS }, () => new Map<number, number[]>());
  for (const i of order) {
    const letters = lettersOf(rows[i]!.text);
    if (letters.length < LEAST_LENGTH) continue;
    const sketch = sketchOf(letters);
    const leader = findLeader(sketch, bands, sketches);
    leaders[i] = leader ?? i;
    if (leader !== null) continue;
    sketches.set(i, sketch);
    bands.forEach((band, b) => {
      const key = bandKey(sketch, b);
      const known = band.get(key);
      if (known === undefined) band.set(key, [i]);
      else known.push(i);
    });
  }
  return leaders;
}

function findLeader(
  sketch: Uint32Array,
  bands: readonly Map<number, number[]>[],
  sketches: ReadonlyMap<number, Uint32Array>,
): number | null {
  const seen = new Set<number>();
  let best: number | null = null;
  let alike = ALIKE;
  bands.forEach((band, b) => {
    for (const candidate of band.get(bandKey(sketch, b)) ?? []) {
      if (seen.has(candidate)) continue;
      seen.add(candidate);
      const likeness = likenessOf(sketch, sketches.get(candidate)!);
      if (likeness > alike || (likeness === alike && best === null)) {
        best = candidate;
        alike = likeness;
      }
    }
  });
  return best;
}

/** Letters and digits in lower case; links, mentions and marks gone. Bounded repeats only: posts are hostile. */
function lettersOf(text: string): string[] {
  const plain = text
    .slice(0, 4 * MOST_LENGTH)
    .replace(/https?:\/\/[\w./?=&%#~-]{1,300}/g, '')
    .replace(/@[\p{L}\p{N}_-]{1,30}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return Array.from(plain).slice(0, MOST_LENGTH);
}

function sketchOf(letters: readonly string[]): Uint32Array {
  const sketch = new Uint32Array(HASHES).fill(0xffffffff);
  for (let i = 0; i + RUN <= letters.length; i++) {
    let run = 0x811c9dc5;
    for (let k = 0; k < RUN; k++)
      run = Math.imul(run ^ letters[i + k]!.codePointAt(0)!, 0x01000193);
    for (let h = 0; h < HASHES; h++) {
      const hash = mix(run ^ Math.imul(h + 1, 0x9e3779b1));
      if (hash < sketch[h]!) sketch[h] = hash;
    }
  }
  return sketch;
}

function bandKey(sketch: Uint32Array, band: number): number {
  return mix(sketch[2 * band]! ^ Math.imul(sketch[2 * band + 1]!, 0x85ebca6b));
}

function likenessOf(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let i = 0; i < HASHES; i++) if (a[i] === b[i]) same++;
  return same / HASHES;
}

function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
