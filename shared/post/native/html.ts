/**
 * HTML of a post as plain words. Images speak by their `alt` (Weibo's emoticons: `<img alt="[允悲]">`), block tags
 * break the line, scripts and styles say nothing, and what stands in `<blockquote>` is somebody else's: it is
 * returned apart as `quoted`. One pass, linear: a tag ends at the next `>`; a `<` without one is a plain character.
 */
export function htmlToText(html: string): { own: string; quoted: string } {
  const out = { own: '', quoted: '' };
  let depth = 0;
  let muted = '';
  const add = (piece: string) => {
    if (muted !== '') return;
    if (depth > 0) out.quoted += piece;
    else out.own += piece;
  };
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    if (open > at) add(decodeEntities(html.slice(at, open)));
    const close = endOfTag(html, open);
    if (close < 0) {
      at = open;
      break;
    }
    const tag = html.slice(open + 1, Math.min(close, open + LONGEST_TAG));
    at = close + 1;
    const name = TAG_NAME.exec(tag)?.[0].toLowerCase();
    if (name === undefined) {
      if (!tag.startsWith('!')) add(decodeEntities(html.slice(open, at)));
    } else if (muted !== '') {
      if (name === `/${muted}`) muted = '';
    } else if (name === 'script' || name === 'style') muted = name;
    else if (name === 'blockquote') depth += 1;
    else if (name === '/blockquote') depth = Math.max(0, depth - 1);
    else if (name === 'img')
      add(
        decodeEntities(
          ALT.exec(tag)
            ?.slice(1)
            .find((alt) => alt !== undefined) ?? '',
        ),
      );
    else if (LINE_BREAKS.has(name)) add('\n');
  }
  add(decodeEntities(html.slice(at)));
  return { own: tidy(out.own), quoted: tidy(out.quoted) };
}

/** True where a text that may be plain or HTML carries markup of Weibo, Mastodon or a feed. */
export function looksLikeHtml(text: string): boolean {
  return /<(?:a|br|p|div|img|span|blockquote)[\s/>]|&(?:amp|lt|gt|quot|nbsp|#\d{1,7});/i.test(text);
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g,
    (whole, dec?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = dec === undefined ? Number.parseInt(hex ?? '', 16) : Number(dec);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** Longer tags exist only in attacks; what follows is dropped with them. */
const LONGEST_TAG = 4_096;
const TAG_NAME = /^\/?[a-zA-Z][a-zA-Z0-9]{0,20}(?=[\s/>]|$)/;
const ALT = /\salt=(?:"([^"]{0,200})"|'([^']{0,200})')/i;
const LINE_BREAKS = new Set([
  'br',
  'p',
  '/p',
  'div',
  '/div',
  'li',
  '/li',
  'tr',
  'hr',
  'h1',
  'h2',
  'h3',
  '/h1',
  '/h2',
  '/h3',
]);
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  middot: '·',
  yen: '¥',
};

/** Index of the `>` that ends the tag or comment at `open`, −1 where it never ends. */
function endOfTag(html: string, open: number): number {
  if (!html.startsWith('<!--', open)) return html.indexOf('>', open);
  const end = html.indexOf('-->', open + 4);
  return end < 0 ? -1 : end + 2;
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}
