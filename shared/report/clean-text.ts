/** Bidi overrides and isolates, zero-width characters but the joiner of emoji, byte-order mark, tags. */
const INVISIBLE = /[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
/** Accents left over once letters are composed: they draw over the lines around ("Zalgo"), no language needs them. */
const LOOSE_ACCENTS =
  /(?:[\u0300-\u036f]|[\u0483-\u0489]|[\u1ab0-\u1aff]|[\u1dc0-\u1dff]|[\u20d0-\u20df]|[\u20e5-\u20f0])+/g;
const MARK_RUN = /(\p{M}{2})\p{M}+/gu;

/**
 * A post's text as one line a report can print: no control or direction characters, no towers of marks, cut at
 * `limit` visible characters with an ellipsis.
 */
export function cleanText(text: string, limit: number = 160): string {
  const line = text
    // A post may be long; nothing beyond this could survive the cut.
    .slice(0, limit * 16)
    .normalize('NFC')
    .replace(LONE_SURROGATE, '')
    .replace(CONTROL, ' ')
    .replace(INVISIBLE, '')
    .replace(LOOSE_ACCENTS, '')
    .replace(MARK_RUN, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return cut(line, limit);
}

function cut(line: string, limit: number): string {
  if (line.length <= limit) return line;
  const shown: string[] = [];
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(line)) {
    if (shown.length === limit)
      return `${shown
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
    shown.push(segment);
  }
  return line;
}

/** The address where it is plain http(s); null for anything that could run or mislead. */
export function safeUrl(url: string | null): string | null {
  if (url === null || url.length > 2000) return null;
  return /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:[/?#][\x21-\x7e]*)?$/i.test(url) ? url : null;
}

/** Room between hanzi and Latin letters or digits in a sentence made of parts: `DeepSeek在` → `DeepSeek 在`. */
export function spaceChinese(sentence: string): string {
  return sentence
    .replace(/([A-Za-z0-9%])(?=\p{Script=Han})/gu, '$1 ')
    .replace(/(\p{Script=Han})(?=[A-Za-z0-9])/gu, '$1 ');
}
