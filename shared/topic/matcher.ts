import { normalise, type Normalised } from '../post/normalise.ts';
import { buildAutomaton, HitBuffer, type Automaton } from './automaton.ts';
import { createPrefilter } from './prefilter.ts';
import { evaluateQuery, parseQuery, queryLiterals, type QueryNode } from './query.ts';
import type { Topic } from './topic.ts';

/** Where a text names a topic. Offsets are those of the normalised text. */
export interface TopicHit {
  /** Index in {@link TopicMatcher.topics}. */
  topic: number;
  start: number;
  end: number;
  /** The alias as the topic's owner wrote it. */
  alias: string;
}

/** Why something that looked like a hit is none, for the topic preview. */
export interface RefusedHit extends TopicHit {
  why: 'excluded' | 'inside-word' | 'inside-longer-alias' | 'query';
  /** The exclusion, word or longer alias it stands in, or the query that does not hold. */
  by: string;
}

export interface TopicMatcher {
  readonly topics: readonly Topic[];
  /** Hits by position; where aliases overlap the longest wins, an alias of several topics hits all of them. */
  match(n: Normalised): TopicHit[];
  /** Whether {@link match} would return anything; stops at nothing, allocates next to nothing. */
  matches(n: Normalised): boolean;
  /** `false`: the text, not normalised, can hold no alias; {@link explain} would find nothing to report but parts of words. */
  mayMatch(text: string): boolean;
  /** Whether an @name begins with an alias (`@DeepSeek官方`) and so stays in the normalised text. */
  keepsHandle(handle: string): boolean;
  explain(n: Normalised): { hits: TopicHit[]; refused: RefusedHit[] };
}

/** What a pattern of the automaton stands for; one pattern may stand for several. */
interface Use {
  kind: 'alias' | 'exclusion' | 'literal';
  topic: number;
  /** As written by the user. */
  written: string;
}

interface Candidate {
  start: number;
  end: number;
  pattern: number;
}

/**
 * One automaton over all aliases, exclusions and query literals of all topics.
 *
 *     topics: DeepSeek (aliases DS, deep seek), 苹果 (exclude 苹果醋)
 *     `用DS比 deep  seek 官网快，NDS和苹果醋除外` → DS, deep seek; not DS in NDS, not 苹果 in 苹果醋
 */
export function createMatcher(topics: readonly Topic[]): TopicMatcher {
  return new AutomatonMatcher(topics);
}

class AutomatonMatcher implements TopicMatcher {
  readonly topics: readonly Topic[];
  readonly #patterns: string[] = [];
  readonly #uses: Use[][] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #queries = new Map<number, QueryNode>();
  readonly #automaton: Automaton;
  /** 1 for patterns that exclude something. */
  readonly #excludes: Uint8Array;
  readonly #buffer = new HitBuffer();
  #prefilter: ((text: string) => boolean) | undefined;

