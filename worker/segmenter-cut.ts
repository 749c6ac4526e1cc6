import {
  IMPOSSIBLE,
  MAX_ID,
  WEIGHT_BITS,
  WEIGHT_MASK,
  type Dictionary,
} from './segmenter-dictionary.ts';

/**
 * nodejieba.cut(text, true) in TypeScript, token for token: cppjieba's MixSegment without its strings, its maps of
 * nodes and one N-API call a token (5 times faster). Words of the dictionary by the likeliest path; what remains as
 * single characters goes through the HMM in runs: 他来到了网易杭研大厦 → 他 来到 了 网易 杭研 大厦, where 杭研 is in no dictionary.
 */
export interface Cutter {
  /** Cuts a text; the tokens are in `ends` and `nodes` until the next call. Returns how many there are. */
  cut(text: string): number;
  /** Where token `i` ends in the text, in UTF-16 units; it begins where the one before ends. */
  readonly ends: Int32Array;
  /** Cell of token `i` when it is a word of the dictionary, else 0. */
  readonly nodes: Int32Array;
  /** Cells of the dictionary: all values of `nodes` lie below. */
  readonly nodeCount: number;
  /** From now on a word of median weight, as insertWord makes it. */
  insert(word: string): void;
  /** Cell of a word of the dictionary, else 0. */
  find(word: string): number;
}

/** cppjieba cuts at these first; no word reaches across. */
const SEPARATORS = new Set([0x20, 0x09, 0x0a, 0xff0c, 0x3002]);

