import { DAY_MS, HOUR_MS } from '#shared/series/bucket.ts';
import type { QueryValues } from '../api/client.ts';
import { type StateOf, flag, instant, oneOf, text } from '../router/url-state.ts';

export const RANGES = ['1h', '6h', '24h', '7d', '30d', 'all'] as const;
export type PostRange = (typeof RANGES)[number];
export const ORDERS = ['newest', 'oldest', 'engagement'] as const;

/** Everything the explorer shows is in its address. */
export const postsUrl = {
  q: text(),
  topic: text(),
  label: oneOf(['', 'positive', 'neutral', 'negative'], ''),
  author: text(),
  source: text(),
  region: text(),
  /** Fingerprint of an original post: all its reposts and copies. */
  root: text(),
  /** One word of the segmented text. */
  word: text(),
  corrected: oneOf(['', '1', '0'], ''),
  range: oneOf(RANGES, '24h'),
  /** An absolute span; with either set, `range` does not count. */
  from: instant(),
  to: instant(),
  order: oneOf(ORDERS, 'newest'),
  /** The post open in the drawer. */
  post: text(),
  /** The search box wants the focus (shortcut `/`). */
  focus: flag(),
};
export type PostsState = StateOf<typeof postsUrl>;

export const FILTERS = [
  'q',
  'topic',
  'label',
  'author',
  'source',
  'region',
  'root',
  'word',
  'corrected',
] as const satisfies readonly (keyof PostsState)[];
export type Filter = (typeof FILTERS)[number];

const RANGE_MS: Record<Exclude<PostRange, 'all'>, number> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};

/** Span that a state shows when the clock stands at `now`. */
export function spanOf(
  state: Pick<PostsState, 'range' | 'from' | 'to'>,
  now: number,
): { from: number; to: number } {
  const to = state.to ?? now;
  if (state.from !== null) return { from: state.from, to };
  return { from: state.range === 'all' ? 0 : to - RANGE_MS[state.range], to };
}

/** The filter as GET /posts, /posts/facets and /export/posts take it. */
export function filterQuery(state: PostsState, now: number): QueryValues {
  const { from, to } = spanOf(state, now);
  return {
    ...Object.fromEntries(FILTERS.map((name) => [name, state[name]])),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  };
}
