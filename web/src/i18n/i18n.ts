import { prefs } from '../state/prefs.ts';
import { type ParamValues, type ParamsOf, type Word, fillWord } from './words.ts';

type Args<W extends Word> = ParamsOf<W[0] | W[1]> extends never ? [] : [values: ParamValues<W>];

/** Text of a word in the chosen language. Components that call it redraw when the language changes. */
export function t<const W extends Word>(word: W, ...args: Args<W>): string {
  return fillWord(word, prefs.language.value, args[0] ?? {});
}

/** Like {@link t} for a word that is only known at run time; `values` are of those parameters that it may have. */
export function tw(word: Word, values?: Record<string, string>): string {
  return fillWord(word, prefs.language.value, values);
}
