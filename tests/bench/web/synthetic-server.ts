import { createReadStream, existsSync } from 'node:fs';
import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Server } from 'socket.io';
import { projectRoot } from '#shared/node/root.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import type { BucketTick, ClientEvents, LivePost, ServerEvents } from '#shared/wire/live.ts';

/**
 * The built page on a server that invents what it tells: topics, an empty past, and posts through the real socket
 * protocol at any multiple of real time. Measures the browser alone, with nothing of database or scoring beside it.
 */
export interface SyntheticServer {
  url: string;
  /** Posts sent so far. */
  readonly posts: number;
  stop(): Promise<void>;
}

const TOPICS = ['a', 'b', 'c', 'd', 'e', 'f'];
const TEXTS = [
  '服务器繁忙，请稍后再试，今天第五次了',
  '写代码真的很强，推理过程看得人服气',
  '转发微博',
  '试了一下午，好的时候是真好，崩的时候也是真崩，心情跟着一起上上下下，先观望几天再说吧',
];
const FLUSH_MS = 250;
const BEAT_MS = 2_000;
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function startSyntheticServer(options: {
  postsPerSecond: number;
  /** Seconds of the page's clock per second of ours. */
  speed: number;
}): Promise<SyntheticServer> {
  const startedAt = Date.now();
  const began = performance.now();
  const now = (): number => startedAt + (performance.now() - began) * options.speed;
  const clock = () => ({ mode: 'replay' as const, now: now(), speed: options.speed });
  const answers: Record<string, () => unknown> = {
    meta: () => ({
      version: 'bench',
      zone: 'Asia/Shanghai',
      now: new Date().toISOString(),
      clock: { ...clock(), now: new Date(now()).toISOString() },
      seq: 0,
      empty: false,
      demo: {
        present: false,
        state: 'absent',
        from: new Date(0).toISOString(),
        to: new Date(0).toISOString(),
        loadedPosts: 0,
      },
      auth: { required: false, setup: false, user: { name: 'local', role: 'admin' } },
    }),
    topics: () => ({
      items: TOPICS.map((id, color) => ({
        id,
        name: `专题${id.toUpperCase()}`,
        aliases: [],
        exclude: [],
        query: '',
        color,
        day: { n: 0, mood: null, negativeShare: null },
        previousDay: { n: 0, mood: null },
        version: 1,
        createdAt: new Date(0).toISOString(),
        updatedAt: new Date(0).toISOString(),
      })),
      next: null,
    }),
    series: () => ({
      stepSeconds: 60,
      topics: TOPICS.map((topic) => ({ topic, prior: 0, points: [] })),
    }),
    words: () => ({ authors: 0, rising: [], falling: [] }),
    'posts/facets': () => ({
      total: 0,
      authorsTotal: 0,
      labels: [],
      topics: [],
      sources: [],
      regions: [],
      authors: [],
    }),
  };
  const http = createServer((request, response) => {
    const route = new URL(request.url ?? '/', 'http://bench').pathname;
    if (route.startsWith('/api/v1/')) {
      const answer = answers[route.slice('/api/v1/'.length)]?.() ?? { items: [], next: null };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      return;
    }
    const file = path.join(projectRoot(), 'dist/web', route);
    const found = path.extname(route) !== '' && existsSync(file);
    const shown = found ? file : path.join(projectRoot(), 'dist/web/index.html');
    response.setHeader('content-type', TYPES[path.extname(shown)] ?? 'text/plain');
    createReadStream(shown).pipe(response);
  });
  const io = new Server<ClientEvents, ServerEvents>(http, { serveClient: false });
  const minutes = new Map<string, BucketTick>();
  io.on('connection', (socket) => {
    socket.on('topic:watch', ({ topics }) => {
      socket.emit('snapshot', { seq, topics, buckets: [...minutes.values()], clock: clock() });
    });
  });
  let posts = 0;
  let seq = 0;
  let due = 0;
  const flush = setInterval(() => {
    due += (options.postsPerSecond * options.speed * FLUSH_MS) / 1000;
    const sent: LivePost[] = [];
    const changed = new Map<string, BucketTick>();
    for (; due >= 1; due--) {
      const post = inventPost(posts++, now());
      sent.push(post);
      for (const { topic, score } of post.topics) {
        const tick = count(minutes, topic, post.at, score);
        changed.set(`${topic} ${tick.at}`, tick);
      }
    }
    seq++;
    io.emit('bucket:updated', { seq, buckets: [...changed.values()] });
    io.emit('post:scored', { seq: 0, posts: sent });
    for (const [key, tick] of minutes) if (tick.at < now() - 120 * MINUTE_MS) minutes.delete(key);
  }, FLUSH_MS);
  const beat = setInterval(() => {
    io.emit('heartbeat', {
      seq,
      wall: Date.now(),
      clock: clock(),
      newestAt: now(),
      postsPerSecond: options.postsPerSecond * options.speed,
      queueWaiting: 0,
      latencyP50Ms: 30,
      latencyP95Ms: 60,
      version: 'bench',
    });
  }, BEAT_MS);
  const url = await listen(http);
  return {
    url,
    get posts() {
      return posts;
    },
    async stop() {
      clearInterval(flush);
      clearInterval(beat);
      await io.close();
    },
  };
}

function inventPost(serial: number, at: number): LivePost {
  const topic = TOPICS[serial % TOPICS.length] ?? 'a';
  const score = Math.sin(serial / 700 + topic.charCodeAt(0));
  return {
    ref: `bench:${serial}`,
    source: 'bench',
    at: Math.floor(at),
    author: `用户${serial % 5000}`,
    text: `${TEXTS[serial % TEXTS.length] ?? ''} #${serial}`,
    demo: false,
    topics: [
      {
        topic,
        label: score > 0.2 ? 'positive' : score < -0.2 ? 'negative' : 'neutral',
        score,
        evidence: [[0, 3, score]],
      },
    ],
  };
}

function count(
  minutes: Map<string, BucketTick>,
  topic: string,
  postAt: number,
  score: number,
): BucketTick {
  const at = Math.floor(postAt / MINUTE_MS) * MINUTE_MS;
  const key = `${topic} ${at}`;
  const old = minutes.get(key);
  const part = (wanted: boolean): number => (wanted ? 1 : 0);
  const tick: BucketTick = {
    topic,
    at,
    n: (old?.n ?? 0) + 1,
    positive: (old?.positive ?? 0) + part(score > 0.2),
    neutral: (old?.neutral ?? 0) + part(Math.abs(score) <= 0.2),
    negative: (old?.negative ?? 0) + part(score < -0.2),
    moodSum: (old?.moodSum ?? 0) + Math.round(score * 1000),
    moodSq: (old?.moodSq ?? 0) + Math.round(score * score * 1e6),
    authors: (old?.authors ?? 0) + 1,
  };
  minutes.set(key, tick);
  return tick;
}

function listen(http: HttpServer): Promise<string> {
  return new Promise((resolve) =>
    http.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(http.address() as AddressInfo).port}`),
    ),
  );
}
