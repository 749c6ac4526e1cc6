import { describe, expect, test } from 'vitest';
import { backoffMs } from '#worker/feeds/backoff.ts';
import { isInLanguage, jetstreamUrl, readEvent } from '#worker/feeds/jetstream.ts';
import { isNewer, mastodonStreamUrl, timelineUrl } from '#worker/feeds/mastodon.ts';
import { judgePoll, nextPollMs, readCursor } from '#worker/feeds/rss.ts';
import { IDLE, nextStatus } from '#worker/feeds/status.ts';
import type { FeedEvent } from '#worker/feeds/status.ts';

const NOW = Date.UTC(2025, 0, 20);

test.each([
  [0, 1000],
  [1, 1000],
  [2, 2000],
  [5, 16_000],
  [9, 60_000],
  [1000, 60_000],
])('after %i failures the wait is %i ms', (failures, ms) => {
  expect(backoffMs(failures, { baseMs: 1000, capMs: 60_000, random: 0.5 })).toBe(ms);
  expect(backoffMs(failures, { baseMs: 1000, capMs: 60_000, random: 0 })).toBe(0.8 * ms);
  expect(backoffMs(failures, { baseMs: 1000, capMs: 60_000, random: 1 })).toBe(1.2 * ms);
});

describe('the status of a feed', () => {
  const after = (...events: FeedEvent[]) => events.reduce(nextStatus, IDLE);
  const failed: FeedEvent = { kind: 'failed', error: 'HTTP 500' };
  const posts: FeedEvent = { kind: 'received', now: NOW, posts: 3, newestAt: NOW - 4000 };

  test('counts failures in a row and forgets them at the next sign of life', () => {
    expect(after(failed, failed)).toMatchObject({
      state: 'failing',
      failures: 2,
      lastError: 'HTTP 500',
    });
    for (const good of [
      posts,
      { kind: 'not-modified', now: NOW },
      { kind: 'heard', now: NOW },
    ] as const) {
      expect(after(failed, failed, good)).toMatchObject({ state: 'ok', failures: 0, lastAt: NOW });
    }
  });

  test('sums posts and 304s, and says how old the newest post was', () => {
    const status = after(posts, { kind: 'not-modified', now: NOW }, posts);
    expect(status).toMatchObject({ posts: 6, notModified: 1, lagMs: 4000 });
  });

  test('keeps the lag when nothing new came, and never shows one below zero', () => {
    expect(after(posts, { kind: 'received', now: NOW, posts: 0, newestAt: null }).lagMs).toBe(4000);
    expect(after({ ...posts, newestAt: NOW + 9000 }).lagMs).toBe(0);
  });

  test('is disabled when the feed is gone', () => {
    expect(after(posts, { kind: 'gone', error: 'HTTP 410' })).toMatchObject({ state: 'disabled' });
  });
});

describe('RSS', () => {
  test.each<[number, Record<string, string>, object]>([
    [200, {}, { kind: 'read' }],
    [304, {}, { kind: 'not-modified' }],
    [410, {}, { kind: 'gone', error: 'HTTP 410' }],
    [404, {}, { kind: 'failed', error: 'HTTP 404' }],
    [429, { 'retry-after': '60' }, { kind: 'failed', error: 'HTTP 429', retryAfterMs: 60_000 }],
    [503, {}, { kind: 'failed', error: 'HTTP 503' }],
  ])('%i is judged', (status, headers, expected) => {
    expect(judgePoll({ status, headers }, NOW)).toEqual(expected);
  });

  test.each([
    ['the interval when all is well', 300, 0, undefined, 300_000],
    ['twice the interval after a failure', 300, 1, undefined, 600_000],
    ['at most six hours', 300, 50, undefined, 21_600_000],
    ['never less than the interval', 86_400, 50, undefined, 86_400_000],
    ['as long as Retry-After says', 300, 1, 7_200_000, 7_200_000],
  ])('waits %s', (_name, intervalSeconds, failures, retryAfterMs, ms) => {
    expect(nextPollMs({ intervalSeconds, failures, retryAfterMs, random: 0.5 })).toBe(ms);
  });

  const url = 'https://rsshub.app/weibo/user/1';
  const fresh = { from: url, url, etag: '', lastModified: '', seen: [] };
  test.each<[string, unknown, object]>([
    ['none', null, fresh],
    ['of another address', { ...fresh, from: 'https://else', etag: '"x"' }, fresh],
    ['of another shape', { from: url, etag: 7, seen: 'no' }, fresh],
    [
      'of this address',
      { ...fresh, etag: '"x"', seen: ['weibo 1'] },
      { ...fresh, etag: '"x"', seen: ['weibo 1'] },
    ],
  ])('a stored cursor %s', (_name, stored, expected) => {
    expect(readCursor(stored, url)).toEqual(expected);
  });
});

