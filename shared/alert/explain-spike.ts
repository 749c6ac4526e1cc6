import type { MoodLabel } from '#shared/mood/mood.ts';
import { wilson } from '#shared/series/mood-index.ts';
import { groupCopies } from '#shared/series/near-duplicates.ts';
import { risingWords, type WordCounts } from '#shared/series/words.ts';
import type { Spike, SpikeExplanation, SpikeWord } from './spike.ts';

/** One post of the spike or of its background, as the store gives it. */
export interface ExplainedPost {
  /** `source:id`. */
  ref: string;
  at: number;
  /** hashAuthor of source and author. */
  author: number;
  /** Mood toward the topic. */
  label: MoodLabel;
  words: readonly string[];
  /** `source:id` of what it reposts or quotes; null for posts of the writer's own. */
  root: string | null;
  text: string;
  source: string;
  region: string | null;
}

export interface ExplainInput {
  spike: Spike;
  /** The window explained, epoch ms, [from, to). */
  from: number;
  to: number;
  /** Posts of the topic inside the window. */
  during: readonly ExplainedPost[];
  /** Background: the same clock hours of the previous 7 days or fewer, else the previous 24 h. */
  before: readonly ExplainedPost[];
  /** Words that say nothing: the topic's own name and aliases. */
  ownWords?: readonly string[];
}

const MOST_ROOTS = 3;
const MOST_COPIES = 3;
const MOST_SHARES = 8;
const LEAST_COPIES = 3;

/**
 * Why did it happen? A pure count over the given rows: the same rows in any order give the same explanation, so a
 * report made tomorrow says what the alert said today. People, not posts, are the unit of words: one account that posts
 * 300 copies is one voice.
 */
export function explainSpike(input: ExplainInput): SpikeExplanation {
  const { spike, from, to, before } = input;
  const during = [...input.during].sort(byTime);
  const posts = during.length;
  const roots = rootsOf(during);
  const copies = copiesOf(during);
  const excess = excessOf(spike, from, to, posts);
  const largest = Math.max(
    0,
    ...roots.map((root) => root.posts),
    ...copies.map((copy) => copy.posts),
  );
  return {
    spike,
    words: wordsOf(during, before, new Set(input.ownWords ?? [])),
    roots: roots.slice(0, MOST_ROOTS),
    posts,
    authors: new Set(during.map((post) => post.author)).size,
    concentration: Math.min(1, largest / excess),
    copypastaShare: posts === 0 ? 0 : copies.reduce((sum, copy) => sum + copy.posts, 0) / posts,
    negativeBefore: negativesOf(before),
    negativeDuring: negativesOf(during),
    sources: sharesOf(during, before, (post) => post.source),
    regions: sharesOf(during, before, (post) => post.region),
    copies: copies.slice(0, MOST_COPIES),
    from,
    to,
  };
}

/** One root or one copied text makes up half of what was too much: ask whether this is a campaign. */
export function isConcentrated(explanation: Pick<SpikeExplanation, 'concentration'>): boolean {
  return explanation.concentration >= 0.5;
}

/** Search parameters that open exactly the posts behind one item, on the posts page and in the API alike. */
export function postsQuery(
  explanation: Pick<SpikeExplanation, 'spike' | 'from' | 'to'>,
  item: { word?: string; root?: string; label?: MoodLabel; source?: string; region?: string } = {},
): Record<string, string> {
  const { spike, from, to } = explanation;
  return {
    topic: spike.topic,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...item,
  };
}

/** What came on top of the expected, at least one post. Mood spikes have no expected count: all posts are at issue. */
function excessOf(spike: Spike, from: number, to: number, posts: number): number {
  if (spike.measure === 'mood') return Math.max(1, posts);
  const expected = (spike.expected * (to - from)) / (spike.windowMinutes * 60_000);
  return Math.max(1, posts - expected);
}

