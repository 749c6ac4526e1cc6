/**
 * One form of a text that every later step reads: topic matching, rules and the n-gram prior.
 *
 *     ＤｅｅｐSeek太强了！！！！！http://t.cn/A6x {%#国货之光#%}   →   deepseek太强了!!! #国货之光#
 *
 * What it does, in one linear pass: NFKC, lower case, zero-width and direction controls removed, white space collapsed
 * (line breaks kept), URLs and @names dropped, `{%#..#%}` to `#..#`, runs of one character cut to three (digits are kept
 * whole, so 10000 stays 10000), `[emoticon]` left as it is, `回复@name:` dropped, a chain head `//@name:` reduced to
 * `//@:`. Digits stay digits, because aliases such as R1 and GPT-4o need them: the prior maps digits to 0 by itself.
 * Training and serving both start from this text.
 */
export interface Normalised {
  text: string;
  /** `offsets[i]` = UTF-16 index in the original of normalised unit `i`; length `text.length + 1`. */
  offsets: Int32Array;
}

/** Longest run of one character (or emoji) that is kept. */
const RUN = 3;
/** A name on Weibo has at most 30 characters. */
const HANDLE_LENGTH = 30;
/** UAX #15 stream-safe limit: NFKC over longer mark runs is quadratic. */
const MARKS = 30;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const AT = 0x40;
const COLON = 0x3a;
const HASH = 0x23;
const REPLACEMENT = 0xfffd;

/**
 * `keepHandle` decides whether an @name stays in the text because it names a topic (`@DeepSeek 又崩了`);
 * by default all are dropped.
 */
export function normalise(original: string, keepHandle?: (handle: string) => boolean): Normalised {
  const out = idle ?? new Output();
  idle = undefined;
  out.reset();
  const n = original.length;
  let i = 0;
  while (i < n) {
    const c = original.charCodeAt(i);
    if (c >= 0x4e00 && c <= 0x9fff) out.put(c, i++);
    else if (c < 0x80 || (c >= 0xff01 && c <= 0xff5e)) {
      const narrow = c < 0x80 ? c : c - 0xfee0;
      const plain = PLAIN[narrow]!;
      if (plain !== 0) out.put(plain, i++);
      else i = ascii(original, i, narrow, out, keepHandle);
    } else if (c >= 0x3001 && c <= 0x30ff) out.put(c, i++);
    else if (c >= 0x2010 && c <= 0x2027) out.put(c, i++);
    else if (c === 0x3000 || c === 0xa0) out.space(SPACE, i++);
    else if (c === 0x2028 || c === 0x2029) out.space(NEWLINE, i++);
    else if (isInvisible(c)) i++;
    else if (c >= 0xd800 && c <= 0xdfff) i = surrogate(original, i, c, out);
    else i = other(original, i, out);
  }
  const result = out.finish(original);
  idle = out;
  return result;
}

/** ASCII that stands for itself, or for its lower case; 0 where {@link ascii} must look closer: white space, `@`, h of `http`. */
const PLAIN = Uint8Array.from({ length: 0x80 }, (_, c) => {
  const letter = c >= 0x41 && c <= 0x5a ? c + 0x20 : c;
  return c <= SPACE || c === 0x7f || 'hwt@{#&'.includes(String.fromCharCode(letter)) ? 0 : letter;
});

/** Buffers of the last call, used again by the next; a call inside a call (a kept handle) takes its own. */
let idle: Output | undefined;

/** Growing buffers of one call; `put` cuts runs as it goes. */
class Output {
  /** A plain array, because a string is made of one twice as fast as of a typed one. */
  private units: number[] = Array.from({ length: 512 }, () => 0);
  private from: Int32Array = new Int32Array(513);
  private length = 0;

  reset(): void {
    this.length = 0;
  }

  put(unit: number, at: number): void {
    const n = this.length;
    const { units } = this;
    if (
      n >= RUN &&
      units[n - 1] === unit &&
      units[n - 2] === unit &&
      units[n - 3] === unit &&
      !(unit >= 0x30 && unit <= 0x39)
    ) {
      return;
    }
    if (n + 1 >= this.from.length) this.grow();
    units[n] = unit;
    this.from[n] = at;
    this.length = n + 1;
  }

  /** A pair counts as one character for run cutting. */
  putPair(high: number, low: number, at: number): void {
    const n = this.length;
    const { units } = this;
    if (n >= 2 * RUN) {
      let same = true;
      for (let k = 1; k <= RUN && same; k++)
        same = units[n - 2 * k] === high && units[n - 2 * k + 1] === low;
      if (same) return;
    }
    if (n + 2 >= this.from.length) this.grow();
    units[n] = high;
    units[n + 1] = low;
    this.from[n] = at;
    this.from[n + 1] = at;
    this.length = n + 2;
  }

