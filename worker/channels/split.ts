import type { Escape } from './escape.ts';

/**
 * Providers cap a message in bytes, and a Chinese character has three. A long message becomes several, each with its
 * header: cut between lines, else between words and links, never inside a character, a link or an escape sequence.
 * (甲…、乙…、丙… at 9 bytes a line and room for 20 → [甲 乙] (1/2), [丙] (2/2))
 */
export interface SplitOptions {
  lines: readonly string[];
  /** Of one finished part, as `measure` counts. */
  maxBytes: number;
  /** Puts header and footer around the body; `label` is empty or ` (1/3)`. */
  frame: (body: string, label: string) => string;
  escape?: Escape;
  separator?: string;
  /** Bytes of finished text; `jsonBytes` where the provider counts the request body. */
  measure?: (text: string) => number;
}

/** More parts than this would be a flood: the last one says how many lines are missing. */
const MAX_PARTS = 10;
const WIDEST_LABEL = ` (${MAX_PARTS}/${MAX_PARTS})`;

export function splitMessage(options: SplitOptions): string[] {
  const { frame, separator = '\n', measure = utf8Bytes, escape = (text: string) => text } = options;
  const room = Math.max(16, options.maxBytes - measure(frame('', WIDEST_LABEL)));
  const pieces = options.lines.flatMap((line) => cutLine(line, room, escape, measure));
  const bodies = pack(pieces, room, separator, measure);
  if (bodies.length <= 1) return [frame(bodies[0]?.join(separator) ?? '', '')];

  const kept = bodies.slice(0, MAX_PARTS);
  const missing = bodies.slice(MAX_PARTS).reduce((sum, body) => sum + body.length, 0);
  if (missing > 0) kept.at(-1)?.splice(-1, 1, `… (+${missing + 1})`);
  return kept.map((body, index) => frame(body.join(separator), ` (${index + 1}/${kept.length})`));
}

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** Bytes inside a JSON string: line breaks and quotes count twice. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** The longest start of a text that fits, cut between characters as people see them. */
export function clip(text: string, maxBytes: number): string {
  if (utf8Bytes(text) <= maxBytes) return text;
  let kept = '';
  let size = utf8Bytes('…');
  for (const segment of graphemes(text)) {
    size += utf8Bytes(segment);
    if (size > maxBytes) break;
    kept += segment;
  }
  return `${kept}…`;
}

function pack(
  pieces: readonly string[],
  room: number,
  separator: string,
  measure: (text: string) => number,
): string[][] {
  const bodies: string[][] = [];
  const between = measure(separator);
  let used = Infinity;
  for (const piece of pieces) {
    const size = measure(piece);
    if (used + between + size > room) {
      bodies.push([]);
      used = -between;
    }
    bodies.at(-1)?.push(piece);
    used += between + size;
  }
  return bodies;
}

const GRAPHEMES = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** Each step of V8's segmenter costs as much as the whole text is long (100,000 characters: 15 s): small windows. */
const WINDOW = 256;

/** Characters as people see them. One longer than a window (hundreds of combining marks) comes in pieces. */
function* graphemes(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = start + WINDOW;
    // A surrogate pair stays whole.
    const isPair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    const window = text.slice(start, isPair ? end + 1 : end);
    const segments = Array.from(GRAPHEMES.segment(window), ({ segment }) => segment);
    // The last one may go on in the next window.
    if (start + window.length < text.length && segments.length > 1) segments.pop();
    for (const segment of segments) {
      yield segment;
      start += segment.length;
    }
  }
}

function cutLine(
  line: string,
  room: number,
  escape: Escape,
  measure: (text: string) => number,
): string[] {
  const whole = escape(line);
  if (measure(whole) <= room) return [whole];
  const pieces: string[] = [];
  let piece = '';
  let size = 0;
  for (const atom of atoms(line, (text) => measure(escape(text)) <= room)) {
    const escaped = escape(atom);
    const bytes = measure(escaped);
    if (size + bytes > room && piece !== '') {
      pieces.push(piece);
      // More than will be sent: the rest is counted as one missing piece.
      if (pieces.length > MAX_PARTS) return [...pieces, '…'];
      piece = '';
      size = 0;
    }
    piece += escaped;
    size += bytes;
  }
  pieces.push(piece);
  return pieces;
}

/** What may not be cut: links that fit, else characters as people see them, else code points. */
function* atoms(line: string, fits: (text: string) => boolean): Generator<string> {
  for (const part of line.split(/(https?:\/\/[^\s\u3000-\u9fff\uff00-\uffef]+)/)) {
    if (part.startsWith('http') && fits(part)) yield part;
    else {
      for (const segment of graphemes(part)) {
        if (fits(segment)) yield segment;
        else yield* segment;
      }
    }
  }
}