function wordsOf(
  during: readonly ExplainedPost[],
  before: readonly ExplainedPost[],
  own: ReadonlySet<string>,
): SpikeWord[] {
  const now = countWords(during, own);
  const rising = risingWords(now, countWords(before, own));
  return rising.map((word) => ({
    ...word,
    posts: during.filter((post) => post.words.includes(word.word)).length,
  }));
}

function countWords(posts: readonly ExplainedPost[], own: ReadonlySet<string>): WordCounts {
  const users = new Map<string, Set<number>>();
  const everyone = new Set<number>();
  for (const post of posts) {
    everyone.add(post.author);
    for (const word of post.words) {
      if (own.has(word)) continue;
      const known = users.get(word);
      if (known === undefined) users.set(word, new Set([post.author]));
      else known.add(post.author);
    }
  }
  return {
    authors: new Map([...users].map(([word, people]) => [word, people.size])),
    total: everyone.size,
  };
}

/** Most reposted first; of equals the one seen first. */
function rootsOf(during: readonly ExplainedPost[]): SpikeExplanation['roots'] {
  const groups = groupBy(during, (post) => post.root ?? post.ref);
  const originals = new Map(during.map((post) => [post.ref, post]));
  return [...groups]
    .filter(([, posts]) => posts.length > 1)
    .map(([root, posts]) => {
      const shown = originals.get(root) ?? posts[0]!;
      return {
        root,
        text: shown.text,
        posts: posts.length,
        authors: new Set(posts.map((post) => post.author)).size,
        firstAt: posts[0]!.at,
        postRef: shown.ref,
        share: posts.length / during.length,
      };
    })
    .sort((a, b) => b.posts - a.posts || a.firstAt - b.firstAt || compare(a.root, b.root));
}

function copiesOf(during: readonly ExplainedPost[]): NonNullable<SpikeExplanation['copies']> {
  const leaders = groupCopies(during);
  const groups = new Map<number, ExplainedPost[]>();
  during.forEach((post, i) => {
    const leader = leaders[i]!;
    if (leader < 0) return;
    const known = groups.get(leader);
    if (known === undefined) groups.set(leader, [post]);
    else known.push(post);
  });
  return [...groups.values()]
    .filter((posts) => posts.length >= LEAST_COPIES)
    .map((posts) => ({
      text: posts[0]!.text,
      posts: posts.length,
      authors: new Set(posts.map((post) => post.author)).size,
      firstAt: posts[0]!.at,
      postRef: posts[0]!.ref,
      share: posts.length / during.length,
    }))
    .sort((a, b) => b.posts - a.posts || a.firstAt - b.firstAt || compare(a.postRef, b.postRef));
}

function negativesOf(posts: readonly ExplainedPost[]): SpikeExplanation['negativeBefore'] {
  const negative = posts.filter((post) => post.label === 'negative').length;
  const share = posts.length === 0 ? 0 : negative / posts.length;
  return { share, ...wilson(negative, posts.length), n: posts.length };
}

function sharesOf(
  during: readonly ExplainedPost[],
  before: readonly ExplainedPost[],
  nameOf: (post: ExplainedPost) => string | null,
): SpikeExplanation['sources'] {
  const count = (posts: readonly ExplainedPost[]) => {
    const counts = new Map<string, number>();
    for (const post of posts) {
      const name = nameOf(post);
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return { counts, total: [...counts.values()].reduce((sum, n) => sum + n, 0) };
  };
  const now = count(during);
  const then = count(before);
  return [...now.counts]
    .map(([name, n]) => ({
      name,
      n,
      share: n / now.total,
      shareBefore: then.total === 0 ? 0 : (then.counts.get(name) ?? 0) / then.total,
    }))
    .sort((a, b) => b.n - a.n || compare(a.name, b.name))
    .slice(0, MOST_SHARES);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

function byTime(a: ExplainedPost, b: ExplainedPost): number {
  return a.at - b.at || compare(a.ref, b.ref);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
