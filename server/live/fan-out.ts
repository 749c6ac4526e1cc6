import type { Server } from 'socket.io';
import type { Log } from '#shared/node/log.ts';
import { createRateMeter } from '#shared/node/rate-meter.ts';
import type { Db } from '#shared/node/postgres/pool.ts';
import { currentSeq, readEvents } from '#shared/node/store/ledger.ts';
import type {
  BucketTick,
  ClientEvents,
  LiveEvent,
  LivePost,
  ServerEvents,
} from '#shared/wire/live.ts';

/**
 * From committed events to socket rooms. Bucket ticks are merged per topic-minute and sent with a leading-edge
 * throttle: at once when quiet, else every TICK_MS (the tick is the latency, performance.md 5.4). Everything is sent
 * in order and reliably within a connection; after a reconnect the client asks for what came after its last `seq`.
 */
export type LiveServer = Server<
  ClientEvents,
  ServerEvents,
  Record<string, never>,
  { watched: Set<string> }
>;

export const TICK_MS = 60;
const POSTS_EVERY_MS = 400;
const POSTS_PER_TOPIC = 4;
const READ_LIMIT = 500;
/** Packets waiting for one socket beyond which it is let go: it comes back and catches up. */
const MAX_BUFFERED = 256;

export interface FanOut {
  /** Something was committed: read and send it. */
  wake(): void;
  /** Last number sent to rooms. */
  readonly seq: number;
  /** Sends what is gathered now; heartbeats do so first, so that their seq is never ahead of the ticks. */
  flush(): void;
  /** Messages sent to rooms, a second, over the last ten. */
  eventsPerSecond(): number;
  stop(): Promise<void>;
}

export interface FanOutDeps {
  io: LiveServer;
  db: Db;
  log: Log;
  newestPosts: (topics: string[], limit: number) => Promise<LivePost[]>;
}

export const roomOf = (topic: string): string => `topic:${topic}`;

export async function createFanOut(deps: FanOutDeps): Promise<FanOut> {
  let seq = await currentSeq(deps.db);
  let read = seq;
  let pending = new Map<string, BucketTick>();
  let sentAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  let dirty = false;
  let stopped = false;

  const sent = createRateMeter(10_000);
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    seq = read;
    if (pending.size === 0) return;
    sentAt = performance.now();
    const byTopic = new Map<string, BucketTick[]>();
    for (const tick of pending.values()) {
      const list = byTopic.get(tick.topic);
      if (list) list.push(tick);
      else byTopic.set(tick.topic, [tick]);
    }
    pending = new Map();
    sent.add(byTopic.size);
    for (const [topic, buckets] of byTopic) {
      // Nobody watches: nothing is encoded.
      if (!deps.io.sockets.adapter.rooms.has(roomOf(topic))) continue;
      deps.io.to(roomOf(topic)).emit('bucket:updated', { seq, buckets });
    }
    dropStalled(deps.io, deps.log);
    posts.wake();
  };

  const schedule = (): void => {
    if (timer) return;
    const wait = TICK_MS - (performance.now() - sentAt);
    if (wait <= 0) flush();
    else timer = setTimeout(flush, wait);
  };

  const send = (event: LiveEvent): void => {
    read = event.seq;
    if (event.event === 'bucket:updated') {
      for (const tick of event.message.buckets) pending.set(`${tick.topic} ${tick.at}`, tick);
      return;
    }
    // Order matters: what was committed before this event goes out before it.
    flush();
    if (event.event === 'history:changed')
      deps.io.to(roomOf(event.message.topic)).emit('history:changed', event.message);
    else (deps.io.emit as (name: string, message: unknown) => void)(event.event, event.message);
  };

  const pump = async (): Promise<void> => {
    do {
      dirty = false;
      const events = await readEvents(deps.db, read, READ_LIMIT);
      if (events === null) {
        // Older events were cleaned away while we were cut off: clients reload by snapshot.
        read = await currentSeq(deps.db);
        deps.log.warn({ seq: read }, 'live events were missed, clients reload');
        deps.io.disconnectSockets(false);
        continue;
      }
      for (const event of events) send(event);
      if (events.length === READ_LIMIT) dirty = true;
      if (pending.size > 0 || read !== seq) schedule();
    } while (dirty && !stopped);
  };

  const wake = (): void => {
    dirty = true;
    reading ??= pump()
      .catch((error: unknown) => deps.log.error({ err: error }, 'live events could not be read'))
      .finally(() => {
        reading = undefined;
      });
  };

  const posts = createPostTicker(deps);
  return {
    wake,
    flush,
    eventsPerSecond: () => sent.perSecond(),
    get seq() {
      return seq;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      posts.stop();
      await reading;
    },
  };
}

/** Sends a sample of the newest posts to the rooms that somebody watches, at most every POSTS_EVERY_MS. */
function createPostTicker(deps: FanOutDeps): { wake(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let seen = new Set<string>();
  const send = async (): Promise<void> => {
    const topics = [...deps.io.sockets.adapter.rooms.keys()]
      .filter((room) => room.startsWith('topic:'))
      .map((room) => room.slice(6));
    if (topics.length === 0) return;
    const found = await deps.newestPosts(topics, POSTS_PER_TOPIC * Math.min(topics.length, 6));
    const fresh = found.filter((post) => !seen.has(post.ref));
    seen = new Set(found.map((post) => post.ref));
    for (const post of fresh.reverse()) {
      const rooms = post.topics.map((mention) => roomOf(mention.topic));
      deps.io.to(rooms).emit('post:scored', { seq: 0, posts: [post] });
    }
  };
  return {
    wake() {
      timer ??= setTimeout(() => {
        timer = undefined;
        send().catch((error: unknown) =>
          deps.log.error({ err: error }, 'newest posts could not be read'),
        );
      }, POSTS_EVERY_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

/** A viewer that does not read must not cost the others memory. */
function dropStalled(io: LiveServer, log: Log): void {
  for (const socket of io.sockets.sockets.values()) {
    const buffered = (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
    if (buffered > MAX_BUFFERED) {
      log.warn({ socket: socket.id, buffered }, 'stalled viewer let go');
      socket.disconnect(true);
    }
  }
}
