import { pino, type Logger } from 'pino';

export type Log = Logger;

const SECRETS = [
  '*.password',
  '*.secret',
  '*.token',
  '*.authorization',
  'headers.authorization',
  'headers.cookie',
  'url.password',
];

/** JSON lines on stderr: stdout belongs to data. Ids and counts, never post text at info. */
export function createLog(name: string, level: string): Log {
  return pino(
    { name, level, redact: { paths: SECRETS, censor: '[secret]' } },
    pino.destination({ fd: 2, sync: true }),
  );
}

/**
 * Lets the first of equal messages through and then one a period with the number held back: an unreachable Redis makes
 * tens of thousands of identical errors in seconds (reliability.md M4, M15).
 */
export function createThrottledError(log: Log, periodMs = 10_000): (error: Error) => void {
  const seen = new Map<string, { until: number; held: number }>();
  return (error) => {
    const key = error.message.slice(0, 120);
    const now = Date.now();
    const entry = seen.get(key);
    if (entry && now < entry.until) {
      entry.held++;
      return;
    }
    if (seen.size > 200) seen.clear();
    seen.set(key, { until: now + periodMs, held: 0 });
    log.error({ err: error, repeats: entry?.held ?? 0 }, 'connection trouble');
  };
}
