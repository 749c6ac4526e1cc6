/** A span of a text and how it is marked. Offsets are UTF-16, as everywhere. */
export interface Mark {
  start: number;
  end: number;
  tone: 'positive' | 'negative' | 'neutral' | 'hit';
  title?: string;
  /** Underlined only. */
  soft?: boolean;
}

export interface Piece {
  text: string;
  mark: Mark | null;
}

/** The text in pieces, in order; their texts joined are the text. Where marks overlap the earlier one wins. */
export function cutText(text: string, marks: readonly Mark[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const start = Math.max(at, Math.min(mark.start, text.length));
    const end = Math.min(mark.end, text.length);
    if (end <= start) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), mark: null });
    pieces.push({ text: text.slice(start, end), mark });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), mark: null });
  return pieces;
}
