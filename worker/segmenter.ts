import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import nodejieba from 'nodejieba';
import type { Log } from '#shared/node/log.ts';
import type { SegmenterCounts } from '#shared/node/store/segmenter-counts.ts';
import type { Topic } from '#shared/topic/topic.ts';
import { createCutter, type Cutter } from './segmenter-cut.ts';
import { buildDictionary, type DictionaryFiles } from './segmenter-dictionary.ts';

export interface Segmenter {
  /** Content words for search and rising words: two characters and more, without stop words, each once. */
  words(text: string): string[];
  /** Makes topic names and aliases single words; known ones cost nothing. */
  learn(topics: readonly Topic[]): void;
}

export interface CheckedSegmenter extends Segmenter {
  /** What was compared since the last call. */
  takeCounts(): SegmenterCounts;
}

/** One text in so many is cut by nodejieba too, which has the last word. */
const COMPARE_EVERY = 200;
/** So many differences, and nodejieba does all the work from then on. */
const GIVE_UP_AFTER = 20;
/** Longer texts go to nodejieba, so that our arrays stay small; accepted posts have 10,000 characters at most. */
const LONGEST = 20_000;

/**
 * nodejieba's words (about 230 MB and 1 s to load: worker processes only), cut by a port of it that is seven times
 * faster. nodejieba stays the authority: it checks a sample, cuts what the port does not take, and cuts everything
 * should the port not be buildable or differ too often. Only the files worker/segmenter*.ts know about it.
 */
export function createSegmenter(
  stopWords: ReadonlySet<string>,
  { log, compareEvery = COMPARE_EVERY }: { log?: Log; compareEvery?: number } = {},
): CheckedSegmenter {
  const files = findDictionaries();
  nodejieba.load();
  let cutter = openCutter(files, log);
  const learned = new Set<string>();
  const seen = cutter === undefined ? undefined : createSeen(stopWords, cutter);
  let counts: SegmenterCounts = { compared: 0, different: 0 };
  let differences = 0;
  let untilComparison = compareEvery;

  return {
    words(text) {
      if (cutter === undefined || seen === undefined || text.length > LONGEST)
        return byNodejieba(text);
      const found = byPort(text, cutter, seen);
      if (--untilComparison > 0) return found;
      untilComparison = compareEvery;
      return compare(text, cutter, found);
    },
    learn(topics) {
      for (const topic of topics) {
        for (const alias of [topic.name, ...topic.aliases]) {
          const word = alias.normalize('NFKC').toLowerCase().trim();
          // nodejieba cannot hold a space inside a word, and takes '' and ' ' without complaint (reliability.md M17).
          if (word === '' || /\s/.test(word) || word.length > 40 || learned.has(word)) continue;
          nodejieba.insertWord(word);
          cutter?.insert(word.toWellFormed());
          learned.add(word);
        }
      }
    },
    takeCounts() {
      const taken = counts;
      counts = { compared: 0, different: 0 };
      return taken;
    },
  };

  function byNodejieba(text: string): string[] {
    return contentWords(nodejieba.cut(text, true), stopWords);
  }

  /** Makes strings only of tokens that can be content and are new. */
  function byPort(written: string, port: Cutter, marks: Seen): string[] {
    const text = written.toWellFormed();
    const count = port.cut(text);
    const { ends, nodes } = port;
    const found: string[] = [];
    marks.begin();
    let from = 0;
    for (let token = 0; token < count; token++) {
      const start = from;
      from = ends[token]!;
      const length = from - start;
      if (length < 2 || length > 20 || !isContentUnit(text, start)) continue;
      const node = nodes[token]!;
      if (node !== 0) {
        if (marks.isNewNode(node)) found.push(text.slice(start, from));
        continue;
      }
      const word = text.slice(start, from);
      if (marks.isNewWord(word) && !stopWords.has(word)) found.push(word);
    }
    return found;
  }

  function compare(text: string, port: Cutter, found: string[]): string[] {
    counts.compared++;
    const tokens = nodejieba.cut(text, true);
    const at = firstDifference(tokens, tokensOf(text, port));
    if (at === undefined) return found;
    counts.different++;
    differences++;
    log?.warn(
      { at, expected: tokens[at], length: text.length },
      'segmenter differs from nodejieba',
    );
    if (differences >= GIVE_UP_AFTER) {
      cutter = undefined;
      log?.error({ differences }, 'fast segmenter put aside, nodejieba cuts everything');
    }
    return contentWords(tokens, stopWords);
  }
}

