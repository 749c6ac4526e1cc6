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

/** One bit per kind: a clause's union of them tells every rule at once whether it has anything to do. */
export const KIND_BIT = Object.fromEntries(CUE_KINDS.map((kind, k) => [kind, 2 ** k])) as Record<
  CueKind,
  number
>;

export interface LexiconEntry {
  word: string;
  /** Further meanings of the word from later tables (遥遥领先: praise, and a sign of irony). */
  also: LexiconEntry[];
  kind: CueKind;
  /** {@link KIND_BIT}s of this meaning and of those in `also`. */
  bits: number;
  /** Polarity and strength -3..3 of eval, emo, event, emoticon; factor of degree; 0 elsewhere. */
  value: number;
  tags: ReadonlySet<string>;
  /** Tags `bare` (one character that evaluates only beside the right neighbours) and `object` (what it evaluates follows). */
  isBare: boolean;
  hasObject: boolean;
  /** The first of the tags, which says what kind of frame or question it is; empty without tags. */
  firstTag: string;
  example: string;
}

export interface Lexicon {
  entries: readonly LexiconEntry[];
  /** Cues without overlaps, left to right. */
  scan(text: string, from: number, to: number): Cue[];
  /** Of a name: 1 where more of such a thing is better (空间), -1 where less is (噪音), 0 where it is no quantity. */
  senseOf(text: string, start: number, end: number): number;
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
  if ((entry.bits & KIND_BIT[kind]) === 0) return undefined;
  if (entry.kind === kind) return entry;
  return entry.also.length === 0 ? undefined : entry.also.find((other) => other.kind === kind);
}

/** A row that cannot be read: which file and line, and why. */
export class LexiconError extends Error {
  override readonly name = 'LexiconError';
}

const KINDS: ReadonlySet<string> = new Set(CUE_KINDS);
/** Rows of this kind are no cues: they say what kind of thing a name is. */
const QUANTITY = 'quantity';

/**
 * Reads lexicon tables: tab-separated `word kind value tags example`, `#` starts a comment line, several words of one
 * meaning may share a row separated by spaces, tags are separated by spaces.
 */
export function parseLexicon(files: readonly { name: string; text: string }[]): Lexicon {
  const byWord = new Map<string, LexiconEntry>();
  const quantities = new Map<string, number>();
  for (const { name, text } of files) {
    text.split('\n').forEach((raw, index) => {
      const line = raw.trimEnd();
      if (line === '' || line.startsWith('#')) return;
      const [words = '', kind = '', value = '', tags = '', example = ''] = line.split('\t');
      const where = `${name}:${index + 1}`;
      if (!KINDS.has(kind) && kind !== QUANTITY)
        throw new LexiconError(`${where}: unknown kind "${kind}"`);
      const number = value === '' ? 0 : Number(value);
      if (!Number.isFinite(number) || Math.abs(number) > 3)
        throw new LexiconError(`${where}: value "${value}" is not a number in -3..3`);
      const tagSet = new Set(tags.split(' ').filter((tag) => tag !== ''));
      for (const written of words.split(' ')) {
        // `_` stands for a space inside a word: `not_bad`.
        const word = normalise(written.replaceAll('_', ' ')).text;
        if (word === '') continue;
        if (kind === QUANTITY) {
          quantities.set(word, Math.sign(number));
          continue;
        }
        const entry: LexiconEntry = {
          word,
          also: [],
          kind: kind as CueKind,
          bits: KIND_BIT[kind as CueKind],
          value: number,
          tags: tagSet,
          isBare: tagSet.has('bare'),
          hasObject: tagSet.has('object'),
          firstTag: [...tagSet][0] ?? '',
          example,
        };
        const known = byWord.get(word);
        // One meaning of each kind, the first table's; a blocker silences the word altogether.
        if (known === undefined) byWord.set(word, entry);
        else if (
          known.kind !== 'skip' &&
          known.kind !== kind &&
          !known.also.some((other) => other.kind === kind)
        ) {
          known.also.push(entry);
          known.bits |= entry.bits;
        }
      }
    });
  }
  return createLexicon([...byWord.values()], quantities);
}

