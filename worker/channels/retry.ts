import type { OutgoingMessage } from '#shared/alert/channel.ts';
import type { NotSent } from './channel.ts';
import { WORDS } from './wording.ts';
import type { Lang } from './wording.ts';

/**
 * When to try again. The provider's own word comes first (refused for good, Retry-After, its code for "too fast");
 * otherwise waits grow. For an alert a late message is worth little: after half an hour it says that it is late, once
 * the incident is over it is not sent at all, and after a day it is given up.
 */
export type NextAttempt =
  | { kind: 'retry'; at: number }
  /** `resolved`: the incident is over; `expired`: a day of trying; `refused`: the channel's setup must change. */
  | { kind: 'give-up'; reason: 'refused' | 'gone' | 'resolved' | 'expired' };

/** Denser than Standard Webhooks 1.0.0 within the first half hour, its own steps after that. */
const WAITS_MS = [
  5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 7_200_000,
  18_000_000,
] as const;
export const DELAYED_AFTER_MS = 30 * 60_000;
export const EXPIRES_AFTER_MS = 24 * 3_600_000;
/** 429, 502, 504: the receiver asks for less. */
const SLOW_DOWN = 4;
const JITTER = 0.1;

export function nextAttempt(state: {
  /** Attempts made so far, this one included. */
  attempt: number;
  result: Pick<NotSent, 'retry' | 'retryAfterMs' | 'gone' | 'reason' | 'httpStatus'>;
  /** When the notification was made. */
  firstAt: number;
  now: number;
  /** The incident of a firing message has ended in the meantime. */
  isOver?: boolean;
  /** 0…1, spreads repeats of many messages. */
  random: number;
}): NextAttempt {
  const { attempt, result, firstAt, now, random } = state;
  if (result.gone) return { kind: 'give-up', reason: 'gone' };
  if (!result.retry) return { kind: 'give-up', reason: 'refused' };
  if (state.isOver) return { kind: 'give-up', reason: 'resolved' };
  // A stop of our own program is nobody's failure: first thing after the start.
  if (result.reason === 'interrupted') return { kind: 'retry', at: now };

  const step = WAITS_MS[Math.min(Math.max(attempt, 1), WAITS_MS.length) - 1] ?? 0;
  const slow = [429, 502, 504].includes(result.httpStatus ?? 0) ? SLOW_DOWN : 1;
  const own = Math.min(step * slow, Math.max(step, DELAYED_AFTER_MS));
  const wait = Math.max(result.retryAfterMs ?? 0, own * (1 + JITTER * (2 * random - 1)));
  const at = now + Math.round(wait);
  return at - firstAt > EXPIRES_AFTER_MS
    ? { kind: 'give-up', reason: 'expired' }
    : { kind: 'retry', at };
}

/** False only when the channel said no before taking anything: then the message may change, e.g. join a digest. */
export function mayHaveArrived(
  result: Pick<NotSent, 'reason' | 'httpStatus' | 'partsSent'>,
): boolean {
  if (result.partsSent > 0) return true;
  if (result.reason === 'http-status') return (result.httpStatus ?? 500) >= 500;
  return !SURELY_REFUSED.has(result.reason);
}

const SURELY_REFUSED: ReadonlySet<NotSent['reason']> = new Set([
  'provider-refused',
  'rate-limited',
  'redirected',
  'gone',
  'address-refused',
  'not-available',
]);

/** A message that goes out late says so first. */
export function markDelayed(
  message: OutgoingMessage,
  { lang, firstAt, now }: { lang: Lang; firstAt: number; now: number },
): OutgoingMessage {
  const late = now - firstAt;
  if (late < DELAYED_AFTER_MS) return message;
  const delayed = WORDS[lang].delayed(Math.floor(late / 60_000));
  return {
    ...message,
    title: `【${delayed}】${message.title}`,
    data: { ...message.data, delayedMs: late },
  };
}
