/**
 * Whether a text as it was written can hold one of some normalised patterns. `false` is certain; `true` means: normalise
 * it and look. One pass of the regex engine, twenty times cheaper than {@link normalise} and a scan, for searches of one
 * topic through many posts.
 *
 *     pattern `deepseek-r1` → asks for `deepseek` in either case
 *     `ＤｅｅｐＳｅｅｋ`, `deep<zero-width space>seek` → always looked at: normalising may join what stands apart here
 */
export function createPrefilter(patterns: readonly string[]): (text: string) => boolean {
  const pieces = patterns.map(longestPiece);
  // A pattern of punctuation, emoji or other scripts: every text is looked at.
  if (pieces.includes('')) return () => true;
  if (pieces.length === 0) return () => false;
  const held = new RegExp(shortest(pieces).join('|'), 'i');
  return (text) => held.test(text) || UNPLAIN.test(text);
}

/**
 * Letters, digits and Chinese characters without anything between: they stand in the written text as well, because
 * normalising a plain text only changes case, white space and punctuation. A run of three is no piece: longer runs are cut.
 */
function longestPiece(pattern: string): string {
  let longest = '';
  for (const [piece] of pattern.matchAll(/[a-z0-9\u4e00-\u9fff]+/g))
    if (piece.length > longest.length && !/(.)\1\1/.test(piece)) longest = piece;
  return longest;
}

/** Without those that hold another one. */
function shortest(pieces: readonly string[]): string[] {
  const kept: string[] = [];
  for (const piece of [...new Set(pieces)].toSorted((a, b) => a.length - b.length))
    if (!kept.some((shorter) => piece.includes(shorter))) kept.push(piece);
  return kept;
}

/**
 * What normalising drops from between two letters or turns into letters: any character beside the plain ones (their list
 * follows the branches of {@link normalise}), skin tones and enclosed letters among the emoji, and `回复@name:`.
 */
const UNPLAIN = (() => {
  const plain =
    '\\t\\n\\r\\u0020-\\u007e\\u00a0\\u00b0\\u00b7\\u00d7\\u2010-\\u2029\\u2030-\\u205e\\u2190-\\u22ff\\u2500-\\u27bf' +
    '\\u3000-\\u30ff\\u4e00-\\u9fff\\ud83c-\\ud83e\\udc00-\\udfff\\ue000-\\uf8ff' +
    '\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff5e';
  return new RegExp(`[^${plain}]|\\ud83c[\\udd00-\\udde5\\udffb-\\udfff]|回复[\\s@＠&htw]`, 'i');
})();
