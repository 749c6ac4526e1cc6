/**
 * The n-grams that the context model reads: those of every clause with all names hidden (the same for each topic of a
 * post), and those around the topic in its own clauses, where the topic and other names are told apart:
 *
 *     `DeepSeek比豆包稳` toward 豆包 → NAME比NAME稳: 比, 比NAME, 稳, … and OTHER比TOPIC, 比TOPIC稳, 稳 behind the topic, …
 *     `噪音很小` toward 噪音 → besides these 小 said of something of which less is better
 */
import { EDGE, gram, PLACEHOLDER, type Symbols } from './features.ts';
import { findSlot, neutralOf, polarityOf } from './feature-table.ts';
import { mentionOf, names } from './context-features.ts';
import type { Clause, Reading } from './reading.ts';

/** Longest n-grams of a clause, and around the topic; two symbols where its side counts. */
const CLAUSE_GRAM = 4;
const TOPIC_GRAM = 3;
/** Most n-grams that one symbol begins: around the topic, on a side of it, and said of a quantity. */
const MOST_GRAMS = TOPIC_GRAM + 2 + 2;

const CLAUSE = 0x2f0b_4c47;
const OWN = 0x1b87_3593;
const BEFORE = 0x5a17_0f21;
const BEHIND = 0x6c62_72e7;
const TOPIC = 0x30_0002;
const OTHER_NAME = 0x30_0003;
/** Once more for a topic that is a quantity: what 小 says of it depends on which kind. */
const MORE_IS_BETTER = 0x3c6e_f372;
const LESS_IS_BETTER = 0x1f83_d9ab;

/** Symbols of the clauses of one reading, used for all its topics. Reused between posts. */
export class GramReader {
  #symbols = new Int32Array(1024);
  #offsets = new Int32Array(1024);
  /** The symbols of the clauses that name a topic, as it sees them. */
  #seen = new Int32Array(1024);
  /** Where the symbols of each clause begin; one entry more than there are clauses. */
  #starts = new Int32Array(64);
  #clauses = 0;
  #reading: Reading | undefined;

  /** Hashes of the n-grams read last, in the order of the clauses. */
  hashes = new Int32Array(1024 * MOST_GRAMS);
  /** For each clause, how many n-grams there are up to its end. */
  ends = new Int32Array(64);

