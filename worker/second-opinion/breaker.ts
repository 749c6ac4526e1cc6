/** Stops asking one that keeps failing; after a pause one request tries again, and each further failure doubles it. */
export interface Breaker {
  isOpen(now: number): boolean;
  succeeded(): void;
  /** True when this failure opened it. */
  failed(now: number): boolean;
}

const FAILURES = 3;
const PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

export function createBreaker(): Breaker {
  let failures = 0;
  let openUntil = 0;
  return {
    isOpen: (now) => now < openUntil,
    succeeded() {
      failures = 0;
    },
    failed(now) {
      failures++;
      if (failures < FAILURES) return false;
      openUntil = now + Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (failures - FAILURES));
      return true;
    },
  };
}