export function createLexicon(
  entries: readonly LexiconEntry[],
  quantities: ReadonlyMap<string, number>,
): Lexicon {
  const automaton: Automaton = buildAutomaton(entries.map((entry) => entry.word));
  /** Words with a Latin letter at an end: only they can cut a word. */
  const latin = Uint8Array.from(entries, ({ word }) =>
    Number(isLatin(word.charCodeAt(0)) || isLatin(word.charCodeAt(word.length - 1))),
  );
  const hits = new HitBuffer();
  let cost = new Int32Array(1024);
  let chosen = new Int32Array(1024);
  const longest = Math.max(0, ...Array.from(quantities.keys(), (word) => word.length));
  /** 1 at the low bits of the last unit of a quantity: most names end otherwise. */
  const tails = new Uint8Array(TAILS);
  for (const word of quantities.keys()) tails[word.charCodeAt(word.length - 1) & (TAILS - 1)] = 1;
  return { entries, scan, senseOf };

  function senseOf(text: string, start: number, end: number): number {
    if (tails[text.charCodeAt(end - 1) & (TAILS - 1)] === 0) return 0;
    for (let from = Math.max(start, end - longest); from < end; from++) {
      const sense = quantities.get(text.slice(from, end));
      if (sense !== undefined) return sense;
    }
    return 0;
  }

  /**
   * The cut with the fewest characters outside cues, then the fewest cues: 真好用 is 真 + 好用, not 真好 + 用.
   * Hits come by their end, so one pass forward suffices.
   */
  function scan(text: string, from: number, to: number): Cue[] {
    const length = to - from;
    if (length >= cost.length) {
      cost = new Int32Array(2 * length);
      chosen = new Int32Array(2 * length);
    }
    const count = automaton.scan(text, from, to, hits);
    if (count === 0) return [];
    const { data } = hits;
    const { lengths } = automaton;
    // Variables of the closure would be fetched anew at each step.
    const costs = cost;
    const picks = chosen;
    costs[0] = 0;
    let k = 0;
    for (let i = 1; i <= length; i++) {
      let least = costs[i - 1]! + UNCOVERED;
      let pattern = -1;
      for (; k < count && data[2 * k + 1] === from + i; k++) {
        const candidate = data[2 * k]!;
        const start = i - lengths[candidate]!;
        const total = costs[start]! + 1;
        if (total < least && (latin[candidate] === 0 || !cutsWord(text, from + start, from + i))) {
          least = total;
          pattern = candidate;
        }
      }
      costs[i] = least;
      picks[i] = pattern;
    }
    // The cut is known from its end on; `costs` has done its work and takes the ends.
    let found = 0;
    for (let i = length; i > 0;) {
      const pattern = picks[i]!;
      if (pattern === -1) i--;
      else {
        costs[found++] = i;
        i -= lengths[pattern]!;
      }
    }
    const cues: Cue[] = [];
    while (found > 0) {
      const end = costs[--found]!;
      const pattern = picks[end]!;
      const start = end - lengths[pattern]!;
      cues.push({ entry: entries[pattern] as LexiconEntry, start: from + start, end: from + end });
    }
    return cues;
  }
}

const TAILS = 4096;

/** One character outside all cues costs as much as this many cues. */
const UNCOVERED = 4;

/** Latin words count as whole words only: no `low` in `flow`. */
function cutsWord(text: string, start: number, end: number): boolean {
  if (isLatin(text.charCodeAt(start)) && start > 0 && isLatin(text.charCodeAt(start - 1)))
    return true;
  return isLatin(text.charCodeAt(end - 1)) && end < text.length && isLatin(text.charCodeAt(end));
}

function isLatin(c: number): boolean {
  return c >= 0x61 && c <= 0x7a;
}
