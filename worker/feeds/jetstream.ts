import WebSocket from 'ws';
import { isJetstreamNoise } from '#shared/post/native/jetstream.ts';
import { parsePost } from '#shared/post/parse-post.ts';
import { received, stayConnected, watch } from './connection.ts';
import { createDelivery } from './delivery.ts';
import type { FeedConfig, FeedDeps, RunningFeed } from './feed.ts';
import { IDLE, nextStatus } from './status.ts';
import type { FeedEvent } from './status.ts';

/** `time_us` of the newest event read; the server looks back 36 h. */
export interface JetstreamCursor {
  from: string;
  timeUs: number;
}

/** The whole network passes by: a minute without anything is a dead connection. */
const SILENCE_MS = 60_000;
/** Events of one instant may be spread: what is read twice counts once. */
const REWIND_US = 2_000_000;
const MAX_MESSAGE_BYTES = 1_048_576;
const DEFAULT_LANGS = ['zh'];

export function startJetstream(
  config: FeedConfig,
  deps: FeedDeps,
  { silenceMs = SILENCE_MS }: { silenceMs?: number } = {},
): RunningFeed {
  const stopping = new AbortController();
  const langs = config.langs ?? DEFAULT_LANGS;
  let status = IDLE;
  let timeUs = readTimeUs(deps.cursor, config.url);
  const report = (event: FeedEvent): void => {
    status = nextStatus(status, event);
    deps.onStatus(status);
  };
  const delivery = createDelivery({
    random: () => deps.random(),
    async take(batch) {
      await deps.onPosts(batch);
      const now = deps.now();
      report(batch.posts.length > 0 ? received(batch.posts, now) : { kind: 'heard', now });
    },
    onFailure: (error) => report({ kind: 'failed', error: String(error) }),
  });

  function read(text: string): void {
    const event = readEvent(text, langs);
    if (event.timeUs > timeUs) timeUs = event.timeUs;
    const cursor: JetstreamCursor = { from: config.url, timeUs };
    if (!event.isWanted) return delivery.add({ cursor });
    const options = config.source === undefined ? {} : { defaultSource: config.source };
    delivery.add({ parsed: parsePost(event.value, deps.now(), options), raw: text, cursor });
  }

  /** Ends by an error: a stream has no good end. */
  function connect(): Promise<never> {
    const url = jetstreamUrl(config.url, timeUs);
    deps.guard.check(url, ['ws:', 'wss:']);
    return new Promise((_resolve, reject) => {
      const socket = new WebSocket(url, {
        lookup: deps.guard.lookup,
        followRedirects: false,
        handshakeTimeout: 10_000,
        maxPayload: MAX_MESSAGE_BYTES,
        perMessageDeflate: false,
      });
      const silence = watch(silenceMs, () => socket.terminate());
      const stop = (): void => socket.terminate();
      stopping.signal.addEventListener('abort', stop, { once: true });
      // With the default binary type a text message comes as one Buffer.
      socket.on('message', (data: Buffer) => {
        silence.touch();
        if (status.state !== 'ok' && !delivery.isStuck) report({ kind: 'heard', now: deps.now() });
        read(data.toString('utf8'));
        if (!delivery.isFull || socket.isPaused) return;
        socket.pause();
        void delivery.room().then(() => {
          silence.touch();
          socket.resume();
        });
      });
      socket.on('error', reject);
      socket.on('close', (code) => {
        silence.stop();
        stopping.signal.removeEventListener('abort', stop);
        const silent = `nothing heard for ${silenceMs} ms`;
        reject(new Error(silence.isOver ? silent : `the stream ended (${code})`));
      });
    });
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

/**
 * Subscription with its place to resume. Version 2 (`/xrpc/…`) has other parameters and counts in `seq`: it is read
 * from now on.
 */
export function jetstreamUrl(url: string, timeUs: number): string {
  if (!URL.canParse(url)) return url;
  const target = new URL(url);
  if (target.pathname === '/') target.pathname = '/subscribe';
  if (target.pathname.startsWith('/xrpc/')) return target.href;
  if (!target.searchParams.has('wantedCollections')) {
    target.searchParams.set('wantedCollections', 'app.bsky.feed.post');
  }
  if (timeUs > 0) target.searchParams.set('cursor', String(Math.max(0, timeUs - REWIND_US)));
  return target.href;
}

export interface JetstreamEvent {
  value: unknown;
  /** 0 where the event has none. */
  timeUs: number;
  /** A new post in one of the languages, or something unreadable that should be told. */
  isWanted: boolean;
}

export function readEvent(text: string, langs: readonly string[]): JetstreamEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: becomes a rejected post with its raw text.
    return { value: undefined, timeUs: 0, isWanted: true };
  }
  if (!isRecord(value)) return { value, timeUs: 0, isWanted: true };
  const timeUs = Number.isSafeInteger(value.time_us) ? Number(value.time_us) : 0;
  const isWanted = !isJetstreamNoise(value) && isInLanguage(recordIn(value), langs);
  return { value, timeUs, isWanted };
}

/** By the languages the writer's program declared; without any, by the script: Han and no kana. */
export function isInLanguage(record: Record<string, unknown>, langs: readonly string[]): boolean {
  if (langs.length === 0) return true;
  const declared = Array.isArray(record.langs)
    ? record.langs.filter((lang) => typeof lang === 'string')
    : [];
  if (declared.length > 0) {
    return declared.some((lang) =>
      langs.some((wanted) => lang === wanted || lang.startsWith(`${wanted}-`)),
    );
  }
  const text = typeof record.text === 'string' ? record.text : '';
  const isHan = /\p{Script=Han}/u.test(text) && !/[\u3040-\u30ff]/.test(text);
  return isHan && langs.includes('zh');
}

function recordIn(event: Record<string, unknown>): Record<string, unknown> {
  const commit = isRecord(event.payload) ? event.payload : event.commit;
  const record = isRecord(commit) ? commit.record : undefined;
  return isRecord(record) ? record : {};
}

function readTimeUs(stored: unknown, url: string): number {
  const known = (stored ?? {}) as Partial<Record<keyof JetstreamCursor, unknown>>;
  return known.from === url && Number.isSafeInteger(known.timeUs) ? Number(known.timeUs) : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