  constructor(topics: readonly Topic[]) {
    this.topics = topics;
    topics.forEach((topic, index) => {
      const parsed = topic.query.trim() === '' ? undefined : parseQuery(topic.query);
      if (parsed?.ok === true) this.#queries.set(index, parsed.query);
      // A name such as `文心一言 / 百度` is two names.
      const aliases = [...topic.name.split(' / '), ...topic.aliases];
      // A topic made of a query alone is found by the words that the query asks for.
      if (parsed?.ok === true && topic.aliases.length === 0)
        aliases.push(...queryLiterals(parsed.query, true));
      for (const written of aliases) this.#add(written, { kind: 'alias', topic: index, written });
      for (const written of topic.exclude)
        this.#add(written, { kind: 'exclusion', topic: index, written });
      if (parsed?.ok === true) {
        for (const written of queryLiterals(parsed.query))
          this.#add(written, { kind: 'literal', topic: index, written });
      }
    });
    this.#automaton = buildAutomaton(this.#patterns);
    this.#excludes = Uint8Array.from(this.#uses, (list) =>
      Number(list.some((use) => use.kind === 'exclusion')),
    );
  }

  #add(written: string, use: Use): void {
    for (const pattern of variants(written)) {
      let index = this.#indexOf.get(pattern);
      if (index === undefined) {
        index = this.#patterns.push(pattern) - 1;
        this.#indexOf.set(pattern, index);
        this.#uses.push([]);
      }
      const list = this.#uses[index];
      if (list?.some((known) => known.kind === use.kind && known.topic === use.topic) === false)
        list.push(use);
    }
  }

  match(n: Normalised): TopicHit[] {
    const count = this.#automaton.scan(n.text, 0, n.text.length, this.#buffer);
    return count === 0 ? [] : this.#decide(this.#candidates(n.text, count));
  }

  matches(n: Normalised): boolean {
    return this.match(n).length > 0;
  }

  mayMatch(text: string): boolean {
    this.#prefilter ??= createPrefilter(
      this.#patterns.filter((_, index) => this.#usesOf(index).some((use) => use.kind === 'alias')),
    );
    return this.#prefilter(text);
  }

  keepsHandle = (handle: string): boolean => {
    const count = this.#automaton.scan(handle, 0, handle.length, this.#buffer);
    for (let k = 0; k < count; k++) {
      const pattern = this.#buffer.data[2 * k] as number;
      const end = this.#buffer.data[2 * k + 1] as number;
      const start = end - (this.#automaton.lengths[pattern] as number);
      if (
        start === 0 &&
        isWhole(handle, start, end) &&
        this.#usesOf(pattern).some((use) => use.kind === 'alias')
      )
        return true;
    }
    return false;
  };

  explain(n: Normalised): { hits: TopicHit[]; refused: RefusedHit[] } {
    const count = this.#automaton.scan(n.text, 0, n.text.length, this.#buffer);
    const refused: RefusedHit[] = [];
    const hits = this.#decide(this.#candidates(n.text, count, refused), refused);
    return { hits, refused: refused.sort((a, b) => a.start - b.start || a.topic - b.topic) };
  }

  #usesOf(pattern: number): readonly Use[] {
    return this.#uses[pattern] as Use[];
  }

  /** What the automaton found at word boundaries, longest first at each start. */
  #candidates(text: string, count: number, refused?: RefusedHit[]): Candidate[] {
    const found: Candidate[] = [];
    for (let k = 0; k < count; k++) {
      const pattern = this.#buffer.data[2 * k] as number;
      const end = this.#buffer.data[2 * k + 1] as number;
      const start = end - (this.#automaton.lengths[pattern] as number);
      if (isWhole(text, start, end)) found.push({ start, end, pattern });
      else if (refused !== undefined) {
        for (const use of this.#usesOf(pattern)) {
          if (use.kind === 'alias')
            refused.push({
              topic: use.topic,
              start,
              end,
              alias: use.written,
              why: 'inside-word',
              by: wordAround(text, start, end),
            });
        }
      }
    }
    // They come by their end: most texts have no two that overlap, and nothing to sort.
    for (let k = 1; k < found.length; k++)
      if (found[k]!.start < found[k - 1]!.end)
        return found.sort((a, b) => a.start - b.start || b.end - a.end);
    return found;
  }

  #decide(found: Candidate[], refused?: RefusedHit[]): TopicHit[] {
    const hits: TopicHit[] = [];
    const exclusions: (Candidate & { topic: number; written: string })[] = [];
    for (const candidate of found) {
      if (this.#excludes[candidate.pattern] === 0) continue;
      for (const use of this.#usesOf(candidate.pattern)) {
        if (use.kind === 'exclusion')
          exclusions.push({ ...candidate, topic: use.topic, written: use.written });
      }
    }
    let longest: TopicHit | undefined;
    for (const candidate of found) {
      const { start, end } = candidate;
      for (const use of this.#usesOf(candidate.pattern)) {
        if (use.kind !== 'alias') continue;
        const hit: TopicHit = { topic: use.topic, start, end, alias: use.written };
        const excluded =
          exclusions.length === 0
            ? undefined
            : exclusions.find((e) => e.topic === use.topic && e.start <= start && e.end >= end);
        if (excluded !== undefined) {
          refused?.push({ ...hit, why: 'excluded', by: excluded.written });
        } else if (
          longest !== undefined &&
          start < longest.end &&
          !(start === longest.start && end === longest.end)
        ) {
          if (longest.topic !== hit.topic)
            refused?.push({ ...hit, why: 'inside-longer-alias', by: longest.alias });
        } else {
          hits.push(hit);
          longest = hit;
        }
      }
    }
    return this.#queries.size === 0 ? hits : hits.filter((hit) => this.#holds(hit, found, refused));
  }

  #holds(hit: TopicHit, found: Candidate[], refused?: RefusedHit[]): boolean {
    const query = this.#queries.get(hit.topic);
    if (query === undefined) return true;
    const present = new Set<string>();
    for (const candidate of found) {
      for (const use of this.#usesOf(candidate.pattern)) {
        if (use.kind === 'literal' && use.topic === hit.topic)
          present.add(this.#patternOf(candidate.pattern));
      }
    }
    const ok = evaluateQuery(query, (literal) =>
      variants(literal).some((variant) => present.has(variant)),
    );
    if (!ok) refused?.push({ ...hit, why: 'query', by: this.topics[hit.topic]?.query ?? '' });
    return ok;
  }

  #patternOf(index: number): string {
    return this.#patterns[index] ?? '';
  }
}

/**
 * Spellings under which an alias is searched: spaces may be missing or hyphens (`deep seek`, `deepseek`, `deep-seek`),
 * and people put a space between Latin and Chinese or do not (`Kimi 智能助手`).
 */
function variants(written: string): string[] {
  const plain = normalise(written).text.trim().replaceAll('\n', ' ');
  if (plain === '') return [];
  const all = new Set([plain]);
  if (plain.includes(' ')) {
    all.add(plain.replaceAll(' ', ''));
    all.add(plain.replaceAll(' ', '-'));
  }
  all.add(plain.replace(/([a-z0-9])(?=[\u4e00-\u9fff])|([\u4e00-\u9fff])(?=[a-z0-9])/g, '$1$2 '));
  return [...all];
}

/** From this length on a Latin alias may be followed by a version number: Kimi2, Claude3; but not DS9. */
const VERSION_AFTER = 4;

/** Latin aliases hit whole words only; Chinese characters and punctuation are boundaries. */
function isWhole(text: string, start: number, end: number): boolean {
  if (isLetter(text.charCodeAt(start)) && start > 0 && isLetter(text.charCodeAt(start - 1)))
    return false;
  const next = end < text.length ? text.charCodeAt(end) : 0;
  if (!isLetter(next) || !isLetter(text.charCodeAt(end - 1))) return true;
  return isDigit(next) && !isDigit(text.charCodeAt(end - 1)) && end - start >= VERSION_AFTER;
}

/** Letters and digits of scripts that put spaces between words. */
function isLetter(c: number): boolean {
  return (
    (c >= 0x61 && c <= 0x7a) ||
    isDigit(c) ||
    (c >= 0xc0 && c <= 0x24f) ||
    (c >= 0x370 && c <= 0x52f)
  );
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function wordAround(text: string, start: number, end: number): string {
  while (start > 0 && isLetter(text.charCodeAt(start - 1))) start--;
  while (end < text.length && isLetter(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}