describe('Mastodon', () => {
  test.each([
    ['https://m.cmx.im', 'https://m.cmx.im/api/v1/streaming/public'],
    ['https://m.cmx.im/', 'https://m.cmx.im/api/v1/streaming/public'],
    [
      'https://m.cmx.im/api/v1/streaming/hashtag?tag=AI',
      'https://m.cmx.im/api/v1/streaming/hashtag?tag=AI',
    ],
  ])('%s streams from %s', (url, stream) => {
    expect(mastodonStreamUrl(url)).toBe(stream);
  });

  test.each([
    [
      'https://m.cn/api/v1/streaming/public',
      'https://m.cn/api/v1/timelines/public?min_id=9&limit=40',
    ],
    [
      'https://m.cn/api/v1/streaming/public/local',
      'https://m.cn/api/v1/timelines/public?min_id=9&limit=40&local=true',
    ],
    [
      'https://m.cn/api/v1/streaming/hashtag?tag=人工智能',
      'https://m.cn/api/v1/timelines/tag/%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD?min_id=9&limit=40',
    ],
  ])('the gap of %s is read from %s', (stream, timeline) => {
    expect(timelineUrl(stream, '9')).toBe(timeline);
  });

  test.each([
    ['113860000000000002', '113860000000000001', true],
    ['113860000000000001', '113860000000000002', false],
    ['113860000000000001', '99', true],
    ['9', '10', false],
    ['1', '', true],
    ['5', '5', false],
  ])('%s is newer than %s: %s', (id, than, newer) => {
    expect(isNewer(id, than)).toBe(newer);
  });
});

describe('Jetstream', () => {
  const POSTS = 'wantedCollections=app.bsky.feed.post';
  test.each([
    ['wss://j.net', 0, `wss://j.net/subscribe?${POSTS}`],
    [
      'wss://j.net/subscribe',
      1_737_378_240_000_000,
      `wss://j.net/subscribe?${POSTS}&cursor=1737378238000000`,
    ],
    [
      'wss://j.net/subscribe?wantedCollections=a.b',
      5,
      'wss://j.net/subscribe?wantedCollections=a.b&cursor=0',
    ],
    [
      'wss://j.net/xrpc/network.bsky.jetstream.subscribeEvents',
      5,
      'wss://j.net/xrpc/network.bsky.jetstream.subscribeEvents',
    ],
  ])('%s from %i is %s', (url, timeUs, expected) => {
    expect(jetstreamUrl(url, timeUs)).toBe(expected);
  });

  test.each<[object, string[], boolean]>([
    [{ langs: ['zh'], text: 'x' }, ['zh'], true],
    [{ langs: ['zh-Hans'], text: 'x' }, ['zh'], true],
    [{ langs: ['en', 'zh'], text: 'x' }, ['zh'], true],
    [{ langs: ['ja'], text: '漢字' }, ['zh'], false],
    [{ langs: ['zha'], text: 'x' }, ['zh'], false],
    [{ text: '今天体验了DeepSeek' }, ['zh'], true],
    [{ langs: [], text: '今天' }, ['zh'], true],
    [{ text: '今日はいい天気' }, ['zh'], false],
    [{ text: 'hello' }, ['zh'], false],
    [{ text: '今天' }, ['en'], false],
    [{ text: 'hello' }, [], true],
    [{ langs: 'zh', text: 7 }, ['zh'], false],
  ])('%j in %j: %s', (record, langs, wanted) => {
    expect(isInLanguage({ ...record }, langs)).toBe(wanted);
  });

  const commit = {
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: '3l',
    record: { text: '好', langs: ['zh'] },
  };
  test.each<[string, string, object]>([
    [
      'a post',
      JSON.stringify({ did: 'did:plc:a', time_us: 7, kind: 'commit', commit }),
      { timeUs: 7, isWanted: true },
    ],
    [
      'a post of version 2',
      JSON.stringify({
        $type: 'message',
        payload: { $type: 'x#commit', did: 'did:plc:a', seq: 1, ...commit },
      }),
      { timeUs: 0, isWanted: true },
    ],
    [
      'a deletion',
      JSON.stringify({ time_us: 8, kind: 'commit', commit: { ...commit, operation: 'delete' } }),
      { timeUs: 8, isWanted: false },
    ],
    [
      'an identity event',
      '{"did":"did:plc:a","time_us":9,"kind":"identity"}',
      { timeUs: 9, isWanted: false },
    ],
    ['a time that is none', '{"time_us":1e30,"kind":"identity"}', { timeUs: 0, isWanted: false }],
    ['no JSON', 'oops', { timeUs: 0, isWanted: true, value: undefined }],
    ['no object', '[]', { timeUs: 0, isWanted: true }],
  ])('%s', (_name, text, expected) => {
    expect(readEvent(text, ['zh'])).toMatchObject(expected);
  });
});
