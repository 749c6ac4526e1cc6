import type { Channel, OutgoingMessage } from '#shared/alert/channel.ts';
import { digestKey, mergeMessages } from './digest.ts';

/**
 * Staying below what a provider allows, without losing anything: a token bucket for each limit, and when tokens are
 * short the waiting notifications become one digest. Pure: state and clock come in, decisions go out.
 */
export interface Bucket {
  capacity: number;
  /** A token comes back every … ms. In any span T at most capacity + T/refillMs calls are made. */
  refillMs: number;
}
/** All buckets must hold a token. Empty: no limit. */
export type RateLimit = readonly Bucket[];

export interface RateState {
  /** Tokens of each bucket at `at`, fractions included. */
  tokens: number[];
  at: number;
  /** The provider itself said "too fast": nothing before this instant. */
  heldUntil: number;
}

export const FRESH_RATE: RateState = { tokens: [], at: 0, heldUntil: 0 };

const DAY = 86_400_000;

/** Limits of spec/channels.md, kept with some room. Unlisted providers name none. */
export function limitOf(channel: Channel): RateLimit {
  switch (channel.type) {
    case 'dingtalk':
    case 'wecom':
      // 20 a minute: 8 at once and 11 more within the minute.
      return [{ capacity: 8, refillMs: 5500 }];
    case 'feishu':
      // 5 a second and 100 a minute: 3 at once, then one a second.
      return [{ capacity: 3, refillMs: 1000 }];
    case 'slack':
      return [{ capacity: 1, refillMs: 1100 }];
    case 'telegram':
      // One a second in a chat; 20 a minute in a group or channel.
      return isPrivateChat(channel.chatId)
        ? [{ capacity: 1, refillMs: 1100 }]
        : [
            { capacity: 1, refillMs: 1100 },
            { capacity: 8, refillMs: 5500 },
          ];
    case 'ntfy':
      // 60 at once, then one every 5 s; the public server also 250 a day.
      return /^https:\/\/ntfy\.sh\/?$/.test(channel.baseUrl)
        ? [
            { capacity: 30, refillMs: 6000 },
            { capacity: 150, refillMs: DAY / 90 },
          ]
        : [{ capacity: 30, refillMs: 6000 }];
    case 'serverchan':
    case 'bark':
    case 'email':
      // No limit is documented; one a few seconds is as much as a person can read.
      return [{ capacity: 10, refillMs: 6000 }];
    case 'webhook':
    case 'alertmanager':
      return [{ capacity: 50, refillMs: 100 }];
  }
}

export type Take =
  | { taken: true; state: RateState }
  | { taken: false; state: RateState; waitMs: number };

/** Takes `cost` tokens (the parts of a split message), or says when to ask again. */
export function takeToken(state: RateState, now: number, limit: RateLimit, cost = 1): Take {
  const filled = refill(state, now, limit);
  const waitMs = waitFor(filled, now, limit, cost);
  if (waitMs > 0) return { taken: false, state: filled, waitMs };
  return { taken: true, state: { ...filled, tokens: filled.tokens.map((n) => n - cost) } };
}

/** The provider's own "too fast" outranks our counting. */
export function holdBack(state: RateState, until: number): RateState {
  return { ...state, heldUntil: Math.max(state.heldUntil, until) };
}

export interface Queued {
  /** Row of the outbox. */
  id: string;
  message: OutgoingMessage;
  /** Requests it needs when sent alone. */
  cost?: number;
  /**
   * Key of the message this row may already have arrived in: it is repeated as it was, alone or with the same others,
   * so that the receiver can tell. Store it before sending; clear it when that first attempt was surely not taken
   * (`mayHaveArrived` in retry.ts).
   */
  group?: string;
}

export interface Delivery {
  /** Rows this one message delivers; store `message.key` as their `group` before sending. */
  ids: string[];
  message: OutgoingMessage;
  /** Its group was stored before: an earlier attempt may have arrived, so the group stays whatever this one says. */
  isRepeat: boolean;
}

export interface Plan {
  deliveries: Delivery[];
  /** Earliest instant at which the rest can go; null: nothing is left. */
  nextAt: number | null;
  state: RateState;
}

/**
 * What to send now to one channel, from the oldest on. With tokens for all, each goes alone; with k tokens for more
 * than k, the first k − 1 go alone and the rest as one digest; with none, everything waits and merges later. Tests,
 * reports and anything with attachments are never merged.
 */