export function createCutter(dictionary: Dictionary): Cutter {
  const { ids, cells, weights, minWeight, userWeight, hmm } = dictionary;
  const { start, emission } = hmm;
  const [BE, BM, EB, ES, ME, MM, SB, SS] = possible(hmm.transition);
  let idCount = dictionary.idCount;
  /** Ids of characters beyond the BMP; only user words have any. */
  const wideIds = new Map<number, number>();
  const isSeparator = new Uint8Array(MAX_ID + 1);

  // Words inserted later that are no node of the double array: a small tree of its own.
  const userEdges = new Map<number, number>();
  const userWords: boolean[] = [false];
  const userStarts = new Uint8Array(MAX_ID + 1);

  // One text at a time; grown when a longer one comes.
  let room = 0;
  let runes = new Int32Array(0);
  let codes = new Int32Array(0);
  let route = new Float64Array(0);
  let wordEnd = new Int32Array(0);
  let wordNode = new Int32Array(0);
  let offsets = new Int32Array(0);
  let path = new Uint8Array(0);
  const cutter = {
    cut,
    ends: new Int32Array(0),
    nodes: new Int32Array(0),
    nodeCount: cells.length / 2,
    insert,
    find,
  };
  let count = 0;
  grow(1_024);
  for (const rune of SEPARATORS) isSeparator[idOf(rune)] = 1;
  return cutter;

  function cut(text: string): number {
    if (text.length > room) grow(text.length);
    const length = decode(text);
    count = 0;
    let from = 0;
    for (let at = 0; at < length; at++) {
      if (isSeparator[codes[at]!] === 0) continue;
      if (at > from) cutRange(from, at);
      push(at + 1, 0);
      from = at + 1;
    }
    if (length > from) cutRange(from, length);
    if (length !== text.length) toUnits(cutter.ends);
    return count;
  }

  /** Fills `runes` and `codes`; returns the number of characters. `offsets` is filled only when one takes two units. */
  function decode(text: string): number {
    const { length } = text;
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      if ((unit & 0xf800) === 0xd800) return decodeWide(text);
      runes[at] = unit;
      codes[at] = ids[unit]!;
    }
    return length;
  }

  function decodeWide(text: string): number {
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      const rune = text.codePointAt(at)!;
      offsets[length] = at;
      runes[length] = rune;
      codes[length++] = rune > 0xffff ? (wideIds.get(rune) ?? 0) : ids[rune]!;
      if (rune > 0xffff) at++;
    }
    offsets[length] = text.length;
    return length;
  }

  function toUnits(ends: Int32Array): void {
    for (let token = 0; token < count; token++) ends[token] = offsets[ends[token]!]!;
  }

  function push(end: number, node: number): void {
    cutter.ends[count] = end;
    cutter.nodes[count++] = node;
  }

  /** The likeliest path from right to left; on equal weights the shortest word wins, as in cppjieba. */
  function cutRange(from: number, to: number): void {
    route[to] = 0;
    for (let at = to - 1; at >= from; at--) {
      const first = codes[at]!;
      let weight = minWeight;
      let base = 0;
      let node = 0;
      const packed = cells[2 * first + 1]!;
      if (first !== 0 && packed >>> WEIGHT_BITS === first) {
        base = cells[2 * first]!;
        if ((packed & WEIGHT_MASK) !== 0) {
          weight = weights[packed & WEIGHT_MASK]!;
          node = first;
        }
      }
      let best = route[at + 1]! + weight;
      let end = at + 1;
      for (let next = at + 1; base !== 0 && next < to; next++) {
        const code = codes[next]!;
        const cell = base + code;
        const found = cells[2 * cell + 1]!;
        if (code === 0 || found >>> WEIGHT_BITS !== code) break;
        const index = found & WEIGHT_MASK;
        if (index !== 0) {
          const value = route[next + 1]! + weights[index]!;
          if (value > best) {
            best = value;
            end = next + 1;
            node = cell;
          }
        }
        base = cells[2 * cell]!;
      }
      route[at] = best;
      wordEnd[at] = end;
      wordNode[at] = node;
      if (userStarts[first] === 1) tryUserWords(at, to);
    }
    emit(from, to);
  }

  function tryUserWords(at: number, to: number): void {
    let node = 0;
    for (let next = at; next < to; next++) {
      const child = userEdges.get(node * (MAX_ID + 1) + codes[next]!);
      if (child === undefined) return;
      node = child;
      if (userWords[node] !== true) continue;
      const value = route[next + 1]! + weights[userWeight]!;
      if (value < route[at]! || (value === route[at]! && next + 1 >= wordEnd[at]!)) continue;
      route[at] = value;
      wordEnd[at] = next + 1;
      wordNode[at] = 0;
    }
  }

  function emit(from: number, to: number): void {
    for (let at = from; at < to;) {
      const end = wordEnd[at]!;
      if (end > at + 1) {
        push(end, wordNode[at]!);
        at = end;
        continue;
      }
      let stop = end;
      while (stop < to && wordEnd[stop] === stop + 1) stop++;
      if (stop === end) push(end, wordNode[at]!);
      else cutRun(at, stop);
      at = stop;
    }
  }

  // ── runs of single characters ─────────────────────────────────────────────────────────────────
  /** Latin words and numbers stay whole, other ASCII stands alone, the rest goes to the HMM. */
  function cutRun(from: number, to: number): void {
    let left = from;
    let at = from;
    while (at < to) {
      const rune = runes[at]!;
      if (rune >= 0x80) {
        at++;
        continue;
      }
      if (at > left) cutUnknown(left, at);
      at = asciiEnd(at, to);
      push(at, 0);
      left = at;
    }
    if (at > left) cutUnknown(left, at);
  }

  function asciiEnd(from: number, to: number): number {
    let at = from + 1;
    if (isAsciiLetter(runes[from]!))
      while (at < to && (isAsciiLetter(runes[at]!) || isDigit(runes[at]!))) at++;
    else if (isDigit(runes[from]!))
      while (at < to && (isDigit(runes[at]!) || runes[at] === FULL_STOP)) at++;
    return at;
  }

  /** Viterbi over begin, end, middle, single; only eight transitions exist, the others could never win. */
  function cutUnknown(from: number, to: number): void {
    if (to - from === 1) {
      push(to, 0);
      return;
    }
    let row = rowOf(from);
    let b = start[B]! + emission[row]!;
    let e = start[E]! + emission[row + E]!;
    let m = start[M]! + emission[row + M]!;
    let s = start[S]! + emission[row + S]!;
    for (let at = from + 1; at < to; at++) {
      row = rowOf(at);
      const emitB = emission[row]!;
      const emitE = emission[row + E]!;
      const emitM = emission[row + M]!;
      const emitS = emission[row + S]!;
      const viaE = e;
      const viaB = b;
      const viaM = m;
      const viaS = s;
      // Where nothing is possible cppjieba says E.
      let fromB = E;
      let fromE = E;
      let fromM = E;
      let fromS = E;
      b = IMPOSSIBLE;
      e = IMPOSSIBLE;
      m = IMPOSSIBLE;
      s = IMPOSSIBLE;
      // The predecessor with the smaller number first; each must be strictly better than what is there.
      let value = viaE + EB + emitB;
      if (value > b) b = value;
      value = viaS + SB + emitB;
      if (value > b) {
        b = value;
        fromB = S;
      }
      value = viaB + BE + emitE;
      if (value > e) {
        e = value;
        fromE = B;
      }
      value = viaM + ME + emitE;
      if (value > e) {
        e = value;
        fromE = M;
      }
      value = viaB + BM + emitM;
      if (value > m) {
        m = value;
        fromM = B;
      }
      value = viaM + MM + emitM;
      if (value > m) {
        m = value;
        fromM = M;
      }
      value = viaE + ES + emitS;
      if (value > s) s = value;
      value = viaS + SS + emitS;
      if (value > s) {
        s = value;
        fromS = S;
      }
      path[at] = fromB | (fromE << 2) | (fromM << 4) | (fromS << 6);
    }
    pushStates(from, to, e >= s ? E : S);
  }

  /** Follows the path back, marking in it where words end, then emits them. */
  function pushStates(from: number, to: number, last: number): void {
    let state = last;
    for (let at = to - 1; at >= from; at--) {
      const came = path[at]!;
      path[at] = state & 1;
      state = (came >>> (2 * state)) & 3;
    }
    for (let at = from; at < to; at++) if (path[at] === 1) push(at + 1, 0);
  }

  function rowOf(at: number): number {
    const code = codes[at]!;
    return code < hmm.rows ? 4 * code : 0;
  }

  // ── words inserted later ──────────────────────────────────────────────────────────────────────
  function insert(word: string): void {
    const known = nodeOf(word);
    if (known !== 0) {
      cells[2 * known + 1] = (cells[2 * known + 1]! & ~WEIGHT_MASK) | userWeight;
      return;
    }
    let node = 0;
    for (const character of word) {
      const id = idOf(character.codePointAt(0)!);
      if (node === 0) userStarts[id] = 1;
      const edge = node * (MAX_ID + 1) + id;
      let child = userEdges.get(edge);
      if (child === undefined) {
        child = userWords.push(false) - 1;
        userEdges.set(edge, child);
      }
      node = child;
    }
    userWords[node] = true;
  }

  /** Cell that the word leads to, whether it ends a word or not; 0 when the double array has no such path. */
  function nodeOf(word: string): number {
    let base = 0;
    let cell = 0;
    for (let at = 0; at < word.length; at++) {
      const id = ids[word.charCodeAt(at)]!;
      if (id === 0 || (at > 0 && base === 0)) return 0;
      cell = base + id;
      if (cells[2 * cell + 1]! >>> WEIGHT_BITS !== id) return 0;
      base = cells[2 * cell]!;
    }
    return cell;
  }

  function find(word: string): number {
    const cell = nodeOf(word);
    return (cells[2 * cell + 1]! & WEIGHT_MASK) === 0 ? 0 : cell;
  }

  function idOf(rune: number): number {
    const known = rune > 0xffff ? wideIds.get(rune) : ids[rune];
    if (known !== undefined && known !== 0) return known;
    if (idCount >= MAX_ID) throw new Error('Too many distinct characters in user words.');
    idCount++;
    if (rune > 0xffff) wideIds.set(rune, idCount);
    else ids[rune] = idCount;
    return idCount;
  }

  function grow(length: number): void {
    room = 2 * length;
    runes = new Int32Array(room + 1);
    codes = new Int32Array(room + 1);
    route = new Float64Array(room + 1);
    wordEnd = new Int32Array(room + 1);
    wordNode = new Int32Array(room + 1);
    offsets = new Int32Array(room + 1);
    path = new Uint8Array(room + 1);
    cutter.ends = new Int32Array(room + 1);
    cutter.nodes = new Int32Array(room + 1);
  }
}

/** The eight transitions that exist, in the order of their names. */
function possible(transition: Float64Array) {
  const of = (from: number, to: number): number => transition[4 * from + to]!;
  return [of(B, E), of(B, M), of(E, B), of(E, S), of(M, E), of(M, M), of(S, B), of(S, S)] as const;
}

const B = 0;
const E = 1;
const M = 2;
const S = 3;
const FULL_STOP = 0x2e;
const isDigit = (rune: number): boolean => rune >= 0x30 && rune <= 0x39;
const isAsciiLetter = (rune: number): boolean =>
  (rune >= 0x61 && rune <= 0x7a) || (rune >= 0x41 && rune <= 0x5a);