  /** `read` are the symbols of the text, the names of topics hidden; other names are hidden here. */
  open(reading: Reading, read: Symbols): void {
    const { clauses } = reading;
    if (clauses.length >= this.#starts.length) {
      this.ends = new Int32Array(2 * clauses.length);
      this.#starts = new Int32Array(2 * clauses.length);
    }
    this.#reading = reading;
    this.#clauses = clauses.length;
    const { symbols, offsets } = read;
    const last = read.symbolCount - 1;
    // Every clause has an edge before and behind.
    if (last + 2 * clauses.length > this.#symbols.length) this.#grow(last + 2 * clauses.length);
    const own = this.#symbols;
    const ownOffsets = this.#offsets;
    const starts = this.#starts;
    let n = 0;
    let k = 1;
    for (let c = 0; c < clauses.length; c++) {
      const { start, end, mark, mentions } = clauses[c]!;
      starts[c] = n;
      own[n] = EDGE;
      ownOffsets[n++] = start;
      while (k < last && offsets[k]! < start) k++;
      let m = 0;
      while (k < last && offsets[k]! < end) {
        const at = offsets[k]!;
        while (m < mentions.length && mentions[m]!.end <= at) m++;
        ownOffsets[n] = at;
        if (m < mentions.length && mentions[m]!.start <= at) {
          own[n++] = PLACEHOLDER;
          while (k < last && offsets[k]! < mentions[m]!.end) k++;
        } else own[n++] = symbols[k++]!;
      }
      // `?` and `!` stand behind the clause and say how it is meant.
      own[n] = mark === '?' || mark === '!' ? mark.charCodeAt(0) : EDGE;
      ownOffsets[n++] = end;
    }
    starts[clauses.length] = n;
  }

  /** All n-grams of all clauses, names hidden. */
  readClauses(): void {
    const symbols = this.#symbols;
    const starts = this.#starts;
    const { hashes, ends } = this;
    let n = 0;
    for (let clause = 0; clause < this.#clauses; clause++) {
      const to = starts[clause + 1]!;
      for (let i = starts[clause]!; i < to; i++) {
        const end = i + CLAUSE_GRAM < to ? i + CLAUSE_GRAM : to;
        let hash = CLAUSE;
        for (let j = i; j < end; j++) hashes[n++] = hash = gram(hash, symbols[j]!);
      }
      ends[clause] = n;
    }
  }

  /** Sums the weights (steps of the table) of the n-grams read last, clause by clause. */
  sumByClause(
    cells: Int32Array,
    shift: number,
    polarities: Float32Array,
    neutrals: Float32Array,
  ): void {
    const { hashes, ends } = this;
    const clauses = this.#clauses;
    for (let clause = 0, k = 0; clause < clauses; clause++) {
      const end = ends[clause]!;
      let polarity = 0;
      let neutral = 0;
      for (; k < end; k++) {
        const slot = findSlot(cells, shift, hashes[k]!);
        polarity += polarityOf(slot);
        neutral += neutralOf(slot);
      }
      polarities[clause] = polarity;
      neutrals[clause] = neutral;
    }
  }

  /** Symbols of the reading, edges of clauses included. */
  get symbolCount(): number {
    return this.#starts[this.#clauses]!;
  }

  /** N-grams of the clauses that name the topic, seen from the topic. Returns how many symbols those clauses have. */
  readTopic(topic: number): number {
    const reading = this.#reading;
    let symbols = 0;
    if (reading === undefined) return symbols;
    const { ends } = this;
    const starts = this.#starts;
    let n = 0;
    for (let c = 0; c < this.#clauses; c++) {
      const clause = reading.clauses[c]!;
      const named = mentionOf(clause, topic);
      if (named !== undefined) {
        const from = starts[c]!;
        const to = starts[c + 1]!;
        symbols += to - from;
        const first = this.#see(clause, topic, from, to);
        n = this.#readAround(from, first, to, BEFORE, n);
        n = this.#readAround(first, to, to, BEHIND, n);
        if (named.sense !== 0)
          n = this.#readPairs(from, to, named.sense > 0 ? MORE_IS_BETTER : LESS_IS_BETTER, n);
      }
      ends[c] = n;
    }
    return symbols;
  }

  /**
   * N-grams that begin in `[from, behind)`: of 1 to {@link TOPIC_GRAM} symbols, and of 1 or 2 told apart by the side of the
   * topic. The clause ends at `to`.
   */
  #readAround(from: number, behind: number, to: number, side: number, count: number): number {
    const seen = this.#seen;
    const { hashes } = this;
    let n = count;
    for (let i = from; i < behind; i++) {
      const end = i + TOPIC_GRAM < to ? i + TOPIC_GRAM : to;
      let hash = OWN;
      for (let j = i; j < end; j++) hashes[n++] = hash = gram(hash, seen[j]!);
      hashes[n++] = hash = gram(side, seen[i]!);
      if (i + 1 < to) hashes[n++] = gram(hash, seen[i + 1]!);
    }
    return n;
  }

  #readPairs(from: number, to: number, kind: number, count: number): number {
    const seen = this.#seen;
    const { hashes } = this;
    let n = count;
    for (let i = from; i < to; i++) {
      const hash = gram(kind, seen[i]!);
      hashes[n++] = hash;
      if (i + 1 < to) hashes[n++] = gram(hash, seen[i + 1]!);
    }
    return n;
  }

  /** Symbols of a clause as the topic sees them: itself, another name, or a word. Returns where it is named first. */
  #see(clause: Clause, topic: number, from: number, to: number): number {
    const symbols = this.#symbols;
    const seen = this.#seen;
    let first = to;
    for (let k = from; k < to; k++) {
      const symbol = symbols[k]!;
      seen[k] = symbol;
      if (symbol !== PLACEHOLDER) continue;
      const isTopic = names(clause, this.#offsets[k]!, topic);
      seen[k] = isTopic ? TOPIC : OTHER_NAME;
      if (isTopic && first === to) first = k;
    }
    return first;
  }

  #grow(size: number): void {
    const symbols = new Int32Array(2 * size);
    symbols.set(this.#symbols);
    this.#symbols = symbols;
    const offsets = new Int32Array(2 * size);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    this.#seen = new Int32Array(2 * size);
    this.hashes = new Int32Array(2 * size * MOST_GRAMS);
  }
}
