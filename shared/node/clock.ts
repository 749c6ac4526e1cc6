import type { Clock } from '../wire/live.ts';
import type { Db } from './postgres/pool.ts';

/** State of the demo as kept in settings.demo; instants on the demo's own time axis end in `At` like all others. */
export interface DemoState {
  state: 'absent' | 'loading' | 'playing' | 'paused' | 'finished';
  speed: number;
  /** The demo clock showed `clockAt` when the wall showed `wallAt`. */
  clockAt: number;
  wallAt: number;
  /** Posts before this were fed. */
  fedTo: number;
  /** History before playFrom is loaded backwards, newest hour first; down to here so far. */
  historyFrom: number;
  loadedPosts: number;
}

/** Demo time at wall time `wall`. */
export function demoNow(demo: DemoState, wall: number): number {
  return demo.state === 'playing' || demo.state === 'loading'
    ? demo.clockAt + (wall - demo.wallAt) * demo.speed
    : demo.clockAt;
}

/**
 * The clock that views, rules and detectors follow: the demo's own time while only demo posts are there, the wall
 * otherwise. The first real post of the present ends the replay for everybody; an archive imported beside it does not.
 */
export interface StoreClock {
  now(): number;
  wire(): Clock;
  demo(): DemoState | null;
  /** Reads the state again now; it is read every second anyway. */
  refresh(): Promise<void>;
  stop(): void;
}

const REFRESH_MS = 1_000;
/** Real posts of the last day are live data; an imported archive is not. */
const LIVE_MS = 24 * 3_600_000;

export async function createStoreClock(
  db: Db,
  onError: (error: Error) => void,
): Promise<StoreClock> {
  let demo: DemoState | null = null;
  let replay = false;
  const refresh = async (): Promise<void> => {
    const { rows } = await db.query<{ demo: DemoState | null; real: boolean }>({
      name: 'clock',
      text: `select (select value from settings where name = 'demo') as demo, exists (select 1 from source_minutes where source <> 'demo' and at > $1) as real`,
      values: [Date.now() - LIVE_MS],
    });
    demo = rows[0]?.demo ?? null;
    replay = demo !== null && demo.state !== 'absent' && !rows[0]?.real;
  };
  await refresh();
  const timer = setInterval(() => void refresh().catch(onError), REFRESH_MS);
  const now = (): number => (replay && demo ? demoNow(demo, Date.now()) : Date.now());
  return {
    now,
    wire: () => ({
      mode: replay ? 'replay' : 'wall',
      now: now(),
      speed:
        replay && demo
          ? demo.state === 'playing' || demo.state === 'loading'
            ? demo.speed
            : 0
          : 1,
    }),
    demo: () => demo,
    refresh,
    stop: () => clearInterval(timer),
  };
}
