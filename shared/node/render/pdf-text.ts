import { type SKRSContext2D, createCanvas } from '@napi-rs/canvas';
import { type FontFamily, familyOf, registerFonts, runsOf } from './fonts.ts';
import { type Measure, breakLines } from './text-flow.ts';

export interface TextStyle {
  /** Points. */
  size: number;
  bold?: boolean;
  color?: string;
}

/** No ligatures: the glyph of `fi` has no text mapping, and `figures` would be read back as `gures`. */
export const PLAIN_TEXT = 'optimizeSpeed';
/** Widths are measured once at this size; type scales linearly. */
const REFERENCE_SIZE = 100;
const LIMIT = 50_000;
const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const widths = new Map<string, number>();
let ruler: SKRSContext2D | undefined;

/** CSS font of a run. Signs and emoji exist in one weight; asking for bold would make Skia paint them as pictures. */
function fontOf(family: FontFamily, style: TextStyle): string {
  const weight = style.bold && family === 'Weimai Sans' ? 700 : 400;
  return `${weight} ${style.size}px "${family}"`;
}

function graphemeWidth(grapheme: string, bold: boolean): number {
  const key = bold ? `b${grapheme}` : grapheme;
  const known = widths.get(key);
  if (known !== undefined) return known;
  registerFonts();
  ruler ??= createCanvas(1, 1).getContext('2d');
  ruler.font = fontOf(familyOf(grapheme), { size: REFERENCE_SIZE, bold });
  const width = ruler.measureText(grapheme).width / REFERENCE_SIZE;
  if (widths.size > LIMIT) widths.clear();
  widths.set(key, width);
  return width;
}

export function measureWith(style: TextStyle): Measure {
  return (grapheme) => graphemeWidth(grapheme, style.bold ?? false) * style.size;
}

export function textWidth(text: string, style: TextStyle): number {
  const measure = measureWith(style);
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += measure(segment);
  return width;
}

export function wrapText(text: string, width: number, style: TextStyle): string[] {
  return breakLines(text, width, measureWith(style));
}

/** Draws one line, each run in the family that has its glyphs. `y` is the baseline. */
export function drawLine(
  context: SKRSContext2D,
  text: string,
  at: { x: number; y: number },
  style: TextStyle,
): void {
  context.fillStyle = style.color ?? '#1f2328';
  context.textRendering = PLAIN_TEXT;
  let { x } = at;
  for (const run of runsOf(text)) {
    context.font = fontOf(run.family, style);
    context.fillText(run.text, x, at.y);
    x += textWidth(run.text, style);
  }
}
