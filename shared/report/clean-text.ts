/** Bidi overrides and isolates, zero-width characters but the joiner of emoji, byte-order mark, tags. */
const INVISIBLE = /[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** More than two combining marks on one letter draw over the lines above ("Zalgo"). */
const MARK_RUN = /(\p{M}{2})\p{M}+/gu;

/**
 * A post's text as one line a report can print: no control or direction characters, no towers of marks, cut at
 * `limit` visible characters with an ellipsis.
 */
export function cleanText(text: string, limit: number = 160): string {
  const line = text
    // A post may be long; nothing beyond this could survive the cut.
    .slice(0, limit * 16)
    .replace(LONE_SURROGATE, '')
    .replace(CONTROL, ' ')
    .replace(INVISIBLE, '')
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
