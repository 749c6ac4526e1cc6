/**
 * What the prior sees of a text: hashed n-grams over symbols. Training and serving run this very file.
 *
 * `不太好[doge]！` → symbols 不 太 好 [doge] ！ → n-grams of 1-4 symbols; those of the last clause (1-2
 * symbols) count once more, since Chinese posts tend to judge at the end.
 * A symbol is one code point, one whole `[emoticon]`, one run of white space, or, for positions that `mask`
 * marks (topic names), one fixed placeholder: 华为真香 and 小米真香 look the same, so a name carries no polarity.
 */

/** Longest content of an emoticon between its brackets, in UTF-16 units. */
const EMOTICON_LENGTH = 8;

const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const EMOTICON_BASE = 0x20_0000;
/** One symbol for a masked run, whatever its length. */
export const PLACEHOLDER = 0x30_0000;
/** Stands before and behind a text. */
export const EDGE = 0x30_0001;

const MIX = 0x9e37_79b1;
const LAST_CLAUSE = 0x51ed_270b;
const ONE_EMOTICON = 0x1357_9bdf;
const FIRST_EMOTICON = 0x2468_ace1;
const LAST_EMOTICON = 0x3a5c_7e91;
const PAIR_OF_EMOTICONS = 0x4b6d_8fa3;

/** n-gram lengths are 1..LONGEST_GRAM. */
export const LONGEST_GRAM = 4;
/** Hash of an n-gram without symbols; {@link gram} adds one. */
export const GRAM = 0x2f0b_4c47;
/** Upper bound of features per symbol, the size of the buffers. */
const FEATURES_PER_SYMBOL = LONGEST_GRAM + 2 + 3;

/** Hash of an n-gram with one symbol more. */
export function gram(hash: number, symbol: number): number {
  const mixed = Math.imul(hash ^ symbol, MIX);
  return mixed ^ (mixed >>> 15);
}

/** A text as symbols: `[1, symbolCount - 1)` are those of the text, an edge stands before and behind. */
export interface Symbols {
  readonly symbols: Int32Array;
  /** UTF-16 offset where each symbol starts; entry `symbolCount` is the end of the span. */
  readonly offsets: Int32Array;
  readonly symbolCount: number;
}

/** Reads one text at a time into buffers that are reused: copy what must outlive the next call. */
export class FeatureReader implements Symbols {
  /** Number of symbols of the last text, the two edges included. */
  symbolCount = 0;
  /** Number of n-grams of the last text; the features behind them are those of its emoticons. */
  grams = 0;
  /** Number of features of the last text. */
  count = 0;
  /** Hash of each feature, 32 bits. */
  ids = new Int32Array(0);
  /** First and one-past-last symbol of each feature. */
  from = new Int32Array(0);
  to = new Int32Array(0);
  /** UTF-16 offset where each symbol starts; entry `symbolCount` is the end of the span. */
  offsets = new Int32Array(0);

  #hasEmoticons = false;
  #symbols = new Int32Array(0);
  /** By offset in the span: the symbol that begins there, where one does. */
  #at = new Int32Array(0);

  /** The symbols of the last text. */
  get symbols(): Int32Array {
    return this.#symbols;
  }

  constructor() {
    this.#reserve(512);
  }

  /** Symbol of the last text that begins (or the text that ends) at an offset, -1 where none does. */
  symbolAt(offset: number): number {
    const symbol = this.#at[offset - this.offsets[0]!]!;
    return symbol < this.symbolCount && this.offsets[symbol] === offset ? symbol : -1;
  }

  /** Features of `text[start, end)`. */
  read(text: string, start: number, end: number, mask?: Uint8Array): void {
    this.readSymbols(text, start, end, mask);
    this.#readGrams();
    this.#readLastClause(1, this.symbolCount - 1);
    this.grams = this.count;
    this.#readEmoticons(1, this.symbolCount - 1);
  }

  /**
   * Of the span of symbols `[first, last)` of the last text read as a text of its own: all features but the n-grams
   * that lie inside it. `grams` and `count` are those of {@link read}, without the inner n-grams.
   */
  readEnds(first: number, last: number): void {
    const symbols = this.#symbols;
    const { ids } = this;
    let k = 0;
    let hash = gram(GRAM, EDGE);
    ids[k++] = hash;
    const ahead = Math.min(last, first + LONGEST_GRAM - 1);
    for (let j = first; j < ahead; j++) ids[k++] = hash = gram(hash, symbols[j]!);
    if (last - first < LONGEST_GRAM - 1) ids[k++] = gram(hash, EDGE);
    for (let i = Math.max(first, last - LONGEST_GRAM + 1); i < last; i++) {
      hash = GRAM;
      for (let j = i; j < last; j++) hash = gram(hash, symbols[j]!);
      ids[k++] = gram(hash, EDGE);
    }
    ids[k++] = gram(GRAM, EDGE);
    this.count = k;
    this.#readLastClause(first, last);
    this.grams = this.count;
    this.#readEmoticons(first, last);
  }