  /** White space collapses; a line break wins over spaces. */
  space(unit: number, at: number): void {
    const last = this.last();
    if (last === SPACE || last === NEWLINE) {
      if (unit === NEWLINE) this.units[this.length - 1] = NEWLINE;
      return;
    }
    if (this.length > 0) this.put(unit, at);
  }

  last(back = 1): number {
    return this.length >= back ? (this.units[this.length - back] ?? 0) : 0;
  }

  drop(count: number): number {
    this.length -= count;
    return this.from[this.length] ?? 0;
  }

  finish(original: string): Normalised {
    const { units, from, length } = this;
    let isMoved = length !== original.length;
    for (let i = 0; i < length && !isMoved; i++) isMoved = from[i] !== i;
    from[length] = original.length;
    let text = '';
    for (let i = 0; i < length; i += 4096)
      text += String.fromCharCode.apply(null, units.slice(i, Math.min(length, i + 4096)));
    return { text, offsets: isMoved ? from.slice(0, length + 1) : identity(length + 1) };
  }

  private grow(): void {
    const from = new Int32Array(2 * this.from.length);
    from.set(this.from);
    this.from = from;
  }
}

let numbers = new Int32Array(0);

/** 0, 1, 2, …: most texts come through at their places. Shared, so nobody may write into offsets. */
function identity(length: number): Int32Array {
  if (length > numbers.length) numbers = Int32Array.from({ length: 2 * length }, (_, k) => k);
  return numbers.subarray(0, length);
}

function ascii(
  s: string,
  i: number,
  c: number,
  out: Output,
  keepHandle?: (handle: string) => boolean,
): number {
  if (c >= 0x41 && c <= 0x5a) c += 0x20;
  if (c >= 0x61 && c <= 0x7a) {
    if ((c === 0x68 || c === 0x77 || c === 0x74) && !isWordUnit(out.last())) {
      const end = urlEnd(s, i);
      if (end > i) {
        out.space(SPACE, i);
        return end;
      }
    }
    out.put(c, i);
    return i + 1;
  }
  if (c === AT) return handle(s, i, out, keepHandle);
  if (c <= SPACE || c === 0x7f) {
    if (c === NEWLINE || c === 0x0d) out.space(NEWLINE, i);
    else if (c === SPACE || c === 0x09) out.space(SPACE, i);
    return i + 1;
  }
  if (c === 0x7b && s.startsWith('{%#', i)) {
    out.put(HASH, i);
    return i + 3;
  }
  if (c === HASH && s.startsWith('#%}', i)) {
    out.put(HASH, i);
    return i + 3;
  }
  if (c === 0x26) return entity(s, i, out);
  out.put(c, i);
  return i + 1;
}

const ENTITIES: readonly (readonly [string, number])[] = [
  ['&amp;', 0x26],
  ['&lt;', 0x3c],
  ['&gt;', 0x3e],
  ['&quot;', 0x22],
  ['&nbsp;', SPACE],
  ['&#39;', 0x27],
];

/** Crawlers often leave HTML entities behind. */
function entity(s: string, i: number, out: Output): number {
  for (const [name, unit] of ENTITIES) {
    if (!s.startsWith(name, i)) continue;
    if (unit === SPACE) out.space(SPACE, i);
    else out.put(unit, i);
    return i + name.length;
  }
  out.put(0x26, i);
  return i + 1;
}

/** End of a URL that starts at `i`, or `i` where none does. `t.cn/` is Weibo's shortener. */
function urlEnd(s: string, i: number): number {
  const head = s.slice(i, i + 8).toLowerCase();
  const length = head.startsWith('https://')
    ? 8
    : head.startsWith('http://')
      ? 7
      : head.startsWith('t.cn/')
        ? 5
        : head.startsWith('www.')
          ? 4
          : 0;
  if (length === 0) return i;
  let end = i + length;
  while (end < s.length && isUrlUnit(s.charCodeAt(end))) end++;
  return end;
}

/** ASCII that stands in URLs, without brackets and `#` (an emoticon or a hashtag follows). */
function isUrlUnit(c: number): boolean {
  return (
    c > 0x20 &&
    c < 0x7f &&
    c !== HASH &&
    c !== 0x5b &&
    c !== 0x5d &&
    c !== 0x22 &&
    c !== 0x3c &&
    c !== 0x3e
  );
}

