import { parsePost } from '#shared/post/parse-post.ts';
import type { ParsedPost } from '#shared/post/post.ts';
import { received, stayConnected, watch } from './connection.ts';
import { createDelivery } from './delivery.ts';
import type { FeedConfig, FeedDeps, RunningFeed } from './feed.ts';
import { readSse, SSE_START } from './sse.ts';
import type { SseEvent } from './sse.ts';
import { IDLE, nextStatus } from './status.ts';
import type { FeedEvent } from './status.ts';

/** Id of the newest status read: its stream cannot be resumed, but its timeline can be asked what came after. */
export interface MastodonCursor {
  from: string;
  lastId: string;
}

/** Servers send `:thump` about every 15 s: silence for this long is a dead connection. */
const SILENCE_MS = 90_000;
const PAGE = 40;
/** Pages read to close a gap; a longer one is left open rather than hammering the server. */
const MAX_PAGES = 10;

export function startMastodon(
  config: FeedConfig,
  deps: FeedDeps,
  { silenceMs = SILENCE_MS }: { silenceMs?: number } = {},
): RunningFeed {
  const stopping = new AbortController();
  const streamUrl = mastodonStreamUrl(config.url);
  let status = IDLE;
  let lastId = readLastId(deps.cursor, config.url);
  const report = (event: FeedEvent): void => {
    status = nextStatus(status, event);
    deps.onStatus(status);
  };
  const delivery = createDelivery({
    random: () => deps.random(),
    async take(batch) {
      await deps.onPosts(batch);
      if (batch.posts.length > 0) report(received(batch.posts, deps.now()));
    },
    onFailure: (error) => report({ kind: 'failed', error: String(error) }),
  });

  function read(one: unknown, raw: string): void {
    const id = statusId(one);
    if (id !== '' && isNewer(id, lastId)) lastId = id;
    const cursor: MastodonCursor = { from: config.url, lastId };
    delivery.add({ parsed: parse(config, one, deps.now()), raw, cursor });
  }

  async function connect(): Promise<void> {
    const headers = {
      accept: 'text/event-stream',
      ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token}` }),
    };
    const open = await deps.stream(streamUrl, { headers, signal: stopping.signal });
    const silence = watch(silenceMs, () => open.close());
    try {
      if (open.status !== 200) throw new Error(`HTTP ${open.status}`);
      // The stream is open before the gap is read: what comes in between waits in the socket and is read twice at most.
      if (lastId !== '') await closeGap();
      let state = SSE_START;
      const decoder = new TextDecoder();
      for await (const chunk of open.body) {
        silence.touch();
        const next = readSse(state, decoder.decode(chunk, { stream: true }));
        state = next.state;
        for (const event of next.events) readEvent(event);
        // Heartbeats count; an answer alone does not, or a server that hangs up at once would never be left in peace.
        if (next.comments > 0 && !delivery.isStuck) report({ kind: 'heard', now: deps.now() });
        await delivery.room();
      }
      throw new Error('the stream ended');
    } catch (error) {
      // Our own closing looks like a network failure.
      throw silence.isOver ? new Error(`nothing heard for ${silenceMs} ms`) : error;
    } finally {
      silence.stop();
      open.close();
    }
  }

  function readEvent({ event, data }: SseEvent): void {
    // Deletions and edits change nothing: a post counts as it was received.
    if (event === 'update') read(parseJson(data), data);
  }

  async function closeGap(): Promise<void> {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const response = await deps.fetch(timelineUrl(streamUrl, lastId), {
        headers: config.token === undefined ? {} : { authorization: `Bearer ${config.token}` },
        signal: stopping.signal,
      });
      // A server that streams but does not show its timeline: the gap cannot be closed.
      if (response.status !== 200) return;
      const statuses = parseJson(response.text);
      if (!Array.isArray(statuses) || statuses.length === 0) return;
      const newestBefore = lastId;
      // Pages come newest first.
      for (const one of (statuses as unknown[]).toReversed()) read(one, JSON.stringify(one));
      await delivery.room();
      if (statuses.length < PAGE || lastId === newestBefore) return;
    }
  }

  const running = stayConnected({
    connect,
    deps,
    report,
    failures: () => status.failures,
    stopping,
  });
  return {
    async stop() {
      stopping.abort();
      await running;
      await delivery.close();
    },
  };
}

/** Given a server's address, its public timeline; a stream address stays as it is. */
export function mastodonStreamUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return pathname.startsWith('/api/v1/streaming') ? url : `${origin}/api/v1/streaming/public`;
}

/** The timeline that the stream continues, after one status. */
export function timelineUrl(streamUrl: string, minId: string): string {
  const { origin, pathname, searchParams } = new URL(streamUrl);
  const tag = searchParams.get('tag');
  const isTag = pathname.includes('/hashtag') && tag !== null;
  const path = isTag ? `tag/${encodeURIComponent(tag)}` : 'public';
  const query = new URLSearchParams({ min_id: minId, limit: String(PAGE) });
  if (pathname.endsWith('/local')) query.set('local', 'true');
  return `${origin}/api/v1/timelines/${path}?${query.toString()}`;
}

/** Ids are numbers beyond 2^53, as strings. */
export function isNewer(id: string, than: string): boolean {
  return id.length === than.length ? id > than : id.length > than.length;
}

function statusId(status: unknown): string {
  const id =
    typeof status === 'object' && status !== null && 'id' in status ? status.id : undefined;
  return typeof id === 'string' && /^[A-Za-z0-9]{1,40}$/.test(id) ? id : '';
}

function parse(config: FeedConfig, status: unknown, now: number): ParsedPost {
  const options = config.source === undefined ? {} : { defaultSource: config.source };
  return parsePost(status, now, options);
}

function readLastId(stored: unknown, url: string): string {
  const known = (stored ?? {}) as Partial<Record<keyof MastodonCursor, unknown>>;
  return known.from === url ? statusId({ id: known.lastId }) : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: becomes a rejected post with its raw text.
    return undefined;
  }
}