  /** Symbols and offsets alone; `[1, symbolCount - 1)` are those of the text, an edge stands before and behind. */
  readSymbols(text: string, start: number, end: number, mask?: Uint8Array): void {
    if (end - start + 3 > this.#symbols.length) this.#reserve(2 * (end - start) + 3);
    const symbols = this.#symbols;
    const offsets = this.offsets;
    const places = this.#at;
    let hasEmoticons = false;
    let n = 0;
    symbols[n] = EDGE;
    offsets[n++] = start;
    let i = start;
    while (i < end) {
      const at = i;
      let symbol: number;
      if (mask !== undefined && mask[i] === 1) {
        symbol = PLACEHOLDER;
        i++;
        while (i < end && mask[i] === 1) i++;
      } else {
        const unit = text.charCodeAt(i++);
        symbol = unit;
        if (unit >= ZERO && unit <= NINE) {
          // 2019 and 2020 are one symbol each: what a number is says nothing about mood, that there is one does.
          symbol = ZERO;
          while (i < end && isDigit(text.charCodeAt(i)) && mask?.[i] !== 1) i++;
        } else if (unit === 0x5b) {
          const close = closingBracket(text, i, end);
          if (close > 0) {
            symbol = emoticonSymbol(text, i, close);
            i = close + 1;
          }
        } else if (unit <= SPACE) {
          symbol = SPACE;
          while (i < end && text.charCodeAt(i) <= SPACE && mask?.[i] !== 1) i++;
        } else if (unit >= 0xd800 && unit < 0xdc00 && i < end) {
          const low = text.charCodeAt(i);
          if (low >= 0xdc00 && low < 0xe000) {
            symbol = ((unit - 0xd800) << 10) + (low - 0xdc00) + 0x1_0000;
            i++;
          }
        }
      }
      if (isEmoticon(symbol)) hasEmoticons = true;
      symbols[n] = symbol;
      places[at - start] = n;
      offsets[n++] = at;
    }
    symbols[n] = EDGE;
    places[end - start] = n;
    offsets[n++] = end;
    offsets[n] = end;
    this.symbolCount = n;
    this.#hasEmoticons = hasEmoticons;
  }

  #readGrams(): void {
    const symbols = this.#symbols;
    const { ids, from, to, symbolCount } = this;
    let k = 0;
    for (let i = 0; i < symbolCount; i++) {
      let hash = GRAM;
      const longest = Math.min(symbolCount, i + LONGEST_GRAM);
      for (let j = i; j < longest; j++) {
        hash = gram(hash, symbols[j]!);
        ids[k] = hash;
        from[k] = i;
        to[k++] = j + 1;
      }
    }
    this.count = k;
  }

  /** The last clause that has words: marks and emoticons behind it are passed over. */
  #readLastClause(first: number, last: number): void {
    const symbols = this.#symbols;
    let end = last;
    while (end > first && (isMark(symbols[end - 1]!) || isEmoticon(symbols[end - 1]!))) end--;
    let start = end;
    while (start > first && !isMark(symbols[start - 1]!)) start--;
    for (let i = start; i < end; i++) {
      this.#emit(symbols[i]!, LAST_CLAUSE, i);
      if (i + 1 < end) this.#emit(Math.imul(symbols[i]!, MIX) ^ symbols[i + 1]!, LAST_CLAUSE, i, 2);
    }
  }

  /**
   * Emoticons speak as loud in a long post as in a short one, so they are counted apart from the n-grams:
   * each one, each pair in order whatever stands between them, the first and the last.
   */
  #readEmoticons(first: number, last: number): void {
    if (!this.#hasEmoticons) return;
    const symbols = this.#symbols;
    let before = -1;
    for (let i = first; i < last; i++) {
      const symbol = symbols[i]!;
      if (!isEmoticon(symbol)) continue;
      this.#emit(symbol, ONE_EMOTICON, i);
      if (before < 0) this.#emit(symbol, FIRST_EMOTICON, i);
      else this.#emit(Math.imul(symbols[before]!, MIX) ^ symbol, PAIR_OF_EMOTICONS, i);
      before = i;
    }
    if (before >= 0) this.#emit(symbols[before]!, LAST_EMOTICON, before);
  }

  #emit(value: number, salt: number, symbol: number, symbols = 1): void {
    let hash = Math.imul(value ^ salt, MIX);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, MIX);
    const k = this.count++;
    this.ids[k] = hash ^ (hash >>> 13);
    this.from[k] = symbol;
    this.to[k] = symbol + symbols;
  }

  #reserve(symbols: number): void {
    this.#symbols = new Int32Array(symbols);
    this.#at = new Int32Array(symbols);
    this.offsets = new Int32Array(symbols + 1);
    const features = symbols * FEATURES_PER_SYMBOL;
    this.ids = new Int32Array(features);
    this.from = new Int32Array(features);
    this.to = new Int32Array(features);
  }
}

/** Index of the `]` that closes an emoticon opened just before `from`, or -1 when it is only a bracket. */
function closingBracket(text: string, from: number, end: number): number {
  const last = Math.min(end, from + EMOTICON_LENGTH + 1);
  for (let i = from; i < last; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5d) return i > from ? i : -1;
    if (unit === 0x5b) return -1;
  }
  return -1;
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

function emoticonSymbol(text: string, from: number, to: number): number {
  let hash = 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), MIX) ^ (hash >>> 13);
  return EMOTICON_BASE + (hash & 0xf_ffff);
}

/** Signs that end a clause, after normalisation. */
function isMark(symbol: number): boolean {
  if (symbol > 0x303f) return false;
  return (
    symbol <= SPACE ||
    symbol === 0x21 ||
    symbol === 0x2c ||
    symbol === 0x2e ||
    symbol === 0x3a ||
    symbol === 0x3b ||
    symbol === 0x3f ||
    symbol === 0x7e ||
    symbol === 0x2026 ||
    symbol >= 0x3000
  );
}

/** Whole `[emoticon]`s, emoji and dingbats. */
function isEmoticon(symbol: number): boolean {
  return (symbol >= 0x1_f000 && symbol < PLACEHOLDER) || (symbol >= 0x2600 && symbol <= 0x27bf);
}
