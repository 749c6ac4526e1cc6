import { createListener } from '#shared/node/postgres/listen.ts';
import { sendDueNotifications, type SenderDeps } from './send-notifications.ts';

const POLL_MS = 2_000;

/** Sends what is due at once when the outbox tells of it, and every two seconds anyway (retries, group waits). */
export function createSenderLoop(options: {
  databaseUrl: string;
  onError: (error: Error) => void;
  deps: SenderDeps;
}): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  let more = false;
  let stopped = false;
  const run = (): void => {
    if (stopped) return;
    if (running) {
      more = true;
      return;
    }
    running = sendDueNotifications(options.deps)
      .then(
        () => undefined,
        (error: unknown) => options.deps.log.error({ err: error }, 'sending notifications failed'),
      )
      .finally(() => {
        running = undefined;
        if (more) {
          more = false;
          run();
        }
      });
  };
  const timer = setInterval(run, POLL_MS);
  const listener = createListener({
    url: options.databaseUrl,
    channel: 'weimai_outbox',
    onWake: run,
    onError: options.onError,
  });
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await listener.stop();
      await running;
    },
  };
}
