import { readFileSync } from 'node:fs';

/**
 * nodejieba's dictionary as a double array: the same words and weights in 8 bytes a cell instead of a tree of hash
 * maps (230 MB there, 12 MB here). Built from nodejieba's own files in about half a second.
 *
 * A node is a cell; its child by character `c` is cell `base + c`, and really its child when that cell says `c`
 * (every parent has a base of its own, so the character alone proves the parent). Cell 0 is the root, with base 0:
 * 中 has id 7, so 中 is cell 7; if its base is 40,000 and 国 has id 3, 中国 is cell 40,003.
 */
export interface Dictionary {
  /** Id of a UTF-16 unit, 1 … `MAX_ID`; 0 when no word and no HMM row has it. Frequent characters have small ids. */
  ids: Uint16Array;
  /** Ids given so far; user words may add more. */
  idCount: number;
  /** Two a cell: base (0: no children), then `id << WEIGHT_BITS | index of the weight` (index 0: not a word). */
  cells: Int32Array;
  /** Natural logarithms of probability, by index. */
  weights: Float64Array;
  /** Index of the weight that words inserted later get: the median. */
  userWeight: number;
  /** Weight of a character that is no word. */
  minWeight: number;
  hmm: HiddenMarkov;
}

/** States in cppjieba's order: begin, end, middle of a word, single. */
export interface HiddenMarkov {
  start: Float64Array;
  /** 16 values, from state × 4 + to state. */
  transition: Float64Array;
  /** Four values an id; row 0 and all ids from `rows` on have none. */
  emission: Float64Array;
  rows: number;
}

export const WEIGHT_BITS = 17;
export const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;
/** Ids have the 15 bits above the weight; `cells` is padded so that base + id always lies inside. */
export const MAX_ID = (1 << 15) - 1;
/** cppjieba's "impossible". Sums with it absorb everything else, which its results depend on. */
export const IMPOSSIBLE = -3.14e100;

export interface DictionaryFiles {
  dict: string;
  userDict: string;
  hmm: string;
}

export function buildDictionary(files: DictionaryFiles): Dictionary {
  const words = readWords(readFileSync(files.dict, 'utf8'));
  const frequencySum = sum(words.frequencies);
  const median = [...words.frequencies].sort((a, b) => a - b)[
    words.frequencies.length >> 1
  ] as number;
  const userStart = words.frequencies.length;
  readUserWords(readFileSync(files.userDict, 'utf8'), words, median);
  const hmmLines = readHmmLines(readFileSync(files.hmm, 'utf8'));

  const ids = new Uint16Array(65_536);
  let idCount = rankUnits(words, ids);
  for (const row of hmmLines.emission)
    for (const unit of row.keys()) if (ids[unit] === 0) ids[unit] = ++idCount;
  if (idCount > MAX_ID)
    throw new Error(`The dictionary has ${idCount} characters, more than ${MAX_ID}.`);

  const weights = new WeightTable(frequencySum);
  const trie = buildTrie(words, ids, weights);
  const cells = placeNodes(trie);
  const least = words.frequencies.slice(0, userStart).reduce((a, b) => Math.min(a, b));
  return {
    ids,
    idCount,
    cells,
    userWeight: weights.indexOf(median),
    minWeight: weights.of(least),
    weights: Float64Array.from(weights.values),
    hmm: {
      start: Float64Array.from(hmmLines.start),
      transition: Float64Array.from(hmmLines.transition),
      emission: emissionRows(hmmLines.emission, ids, idCount),
      rows: idCount + 1,
    },
  };
}

// ── words ───────────────────────────────────────────────────────────────────────────────────────
interface Words {
  /** Units of all words, one after the other. */
  units: number[];
  /** Where each word ends in `units`. */
  ends: number[];
  frequencies: number[];
}

/** Lines of `word frequency tag`. */
function readWords(text: string): Words {
  const words: Words = { units: [], ends: [], frequencies: [] };
  let at = 0;
  while (at < text.length) {
    let unit = text.charCodeAt(at++);
    while (unit !== SPACE) {
      if (unit === LINE_END || isSurrogate(unit) || Number.isNaN(unit))
        throw new Error(`The dictionary has a line of another form near character ${at}.`);
      words.units.push(unit);
      unit = text.charCodeAt(at++);
    }
    words.ends.push(words.units.length);
    const end = text.indexOf(' ', at);
    words.frequencies.push(Number(text.slice(at, end)));
    const next = text.indexOf('\n', at);
    at = next < 0 ? text.length : next + 1;
  }
  return words;
}

/** Lines of `word`, `word tag` or `word frequency tag`; the first two have the median's weight. */
function readUserWords(text: string, words: Words, median: number): void {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const parts = line.split(' ');
    const word = parts[0] as string;
    // cppjieba keeps one-character words of this file apart, and longer characters; the package has none.
    if (word.length < 2 || [...word].length !== word.length)
      throw new Error(`The user dictionary has a word that is not handled here: ${word}`);
    for (let i = 0; i < word.length; i++) words.units.push(word.charCodeAt(i));
    words.ends.push(words.units.length);
    words.frequencies.push(parts.length === 3 ? Number(parts[1]) : median);
  }
}

