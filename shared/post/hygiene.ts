import { POST_LIMITS } from './post.ts';

/**
 * Foreign text made safe to store, match and show, in the order of the reliability spec, section 3:
 * well-formed UTF-16 → no NUL, C0, DEL, C1 (only `\n` and `\t` stay) → at most `max` code points and
 * 30 combining marks in a row → NFC. The caps come before NFC because NFC of 100,000 alternating marks
 * takes seconds (M7). Linear in the input; applying it twice changes nothing more.
 */
export function cleanText(text: string, max: number = POST_LIMITS.textLength): string {
  if (text.length <= max && CLEAN_ALREADY.test(text)) return text;
  // A code point is at most two units: no more than these can survive the cap, so nothing longer is ever scanned.
  // Controls are removed first and may fill the window, hence the factor of 4; the rest is beyond any honest post.
  const head = text.length > max * 4 ? text.slice(0, max * 4) : text;
  const printable = head.toWellFormed().replace(LINE_ENDS, '\n').replace(CONTROLS, '');
  const capped = limitMarks(firstCodePoints(printable, max));
  const composed = capped.normalize('NFC');
  // NFC lengthens a few characters (U+0958, U+0344), so both caps are checked once more.
  return composed === capped ? composed : limitMarks(firstCodePoints(composed, max));
}

/** How deep arrays and objects nest in a JSON text, without parsing it; stops counting at `limit + 1` (M18). */
export function jsonDepth(json: string, limit = 32): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit === QUOTE) {
      i = endOfString(json, i + 1);
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (depth > limit) return depth;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return deepest;
}

/** Whether objects and lists nest deeper than `limit` levels in a value that JSON.parse gave. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const key in value)
    if (isDeeperThan((value as Record<string, unknown>)[key], limit - 1)) return true;
  return false;
}

/** True when `text` has more than `max` code points; never counts further than it must. */
export function isLongerThan(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > max * 2) return true;
  return cutIndex(text, max) < text.length;
}

/** No control characters and no half of a surrogate pair: safe to be a key in PostgreSQL as it stands. */
export function isCleanKey(key: string): boolean {
  return CLEAN_ALREADY.test(key) || (!HAS_CONTROL.test(key) && key.isWellFormed());
}

/**
 * Only characters that every step above would leave as they are: nearly all Chinese posts, emoji included, end here.
 * Pairs of the emoji planes neither compose nor decompose; each may have one variation selector and one joiner.
 */
const CLEAN_ALREADY = (() => {
  const plain =
    '[\\n\\t\\u0020-\\u007e\\u00a0-\\u02ff\\u2002-\\u2027\\u2030-\\u205e\\u2500-\\u27bf\\u3000-\\u3029\\u3030-\\u3098\\u309b-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ue000-\\uf8ff\\uff00-\\uffef]*';
  const emoji = '(?:[\\ud83c-\\ud83e][\\udc00-\\udfff]|[\\u2600-\\u27bf]\\ufe0f)\\ufe0f?\\u200d?';
  return new RegExp(`^${plain}(?:${emoji}${plain})*$`);
})();
const LINE_ENDS = /\r\n?/g;
// oxlint-disable-next-line no-control-regex -- removing them is the purpose
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;
// oxlint-disable-next-line no-control-regex -- finding them is the purpose
const HAS_CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** 30 is the bound of the Stream-Safe Text Format (UAX #15). */
const LONG_MARK_RUN = /(\p{M}{30})\p{M}+/gu;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function limitMarks(text: string): string {
  return mayHoldMarks(text) ? text.replace(LONG_MARK_RUN, '$1') : text;
}

/** Whether more than 30 units in a row lie outside the blocks that surely hold no combining mark; the regex is slow. */
function mayHoldMarks(text: string): boolean {
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (
      unit < 0x300 ||
      (unit >= 0x3030 && unit <= 0x3098) ||
      (unit >= 0x309b && unit <= 0xa66e) ||
      (unit >= 0xac00 && unit <= 0xd7ff) ||
      (unit >= 0xe000 && unit <= 0xfb1d) ||
      unit >= 0xff00
    )
      run = 0;
    else if (++run > 30) return true;
  }
  return false;
}

function firstCodePoints(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, cutIndex(text, max));
}

/** Index just behind the `max`-th code point, or the length where there are fewer. */
function cutIndex(text: string, max: number): number {
  let index = 0;
  for (let seen = 0; seen < max && index < text.length; seen++) {
    const unit = text.charCodeAt(index);
    const next = text.charCodeAt(index + 1);
    const isPair = unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
    index += isPair ? 2 : 1;
  }
  return index;
}

function endOfString(json: string, start: number): number {
  for (let i = start; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit === BACKSLASH) i += 1;
    else if (unit === QUOTE) return i;
  }
  return json.length;
}

// ES2024, present in Node 20 and every browser since 2023; the compiler's ES2023 library does not know them.
declare global {
  interface String {
    toWellFormed(): string;
    isWellFormed(): boolean;
  }
}
