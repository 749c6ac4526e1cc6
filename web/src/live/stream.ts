import type { PostView } from '#shared/wire/api.ts';
import type { LivePost } from '#shared/wire/live.ts';

/** Rows kept on the page. */
export const MOST_ROWS = 200;

/** The list on screen and the queue of what is to come. Pure: the component owns timers and pointer. */
export interface Stream {
  /** Newest first. */
  rows: readonly LivePost[];
  /** Arrived, not shown yet; newest first. */
  waiting: readonly LivePost[];
}

export const EMPTY_STREAM: Stream = { rows: [], waiting: [] };

/** Newly arrived posts queue up; what is already known is skipped. */
export function arrive(stream: Stream, posts: readonly LivePost[]): Stream {
  const known = new Set([...stream.rows, ...stream.waiting].map((post) => post.ref));
  const fresh: LivePost[] = [];
  for (const post of posts) {
    if (known.has(post.ref)) continue;
    known.add(post.ref);
    fresh.push(post);
  }
  if (fresh.length === 0) return stream;
  const waiting = [...fresh, ...stream.waiting].sort(newestFirst).slice(0, MOST_ROWS);
  return { ...stream, waiting };
}

/** Moves the oldest `most` of the queue onto the list. */
export function release(stream: Stream, most: number = MOST_ROWS): Stream {
  if (stream.waiting.length === 0) return stream;
  const cut = Math.max(0, stream.waiting.length - most);
  const shown = stream.waiting.slice(cut);
  return {
    waiting: stream.waiting.slice(0, cut),
    rows: [...shown, ...stream.rows].sort(newestFirst).slice(0, MOST_ROWS),
  };
}

/** A label changed by hand, on screen at once. */
export function relabelled(
  stream: Stream,
  change: { ref: string; topic: string; label: LivePost['topics'][number]['label'] },
): Stream {
  const edit = (post: LivePost): LivePost =>
    post.ref !== change.ref
      ? post
      : {
          ...post,
          topics: post.topics.map((mention) =>
            mention.topic === change.topic ? { ...mention, label: change.label } : mention,
          ),
        };
  return { rows: stream.rows.map(edit), waiting: stream.waiting.map(edit) };
}

/** A post of the HTTP API in the form of the socket's. */
export function livePostOf(post: PostView): LivePost {
  return {
    ref: post.ref,
    source: post.source,
    at: Date.parse(post.createdAt),
    author: post.author.name ?? post.author.id ?? '',
    text: post.text,
    demo: post.demo,
    ...(post.url === null ? {} : { url: post.url }),
    topics: post.mentions.map(({ topic, label, score, evidence }) => ({
      topic,
      label,
      score,
      evidence: evidence.map(({ start, end, effect }) => [start, end, effect]),
    })),
  };
}

function newestFirst(a: LivePost, b: LivePost): number {
  return b.at - a.at || (a.ref < b.ref ? 1 : -1);
}
