/** Events per second over a sliding window, in one-second cells. */
export function createRateMeter(
  windowMs: number,
  now: () => number = Date.now,
): { add(n: number): void; perSecond(): number } {
  const cells = new Map<number, number>();
  const trim = (): void => {
    const oldest = Math.floor((now() - windowMs) / 1000);
    for (const second of cells.keys()) if (second <= oldest) cells.delete(second);
  };
  return {
    add(n) {
      const second = Math.floor(now() / 1000);
      cells.set(second, (cells.get(second) ?? 0) + n);
      trim();
    },
    perSecond() {
      trim();
      let sum = 0;
      for (const n of cells.values()) sum += n;
      return sum / (windowMs / 1000);
    },
  };
}
