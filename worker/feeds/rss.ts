import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readPosts } from '#shared/node/formats/read-posts.ts';
import { FormatError } from '#shared/node/formats/format.ts';
import { retryAfterMs } from '#shared/node/http/retry-after.ts';
import { FetchError } from '#shared/node/http/safe-fetch.ts';
import type { SafeResponse } from '#shared/node/http/safe-fetch.ts';
import type { Post } from '#shared/post/post.ts';
import { backoffMs, sleep } from './backoff.ts';
import type { FeedBatch, FeedConfig, FeedDeps, RunningFeed } from './feed.ts';
import { IDLE, nextStatus } from './status.ts';

/** Where an RSS, Atom or JSON feed stands. */
export interface RssCursor {
  /** The configured address this belongs to: another address starts anew. */
  from: string;
  /** Where it has moved for good (301, 308). */
  url: string;
  etag: string;
  lastModified: string;
  /** What the last document held (`source id`, or the hash of a refused entry): a feed repeats it at every poll. */
  seen: string[];
}

export type PollOutcome =
  | { kind: 'posts'; batch: FeedBatch & { cursor: RssCursor } }
  | { kind: 'not-modified' }
  | { kind: 'failed'; error: string; retryAfterMs?: number }
  | { kind: 'gone'; error: string };

const MAX_REDIRECTS = 3;
const MAX_SEEN = 2000;
const SLOWEST_POLL_MS = 6 * 3_600_000;

export function startRss(config: FeedConfig, deps: FeedDeps): RunningFeed {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    let status = IDLE;
    let cursor = readCursor(deps.cursor, config.url);
    while (!signal.aborted) {
      const outcome = await pollRss(config, cursor, { ...deps, signal });
      if (signal.aborted) break;
      const now = deps.now();
      if (outcome.kind === 'posts') {
        const { batch } = outcome;
        try {
          await deps.onPosts(batch);
          cursor = batch.cursor;
          const posts = batch.posts.length;
          status = nextStatus(status, {
            kind: 'received',
            now,
            posts,
            newestAt: newestOf(batch.posts),
          });
        } catch (error) {
          // The cursor stays: the next poll brings the same posts.
          status = nextStatus(status, { kind: 'failed', error: String(error) });
        }
      } else if (outcome.kind === 'not-modified') {
        status = nextStatus(status, { kind: 'not-modified', now });
      } else status = nextStatus(status, outcome);
      deps.onStatus(status);
      if (outcome.kind === 'gone') return;
      const wait = nextPollMs({
        intervalSeconds: config.intervalSeconds,
        failures: status.failures,
        retryAfterMs: outcome.kind === 'failed' ? outcome.retryAfterMs : undefined,
        random: deps.random(),
      });
      await sleep(wait, signal);
    }
  }

  const running = run();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

/** One poll: asks only for what is new, and says what came of it. Never throws for what the other side does. */
export async function pollRss(
  config: FeedConfig,
  cursor: RssCursor,
  deps: Pick<FeedDeps, 'fetch' | 'now'> & { signal: AbortSignal },
): Promise<PollOutcome> {
  let response: SafeResponse;
  try {
    response = await deps.fetch(cursor.url, {
      headers: {
        accept:
          'application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.1',
        ...(cursor.etag === '' ? {} : { 'if-none-match': cursor.etag }),
        ...(cursor.lastModified === '' ? {} : { 'if-modified-since': cursor.lastModified }),
        ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token}` }),
      },
      maxRedirects: MAX_REDIRECTS,
      signal: deps.signal,
    });
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return { kind: 'failed', error: error.message };
  }
  const verdict = judgePoll(response, deps.now());
  if (verdict.kind !== 'read') return verdict;
  try {
    return { kind: 'posts', batch: await readDocument(config, cursor, response, deps.now()) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { kind: 'failed', error: error.message };
  }
}

export function judgePoll(
  response: Pick<SafeResponse, 'status' | 'headers'>,
  now: number,
): { kind: 'read' } | Exclude<PollOutcome, { kind: 'posts' }> {
  const { status, headers } = response;
  if (status === 304) return { kind: 'not-modified' };
  if (status >= 200 && status < 300) return { kind: 'read' };
  const error = `HTTP ${status}`;
  if (status === 410) return { kind: 'gone', error };
  const wait = retryAfterMs(headers['retry-after'], now);
  return { kind: 'failed', error, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

/** The interval, longer after each failure in a row, and never sooner than Retry-After says. */
export function nextPollMs(input: {
  intervalSeconds: number;
  failures: number;
  retryAfterMs: number | undefined;
  random: number;
}): number {
  const baseMs = input.intervalSeconds * 1000;
  const capMs = Math.max(baseMs, SLOWEST_POLL_MS);
  const own = backoffMs(input.failures + 1, { baseMs, capMs, random: input.random });
  return Math.max(own, input.retryAfterMs ?? 0);
}

/** A stored cursor, or a fresh one when there is none or it belongs to another address. */
export function readCursor(stored: unknown, url: string): RssCursor {
  const known = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<
    Record<keyof RssCursor, unknown>
  >;
  if (known.from !== url) return { from: url, url, etag: '', lastModified: '', seen: [] };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    from: url,
    url: text(known.url) || url,
    etag: text(known.etag),
    lastModified: text(known.lastModified),
    seen: Array.isArray(known.seen) ? known.seen.map(String) : [],
  };
}

async function readDocument(
  config: FeedConfig,
  cursor: RssCursor,
  response: SafeResponse,
  now: number,
): Promise<FeedBatch & { cursor: RssCursor }> {
  const posts: Post[] = [];
  const rejected: FeedBatch['rejected'] = [];
  const seen: string[] = [];
  const before = new Set(cursor.seen);
  const rows = readPosts(Readable.from([Buffer.from(response.body)]), {
    format: 'auto',
    name: response.headers['content-type']?.includes('json') ? 'feed.json' : 'feed.xml',
    now,
    fetchedAt: now,
    ...(config.source === undefined ? {} : { source: config.source }),
  });
  for await (const { result, raw } of rows) {
    const key = result.ok
      ? `${result.post.source} ${result.post.id}`
      : createHash('sha256').update(raw).digest('base64url');
    seen.push(key);
    if (before.has(key)) continue;
    if (result.ok) posts.push(result.post);
    else rejected.push({ rejection: result.rejection, raw });
  }
  return {
    posts,
    rejected,
    cursor: {
      from: cursor.from,
      url: response.moved ? response.url : cursor.url,
      etag: response.headers.etag ?? '',
      lastModified: response.headers['last-modified'] ?? '',
      seen: seen.slice(0, MAX_SEEN),
    },
  };
}

function newestOf(posts: readonly Post[]): number | null {
  return posts.length === 0 ? null : Math.max(...posts.map(({ createdAt }) => createdAt));
}
