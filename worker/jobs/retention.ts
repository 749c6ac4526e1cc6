import { DEMO } from '#shared/demo/story.ts';
import type { DemoState } from '#shared/node/clock.ts';
import type { Log } from '#shared/node/log.ts';
import type { RetentionStore, Tidied } from '#shared/node/store/retention.ts';
import type { SettingsStore } from '#shared/node/store/settings.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';

export interface RetentionDeps {
  retention: RetentionStore;
  settings: Pick<SettingsStore, 'get' | 'read'>;
  log: Log;
  now: () => number;
}

const EVERY_MS = HOUR_MS;
/** A start is busy enough. */
const FIRST_MS = 2 * MINUTE_MS;

/** Removes what the settings no longer keep. The demo's months stay as long as the demo does. */
export async function tidyUp(deps: RetentionDeps): Promise<Tidied | null> {
  const began = performance.now();
  const { retention } = await deps.settings.get();
  const demo = await deps.settings.read<DemoState>('demo');
  const tidied = await deps.retention.tidy({
    retention,
    now: deps.now(),
    keep: demo !== null && demo.state !== 'absent' ? { from: DEMO.from, to: DEMO.to } : null,
  });
  if (tidied !== null)
    deps.log.info({ ...tidied, ms: Math.round(performance.now() - began) }, 'old data removed');
  return tidied;
}

/** Runs hourly in every worker; one at a time does the work. A failed run is logged and tried again with the next. */
export function startRetention(deps: RetentionDeps): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const again = (ms: number): void => {
    timer = setTimeout(() => {
      running = tidyUp(deps)
        .catch((error: unknown) => deps.log.error({ err: error }, 'old data could not be removed'))
        .finally(() => {
          if (!stopped) again(EVERY_MS);
        });
    }, ms);
  };
  again(FIRST_MS);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
