import type { Heartbeat } from '#shared/wire/live.ts';

/** No heartbeat for this long and the figures on screen count as old (the server beats every 2 s). */
export const STALE_AFTER_MS = 6_000;
/** Trying again for longer than this is worth saying plainly: gone. */
export const GONE_AFTER_MS = 60_000;

export type Transport = 'connecting' | 'open' | 'retrying';

export type ConnectionKind =
  | 'connecting'
  | 'live'
  | 'stale'
  | 'reconnecting'
  | 'gone'
  | 'login'
  | 'updated';

export interface ConnectionFacts {
  transport: Transport;
  /** Local ms when the transport last changed. */
  transportSince: number;
  /** Local ms of the last heartbeat; null before the first. */
  beatAt: number | null;
  loginNeeded: boolean;
  /** The server runs another build than the one this page came from. */
  versionChanged: boolean;
}

/** What the badge says. The order is what matters most to the reader: can I trust what I see? */
export function connectionKind(facts: ConnectionFacts, now: number): ConnectionKind {
  if (facts.loginNeeded) return 'login';
  if (facts.transport === 'retrying') {
    return now - facts.transportSince > GONE_AFTER_MS ? 'gone' : 'reconnecting';
  }
  if (facts.transport === 'connecting' || facts.beatAt === null) return 'connecting';
  if (now - facts.beatAt > STALE_AFTER_MS) return 'stale';
  return facts.versionChanged ? 'updated' : 'live';
}

/**
 * How far the screen is behind the followed clock, in ms of wall time: what the pipeline takes, or, while batches
 * queue up, how old the newest counted post is; and in any case the age of the last sign of life.
 */
export function behindMs(
  beat: Pick<Heartbeat, 'clock' | 'newestAt' | 'queueWaiting' | 'latencyP95Ms'>,
  beatAgeMs: number,
): number {
  const backlog =
    beat.queueWaiting > 0 && beat.newestAt !== null
      ? (beat.clock.now - beat.newestAt) / Math.max(1, beat.clock.speed)
      : 0;
  return Math.max(0, beatAgeMs) + Math.max(0, backlog, beat.latencyP95Ms ?? 0);
}
