import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Post } from '#shared/post/post.ts';
import { createAddressGuard } from '#shared/node/http/address-guard.ts';
import { createSafeFetch, createSafeStream } from '#shared/node/http/safe-fetch.ts';
import type {
  FeedBatch,
  FeedConfig,
  FeedDeps,
  FeedStatus,
  RunningFeed,
} from '#worker/feeds/feed.ts';
import { startFeed } from '#worker/feeds/index.ts';
import { startJetstream } from '#worker/feeds/jetstream.ts';
import { startMastodon } from '#worker/feeds/mastodon.ts';
import { startReceiver } from '../../support/receiver.ts';
import type { Received, Receiver } from '../../support/receiver.ts';

let server: Receiver;
let running: RunningFeed[] = [];
beforeEach(async () => {
  server = await startReceiver();
});
afterEach(async () => {
  await Promise.all(running.map((feed) => feed.stop()));
  running = [];
  await server.close();
});

/** Everything a feed handed over, and a store that keeps its cursor like the worker's. */
function aSink(fields: Partial<FeedDeps> = {}) {
  const guard = createAddressGuard({ allow: ['127.0.0.1'] });
  const sink = {
    batches: [] as FeedBatch[],
    statuses: [] as FeedStatus[],
    /** Batches to refuse before taking one. */
    refusals: 0,
    posts: (): Post[] => sink.batches.flatMap(({ posts }) => posts),
    ids: (): string[] => sink.posts().map(({ id }) => id),
    last: (): FeedStatus | undefined => sink.statuses.at(-1),
    cursor: (): unknown => sink.batches.at(-1)?.cursor ?? null,
    deps: (cursor: unknown = null): FeedDeps => ({
      fetch: createSafeFetch(guard, { timeoutMs: 2000 }),
      stream: createSafeStream(guard),
      guard,
      now: Date.now,
      random: () => 0,
      cursor,
      async onPosts(batch) {
        if (sink.refusals > 0) {
          sink.refusals -= 1;
          throw new Error('queue unavailable');
        }
        sink.batches.push(batch);
      },
      onStatus: (status) => void sink.statuses.push(status),
      ...fields,
    }),
  };
  return sink;
}

function aFeed(
  kind: FeedConfig['kind'],
  url: string,
  fields: Partial<FeedConfig> = {},
): FeedConfig {
  return { id: 'f1', name: '订阅', kind, url, intervalSeconds: 0.05, ...fields };
}

function start(config: FeedConfig, deps: FeedDeps): RunningFeed {
  const feed = startFeed(config, deps);
  running.push(feed);
  return feed;
}

