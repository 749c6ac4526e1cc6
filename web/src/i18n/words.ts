/**
 * Words live beside the code that shows them, both languages on one line:
 *
 *     export const words = { pause: ['暂停', 'Pause'], waiting: ['{n} 条新帖', '{n} new {n:post|posts}'] }
 *       as const satisfies Words;
 *
 * A word without its translation does not compile, nor does `t(words.waiting)` without its `n`.
 * `{n}` inserts a parameter (numbers in the language's own form); `{n:post|posts}` chooses by plural.
 */
export type Word = readonly [zh: string, en: string];
export type Words = Readonly<Record<string, Word>>;
export type Language = 'zh' | 'en';
export const LANGUAGES = ['zh', 'en'] as const;

/** Names of the parameters of a text, as a union of literals. */
export type ParamsOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}:${string}` ? Plain : Name) | ParamsOf<Rest>
  : never;
export type ParamValues<W extends Word> = Readonly<Record<ParamsOf<W[0] | W[1]>, string | number>>;

const PLACEHOLDER = /\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g;

/** The text of a word in a language with its parameters filled in. */
export function fillWord(
  word: Word,
  language: Language,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = language === 'zh' ? word[0] : word[1];
  if (!text.includes('{')) return text;
  const locale = localeOf(language);
  return text.replace(PLACEHOLDER, (whole: string, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one !== undefined && other !== undefined) {
      return new Intl.PluralRules(locale).select(Number(value)) === 'one' ? one : other;
    }
    return typeof value === 'number' ? value.toLocaleString(locale) : value;
  });
}

export function localeOf(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB';
}
