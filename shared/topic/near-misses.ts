import { normalise } from '../post/normalise.ts';
import { createPrefilter } from './prefilter.ts';
import type { Topic } from './topic.ts';

export interface NearMisses {
  /** A post that holds no alias. */
  look(text: string): void;
  /** The commonest spellings found in two posts or more. */
  top(limit: number): { phrase: string; posts: number }[];
}

/**
 * Spellings that are almost an alias, for the user to take or leave.
 *
 *     深度求索 → 深度思考: the first two of three or more Chinese characters
 *     DeepSeek → deepsek, deepseeek, deepseak; deep seek, deep-seek: a Latin word one letter away, or parted in two
 *
 * Chinese names of two characters have none: no rule separates 百度 from 百万, 百货, 角度 and 温度, which share a character
 * with it as often as a slip does. Latin words of less than five letters have none either (Kimi and Mimi, Kim, Kiwi).
 */
export function createNearMisses(topic: Topic): NearMisses {
  const names = [...topic.name.split(' / '), ...topic.aliases].map(plain);
  const known = new Set([...names, ...topic.exclude.map(plain)]);
  const looks = [lookForChinese(names), lookForLatin(names)];
  const counts = new Map<string, number>();
  return {
    look(text) {
      const found = new Set(looks.flatMap((look) => look(text)));
      for (const phrase of found)
        if (!known.has(phrase)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    },
    top: (limit) =>
      [...counts]
        .filter(([, posts]) => posts >= 2)
        .sort((a, b) => b[1] - a[1])
        .slice(0, limit)
        .map(([phrase, posts]) => ({ phrase, posts })),
  };
}

type Look = (text: string) => string[];

const NOTHING: string[] = [];
const plain = (name: string): string => normalise(name).text.trim();

function lookForChinese(names: readonly string[]): Look {
  const starts = names
    .filter((name) => /^\p{Script=Han}{3,}$/u.test(name))
    .map((name) => ({ start: name.slice(0, 2), length: name.length }));
  return (text) => {
    let found = NOTHING;
    for (const { start, length } of starts) {
      const at = text.indexOf(start);
      if (at < 0) continue;
      const phrase = text.slice(at, at + length);
      if (phrase.length === length && /^\p{Script=Han}+$/u.test(phrase)) found = [...found, phrase];
    }
    return found;
  };
}

/** A word of two letters or more with none of its kind beside it. */
const WORD = /(?<![a-z0-9])[a-z]{2,}(?![a-z0-9])/g;
const PARTED = /^[ _-]$/;

function lookForLatin(names: readonly string[]): Look {
  const wanted = [...new Set(names.map((name) => name.replaceAll(/[ -]/g, '')))].filter((name) =>
    /^[a-z]{5,}$/.test(name),
  );
  if (wanted.length === 0) return () => NOTHING;
  // One changed letter leaves one half of the word as it is.
  const mayHold = createPrefilter(
    wanted.flatMap((word) => [
      word.slice(0, word.length >> 1),
      word.slice(word.length - (word.length >> 1)),
    ]),
  );
  return (written) => (mayHold(written) ? nearWords(normalise(written).text, wanted) : NOTHING);
}

function nearWords(text: string, wanted: readonly string[]): string[] {
  const found: string[] = [];
  let before = '';
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const between = text.slice(end, index);
    if (PARTED.test(between) && wanted.includes(before + word)) found.push(before + between + word);
    else if (wanted.some((name) => differInOne(word, name))) found.push(word);
    before = word;
    end = index + word.length;
  }
  return found;
}

/** Whether one letter put in, left out or replaced makes one word of the other. */
function differInOne(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a[same] === b[same]) same++;
  let back = 0;
  while (back < shorter - same && a.at(-1 - back) === b.at(-1 - back)) back++;
  return same + back >= Math.max(a.length, b.length) - 1;
}