function handle(
  s: string,
  i: number,
  out: Output,
  keepHandle?: (handle: string) => boolean,
): number {
  let end = i + 1;
  while (end < s.length && end - i <= HANDLE_LENGTH && isHandleUnit(s.charCodeAt(end))) end++;
  if (end === i + 1 || isWordUnit(out.last())) {
    out.put(AT, i);
    return i + 1;
  }
  const next = end < s.length ? s.charCodeAt(end) : 0;
  const colon = next === COLON || next === 0xff1a;
  const back = out.last() === SPACE ? 1 : 0;
  if (out.last(1 + back) === 0x2f && out.last(2 + back) === 0x2f) {
    out.drop(back);
    out.put(AT, i);
    return end;
  }
  if (out.last(1 + back) === 0x590d && out.last(2 + back) === 0x56de) {
    out.drop(2 + back);
    return colon ? end + 1 : end;
  }
  if (
    out.last(1 + back) === 0x74 &&
    out.last(2 + back) === 0x72 &&
    !isWordUnit(out.last(3 + back))
  ) {
    const at = out.drop(2 + back);
    out.put(0x2f, at);
    out.put(0x2f, at);
    out.put(AT, i);
    return end;
  }
  if (keepHandle?.(normalise(s.slice(i + 1, end)).text) === true) {
    out.put(AT, i);
    return i + 1;
  }
  out.space(SPACE, i);
  return end;
}

function isHandleUnit(c: number): boolean {
  return (
    isWordUnit(c) ||
    (c >= 0x41 && c <= 0x5a) ||
    c === 0x5f ||
    c === 0x2d ||
    (c >= 0x4e00 && c <= 0x9fff) ||
    c === 0xb7 ||
    (c >= 0x3040 && c <= 0x30ff)
  );
}

/** Lower-case Latin letter or digit. */
function isWordUnit(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39);
}

function isInvisible(c: number): boolean {
  return (
    (c >= 0x200b && c <= 0x200f) ||
    (c >= 0x202a && c <= 0x202e) ||
    (c >= 0x2060 && c <= 0x206f) ||
    (c >= 0xfe00 && c <= 0xfe0f) ||
    (c >= 0x80 && c < 0xa0) ||
    c === 0xfeff ||
    c === 0xad ||
    c === 0x061c ||
    c === 0x180e ||
    c === 0x115f ||
    c === 0x3164
  );
}

function surrogate(s: string, i: number, c: number, out: Output): number {
  const low = i + 1 < s.length ? s.charCodeAt(i + 1) : 0;
  if (c > 0xdbff || low < 0xdc00 || low > 0xdfff) {
    out.put(REPLACEMENT, i);
    return i + 1;
  }
  const point = (c - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
  if (point >= 0xe0000 && point <= 0xe01ef) return i + 2;
  // Skin tones and gender signs say nothing about mood.
  if (point >= 0x1f3fb && point <= 0x1f3ff) return i + 2;
  if (
    (point >= 0x1d400 && point <= 0x1d7ff) ||
    (point >= 0x1f100 && point <= 0x1f1e5) ||
    (point >= 0x2f800 && point <= 0x2fa1f)
  ) {
    putFolded(s.slice(i, i + 2), i, out);
  } else out.putPair(c, low, i);
  return i + 2;
}

/** Everything rare: folded one character at a time together with its combining marks. */
function other(s: string, i: number, out: Output): number {
  let end = i;
  const mark = isMark(s.charCodeAt(i));
  if (!mark) end++;
  const marksFrom = end;
  while (end < s.length && isMark(s.charCodeAt(end))) end++;
  const marks = s.slice(marksFrom, Math.min(end, marksFrom + MARKS));
  if (!mark) putFolded(s.charAt(i) + marks, i, out);
  else if (out.last() > SPACE && (out.last() < 0xd800 || out.last() > 0xdfff)) {
    const base = String.fromCharCode(out.last());
    putFolded(base + marks, out.drop(1), out);
  }
  return end;
}

function putFolded(cluster: string, at: number, out: Output): void {
  const folded = cluster.normalize('NFKC').toLowerCase();
  for (let k = 0; k < folded.length; k++) {
    const unit = folded.charCodeAt(k);
    if (unit === SPACE) out.space(SPACE, at);
    else if (!isMark(unit) && !isInvisible(unit)) out.put(unit, at);
  }
}

/** Combining marks that decorate text (accents, enclosing keycaps, kana voicing). */
function isMark(c: number): boolean {
  return (
    (c >= 0x0300 && c <= 0x036f) ||
    (c >= 0x0483 && c <= 0x0489) ||
    (c >= 0x1ab0 && c <= 0x1aff) ||
    (c >= 0x1dc0 && c <= 0x1dff) ||
    (c >= 0x20d0 && c <= 0x20ff) ||
    (c >= 0xfe20 && c <= 0xfe2f)
  );
}
