/** Labelled texts made ready for training: normalised, grouped against leaks, with copies without emoticons. */
import { normalise } from '../../post/normalise.ts';
import type { LabelledSet } from './read-labelled.ts';

/** Class numbers inside the trainer. */
export const POSITIVE = 0;
export const NEUTRAL = 1;
export const NEGATIVE = 2;
export const CLASS_OF = { positive: POSITIVE, neutral: NEUTRAL, negative: NEGATIVE } as const;

export interface Example {
  /** Normalised. */
  text: string;
  label: number;
  /** Index of its set; `NO_SET` has no class balance of its own (corrections). */
  set: number;
  weight: number;
  /** False for sets that have no neutral rows: there, not-neutral is not known, only positive against negative. */
  knowsNeutral: boolean;
  /** Examples that share a long clause or are the same after normalisation are in one group, hence in one fold. */
  group: number;
  target?: string;
}

export interface Corpus {
  sets: string[];
  examples: Example[];
}

export const NO_SET = -1;
/** A set with fewer neutral rows than this share counts as one without. */
const NEUTRAL_SHARE = 0.02;
/** Corrections were made by people who looked at this very product: worth several labelled rows. */
const CORRECTION_WEIGHT = 5;

export function buildCorpus(sets: readonly LabelledSet[], corrections?: LabelledSet): Corpus {
  const examples: Example[] = [];
  sets.forEach((set, index) => {
    const neutral = set.rows.filter((row) => row.label === 'neutral').length;
    const knowsNeutral = neutral >= NEUTRAL_SHARE * set.rows.length;
    for (const row of set.rows)
      examples.push({
        text: normalise(row.text).text,
        label: CLASS_OF[row.label],
        set: index,
        weight: 1,
        knowsNeutral,
        group: 0,
        ...(row.target === undefined ? {} : { target: row.target }),
      });
  });
  for (const row of corrections?.rows ?? [])
    examples.push({
      text: normalise(row.text).text,
      label: CLASS_OF[row.label],
      set: NO_SET,
      weight: CORRECTION_WEIGHT,
      knowsNeutral: true,
      group: 0,
      ...(row.target === undefined ? {} : { target: row.target }),
    });
  assignGroups(examples);
  return { sets: sets.map((set) => set.name), examples };
}

/** Weight of a copy without its emoticons. */
const COPY_WEIGHT = 0.3;
/** Where nearly every text has an emoticon (distant labels), the copy is the only lesson about words. */
const DISTANT_COPY_WEIGHT = 1;
const DISTANT_SHARE = 0.8;

export interface TrainingExample {
  text: string;
  label: number;
  /** Number of its class balance; copies of distantly labelled sets have one of their own. */
  balance: number;
  weight: number;
  knowsNeutral: boolean;
}

/** Exact repeats dropped, copies without emoticons added. Fold -1 keeps every example. */
export function trainingExamples(
  corpus: Corpus,
  keep: (example: Example) => boolean,
): TrainingExample[] {
  const share = emoticonShares(corpus);
  const seen = new Set<string>();
  const out: TrainingExample[] = [];
  for (const example of corpus.examples) {
    const key = `${example.label}${example.text}`;
    if (!keep(example) || seen.has(key)) continue;
    seen.add(key);
    const { label, weight, knowsNeutral, set } = example;
    out.push({ text: example.text, label, balance: set, weight, knowsNeutral });
    const bare = withoutEmoticons(example.text);
    if (bare === example.text || bare.trim() === '') continue;
    const isDistant = set !== NO_SET && share[set]! > DISTANT_SHARE;
    out.push({
      text: bare,
      label,
      balance: isDistant ? corpus.sets.length + set : set,
      weight: weight * (isDistant ? DISTANT_COPY_WEIGHT : COPY_WEIGHT),
      knowsNeutral,
    });
  }
  return out;
}

/** The same cut as published measurements of weibo_senti_100k use. */
export function withoutEmoticons(text: string): string {
  return text.replace(/\[[^[\]]{1,8}\]/g, '');
}

/** Fold of a group, 0 … folds - 1: a fixed function of the group, so every run splits alike. */
export function foldOf(group: number, folds: number): number {
  let hash = Math.imul(group ^ 0x5bd1_e995, 0x9e37_79b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85eb_ca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % folds;
}

function emoticonShares(corpus: Corpus): number[] {
  const all = corpus.sets.map(() => 0);
  const found = corpus.sets.map(() => 0);
  for (const { set, text } of corpus.examples) {
    if (set === NO_SET) continue;
    all[set]! += 1;
    if (withoutEmoticons(text) !== text) found[set]! += 1;
  }
  return all.map((n, set) => found[set]! / Math.max(1, n));
}

/** A clause this long that two texts share is no coincidence … */
const SHARED_CLAUSE = 12;
/** … unless it is a set phrase of many posts and not long (slogans, `我在参与投票`). */
const COMMON_CLAUSE = 20;

/** Union-find over shared clauses and over whole texts without their punctuation. */
function assignGroups(examples: Example[]): void {
  const parent = Int32Array.from(examples, (_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  const counts = new Map<string, number>();
  const keys = examples.map((example) => {
    const clauses = new Set(
      example.text.split(/[^\p{L}\p{N}]+/u).filter((clause) => clause.length >= SHARED_CLAUSE),
    );
    clauses.add(example.text.replace(/[^\p{L}\p{N}]+/gu, '') || example.text);
    for (const clause of clauses) counts.set(clause, (counts.get(clause) ?? 0) + 1);
    return clauses;
  });
  const first = new Map<string, number>();
  keys.forEach((clauses, i) => {
    for (const clause of clauses) {
      if (counts.get(clause)! > COMMON_CLAUSE && clause.length < COMMON_CLAUSE) continue;
      const owner = first.get(clause);
      if (owner === undefined) first.set(clause, i);
      else parent[root(i)] = root(owner);
    }
  });
  examples.forEach((example, i) => {
    example.group = root(i);
  });
}
