import { buildAutomaton, HitBuffer, type Automaton } from '../topic/automaton.ts';
import { normalise } from '../post/normalise.ts';

/** What a cue does; the tables in lexicon/*.tsv say which words do it. */
export const CUE_KINDS = [
  /** Evaluates a thing: 好用, 垃圾. */
  'eval',
  /** A feeling of the writer: 开心, 烦死了. Speaks of the topic only where nothing else caused it. */
  'emo',
  /** Good or bad events that are facts first: 崩了, 下跌, 获奖. */
  'event',
  /** Looks like another cue but is none: 好多, 只好. */
  'skip',
  'negator',
  'affirm',
  'degree',
  'but',
  'though',
  'past',
  'now',
  'compare',
  'question',
  'rhetorical',
  'irony',
  'speech',
  'own-view',
  'wish',
  'cheer',
  'emoticon',
  'pronoun',
  'subject',
  'entity',
  'news',
  'agree',
  'hypothetical',
  'defend',
] as const;
export type CueKind = (typeof CUE_KINDS)[number];

export interface LexiconEntry {
  word: string;
  /** Further meanings of the word from later tables (遥遥领先: praise, and a sign of irony). */
  also: LexiconEntry[];
  kind: CueKind;
  /** Polarity and strength -3..3 of eval, emo, event, emoticon; factor of degree; 0 elsewhere. */
  value: number;
  tags: ReadonlySet<string>;
  example: string;
}

export interface Lexicon {
  entries: readonly LexiconEntry[];
  /** Longest cue at each place, left to right, without overlaps. */
  scan(text: string, from: number, to: number): Cue[];
}

/** A cue found in a text; offsets are those of the normalised text. */
export interface Cue {
  entry: LexiconEntry;
  start: number;
  end: number;
}

/** The meaning of this kind that a cue has, if any. */
export function roleOf(cue: Cue, kind: CueKind): LexiconEntry | undefined {
  const { entry } = cue;
  if (entry.kind === kind) return entry;
  return entry.also.length === 0 ? undefined : entry.also.find((other) => other.kind === kind);
}

/** A row that cannot be read: which file and line, and why. */
export class LexiconError extends Error {
  override readonly name = 'LexiconError';
}

const KINDS: ReadonlySet<string> = new Set(CUE_KINDS);

/**
 * Reads lexicon tables: tab-separated `word kind value tags example`, `#` starts a comment line, several words of one
 * meaning may share a row separated by spaces, tags are separated by spaces.
 */
export function parseLexicon(files: readonly { name: string; text: string }[]): Lexicon {
  const byWord = new Map<string, LexiconEntry>();
  for (const { name, text } of files) {
    text.split('\n').forEach((raw, index) => {
      const line = raw.trimEnd();
      if (line === '' || line.startsWith('#')) return;
      const [words = '', kind = '', value = '', tags = '', example = ''] = line.split('\t');
      const where = `${name}:${index + 1}`;
      if (!KINDS.has(kind)) throw new LexiconError(`${where}: unknown kind "${kind}"`);
      const number = value === '' ? 0 : Number(value);
      if (!Number.isFinite(number) || Math.abs(number) > 3)
        throw new LexiconError(`${where}: value "${value}" is not a number in -3..3`);
      const tagSet = new Set(tags.split(' ').filter((tag) => tag !== ''));
      for (const written of words.split(' ')) {
        // `_` stands for a space inside a word: `not_bad`.
        const word = normalise(written.replaceAll('_', ' ')).text;
        if (word === '') continue;
        const entry: LexiconEntry = {
          word,
          also: [],
          kind: kind as CueKind,
          value: number,
          tags: tagSet,
          example,
        };
        const known = byWord.get(word);
        // One meaning of each kind, the first table's; a blocker silences the word altogether.
        if (known === undefined) byWord.set(word, entry);
        else if (
          known.kind !== 'skip' &&
          known.kind !== kind &&
          !known.also.some((other) => other.kind === kind)
        )
          known.also.push(entry);
      }
    });
  }
  return createLexicon([...byWord.values()]);
}

export function createLexicon(entries: readonly LexiconEntry[]): Lexicon {
  const automaton: Automaton = buildAutomaton(entries.map((entry) => entry.word));
  const hits = new HitBuffer();
  let longest = new Int32Array(1024).fill(-1);
  return { entries, scan };

  function scan(text: string, from: number, to: number): Cue[] {
    if (to - from > longest.length) longest = new Int32Array(2 * (to - from)).fill(-1);
    const count = automaton.scan(text, from, to, hits);
    const { data } = hits;
    for (let k = 0; k < count; k++) {
      const pattern = data[2 * k] as number;
      const end = data[2 * k + 1] as number;
      const start = end - (automaton.lengths[pattern] as number);
      if (cutsWord(text, start, end)) continue;
      const known = longest[start - from] as number;
      if (known === -1 || (automaton.lengths[known] as number) < end - start)
        longest[start - from] = pattern;
    }
    const cues: Cue[] = [];
    if (count === 0) return cues;
    for (let i = from; i < to; i++) {
      const pattern = longest[i - from] as number;
      if (pattern === -1) continue;
      const end = i + (automaton.lengths[pattern] as number);
      cues.push({ entry: entries[pattern] as LexiconEntry, start: i, end });
      longest.fill(-1, i - from, end - from);
      i = end - 1;
    }
    return cues;
  }
}

/** Latin words count as whole words only: no `low` in `flow`. */
function cutsWord(text: string, start: number, end: number): boolean {
  if (isLatin(text.charCodeAt(start)) && start > 0 && isLatin(text.charCodeAt(start - 1)))
    return true;
  return isLatin(text.charCodeAt(end - 1)) && end < text.length && isLatin(text.charCodeAt(end));
}

function isLatin(c: number): boolean {
  return c >= 0x61 && c <= 0x7a;
}