function rss(...ids: number[]): string {
  const items = ids.map(
    (id) =>
      `<item><title>作者: 第${id}条</title><description>第${id}条 DeepSeek</description>` +
      `<link>https://example.com/p/${id}</link><guid isPermaLink="false">p-${id}</guid>` +
      '<pubDate>Mon, 20 Jan 2025 13:04:00 GMT</pubDate></item>',
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>${items.join('')}</channel></rss>`;
}

describe('an RSS feed', () => {
  test('is asked only for what is new, delivers each post once, and counts the 304s', async () => {
    let etag = '"a"';
    let document = rss(2, 1);
    server.answer({
      handle(request, response) {
        const known = request.headers['if-none-match'] === etag;
        response.writeHead(known ? 304 : 200, {
          etag,
          'last-modified': 'Mon, 20 Jan 2025 13:05:00 GMT',
        });
        response.end(known ? '' : document);
      },
    });
    const sink = aSink();
    start(aFeed('rss', `${server.url}/feed`), sink.deps());
    await expect.poll(() => sink.last()?.notModified ?? 0).toBeGreaterThanOrEqual(2);
    expect(sink.ids()).toEqual(['p-2', 'p-1']);
    expect(sink.posts()[0]).toMatchObject({
      text: '第2条 DeepSeek',
      createdAt: Date.UTC(2025, 0, 20, 13, 4),
    });
    [etag, document] = ['"b"', rss(3, 2, 1)];
    await expect.poll(() => sink.ids()).toEqual(['p-2', 'p-1', 'p-3']);
    expect(sink.last()).toMatchObject({ state: 'ok', failures: 0, posts: 3 });
    expect(server.requests.at(-1)?.headers['if-modified-since']).toBe(
      'Mon, 20 Jan 2025 13:05:00 GMT',
    );
  });

  test('goes on after a restart where its stored cursor stands', async () => {
    server.answer({ body: rss(2, 1), headers: { etag: '"a"' } });
    const first = aSink();
    await start(aFeed('rss', server.url), first.deps()).stop();
    const before = aSink();
    const feed = start(aFeed('rss', server.url), before.deps());
    await expect.poll(() => before.batches.length).toBeGreaterThanOrEqual(1);
    await feed.stop();
    const after = aSink();
    server.answer({ body: rss(3, 2, 1) });
    start(aFeed('rss', server.url), after.deps(JSON.parse(JSON.stringify(before.cursor()))));
    await expect.poll(() => after.ids()).toEqual(['p-3']);
  });

  test('hands the same posts over again when the queue did not take them', async () => {
    server.answer({ body: rss(1) });
    const sink = aSink();
    sink.refusals = 2;
    start(aFeed('rss', server.url), sink.deps());
    await expect.poll(() => sink.ids()).toEqual(['p-1']);
    expect(sink.statuses.map(({ state }) => state).slice(0, 3)).toEqual([
      'failing',
      'failing',
      'ok',
    ]);
  });

  test.each<[string, Parameters<Receiver['answer']>[0], string]>([
    ['a broken server', { status: 500, body: '' }, 'HTTP 500'],
    ['a page that is no feed', { body: '<!doctype html><html><body>Hello</body></html>' }, ''],
    [
      'an entity bomb',
      { body: '<!DOCTYPE x [<!ENTITY a "b">]><rss><channel></channel></rss>' },
      'entities',
    ],
    ['a document over the cap', { body: `<rss>${'x'.repeat(1_100_000)}</rss>` }, 'larger'],
    ['a reset', { reset: 'at-once' }, ''],
    [
      'a redirect to a private address',
      { status: 302, headers: { location: 'http://10.0.0.1/' }, body: '' },
      '10.0.0.1',
    ],
  ])('survives %s, says why, and reads on when it is over', async (_name, answer, message) => {
    server.answer(answer);
    const sink = aSink();
    start(aFeed('rss', server.url), sink.deps());
    await expect.poll(() => sink.last()?.failures ?? 0).toBeGreaterThanOrEqual(2);
    expect(sink.last()?.state).toBe('failing');
    expect(sink.last()?.lastError).toContain(message);
    expect(sink.last()?.lastError).not.toBe('');
    server.answer({ body: rss(1) });
    await expect.poll(() => sink.ids(), { timeout: 5000 }).toEqual(['p-1']);
    expect(sink.last()).toMatchObject({ state: 'ok', failures: 0 });
  });

  test('that is gone is never asked again', async () => {
    server.answer({ status: 410, body: '' });
    const sink = aSink();
    const feed = start(aFeed('rss', server.url), sink.deps());
    await expect.poll(() => sink.last()?.state).toBe('disabled');
    await feed.stop();
    expect(server.requests).toHaveLength(1);
  });

  test('that has moved for good is asked at its new address', async () => {
    server.answer({
      handle({ path }, response) {
        if (path === '/new') response.end(rss(1));
        else response.writeHead(301, { location: '/new' }).end();
      },
    });
    const sink = aSink();
    start(aFeed('rss', `${server.url}/old`), sink.deps());
    await expect.poll(() => sink.batches.length).toBeGreaterThanOrEqual(2);
    expect(server.requests.slice(0, 3).map(({ path }) => path)).toEqual(['/old', '/new', '/new']);
    expect(sink.ids()).toEqual(['p-1']);
  });

  test('JSON Feed and Atom are read like RSS; a refused entry is told once', async () => {
    const items = [
      { id: 'j-1', content_html: '<p>好</p>', date_published: '2025-01-20T13:04:00Z' },
      { id: 'j-2', content_html: '', date_published: '2025-01-20T13:04:00Z' },
    ];
    server.answer({ body: { version: 'https://jsonfeed.org/version/1.1', title: 't', items } });
    const sink = aSink();
    start(aFeed('rss', server.url), sink.deps());
    await expect.poll(() => sink.batches.length).toBeGreaterThanOrEqual(2);
    expect(sink.ids()).toEqual(['j-1']);
    expect(sink.batches.flatMap(({ rejected }) => rejected)).toHaveLength(1);
    server.answer({
      body:
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a-1</id><content>坏</content>' +
        '<updated>2025-01-20T13:04:00Z</updated></entry></feed>',
    });
    await expect.poll(() => sink.ids()).toEqual(['j-1', 'a-1']);
  });
});

function aStatus(id: number): object {
  return {
    id: String(113_860_000_000_000_000n + BigInt(id)),
    uri: `https://m.example/users/a/statuses/${id}`,
    created_at: '2025-01-20T13:04:00.000Z',
    content: `<p>第${id}条</p>`,
    language: 'zh',
    account: { id: '1', acct: 'a', display_name: '甲', followers_count: 1 },
    reblogs_count: 0,
    favourites_count: 0,
    replies_count: 0,
  };
}