const SPACE = 0x20;
const LINE_END = 0x0a;
const isSurrogate = (unit: number): boolean => (unit & 0xf800) === 0xd800;

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Gives ids from 1 on by how often a unit occurs, so that the children of a node lie close together. */
function rankUnits(words: Words, ids: Uint16Array): number {
  const counts = new Int32Array(65_536);
  for (const unit of words.units) counts[unit]!++;
  const used = Array.from(counts.keys()).filter((unit) => counts[unit]! > 0);
  used.sort((a, b) => counts[b]! - counts[a]!);
  used.forEach((unit, rank) => {
    ids[unit] = rank + 1;
  });
  return used.length;
}

/** Distinct weights; index 0 stands for "no word". */
class WeightTable {
  readonly values: number[] = [0];
  readonly #sum: number;
  readonly #known = new Map<number, number>();

  constructor(frequencySum: number) {
    this.#sum = frequencySum;
  }

  of(frequency: number): number {
    return preciseLog(frequency / this.#sum);
  }

  indexOf(frequency: number): number {
    let index = this.#known.get(frequency);
    if (index === undefined) {
      index = this.values.push(this.of(frequency)) - 1;
      if (index > WEIGHT_MASK) throw new Error('The dictionary has too many distinct frequencies.');
      this.#known.set(frequency, index);
    }
    return index;
  }
}

/**
 * The double nearest to ln x. V8's Math.log is one bit off for 1 % of the frequencies; glibc's, which nodejieba uses,
 * for none of the 5,087. One bit decides between paths whose weights are the same up to rounding: 成小小小双.
 */
function preciseLog(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const mantissa = (bits & (ONE - 1n)) | ONE;
  const exponent = (bits >> 52n) - 1023n;
  const ln = exponent * LN2 + twoAtanh(mantissa - ONE, mantissa + ONE);
  return Number(ln) / 2 ** Number(FIXED_BITS);
}

/** 2 artanh(a / b) = ln((b + a) / (b − a)) as a fixed-point number. */
function twoAtanh(a: bigint, b: bigint): bigint {
  const z = (a << FIXED_BITS) / b;
  const square = (z * z) >> FIXED_BITS;
  let total = 0n;
  let odd = 1n;
  for (let power = z; power !== 0n; power = (power * square) >> FIXED_BITS) {
    total += power / odd;
    odd += 2n;
  }
  return 2n * total;
}

const FIXED_BITS = 100n;
const ONE = 1n << 52n;
const LN2 = twoAtanh(1n, 3n);

// ── trie ────────────────────────────────────────────────────────────────────────────────────────
/** Nodes by number, root 0; children as a linked list. */
interface Trie {
  nodes: number;
  id: Int32Array;
  weight: Int32Array;
  firstChild: Int32Array;
  nextSibling: Int32Array;
  children: Int32Array;
  /** How often texts come by: frequencies of all words through the node. */
  traffic: Float64Array;
}

function buildTrie(words: Words, ids: Uint16Array, weights: WeightTable): Trie {
  const most = words.units.length + 1;
  const trie: Trie = {
    nodes: 1,
    id: new Int32Array(most),
    weight: new Int32Array(most),
    firstChild: new Int32Array(most),
    nextSibling: new Int32Array(most),
    children: new Int32Array(most),
    traffic: new Float64Array(most),
  };
  // Open addressing over (parent, id); half empty at worst.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * most)));
  const parents = new Int32Array(most);
  const mask = slots.length - 1;
  const childOf = (parent: number, id: number): number => {
    let slot = (Math.imul(parent, 0x9e3779b1) ^ Math.imul(id, 0x85ebca6b)) & mask;
    for (let node = slots[slot]!; node !== 0; node = slots[slot]!) {
      if (parents[node] === parent && trie.id[node] === id) return node;
      slot = (slot + 1) & mask;
    }
    const made = trie.nodes++;
    slots[slot] = made;
    parents[made] = parent;
    trie.id[made] = id;
    trie.nextSibling[made] = trie.firstChild[parent]!;
    trie.firstChild[parent] = made;
    trie.children[parent]!++;
    return made;
  };
  let at = 0;
  words.ends.forEach((end, word) => {
    let node = 0;
    const frequency = words.frequencies[word]!;
    while (at < end) {
      node = childOf(node, ids[words.units[at++]!]!);
      trie.traffic[node]! += frequency;
    }
    trie.weight[node] = weights.indexOf(frequency);
  });
  return trie;
}

/** Each family, largest first, at the first base where all of them find a free cell. */
function placeNodes(trie: Trie): Int32Array {
  const places = new Places(3 * trie.nodes + MAX_ID);
  const position = new Int32Array(trie.nodes);
  const bases = new Int32Array(trie.nodes);
  const family: number[] = [];
  for (const parent of byChildren(trie)) {
    family.length = 0;
    for (let child = trie.firstChild[parent]!; child !== 0; child = trie.nextSibling[child]!)
      family.push(trie.id[child]!);
    const base = parent === 0 ? 0 : places.baseFor(family.sort((a, b) => a - b));
    places.take(base, family);
    bases[parent] = base;
    for (let child = trie.firstChild[parent]!; child !== 0; child = trie.nextSibling[child]!)
      position[child] = base + trie.id[child]!;
  }
  const cells = new Int32Array(2 * (places.end + MAX_ID + 1));
  for (let node = 1; node < trie.nodes; node++) {
    const cell = 2 * position[node]!;
    cells[cell] = bases[node]!;
    cells[cell + 1] = (trie.id[node]! << WEIGHT_BITS) | trie.weight[node]!;
  }
  return cells;
}

/**
 * Nodes that have children: the root, then by size class, most children first, and within a class by traffic: what most
 * texts need lies close together, in few lines of the processor's cache.
 */
function byChildren(trie: Trie): number[] {
  const parents: number[] = [];
  for (let node = 1; node < trie.nodes; node++) if (trie.children[node]! > 0) parents.push(node);
  parents.sort(
    (a, b) =>
      sizeClass(trie.children[a]!) - sizeClass(trie.children[b]!) ||
      trie.traffic[b]! - trie.traffic[a]!,
  );
  return [0, ...parents];
}

/** Halves with each class: 1, 2–3, 4–7, … children; the larger, the smaller its number. */
const sizeClass = (children: number): number => Math.clz32(children);

/** Free cells as a doubly linked list, and the bases that are taken. */
class Places {
  /** All cells taken lie below. */
  end = 1;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #taken: Uint8Array;
  readonly #baseTaken: Uint8Array;
  readonly #limit: number;
  /** Families of about one size lie behind each other: cells that refused one would mostly refuse the next too. */
  #size = 0;
  #from = 0;

