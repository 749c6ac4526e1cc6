/** Width of one grapheme in the unit of the line. */
export type Measure = (grapheme: string) => number;

/** Never first in a line (GB/T 15834, and the closing half of every pair). */
const NOT_FIRST = new Set('，。、；：？！）】》〉」』”’…—·%‰℃〕］｝,.;:?!)]}>・ー～');
/** Never last in a line: the opening half. */
const NOT_LAST = new Set('（【《〈「『“‘([{〔［｛￥$¥');
const LATIN = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}'’_\-−+.,/:@#%&=?~]/u;
/** Sums of widths differ in their last digits; a line that fits exactly must fit. */
const SLACK = 0.01;
const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/**
 * Breaks a paragraph into lines no wider than `width`: between any two hanzi, at spaces in Latin text, inside a word
 * only where a whole line cannot hold it. `你好，世界` never becomes `你好` / `，世界`.
 */
export function breakLines(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line: Token[] = [];
  let used = 0;
  const flush = () => {
    lines.push(
      line
        .map((token) => token.text)
        .join('')
        .trimEnd(),
    );
    line = [];
    used = 0;
  };
  for (const token of tokensOf(text, width, measure)) {
    if (line.length > 0 && used + token.visible > width + SLACK) {
      const carried = unbreakableTail(line, token);
      line = line.slice(0, line.length - carried.length);
      flush();
      line = carried;
      used = carried.reduce((sum, part) => sum + part.width, 0);
    }
    if (line.length === 0 && token.text.trim() === '') continue;
    line.push(token);
    used += token.width;
  }
  if (line.length > 0 || lines.length === 0) flush();
  return lines;
}

interface Token {
  text: string;
  width: number;
  /** Width without the spaces at its end, which may hang over the edge. */
  visible: number;
}

/** Tokens at the end of the line that must move down with `next`; none if that would empty the line. */
function unbreakableTail(line: Token[], next: Token): Token[] {
  let keep = line.length;
  let follower = next;
  while (keep > 1 && isGlued(line[keep - 1]!, follower)) {
    keep--;
    follower = line[keep]!;
  }
  // Pairs glued all the way back leave no choice: break before `next` after all.
  return keep === 1 && isGlued(line[0]!, follower) ? [] : line.slice(keep);
}

function isGlued(before: Token, after: Token): boolean {
  const first = after.text[0] ?? '';
  const last = before.text.at(-1) ?? '';
  return NOT_FIRST.has(first) || NOT_LAST.has(last);
}

/** Latin words with the spaces after them, single graphemes otherwise; words wider than a line are cut up. */
function* tokensOf(text: string, width: number, measure: Measure): Generator<Token> {
  let word = '';
  let wordWidth = 0;
  let visible = 0;
  const take = (): Token => {
    const token = { text: word, width: wordWidth, visible };
    word = '';
    wordWidth = 0;
    visible = 0;
    return token;
  };
  for (const { segment } of segmenter.segment(text)) {
    const size = measure(segment);
    if (segment === ' ') {
      word += segment;
      wordWidth += size;
      continue;
    }
    const joins = LATIN.test(segment) && !word.endsWith(' ');
    if (word !== '' && (!joins || visible + size > width + SLACK)) yield take();
    word += segment;
    wordWidth += size;
    visible = wordWidth;
    if (!LATIN.test(segment)) yield take();
  }
  if (word !== '') yield take();
}

/** At most `limit` lines; the last one ends in an ellipsis where text was left out. */
export function limitLines(lines: string[], limit: number): string[] {
  if (lines.length <= limit) return lines;
  const kept = lines.slice(0, limit);
  const last = [...segmenter.segment(kept[limit - 1] ?? '')].map(({ segment }) => segment);
  kept[limit - 1] = `${last.slice(0, -1).join('')}…`;
  return kept;
}