describe('a Mastodon stream', () => {
  let streams: ServerResponse[];
  /** Statuses of the public timeline, oldest first. */
  let timeline: number[];

  function serve(request: Received, response: ServerResponse): void {
    if (request.path.startsWith('/api/v1/streaming')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':)\n\n');
      streams.push(response);
      return;
    }
    const minId = BigInt(request.query.get('min_id') ?? '0');
    const after = timeline.filter((id) => 113_860_000_000_000_000n + BigInt(id) > minId);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(after.slice(0, 40).toReversed().map(aStatus)));
  }
  function update(id: number): string {
    return `event: update\ndata: ${JSON.stringify(aStatus(id))}\n\n`;
  }
  const uri = (id: number) => `https://m.example/users/a/statuses/${id}`;

  beforeEach(() => {
    streams = [];
    timeline = [];
    server.answer({ handle: serve });
  });

  test('delivers what is written, passes over deletions, and says how late it was', async () => {
    const sink = aSink();
    start(aFeed('mastodon', server.url, { token: 't-1' }), sink.deps());
    await expect.poll(() => streams.length).toBe(1);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer t-1',
      accept: 'text/event-stream',
    });
    const [text, cut] = [update(1) + 'event: delete\ndata: 1\n\n' + update(2), 40];
    // Cut inside a character: bytes, not text, are split on the way.
    streams[0]?.write(Buffer.from(text).subarray(0, cut));
    streams[0]?.write(Buffer.from(text).subarray(cut));
    await expect.poll(() => sink.ids()).toEqual([uri(1), uri(2)]);
    expect(sink.posts()[0]).toMatchObject({ source: 'mastodon', text: '第1条', lang: 'zh' });
    expect(sink.last()).toMatchObject({ state: 'ok', posts: 2 });
    expect(sink.last()?.lagMs).toBeGreaterThan(0);
  });

  test('a cut connection is made again and the gap is read from the timeline', async () => {
    const sink = aSink();
    start(aFeed('mastodon', server.url), sink.deps());
    await expect.poll(() => streams.length).toBe(1);
    streams[0]?.write(update(1));
    await expect.poll(() => sink.ids()).toEqual([uri(1)]);
    timeline = Array.from({ length: 95 }, (_, index) => index + 1);
    streams[0]?.destroy();
    await expect.poll(() => sink.ids().length, { timeout: 10_000 }).toBe(95);
    expect(sink.ids()).toEqual(timeline.map(uri));
    expect(sink.statuses.some(({ state }) => state === 'failing')).toBe(true);
    streams[1]?.write(update(96));
    await expect.poll(() => sink.ids().at(-1)).toBe(uri(96));
    expect(sink.last()).toMatchObject({ state: 'ok', failures: 0 });
  });

  test('goes on after a restart from the stored cursor', async () => {
    timeline = [1, 2, 3];
    const sink = aSink();
    const cursor = { from: server.url, lastId: '113860000000000001' };
    start(aFeed('mastodon', server.url), sink.deps(cursor));
    await expect.poll(() => sink.ids()).toEqual([uri(2), uri(3)]);
  });

  test('silence is a dead connection', async () => {
    const sink = aSink();
    const feed = startMastodon(aFeed('mastodon', server.url), sink.deps(), { silenceMs: 100 });
    running.push(feed);
    await expect.poll(() => streams.length, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
    expect(sink.statuses.some(({ lastError }) => lastError?.includes('nothing heard'))).toBe(true);
  });

  test('a server that refuses is asked ever less often', async () => {
    server.answer({ status: 401, body: '' });
    const sink = aSink();
    start(aFeed('mastodon', server.url), sink.deps());
    await expect
      .poll(() => sink.last()?.failures ?? 0, { timeout: 5000 })
      .toBeGreaterThanOrEqual(2);
    expect(sink.last()).toMatchObject({ state: 'failing', lastError: 'HTTP 401' });
  });
});

