import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { Log } from '#shared/node/log.ts';
import type { Store } from '#shared/node/store/store.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import type { Heartbeat } from '#shared/wire/live.ts';
import type { AccessDeps } from '../http/access.ts';
import { roomOf, type FanOut, type LiveServer } from './fan-out.ts';
import { mayConnect } from './socket-access.ts';

const HEARTBEAT_MS = 2_000;
/** Minutes of history in a snapshot; the browser asks /series for more. */
const SNAPSHOT_MS = 2 * HOUR_MS;
const MAX_WATCHED = 200;
/** Messages one socket may send in 10 s. */
const MAX_MESSAGES = 100;

const watchSchema = z.object({
  topics: z.array(z.string().max(60)).max(MAX_WATCHED),
  since: z.number().int().min(0).optional(),
});
const unwatchSchema = z.object({ topics: z.array(z.string().max(60)).max(MAX_WATCHED) });

export function createLiveServer(
  http: HttpServer,
  deps: { access: AccessDeps; log: Log },
): LiveServer {
  return new Server(http, {
    // Compression per message costs 10-40 times the delivery itself (performance.md 5.5).
    perMessageDeflate: false,
    maxHttpBufferSize: 64 * 1024,
    pingInterval: 10_000,
    pingTimeout: 5_000,
    serveClient: false,
    // cors.origin does not protect WebSockets (reliability.md M8): decide on the handshake itself.
    allowRequest: (request, callback) => {
      mayConnect(request.headers, deps.access).then(
        (ok) => callback(ok ? null : 'refused', ok),
        (error: unknown) => {
          deps.log.error({ err: error }, 'socket handshake failed');
          callback('error', false);
        },
      );
    },
  });
}

export interface SocketDeps {
  io: LiveServer;
  fanOut: FanOut;
  store: Store;
  clock: StoreClock;
  log: Log;
  onError: (error: Error) => void;
  heartbeat: () => Promise<Omit<Heartbeat, 'seq' | 'wall' | 'clock'>>;
}

/** Rooms, snapshot on watch, heartbeat. Returns the stop function. */
export function serveSockets(deps: SocketDeps): () => void {
  const { io, fanOut, store, clock, log } = deps;
  io.on('connection', (socket) => {
    socket.data.watched = new Set();
    let messages = 0;
    const refill = setInterval(() => {
      messages = 0;
    }, 10_000);
    socket.on('disconnect', () => clearInterval(refill));
    socket.use((_packet, next) => {
      if (++messages > MAX_MESSAGES) socket.disconnect(true);
      else next();
    });
    socket.on('topic:watch', (message, ack) => {
      const parsed = watchSchema.safeParse(message);
      const answer = typeof ack === 'function' ? ack : () => undefined;
      if (!parsed.success)
        return answer({
          ok: false,
          seq: fanOut.seq,
          error: 'topics: a list of topic ids is expected',
        });
      watch(parsed.data.topics).then(
        () => answer({ ok: true, seq: fanOut.seq }),
        (error: unknown) => {
          log.error({ err: error }, 'watch failed');
          answer({ ok: false, seq: fanOut.seq, error: 'server' });
        },
      );
    });
    socket.on('topic:unwatch', (message) => {
      const parsed = unwatchSchema.safeParse(message);
      if (!parsed.success) return;
      for (const topic of parsed.data.topics) {
        socket.data.watched.delete(topic);
        void socket.leave(roomOf(topic));
      }
    });

    const watch = async (wanted: string[]): Promise<void> => {
      const topics = (await store.topics.list()).filter((topic) => wanted.includes(topic.id));
      for (const topic of topics) {
        socket.data.watched.add(topic.id);
        await socket.join(roomOf(topic.id));
      }
      // The room is joined before the snapshot is read: what commits in between arrives twice, which is harmless.
      const now = clock.now();
      const seq = fanOut.seq;
      const buckets = await store.series.ticks({
        topics,
        from: now - SNAPSHOT_MS,
        to: now + MINUTE_MS,
      });
      socket.emit('snapshot', {
        seq,
        topics: topics.map((topic) => topic.id),
        buckets,
        clock: clock.wire(),
      });
    };
  });

  const beat = async (): Promise<void> => {
    const facts = await deps.heartbeat();
    fanOut.flush();
    io.emit('heartbeat', { seq: fanOut.seq, wall: Date.now(), clock: clock.wire(), ...facts });
  };
  const timer = setInterval(() => {
    beat().catch(deps.onError);
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}
