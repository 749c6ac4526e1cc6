import pg from 'pg';
import type { DemoState, StoreClock } from '#shared/node/clock.ts';
import { demoNow } from '#shared/node/clock.ts';
import type { Store } from '#shared/node/store/store.ts';
import { ruleSchema } from '#shared/alert/rule.ts';
import { DEMO_RULES } from '#shared/demo/rules.ts';
import { DEMO } from '#shared/demo/story.ts';
import { demoPostsBetween } from '#shared/demo/generate.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';
import type { Post } from '#shared/post/post.ts';
import type { Ingest } from './ingest.ts';

/**
 * Plays the synthetic week: history before DEMO.playFrom is loaded newest hour first, so that the picture is there in
 * seconds, while the clock runs on from playFrom. Every post goes the way of a real one. Positions are stored after
 * the posts were queued: a crash in between feeds some posts twice, which counts nothing twice.
 */
export interface DemoPlayer {
  start(options?: { speed?: number; playFrom?: number }): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  setSpeed(speed: number): Promise<void>;
  /** Removes every trace of demo posts. */
  remove(): Promise<void>;
  stop(): Promise<void>;
}

const TICK_MS = 400;
export const DEMO_SPEED = 60;
const LEADER_LOCK = 7_700_004;
/** Waiting batches up to which history is fed. */
const MAX_BACKLOG = 6;
const BATCH = 500;

export async function createDemoPlayer(deps: {
  store: Store;
  ingest: Ingest;
  clock: StoreClock;
  databaseUrl: string;
  autoStart: boolean;
  onError: (error: Error) => void;
  /** Batches waiting for a worker. */
  backlog: () => Promise<number>;
}): Promise<DemoPlayer> {
  const { store, ingest, clock } = deps;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const leader = await becomeLeader(deps.databaseUrl);

  const read = (): Promise<DemoState | null> => store.settings.read<DemoState>('demo');
  const write = async (state: DemoState): Promise<void> => {
    await store.settings.write('demo', state);
    await clock.refresh();
  };

  const feed = async (from: number, to: number): Promise<number> => {
    let count = 0;
    for (const batch of inBatches(demoPostsBetween(from, to))) {
      // Received when the first was written: a replayed post is never late.
      await ingest.put(batch, { receivedAt: (batch[0] as Post).createdAt });
      count += batch.length;
    }
    return count;
  };

  /** One step: the clock's new posts first, then a piece of history. */
  const step = async (): Promise<void> => {
    let state = await read();
    if (
      !state ||
      state.state === 'absent' ||
      state.state === 'finished' ||
      state.state === 'paused'
    )
      return;
    const wall = Date.now();
    const now = Math.min(demoNow(state, wall), DEMO.to);
    if (now > state.fedTo) {
      const fed = await feed(state.fedTo, now);
      state = {
        ...state,
        clockAt: now,
        wallAt: wall,
        fedTo: now,
        loadedPosts: state.loadedPosts + fed,
      };
    }
    // History waits while batches wait: what happens on the clock now must not queue behind last week.
    if (state.historyFrom > DEMO.from && (await deps.backlog()) < MAX_BACKLOG) {
      const from = Math.max(DEMO.from, state.historyFrom - 3 * HOUR_MS);
      const fed = await feed(from, state.historyFrom);
      state = { ...state, historyFrom: from, loadedPosts: state.loadedPosts + fed };
    }
    const loaded = state.historyFrom <= DEMO.from;
    state.state = !loaded ? 'loading' : state.fedTo >= DEMO.to ? 'finished' : 'playing';
    const latest = await read();
    // Somebody paused, removed or changed the speed meanwhile: keep that, with our positions.
    if (!latest) return;
    await write({
      ...state,
      speed: latest.speed,
      state: latest.state === 'paused' ? 'paused' : state.state,
    });
  };

  const loop = (): void => {
    if (stopped) return;
    running = step()
      .catch(deps.onError)
      .then(async () => {
        const state = clock.demo();
        timer = setTimeout(loop, state?.state === 'loading' ? 50 : TICK_MS);
      });
  };

  const player: DemoPlayer = {
    async start(options = {}) {
      const playFrom = options.playFrom ?? DEMO.playFrom;
      await write({
        state: 'loading',
        speed: options.speed ?? DEMO_SPEED,
        clockAt: playFrom,
        wallAt: Date.now(),
        fedTo: playFrom,
        historyFrom: playFrom,
        loadedPosts: 0,
      });
      await store.notes.seedDemo();
      for (const rule of DEMO_RULES) await store.rules.createIfAbsent(ruleSchema.parse(rule));
    },
    async pause() {
      const state = await read();
      if (state && (state.state === 'playing' || state.state === 'loading'))
        await write({
          ...state,
          clockAt: demoNow(state, Date.now()),
          wallAt: Date.now(),
          state: 'paused',
        });
    },
    async resume() {
      const state = await read();
      if (state?.state === 'paused')
        await write({ ...state, wallAt: Date.now(), state: 'playing' });
    },
    async setSpeed(speed) {
      const state = await read();
      if (state)
        await write({ ...state, clockAt: demoNow(state, Date.now()), wallAt: Date.now(), speed });
    },
    async remove() {
      await store.settings.remove('demo');
      await running;
      await clock.refresh();
      await store.history.removeDemo();
      await clock.refresh();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await leader?.end();
    },
  };

  if (leader) {
    const state = await read();
    const empty = (await store.series.newestAt()) === null;
    if (state === null && empty && deps.autoStart) await player.start();
    // After a pause of the program the clock goes on where it stood, it does not jump.
    else if (state && (state.state === 'playing' || state.state === 'loading'))
      await write({ ...state, clockAt: state.fedTo, wallAt: Date.now() });
    loop();
  }
  return player;
}

/** One server of many plays. The lock lives as long as its connection. */
async function becomeLeader(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'weimai-demo' });
  client.on('error', () => undefined); // losing it means losing the lead: the next start decides again
  await client.connect();
  const { rows } = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) as ok', [
    LEADER_LOCK,
  ]);
  if (rows[0]?.ok) return client;
  await client.end();
  return null;
}

function* inBatches(posts: Iterable<Post>): Generator<Post[]> {
  let batch: Post[] = [];
  for (const post of posts) {
    batch.push(post);
    if (batch.length >= BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