describe('a Bluesky Jetstream', () => {
  let hub: WebSocketServer;
  let sockets: WebSocket[];
  let queries: URLSearchParams[];
  let url: string;

  beforeEach(async () => {
    sockets = [];
    queries = [];
    hub = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    hub.on('connection', (socket, request) => {
      sockets.push(socket);
      queries.push(new URL(request.url ?? '', 'ws://x').searchParams);
    });
    await new Promise((resolve) => hub.once('listening', resolve));
    const address = hub.address();
    url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterEach(async () => {
    for (const socket of sockets) socket.terminate();
    await new Promise((resolve) => hub.close(resolve));
  });

  const T0 = Date.UTC(2025, 0, 20, 13, 4) * 1000;
  function event(n: number, langs = ['zh'], operation = 'create'): string {
    const record = {
      $type: 'app.bsky.feed.post',
      createdAt: new Date(T0 / 1000).toISOString(),
      text: `第${n}条`,
      langs,
    };
    const commit = {
      rev: 'r',
      operation,
      collection: 'app.bsky.feed.post',
      rkey: `k${n}`,
      cid: 'c',
      record,
    };
    return JSON.stringify({
      did: 'did:plc:a',
      time_us: T0 + n * 1_000_000,
      kind: 'commit',
      commit,
    });
  }
  const uri = (n: number) => `at://did:plc:a/app.bsky.feed.post/k${n}`;

  test('delivers posts in the wanted language and passes over the rest', async () => {
    const sink = aSink();
    start(aFeed('jetstream', url), sink.deps());
    await expect.poll(() => sockets.length).toBe(1);
    expect(queries[0]?.get('wantedCollections')).toBe('app.bsky.feed.post');
    expect(queries[0]?.has('cursor')).toBe(false);
    for (const text of [
      event(1),
      event(2, ['en']),
      event(3, ['zh-TW']),
      event(4, ['zh'], 'delete'),
    ]) {
      sockets[0]?.send(text);
    }
    sockets[0]?.send('{"did":"did:plc:a","time_us":5,"kind":"identity"}');
    await expect.poll(() => sink.ids()).toEqual([uri(1), uri(3)]);
    expect(sink.posts()[0]).toMatchObject({ source: 'bluesky', text: '第1条' });
    expect(sink.cursor()).toMatchObject({ from: url });
  });

  test('a cut connection is made again from two seconds before the newest event read', async () => {
    const sink = aSink();
    start(aFeed('jetstream', url), sink.deps());
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0]?.send(event(7));
    await expect.poll(() => sink.ids()).toEqual([uri(7)]);
    sockets[0]?.terminate();
    await expect.poll(() => sockets.length, { timeout: 5000 }).toBe(2);
    expect(queries[1]?.get('cursor')).toBe(String(T0 + 5_000_000));
    sockets[1]?.send(event(8));
    await expect.poll(() => sink.ids()).toEqual([uri(7), uri(8)]);
    expect(sink.last()).toMatchObject({ state: 'ok', failures: 0 });
  });

  test('the cursor handed over never passes a post that was not taken', async () => {
    const sink = aSink();
    sink.refusals = 1;
    start(aFeed('jetstream', url), sink.deps());
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0]?.send(event(1));
    await expect.poll(() => sink.refusals).toBe(0);
    expect(sink.batches).toHaveLength(0);
    expect(sink.last()?.state).toBe('failing');
    sockets[0]?.send(event(2));
    await expect.poll(() => sink.ids(), { timeout: 5000 }).toEqual([uri(1), uri(2)]);
    const first = sink.batches[0];
    expect(first?.cursor).toEqual({
      from: url,
      timeUs: T0 + (first?.posts.length ?? 0) * 1_000_000,
    });
  });

  test('goes on after a restart from the stored cursor; one of another address is not used', async () => {
    const sink = aSink();
    start(aFeed('jetstream', url), sink.deps({ from: url, timeUs: T0 }));
    start(aFeed('jetstream', url), sink.deps({ from: 'wss://else', timeUs: T0 }));
    await expect.poll(() => sockets.length).toBe(2);
    const cursors = queries.map((query) => query.get('cursor'));
    expect(new Set(cursors)).toEqual(new Set([String(T0 - 2_000_000), null]));
  });

  test('silence is a dead connection', async () => {
    const sink = aSink();
    running.push(startJetstream(aFeed('jetstream', url), sink.deps(), { silenceMs: 100 }));
    await expect.poll(() => sockets.length, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
    expect(sink.statuses.some(({ lastError }) => lastError?.includes('nothing heard'))).toBe(true);
  });

  test.each(['ws://10.0.0.1/subscribe', 'http://127.0.0.1/', 'ws://u:p@127.0.0.1/', 'nonsense'])(
    '%s is refused and said so',
    async (bad) => {
      const sink = aSink();
      start(aFeed('jetstream', bad), sink.deps());
      await expect.poll(() => sink.last()?.state).toBe('failing');
      expect(sink.last()?.lastError).toMatch(/not a public address|not allowed|not a URL/);
      expect(sockets).toHaveLength(0);
    },
  );

  test('a name that resolves to a private address is refused when it is connected to', async () => {
    const sink = aSink({ guard: createAddressGuard() });
    start(aFeed('jetstream', url.replace('127.0.0.1', 'localhost')), sink.deps());
    await expect.poll(() => sink.last()?.state).toBe('failing');
    expect(sink.last()?.lastError).toContain('not a public address');
    expect(sockets).toHaveLength(0);
  });

  test('stopping hands over what is waiting and leaves no connection', async () => {
    const sink = aSink();
    const feed = start(aFeed('jetstream', url), sink.deps());
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0]?.send(event(1));
    await expect.poll(() => sink.statuses.length).toBeGreaterThanOrEqual(1);
    await feed.stop();
    expect(sink.ids()).toEqual([uri(1)]);
    await expect.poll(() => hub.clients.size).toBe(0);
  });
});
