/** Distinct authors behind each word, and how many authors there are in all. */
export interface WordCounts {
  authors: ReadonlyMap<string, number>;
  total: number;
}

export interface RisingWord {
  word: string;
  authors: number;
  backgroundAuthors: number;
  /** Share of authors now ÷ share before (half an author where nobody used it before). */
  ratio: number;
  /** Signed log-likelihood. */
  g2: number;
}

/** Fewer people than this is chance or one voice with friends. */
export const LEAST_WORD_AUTHORS = 3;
const LEAST_RATIO = 2;

/**
 * Dunning's log-likelihood over the full 2×2 table, signed by direction: 60 of 287 authors against 12 of 1500 →
 * 169.456. Counting authors instead of posts is what keeps one account's 300 copies out (spec section 3: precision
 * 1.00 against 0.47).
 */
export function logLikelihood(
  hits: number,
  total: number,
  hitsBefore: number,
  totalBefore: number,
): number {
  const all = total + totalBefore;
  if (total === 0 || totalBefore === 0) return 0;
  const hit = hits + hitsBefore;
  const g2 =
    2 *
    (cell(hits, (total * hit) / all) +
      cell(hitsBefore, (totalBefore * hit) / all) +
      cell(total - hits, (total * (all - hit)) / all) +
      cell(totalBefore - hitsBefore, (totalBefore * (all - hit)) / all));
  const up = hits * totalBefore >= hitsBefore * total;
  return up ? Math.max(0, g2) : -Math.max(0, g2);
}

/** Words that rose most, by G²; ties by authors, then by the word itself, so that the list never flickers. */
export function risingWords(now: WordCounts, before: WordCounts, limit: number = 8): RisingWord[] {
  const rising: RisingWord[] = [];
  for (const [word, authors] of now.authors) {
    if (authors < LEAST_WORD_AUTHORS) continue;
    const backgroundAuthors = before.authors.get(word) ?? 0;
    const ratio = shareRatio(authors, now.total, backgroundAuthors, before.total);
    if (ratio < LEAST_RATIO) continue;
    const g2 = logLikelihood(authors, now.total, backgroundAuthors, before.total);
    rising.push({ word, authors, backgroundAuthors, ratio, g2 });
  }
  rising.sort((a, b) => b.g2 - a.g2 || b.authors - a.authors || (a.word < b.word ? -1 : 1));
  return rising.slice(0, limit);
}

function shareRatio(hits: number, total: number, hitsBefore: number, totalBefore: number): number {
  if (total === 0) return 0;
  return hits / total / (Math.max(hitsBefore, 0.5) / Math.max(totalBefore, 1));
}

function cell(observed: number, expected: number): number {
  return observed <= 0 ? 0 : observed * Math.log(observed / expected);
}
