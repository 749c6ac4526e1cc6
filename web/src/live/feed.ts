import { type Signal, effect, signal } from '@preact/signals';
import { type Socket, io } from 'socket.io-client';
import type { ClientEvents, Clock, Heartbeat, LiveEvent, ServerEvents } from '#shared/wire/live.ts';
import { ApiError, get } from '../api/client.ts';
import { isOutside, loadMeta, loginNeeded, meta, metaAt } from '../state/session.ts';
import { type ConnectionKind, type Transport, connectionKind } from './connection.ts';
import { NO_SEQUENCE, type Sequence, seeEvent, seeHeartbeat } from './sequence.ts';

/**
 * The socket, and what is known of its health. Events go to whoever listens (`feed.on`); after a break the
 * missed ones are fetched over HTTP and go the same way, in order.
 */

type EventName = keyof ServerEvents;
type MessageOf<K extends EventName> = Parameters<ServerEvents[K]>[0];
type Handler<K extends EventName> = (message: MessageOf<K>) => void;

/** Answer of GET /live?since=SEQ. `reset`: too far behind, load everything anew. */
interface Missed {
  seq: number;
  reset: boolean;
  events: LiveEvent[];
}

export const connection: Signal<ConnectionKind> = signal('connecting');
export const heartbeat: Signal<Heartbeat | null> = signal(null);
/** Local (performance) ms of the last heartbeat. */
export const beatAt: Signal<number | null> = signal(null);
/** Number of the current attempt to reconnect. */
export const attempt = signal(0);
/** Ticks twice a second, so that ages on screen keep growing. */
export const tick = signal(performance.now());

/** Wait after the server let us go, so that two sides that disagree do not spin. */
const LET_GO_MS = 1_000;

let socket: Socket<ServerEvents, ClientEvents> | null = null;
let transport: Transport = 'connecting';
let transportSince = performance.now();
let sequence: Sequence = NO_SEQUENCE;
let pageVersion: string | null = null;
let everConnected = false;
const watchers = new Map<string, number>();
const handlers = new Map<EventName, Set<(message: never) => void>>();
const resetHandlers = new Set<() => void>();

/** Calls `handler` for every event of this name, live or caught up; returns the way to stop. */
export function on<K extends EventName>(name: K, handler: Handler<K>): () => void {
  const set = handlers.get(name) ?? new Set();
  handlers.set(name, set);
  set.add(handler);
  return () => set.delete(handler);
}

/** Called when too much was missed to catch up: whatever is shown must be loaded again. */
export function onReset(handler: () => void): () => void {
  resetHandlers.add(handler);
  return () => resetHandlers.delete(handler);
}

/** Asks for the ticks of these topics until the returned function is called. */
export function watch(topics: readonly string[]): () => void {
  const fresh = topics.filter((topic) => !watchers.has(topic));
  for (const topic of topics) watchers.set(topic, (watchers.get(topic) ?? 0) + 1);
  if (fresh.length > 0 && socket?.connected === true) socket.emit('topic:watch', { topics: fresh });
  return () => {
    const gone: string[] = [];
    for (const topic of topics) {
      const left = (watchers.get(topic) ?? 1) - 1;
      if (left > 0) watchers.set(topic, left);
      else {
        watchers.delete(topic);
        gone.push(topic);
      }
    }
    if (gone.length > 0 && socket?.connected === true) {
      socket.emit('topic:unwatch', { topics: gone });
    }
  };
}

/** Now on the clock that views follow: the wall, or the demo's own time while it plays. Epoch ms. */
export function clockNow(): number {
  const beat = heartbeat.value;
  const at = beatAt.value;
  if (beat === null || at === null) return metaNow();
  return advance(beat.clock, performance.now() - at);
}

/** Instant on the followed clock up to which the screen is complete. */
export function dataUntil(): number {
  return heartbeat.value?.clock.now ?? clockNow();
}

/** Before the first heartbeat: the clock as GET /meta told it. */
function metaNow(): number {
  const known = meta.value;
  if (known === null) return Date.now();
  const clock = { ...known.clock, now: Date.parse(known.clock.now) };
  return advance(clock, performance.now() - metaAt.value);
}

export function reconnectNow(): void {
  socket?.disconnect().connect();
}

/** Opens the socket; call once. */
export function startFeed(): void {
  if (socket !== null) return;
  const opened: Socket<ServerEvents, ClientEvents> = io({
    transports: ['websocket', 'polling'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 8_000,
    randomizationFactor: 0.4,
  });
  socket = opened;
  opened.on('connect', () => {
    setTransport('open');
    attempt.value = 0;
    const topics = [...watchers.keys()];
    if (topics.length > 0) opened.emit('topic:watch', { topics });
    if (everConnected) void catchUp();
    everConnected = true;
  });
  opened.on('disconnect', (reason) => {
    setTransport('retrying');
    // Let go by the server (a right ended, too slow): socket.io leaves coming back to us.
    if (reason === 'io server disconnect')
      setTimeout(() => {
        if (!isOutside.value) opened.connect();
      }, LET_GO_MS);
  });
  opened.on('connect_error', () => {
    // A refused handshake looks like any other failure: only /meta tells whether a login is missing.
    void loadMeta();
    setTransport(everConnected || attempt.value > 0 ? 'retrying' : 'connecting');
  });
  opened.io.on('reconnect_attempt', (count) => {
    attempt.value = count;
    setTransport('retrying');
  });
  opened.onAny((name: EventName, message: MessageOf<EventName>) => receive(name, message));
  // Behind the login or the setup page every further attempt would be refused as well.
  effect(() => {
    if (isOutside.value) opened.disconnect();
    else if (!opened.active) opened.connect();
  });
  setInterval(age, 500);
}

function receive(name: EventName, message: MessageOf<EventName>): void {
  if (name === 'heartbeat') beat(message as Heartbeat);
  else if (name !== 'post:scored') sequence = seeEvent(sequence, message.seq);
  for (const handler of handlers.get(name) ?? []) handler(message as never);
}

function beat(message: Heartbeat): void {
  sequence = seeHeartbeat(sequence, message.seq);
  pageVersion ??= message.version;
  heartbeat.value = message;
  beatAt.value = performance.now();
  age();
}

/** Everything since the break, in order; when that is too much, everyone loads anew. */
async function catchUp(): Promise<void> {
  const since = sequence.safe;
  try {
    const missed = await get<Missed>('/live', { since, topics: [...watchers.keys()] });
    if (missed.reset) {
      sequence = { safe: missed.seq, beat: missed.seq };
      for (const handler of resetHandlers) handler();
      return;
    }
    for (const { event, message } of missed.events) receive(event, message);
  } catch (cause) {
    // The next reconnect asks again from the same number: nothing is lost by this failure but time.
    if (!(cause instanceof ApiError)) throw cause;
    for (const handler of resetHandlers) handler();
  }
}

function setTransport(next: Transport): void {
  if (next !== transport) transportSince = performance.now();
  transport = next;
  age();
}

function age(): void {
  const now = performance.now();
  // Nobody sees a hidden tab's clock; it goes on with the next beat after the tab is back.
  if (!document.hidden) tick.value = now;
  connection.value = connectionKind(
    {
      transport,
      transportSince,
      beatAt: beatAt.value,
      loginNeeded: loginNeeded.value,
      versionChanged: pageVersion !== null && heartbeat.value?.version !== pageVersion,
    },
    now,
  );
}

function advance(clock: Clock, elapsedMs: number): number {
  return clock.now + elapsedMs * clock.speed;
}
