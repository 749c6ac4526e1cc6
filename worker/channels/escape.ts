/**
 * Titles and excerpts hold words of posts: hostile text. Each function makes them inert in one markup and works
 * character by character, so that text may be cut anywhere before it is escaped.
 */
export type Escape = (text: string) => string;

/** One line of well-formed text: no control characters, no line breaks, nothing that reorders what is read. */
export function oneLine(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- removing them is the purpose
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
      .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
      .trim()
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML[character] ?? character);
}

/** HTML of Telegram. A word joiner after @ keeps `@admin` of a post from calling a real person. */
export function escapeTelegram(text: string): string {
  return text.replace(/[&<>]/g, (c) => HTML[c] ?? c).replaceAll('@', '@\u2060');
}

/** Slack reads `<…>` as links and calls (`<!channel>`) even in plain strings. */
export function escapeSlack(text: string): string {
  return text.replace(/[&<>]/g, (character) => HTML[character] ?? character);
}

/** CommonMark with backslashes; `<` and `&` as entities, for renderers that pass HTML through. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|~:]/g, (character) => `\\${character}`)
    .replace(/[&<>]/g, (character) => HTML[character] ?? character);
}

/**
 * The dialects of DingTalk and WeCom document no escape character: what could be markup (links, images, mentions,
 * colour tags, headings) is shown by its full-width twin.
 */
export function escapeByTwin(text: string): string {
  return text.replace(/[[\]<>*_`~#|\\]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0));
}

/** A URL inside `[…](…)` or an attribute: only http(s), and nothing that would end the link. */
export function linkTarget(url: string): string {
  if (!/^https?:\/\//i.test(url)) return '';
  return url.replace(
    /[\s()<>"'[\]\\`]/g,
    (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const HTML: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
