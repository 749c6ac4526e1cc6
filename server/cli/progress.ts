/** One line on stderr: bar, rows, rate, time left. Silent where stderr is not a terminal, but for a line every 5 s. */
export function createProgressLine(
  out: NodeJS.WritableStream & { isTTY?: boolean },
  name: string,
  size: number | null,
): { show(bytes: number, rows: number): void; waiting(batches: number): void; end(): void } {
  const began = Date.now();
  let shownAt = 0;
  let rows = 0;
  const every = out.isTTY ? 100 : 5_000;
  const write = (text: string): void => {
    out.write(out.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  };
  const due = (): boolean => {
    if (Date.now() - shownAt < every) return false;
    shownAt = Date.now();
    return true;
  };
  return {
    show(bytes, count) {
      rows = count;
      if (!due()) return;
      const seconds = Math.max(0.001, (Date.now() - began) / 1000);
      const rate = Math.round(count / seconds);
      if (size === null || size === 0) return write(`${name}  ${count} rows  ${rate}/s`);
      const share = Math.min(1, bytes / size);
      const left = share > 0 ? Math.round((seconds / share) * (1 - share)) : 0;
      const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
      write(
        `${name}  ${bar} ${Math.round(share * 100)} %  ${count} rows  ${rate}/s  ${left} s left`,
      );
    },
    waiting(batches) {
      if (due()) write(`${name}  ${rows} rows read, ${batches} batches being counted …`);
    },
    end() {
      if (out.isTTY && shownAt > 0) out.write('\r\u001b[K');
    },
  };
}
