import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import nodejieba from 'nodejieba';
import type { Topic } from '#shared/topic/topic.ts';

/** The only file that knows nodejieba (about 255 MB and 1.5 s to load: worker processes only). */
export interface Segmenter {
  /** Words of a normalised text, in order. */
  cut(text: string): string[];
  /** Content words for search and rising words: two characters and more, without stop words, each once. */
  words(text: string): string[];
  /** Makes topic names and aliases single words; known ones cost nothing. */
  learn(topics: readonly Topic[]): void;
}

export function createSegmenter(stopWords: ReadonlySet<string>): Segmenter {
  refuseMissingDictionaries();
  nodejieba.load();
  const learned = new Set<string>();
  const cut = (text: string): string[] => nodejieba.cut(text, true);
  return {
    cut,
    words(text) {
      const found = new Set<string>();
      for (const word of cut(text)) {
        const { length } = word;
        if (length >= 2 && length <= 20 && isContent(word) && !stopWords.has(word)) found.add(word);
      }
      return [...found];
    },
    learn(topics) {
      for (const topic of topics) {
        for (const alias of [topic.name, ...topic.aliases]) {
          const word = alias.normalize('NFKC').toLowerCase().trim();
          // nodejieba cannot hold a space inside a word, and takes '' and ' ' without complaint (reliability.md M17).
          if (word === '' || /\s/.test(word) || word.length > 40 || learned.has(word)) continue;
          nodejieba.insertWord(word);
          learned.add(word);
        }
      }
    },
  };
}

/** A letter, digit or Han character at the start: no punctuation, no bare numbers. */
function isContent(word: string): boolean {
  const unit = word.charCodeAt(0);
  if ((unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x61 && unit <= 0x7a)) return true;
  if (unit < 0x80) return false;
  return /^[\p{Script=Han}a-z]/u.test(word);
}

/** nodejieba aborts the process, uncatchably, when a dictionary file is missing. */
function refuseMissingDictionaries(): void {
  const require = createRequire(import.meta.url);
  const dict = path.join(
    path.dirname(require.resolve('nodejieba/package.json')),
    'submodules/cppjieba/dict',
  );
  const found = existsSync(dict)
    ? dict
    : path.join(path.dirname(require.resolve('nodejieba/package.json')), 'dict');
  for (const name of [
    'jieba.dict.utf8',
    'hmm_model.utf8',
    'user.dict.utf8',
    'idf.utf8',
    'stop_words.utf8',
  ]) {
    if (!existsSync(path.join(found, name)))
      throw new Error(
        `nodejieba's dictionary ${name} is missing below ${found}. Run npm ci again.`,
      );
  }
}
