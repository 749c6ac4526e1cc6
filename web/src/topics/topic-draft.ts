import type { TopicView } from '#shared/wire/api.ts';

/** What the editor holds: a topic without the figures that the server adds. */
export interface TopicDraft {
  id: string;
  name: string;
  aliases: readonly string[];
  exclude: readonly string[];
  query: string;
  color: number;
}

export const ID_PATTERN = /^[a-z0-9][a-z0-9_-]{0,59}$/;

export function draftOf(topic: TopicView): TopicDraft {
  const { id, name, aliases, exclude, query, color } = topic;
  return { id, name, aliases, exclude, query, color };
}

export function sameDraft(a: TopicDraft, b: TopicDraft): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An id from a name: its Latin letters and digits; for a purely Chinese name `topic-2`, the next free number. */
export function suggestId(name: string, taken: ReadonlySet<string>): string {
  const latin = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const base = latin === '' ? 'topic' : latin;
  if (latin !== '' && !taken.has(latin)) return latin;
  for (let n = latin === '' ? 1 : 2; ; n++) {
    const candidate = `${base}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** The colour slot that fewest topics use. */
export function freeColor(used: readonly number[]): number {
  const counts = [0, 0, 0, 0, 0, 0];
  for (const slot of used) counts[slot] = (counts[slot] ?? 0) + 1;
  return counts.indexOf(Math.min(...counts));
}

const EDGE = /[\s，。！？、；：,.!?;:"“”‘’「」()（）【】[\]#@《》]/;
const REACH = 3;

/** Phrases around a hit that could be excluded, shortest first: the hit with up to three characters on either side. */
export function exclusionCandidates(
  text: string,
  [start, end]: readonly [number, number],
): string[] {
  const before = reach(text, start, -1);
  const after = reach(text, end, 1);
  const found = new Set<string>();
  for (const from of before.slice(1)) found.add(text.slice(from, end));
  for (const to of after.slice(1)) found.add(text.slice(start, to));
  const [left, right] = [before[1], after[1]];
  if (left !== undefined && right !== undefined) found.add(text.slice(left, right));
  return [...found].sort((a, b) => a.length - b.length || a.localeCompare(b));
}

/** Positions from `at` outward, at most REACH code points, up to punctuation or a space. */
function reach(text: string, at: number, direction: 1 | -1): number[] {
  const positions = [at];
  let position = at;
  for (let step = 0; step < REACH; step++) {
    const point =
      direction === 1
        ? text.codePointAt(position)
        : text.codePointAt(position - (isLowSurrogate(text, position - 1) ? 2 : 1));
    if (point === undefined || position + (direction === 1 ? 0 : -1) < 0) break;
    const character = String.fromCodePoint(point);
    if (EDGE.test(character)) break;
    position += direction * character.length;
    positions.push(position);
  }
  return positions;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
