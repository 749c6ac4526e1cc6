/**
 * Distinct authors of a bucket or window in a few hundred bytes.
 *
 * Byte 0 tells the kind: `SPARSE` (sorted 32-bit hashes, little endian, exact up to 200 authors) or `DENSE`
 * (HyperLogLog, 1024 one-byte registers, standard error 3.3 %). A sketch depends on the set of authors only, never
 * on the order or the batches they came in; merging is union. An empty array of bytes is an empty sketch as well,
 * so that a database default of '' works.
 */
const SPARSE = 0;
const DENSE = 1;
const EXACT_AUTHORS = 200;
const REGISTER_BITS = 10;
const REGISTERS = 1 << REGISTER_BITS;
/** Bits of the hash left for the rank: ranks run from 1 to RANK_BITS + 1. */
const RANK_BITS = 32 - REGISTER_BITS;

export function emptySketch(): Uint8Array {
  return Uint8Array.of(SPARSE);
}

/** 32-bit hash of an author's key (`source` and id): FNV-1a over UTF-16 units, mixed by murmur3's finaliser. */
export function hashAuthor(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The sketch with these authors in it; the very same object when all of them were there already. */
export function addAuthors(
  sketch: Uint8Array,
  hashes: Uint32Array | readonly number[],
): Uint8Array {
  if (sketch[0] === DENSE) return raiseRegisters(sketch, hashes);
  const known = readSparse(sketch);
  const fresh: number[] = [];
  for (const hash of hashes) {
    if (!contains(known, hash)) fresh.push(hash);
  }
  if (fresh.length === 0) return sketch;
  return fromSorted(unionSorted(known, Uint32Array.from(fresh).sort()));
}

/** Authors of either. */
export function mergeSketches(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a[0] === DENSE && b[0] === DENSE) return maxRegisters(a, b);
  if (a[0] === DENSE) return addAuthors(a, readSparse(b));
  return addAuthors(b, readSparse(a));
}

/** Number of distinct authors: exact up to 200, an estimate beyond. */
export function countAuthors(sketch: Uint8Array): number {
  if (sketch[0] !== DENSE) return sparseLength(sketch);
  return Math.max(EXACT_AUTHORS + 1, Math.round(estimate(sketch)));
}

function sparseLength(sketch: Uint8Array): number {
  return sketch.length === 0 ? 0 : (sketch.length - 1) >> 2;
}

function readSparse(sketch: Uint8Array): Uint32Array {
  const out = new Uint32Array(sparseLength(sketch));
  for (let i = 0, at = 1; i < out.length; i++, at += 4) {
    out[i] =
      sketch[at]! | (sketch[at + 1]! << 8) | (sketch[at + 2]! << 16) | (sketch[at + 3]! << 24);
  }
  return out;
}

function contains(sorted: Uint32Array, hash: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === hash;
}

/** Union of two ascending lists; repeats within either are dropped too. */
function unionSorted(a: Uint32Array, b: Uint32Array): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  let n = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const next = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
    if (n === 0 || out[n - 1] !== next) out[n++] = next;
  }
  return out.subarray(0, n);
}

function fromSorted(hashes: Uint32Array): Uint8Array {
  if (hashes.length > EXACT_AUTHORS) {
    const empty = new Uint8Array(1 + REGISTERS);
    empty[0] = DENSE;
    return raiseRegisters(empty, hashes);
  }
  const out = new Uint8Array(1 + 4 * hashes.length);
  let at = 1;
  for (const hash of hashes) {
    out[at++] = hash;
    out[at++] = hash >>> 8;
    out[at++] = hash >>> 16;
    out[at++] = hash >>> 24;
  }
  return out;
}

function raiseRegisters(sketch: Uint8Array, hashes: Uint32Array | readonly number[]): Uint8Array {
  let out = sketch;
  for (const hash of hashes) {
    const register = 1 + (hash >>> RANK_BITS);
    const rest = (hash << REGISTER_BITS) >>> 0;
    const rank = rest === 0 ? RANK_BITS + 1 : Math.clz32(rest) + 1;
    if (rank <= out[register]!) continue;
    if (out === sketch) out = sketch.slice();
    out[register] = rank;
  }
  return out;
}

function maxRegisters(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = a.slice();
  for (let i = 1; i < out.length; i++) out[i] = Math.max(a[i]!, b[i]!);
  return out;
}

/** Ertl's improved raw estimator (arXiv 1702.01284, algorithm 6): no bias tables, good from 0 to 2^32. */
function estimate(sketch: Uint8Array): number {
  const counts = new Float64Array(RANK_BITS + 2);
  for (let i = 1; i <= REGISTERS; i++) counts[sketch[i]!]!++;
  let z = REGISTERS * tau(1 - counts[RANK_BITS + 1]! / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + counts[rank]!);
  z += REGISTERS * sigma(counts[0]! / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z);
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let z = x;
  for (let last = -1; z !== last; y += y) {
    x *= x;
    last = z;
    z += x * y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (let last = -1; z !== last;) {
    x = Math.sqrt(x);
    last = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