/** All tokens as strings, as nodejieba.cut(text, true) gives them. */
export function tokensOf(written: string, cutter: Cutter): string[] {
  const text = written.toWellFormed();
  const count = cutter.cut(text);
  const tokens: string[] = [];
  for (let token = 0, from = 0; token < count; token++) {
    const end = cutter.ends[token]!;
    tokens.push(text.slice(from, end));
    from = end;
  }
  return tokens;
}

function firstDifference(
  expected: readonly string[],
  found: readonly string[],
): number | undefined {
  for (let at = 0; at < Math.max(expected.length, found.length); at++)
    if (expected[at] !== found[at]) return at;
  return undefined;
}

/** Undefined where the dictionary has another form than the one we know: nodejieba then does it alone, slower. */
function openCutter(files: DictionaryFiles, log: Log | undefined): Cutter | undefined {
  try {
    return createCutter(buildDictionary(files));
  } catch (error) {
    log?.warn({ err: error }, 'fast segmenter not available, nodejieba cuts everything');
    return undefined;
  }
}

/** Which words one text has had: by node of the dictionary where they have one, without a set of strings. */
interface Seen {
  begin(): void;
  /** False for stop words as well. */
  isNewNode(node: number): boolean;
  isNewWord(word: string): boolean;
}

function createSeen(stopWords: ReadonlySet<string>, cutter: Cutter): Seen {
  /** Number of the text that had the node last; stop words are always "seen". */
  const lastText = new Int32Array(cutter.nodeCount);
  const words = new Set<string>();
  let text = 0;
  for (const word of stopWords) lastText[cutter.find(word)] = STOP_WORD;
  return {
    begin() {
      // After two billion texts the numbers start again; a word may then be missed once.
      text = text === STOP_WORD - 1 ? 1 : text + 1;
      if (words.size > 0) words.clear();
    },
    isNewNode(node) {
      const last = lastText[node]!;
      if (last === text || last === STOP_WORD) return false;
      lastText[node] = text;
      return true;
    },
    isNewWord(word) {
      if (words.has(word)) return false;
      words.add(word);
      return true;
    },
  };
}

const STOP_WORD = 0x7fff_ffff;

/** What `words` makes of tokens, each word once. */
export function contentWords(tokens: readonly string[], stopWords: ReadonlySet<string>): string[] {
  const isWord = (word: string): boolean =>
    word.length >= 2 && word.length <= 20 && isContentUnit(word, 0) && !stopWords.has(word);
  return [...new Set(tokens.filter(isWord))];
}

/** A letter or Han character at the start: no punctuation, no bare numbers. */
function isContentUnit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if ((unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x61 && unit <= 0x7a)) return true;
  if (unit < 0x80) return false;
  return HAN_OR_LATIN.test(String.fromCodePoint(text.codePointAt(at)!));
}

const HAN_OR_LATIN = /[\p{Script=Han}a-z]/u;

/** nodejieba aborts the process, uncatchably, when a dictionary file is missing. */
export function findDictionaries(): DictionaryFiles {
  const require = createRequire(import.meta.url);
  const home = path.dirname(require.resolve('nodejieba/package.json'));
  const below = path.join(home, 'submodules/cppjieba/dict');
  const folder = existsSync(below) ? below : path.join(home, 'dict');
  const names = [
    'jieba.dict.utf8',
    'user.dict.utf8',
    'hmm_model.utf8',
    'idf.utf8',
    'stop_words.utf8',
  ];
  for (const name of names) {
    if (!existsSync(path.join(folder, name)))
      throw new Error(
        `nodejieba's dictionary ${name} is missing below ${folder}. Run npm ci again.`,
      );
  }
  return {
    dict: path.join(folder, 'jieba.dict.utf8'),
    userDict: path.join(folder, 'user.dict.utf8'),
    hmm: path.join(folder, 'hmm_model.utf8'),
  };
}
