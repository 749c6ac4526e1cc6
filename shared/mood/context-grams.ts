/**
 * The n-grams that the context model reads: those of every clause with all names hidden (the same for each topic of a
 * post), and those around the topic in its own clauses, where the topic and other names are told apart:
 *
 *     `DeepSeek比豆包稳` toward 豆包 → NAME比NAME稳: 比, 比NAME, 稳, … and OTHER比TOPIC, 比TOPIC稳, 稳 behind the topic, …
 *     `噪音很小` toward 噪音 → besides these 小 said of something of which less is better
 */
import { FeatureReader, gram, PLACEHOLDER } from './features.ts';
import { mentionOf } from './context-features.ts';
import type { Clause, Reading } from './reading.ts';

/** Longest n-grams of a clause, around the topic, and told apart by the side of the topic. */
const CLAUSE_GRAM = 4;
const TOPIC_GRAM = 3;
const SIDE_GRAM = 2;

const CLAUSE = 0x2f0b_4c47;
const OWN = 0x1b87_3593;
const BEFORE = 0x5a17_0f21;
const BEHIND = 0x6c62_72e7;
const TOPIC = 0x30_0002;
const OTHER_NAME = 0x30_0003;
/** Once more for a topic that is a quantity: what 小 says of it depends on which kind. */
const MORE_IS_BETTER = 0x3c6e_f372;
const LESS_IS_BETTER = 0x1f83_d9ab;

/** Takes n-grams one by one; returns whether longer ones with the same beginning are worth reading. */
export type GramVisitor = (hash: number, clause: number) => boolean;

/** Symbols of the clauses of one reading, used for all its topics. Reused between posts. */
export class GramReader {
  #reader = new FeatureReader();
  #mask = new Uint8Array(512);
  #symbols = new Int32Array(1024);
  #offsets = new Int32Array(1024);
  /** The symbols of the clauses that name a topic, as it sees them. */
  #seen = new Int32Array(1024);
  /** Where the symbols of each clause begin; one entry more than there are clauses. */
  #starts: number[] = [];
  #reading: Reading | undefined;

  open(reading: Reading): void {
    const { text, clauses } = reading;
    if (text.length > this.#mask.length) this.#mask = new Uint8Array(2 * text.length);
    const mask = this.#mask.fill(0, 0, text.length);
    for (const clause of clauses)
      for (const { start, end } of clause.mentions) mask.fill(1, start, end);
    this.#reading = reading;
    this.#starts.length = 0;
    let n = 0;
    for (const clause of clauses) {
      this.#starts.push(n);
      const reader = this.#reader;
      reader.readSymbols(text, clause.start, clause.end, mask);
      const { symbols, offsets, symbolCount } = reader;
      if (n + symbolCount > this.#symbols.length) this.#grow(n + symbolCount);
      for (let k = 0; k < symbolCount; k++, n++) {
        this.#symbols[n] = symbols[k]!;
        this.#offsets[n] = offsets[k]!;
      }
      // `?` and `!` stand behind the clause and say how it is meant.
      if (clause.mark === '?' || clause.mark === '!')
        this.#symbols[n - 1] = clause.mark.charCodeAt(0);
    }
    this.#starts.push(n);
  }

  /** All n-grams of all clauses, names hidden. */
  visitClauses(visit: GramVisitor): void {
    const symbols = this.#symbols;
    for (let clause = 0; clause + 1 < this.#starts.length; clause++) {
      const to = this.#starts[clause + 1]!;
      for (let i = this.#starts[clause]!; i < to; i++) {
        const end = Math.min(to, i + CLAUSE_GRAM);
        let hash = CLAUSE;
        for (let j = i; j < end; j++) {
          hash = gram(hash, symbols[j]!);
          if (!visit(hash, clause)) break;
        }
      }
    }
  }

  /** Symbols of the reading, edges of clauses included. */
  get symbolCount(): number {
    return this.#starts.at(-1) ?? 0;
  }

  /** N-grams of the clauses that name the topic, seen from the topic. Returns how many symbols those clauses have. */
  visitTopic(topic: number, visit: GramVisitor): number {
    const reading = this.#reading;
    let symbols = 0;
    if (reading === undefined) return symbols;
    for (const clause of reading.clauses) {
      const named = mentionOf(clause, topic);
      if (named === undefined) continue;
      const from = this.#starts[clause.index]!;
      const to = this.#starts[clause.index + 1]!;
      symbols += to - from;
      this.#see(clause, topic, from, to);
      const seen = this.#seen;
      let side = BEFORE;
      for (let i = from; i < to; i++) {
        if (seen[i] === TOPIC) side = BEHIND;
        this.#visitFrom(i, Math.min(to, i + TOPIC_GRAM), OWN, clause.index, visit);
        this.#visitFrom(i, Math.min(to, i + SIDE_GRAM), side, clause.index, visit);
      }
      if (named.sense === 0) continue;
      const sense = named.sense > 0 ? MORE_IS_BETTER : LESS_IS_BETTER;
      for (let i = from; i < to; i++)
        this.#visitFrom(i, Math.min(to, i + SIDE_GRAM), sense, clause.index, visit);
    }
    return symbols;
  }

  /** N-grams that begin at a seen symbol, while they are known. */
  #visitFrom(from: number, to: number, kind: number, clause: number, visit: GramVisitor): void {
    let hash = kind;
    for (let j = from; j < to; j++) {
      hash = gram(hash, this.#seen[j]!);
      if (!visit(hash, clause)) break;
    }
  }

  /** Symbols of a clause as the topic sees them: itself, another name, or a word. */
  #see(clause: Clause, topic: number, from: number, to: number): void {
    for (let k = from; k < to; k++) {
      let symbol = this.#symbols[k]!;
      if (symbol === PLACEHOLDER) {
        symbol = OTHER_NAME;
        const at = this.#offsets[k]!;
        for (const mention of clause.mentions)
          if (mention.start === at && mention.topic === topic) symbol = TOPIC;
      }
      this.#seen[k] = symbol;
    }
  }

  #grow(size: number): void {
    const symbols = new Int32Array(2 * size);
    symbols.set(this.#symbols);
    this.#symbols = symbols;
    const offsets = new Int32Array(2 * size);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    this.#seen = new Int32Array(2 * size);
  }
}
