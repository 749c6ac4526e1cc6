import type { Mark } from '../ui/cut-text.ts';

/** [start, end, effect] in UTF-16 offsets of the text, as posts carry it. */
export type EvidenceSpan = readonly [start: number, end: number, effect: number];

export interface TextPart {
  text: string;
  /** Signed effect on the score; 0 for plain text. */
  effect: number;
}

/**
 * The text cut at its evidence. Spans may overlap, lie outside or be empty (they come from stored data):
 * overlapping effects add up, whatever is out of range is ignored, and the parts always join to the text.
 */
export function splitEvidence(text: string, spans: readonly EvidenceSpan[]): TextPart[] {
  const cuts = new Set([0, text.length]);
  const valid: EvidenceSpan[] = [];
  for (const [start, end, effect] of spans) {
    const from = wholeCharacter(text, Math.max(0, Math.trunc(start)));
    const to = wholeCharacter(text, Math.min(text.length, Math.trunc(end)));
    if (!(from < to) || effect === 0 || !Number.isFinite(effect)) continue;
    valid.push([from, to, effect]);
    cuts.add(from);
    cuts.add(to);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const parts: TextPart[] = [];
  for (const [index, start] of edges.entries()) {
    const end = edges[index + 1];
    if (end === undefined) break;
    let effect = 0;
    for (const [from, to, value] of valid) if (from <= start && to >= end) effect += value;
    const last = parts.at(-1);
    if (last !== undefined && last.effect === effect) last.text += text.slice(start, end);
    else parts.push({ text: text.slice(start, end), effect });
  }
  return parts;
}

/** Never cut a surrogate pair in two: an offset inside one moves to its start. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  const before = text.charCodeAt(offset - 1);
  const low = code >= 0xdc00 && code <= 0xdfff;
  const high = before >= 0xd800 && before <= 0xdbff;
  return low && high ? offset - 1 : offset;
}

/** Disjoint marks by sign, as `MarkedText` draws them; the net effect on hover. */
export function evidenceMarks(text: string, spans: readonly EvidenceSpan[]): Mark[] {
  let at = 0;
  return splitEvidence(text, spans).flatMap((part) => {
    const start = at;
    at += part.text.length;
    const points = Math.round(part.effect * 100);
    if (points === 0) return [];
    return {
      start,
      end: at,
      tone: points > 0 ? ('positive' as const) : ('negative' as const),
      title: `${points > 0 ? '+' : '−'}${Math.abs(points)}`,
    };
  });
}