  constructor(size: number) {
    this.#next = new Int32Array(size + 1);
    this.#previous = new Int32Array(size + 2);
    for (let cell = 0; cell <= size; cell++) {
      this.#next[cell] = cell + 1;
      this.#previous[cell + 1] = cell;
    }
    this.#taken = new Uint8Array(size);
    this.#baseTaken = new Uint8Array(size);
    this.#limit = size - MAX_ID;
  }

  /** `ids` ascend. */
  baseFor(ids: readonly number[]): number {
    const first = ids[0]!;
    const size = sizeClass(ids.length);
    if (size !== this.#size) {
      this.#size = size;
      this.#from = this.#next[0]!;
    }
    for (let cell = this.#from; cell < this.#limit; cell = this.#next[cell]!) {
      const base = cell - first;
      if (base <= 0 || this.#baseTaken[base] === 1 || !this.#allFree(base, ids)) continue;
      this.#from = this.#next[cell]!;
      while (ids.includes(this.#from - base)) this.#from = this.#next[this.#from]!;
      return base;
    }
    throw new Error('The double array is too small for this dictionary.');
  }

  #allFree(base: number, ids: readonly number[]): boolean {
    for (let i = 1; i < ids.length; i++) if (this.#taken[base + ids[i]!] === 1) return false;
    return true;
  }

  take(base: number, ids: readonly number[]): void {
    this.#baseTaken[base] = 1;
    for (const id of ids) {
      const cell = base + id;
      this.#taken[cell] = 1;
      const [before, after] = [this.#previous[cell]!, this.#next[cell]!];
      this.#next[before] = after;
      this.#previous[after] = before;
      if (cell >= this.end) this.end = cell + 1;
    }
  }
}

// ── hidden Markov model ─────────────────────────────────────────────────────────────────────────
interface HmmLines {
  start: number[];
  transition: number[];
  emission: Map<number, number>[];
}

/** Lines without comments: start, four of transitions, four of `character:value,…`. */
function readHmmLines(text: string): HmmLines {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length < 9) throw new Error('The HMM file has fewer lines than nine.');
  const numbers = (line: string): number[] => line.split(' ').map(Number);
  // Words begin, go on and end: B→E, B→M, E→B, E→S, M→E, M→M, S→B, S→S. segmenter-cut.ts follows these alone.
  const transition = lines.slice(1, 5).flatMap(numbers);
  if (transition.some((value, index) => value > -1e100 !== POSSIBLE.includes(index)))
    throw new Error('The HMM file has transitions that are not handled here.');
  return {
    start: numbers(lines[0]!),
    transition,
    emission: lines.slice(5, 9).map(readEmission),
  };
}

const POSSIBLE = [1, 2, 4, 7, 9, 10, 12, 15];

function readEmission(line: string): Map<number, number> {
  const row = new Map<number, number>();
  for (const part of line.split(',')) {
    if (part.charCodeAt(1) !== 0x3a)
      throw new Error(`The HMM file has an entry of another form: ${part}`);
    row.set(part.charCodeAt(0), Number(part.slice(2)));
  }
  return row;
}

function emissionRows(
  rows: readonly Map<number, number>[],
  ids: Uint16Array,
  idCount: number,
): Float64Array {
  const emission = new Float64Array(4 * (idCount + 1)).fill(IMPOSSIBLE);
  rows.forEach((row, state) => {
    for (const [unit, value] of row) emission[4 * ids[unit]! + state] = value;
  });
  return emission;
}
