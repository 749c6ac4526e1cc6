import path from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';
import { projectRoot } from '../root.ts';

/**
 * The vendored fonts (shared/node/fonts/OFL.txt): reports look the same on every machine, with or without fonts of
 * its own. Noto Sans SC holds Latin and 7,333 hanzi; mathematical signs, arrows and emoji stand in files of their own.
 */
const FILES = [
  ['noto-sans-sc-400-normal.woff2', 'Weimai Sans'],
  ['noto-sans-sc-700-normal.woff2', 'Weimai Sans'],
  ['noto-sans-math-400-normal.woff2', 'Weimai Signs'],
  ['noto-emoji-400-normal.woff2', 'Weimai Emoji'],
] as const;

export type FontFamily = (typeof FILES)[number][1];
/** Families in order of preference, as CSS. */
export const FONT_STACK = '"Weimai Sans", "Weimai Signs", "Weimai Emoji"';

let registered = false;

/** Makes the fonts known to the canvas, once per process (about 20 ms). */
export function registerFonts(): void {
  if (registered) return;
  for (const [file, family] of FILES) {
    const at = path.join(projectRoot(), 'shared/node/fonts', file);
    if (!GlobalFonts.registerFromPath(at, family)) throw new Error(`font missing or broken: ${at}`);
  }
  registered = true;
}

const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
/** Pictographs only by Unicode's leave; as text they belong to the line they stand in. */
const TEXT_PICTOGRAPHS = /^[©®™‼⁉ℹ〰〽㊗㊙]$/u;
/** Greek, arrows, operators, geometric shapes, letter-like signs: not in the Chinese font. */
const SIGNS =
  /[\u0370-\u03ff\u2100-\u214f\u2190\u2192\u2194-\u2211\u2213-\u22ff\u25a0-\u25ff\u2713\u2717]/;

/**
 * Family for one grapheme. Chosen here because Skia would let an emoji run swallow the digits that follow it: the
 * emoji font has digits of its own, without a text mapping, and pdftotext would lose every number after a 🚀.
 */
export function familyOf(grapheme: string): FontFamily {
  if (EMOJI.test(grapheme) && !TEXT_PICTOGRAPHS.test(grapheme)) return 'Weimai Emoji';
  return SIGNS.test(grapheme) ? 'Weimai Signs' : 'Weimai Sans';
}

export interface FontRun {
  text: string;
  family: FontFamily;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const DIGIT = /^[0-9]$/;

/**
 * Pieces of a line to draw one by one. Digits stand apart: in a run with Latin letters the font swaps them for
 * alternates that look the same and have no text mapping, and pdftotext would read `DeepSeek（     条）`.
 */
export function* runsOf(text: string): Generator<FontRun> {
  let run = '';
  let family: FontFamily = 'Weimai Sans';
  let digits = false;
  for (const { segment } of segmenter.segment(text)) {
    // A space has no face of its own: it stays in the run it follows.
    const own: FontFamily = segment === ' ' ? family : familyOf(segment);
    const isDigit = DIGIT.test(segment);
    if (run !== '' && (own !== family || isDigit !== digits)) {
      yield { text: run, family };
      run = '';
    }
    family = own;
    digits = isDigit;
    run += segment;
  }
  if (run !== '') yield { text: run, family };
}
