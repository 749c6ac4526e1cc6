/**
 * Ordered start, reverse stop, rollback of a half-done start. What starts registers how it stops, at once.
 */
export interface Lifecycle {
  /** Runs `start` now and `stop` when the whole stops (last in, first out). */
  add<T>(
    name: string,
    start: () => Promise<T> | T,
    stop: (value: T) => Promise<void> | void,
  ): Promise<T>;
  /** Stops everything in reverse; resolves when done. Safe to call twice. Errors are collected, not hidden. */
  stop(): Promise<void>;
  readonly stopping: boolean;
}

export function createLifecycle(
  onStep?: (name: string, phase: 'started' | 'stopped', ms: number) => void,
): Lifecycle {
  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  let stopped: Promise<void> | undefined;

  const stopAll = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (let entry = stops.pop(); entry; entry = stops.pop()) {
      const began = performance.now();
      try {
        await entry.stop();
      } catch (error) {
        errors.push(error);
      }
      onStep?.(entry.name, 'stopped', performance.now() - began);
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some parts did not stop cleanly');
  };

  const lifecycle: Lifecycle = {
    async add(name, start, stop) {
      const began = performance.now();
      try {
        const value = await start();
        stops.push({ name, stop: () => stop(value) });
        onStep?.(name, 'started', performance.now() - began);
        return value;
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
    get stopping() {
      return stopped !== undefined;
    },
  };
  return lifecycle;
}

/**
 * Calls `stop` once on SIGTERM/SIGINT, and ends the process with code 1 when it takes longer than `deadlineMs`: a
 * SIGKILL from outside would look like a crash.
 */
export function stopOnSignals(
  stop: () => Promise<void>,
  deadlineMs: number,
  onTimeout: () => void,
): void {
  let called = false;
  const handle = (): void => {
    if (called) return;
    called = true;
    setTimeout(() => {
      onTimeout();
      process.exit(1);
    }, deadlineMs).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}