export function planDeliveries(
  queue: readonly Queued[],
  state: RateState,
  now: number,
  options: { limit: RateLimit; lang: 'zh' | 'en'; digestUrl: string },
): Plan {
  const { limit, lang, digestUrl } = options;
  const merge: Merge = (rows, key) =>
    mergeMessages(
      rows.map(({ message }) => message),
      { key, lang, url: digestUrl },
    );
  const deliveries: Delivery[] = [];
  let rest = regroup(queue, merge);
  let current = state;
  let waitMs = 0;

  while (rest.length > 0) {
    const [first] = rest;
    if (!first) break;
    const together = rest.filter(canMerge);
    // The last token there is, and more than one could share it.
    const isLast =
      canMerge(first) &&
      together.length > 1 &&
      !takeToken(afterTaking(current, now, limit, first.cost), now, limit, 1).taken;
    const chosen = isLast ? together : [first];
    const take = takeToken(current, now, limit, isLast ? 1 : affordable(first.cost, limit));
    current = take.state;
    if (!take.taken) {
      waitMs = take.waitMs;
      break;
    }
    const ids = chosen.flatMap(({ ids: rows }) => rows);
    const key = digestKey(chosen.map(keyOf));
    const message = isLast ? merge(chosen, key) : first.message;
    deliveries.push({ ids, message, isRepeat: first.isRepeat });
    rest = rest.filter((unit) => !chosen.includes(unit));
  }
  return { deliveries, nextAt: rest.length > 0 ? now + waitMs : null, state: current };
}

type Merge = (rows: readonly { message: OutgoingMessage }[], key: string) => OutgoingMessage;

interface Unit {
  ids: string[];
  message: OutgoingMessage;
  cost: number;
  /** Was on its way before: never merged with others. */
  isGrouped: boolean;
  isRepeat: boolean;
}

/**
 * Rows that may have arrived together are one unit again, the others one each. When some of a group are missing (one
 * was sent again by hand), what is left is another message and must not carry the old key: its receiver would drop it.
 */
function regroup(queue: readonly Queued[], merge: Merge): Unit[] {
  const units: Unit[] = [];
  const seen = new Set<string>();
  for (const row of queue) {
    const { group } = row;
    const alone = { ids: [row.id], message: row.message, cost: row.cost ?? 1 };
    if (group === undefined) units.push({ ...alone, isGrouped: false, isRepeat: false });
    else if (!seen.has(group)) {
      seen.add(group);
      const rows = queue.filter((other) => other.group === group);
      const key = rows.length === 1 ? row.message.key : digestKey(rows.map(keyOf));
      const unit =
        rows.length === 1
          ? alone
          : { ids: rows.map(({ id }) => id), message: merge(rows, key), cost: 1 };
      units.push({ ...unit, isGrouped: true, isRepeat: key === group });
    }
  }
  return units;
}

function keyOf({ message }: { message: OutgoingMessage }): string {
  return message.key;
}

function canMerge(unit: Unit): boolean {
  const { kind, attachments = [] } = unit.message;
  const isPlain = kind === 'firing' || kind === 'resolved' || kind === 'renotify';
  return !unit.isGrouped && isPlain && attachments.length === 0;
}

function afterTaking(state: RateState, now: number, limit: RateLimit, cost: number): RateState {
  return takeToken(state, now, limit, affordable(cost, limit)).state;
}

/** A message of more parts than a bucket holds would never go: it empties the bucket instead. */
function affordable(cost: number, limit: RateLimit): number {
  return Math.min(cost, ...limit.map(({ capacity }) => capacity));
}

function refill(state: RateState, now: number, limit: RateLimit): RateState {
  // A clock that was set back gives nothing and takes nothing.
  const elapsed = Math.max(0, now - state.at);
  const tokens = limit.map(({ capacity, refillMs }, index) =>
    Math.min(capacity, (state.tokens[index] ?? capacity) + elapsed / refillMs),
  );
  return { ...state, tokens, at: now };
}

function waitFor(state: RateState, now: number, limit: RateLimit, cost: number): number {
  const waits = limit.map(({ refillMs }, index) =>
    Math.ceil(Math.max(0, cost - (state.tokens[index] ?? 0)) * refillMs),
  );
  return Math.max(0, state.heldUntil - now, ...waits);
}

function isPrivateChat(chatId: string): boolean {
  return /^\d/.test(chatId);
}
