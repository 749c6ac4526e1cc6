import type { Delivery } from '#shared/wire/api.ts';

/** What one channel was told of an incident: its first message, and how it got there. */
export interface Told {
  channelId: string;
  state: Delivery['state'];
  /** When the last attempt was made, and how long it took; null: none yet. */
  last: { at: string; ms: number } | null;
  /** Attempts after the first. */
  retries: number;
  /** Further messages to this channel: reminders and the end. */
  more: number;
}

/** One line per channel, in the order they were told. Pure. */
export function toldByChannel(deliveries: readonly Delivery[]): Told[] {
  const inOrder = deliveries.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return [...new Set(inOrder.map(({ channelId }) => channelId))].flatMap((channel) => {
    const [first, ...more] = inOrder.filter(({ channelId }) => channelId === channel);
    return first === undefined ? [] : [toldOf(first, more.length)];
  });
}

function toldOf(first: Delivery, more: number): Told {
  const last = first.attempts.at(-1);
  return {
    channelId: first.channelId,
    state: first.state,
    last: last === undefined ? null : { at: last.at, ms: last.ms },
    retries: Math.max(0, first.attempts.length - 1),
    more,
  };
}
