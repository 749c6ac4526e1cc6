import type { Channel } from '#shared/alert/channel.ts';
import type { Log } from '#shared/node/log.ts';
import type { OutboxRow, OutboxStore } from '#shared/node/store/outbox.ts';
import {
  FAILING_AFTER,
  type ChannelsStore,
  type StoredChannel,
} from '#shared/node/store/channels.ts';
import type { ChannelDeps, NotSent } from '../channels/channel.ts';
import { fallbackOf } from '../channels/fallback.ts';
import { renderCalls, send } from '../channels/index.ts';
import {
  FRESH_RATE,
  holdBack,
  limitOf,
  planDeliveries,
  type Delivery,
  type Queued,
  type RateState,
} from '../channels/rate.ts';
import { markDelayed, mayHaveArrived, nextAttempt } from '../channels/retry.ts';

export interface SenderDeps {
  outbox: OutboxStore;
  channels: ChannelsStore;
  log: Log;
  channelDeps: ChannelDeps;
  /** Address of the app for links in digests; empty when it has none for others. */
  baseUrl: string;
  now: () => number;
  random: () => number;
  crashPoint: (name: string) => void;
}

/** Longer than one send may take (15 s), renewed before each: a killed worker's channel is free again after it. */
const LEASE_MS = 20_000;

/**
 * Sends what is due, channel by channel; one worker at a time per channel, because its rate is counted. Each step is
 * stored before the next is made, so that after a crash anywhere the same message goes out again under the same key.
 */
export async function sendDueNotifications(deps: SenderDeps): Promise<number> {
  const claimed = await deps.outbox.claimChannels(deps.now(), LEASE_MS);
  let sent = 0;
  for (const id of claimed) {
    try {
      sent += await serveChannel(id, deps);
    } finally {
      await deps.outbox.release(id);
    }
  }
  return sent;
}

async function serveChannel(id: string, deps: SenderDeps): Promise<number> {
  const stored = await deps.channels.list();
  const byId = new Map(stored.map((entry) => [entry.channel.id, entry]));
  const entry = byId.get(id);
  if (!entry) return 0;
  const rows = await deps.outbox.due(id, deps.now());
  const { channel } = entry;
  if (!channel.enabled) {
    await deps.outbox.record(
      rows.map((row) => row.id),
      {
        at: deps.now(),
        ok: false,
        httpStatus: null,
        providerCode: null,
        ms: 0,
        answer: 'the channel is switched off',
      },
      { kind: 'failed' },
    );
    return 0;
  }
  const queue = rows.map((row): Queued => toQueued(row, channel, deps.now()));
  const rate = ((await deps.outbox.rateState(id)) as RateState | null) ?? FRESH_RATE;
  const plan = planDeliveries(queue, rate, deps.now(), {
    limit: limitOf(channel),
    lang: channel.lang,
    digestUrl: deps.baseUrl === '' ? '' : `${deps.baseUrl}/alerts`,
  });
  await deps.outbox.saveRateState(id, plan.state);
  let sent = 0;
  for (const delivery of plan.deliveries) {
    await deps.outbox.renew(id, deps.now() + LEASE_MS);
    const outcome = await deliver(delivery, rows, channel, stored, deps);
    if (outcome === 'sent') sent++;
    // Nobody answers: each further try would cost its own 15 s; the rest waits for the next round.
    if (outcome === 'unreachable') break;
  }
  const planned = new Set(plan.deliveries.flatMap((delivery) => delivery.ids));
  const waiting = rows.filter((row) => !planned.has(row.id)).map((row) => row.id);
  if (waiting.length > 0 && plan.nextAt !== null) await deps.outbox.postpone(waiting, plan.nextAt);
  return sent;
}

function toQueued(row: OutboxRow, channel: Channel, now: number): Queued {
  return {
    id: row.id,
    message: row.message,
    ...(channel.type === 'email' ? {} : { cost: renderCalls(channel, row.message, now).length }),
    ...(row.groupKey === null ? {} : { group: row.groupKey }),
  };
}

async function deliver(
  delivery: Delivery,
  rows: readonly OutboxRow[],
  channel: Channel,
  stored: readonly StoredChannel[],
  deps: SenderDeps,
): Promise<'sent' | 'failed' | 'unreachable'> {
  const carried = rows.filter((row) => delivery.ids.includes(row.id));
  const first = carried[0];
  if (!first) return 'failed';
  deps.crashPoint('before-group');
  await deps.outbox.setGroup(delivery.ids, delivery.message.key);
  deps.crashPoint('before-send');
  const firstAt = Math.min(...carried.map((row) => row.createdAt));
  const message = markDelayed(delivery.message, { lang: channel.lang, firstAt, now: deps.now() });
  const result = await send(channel, message, deps.channelDeps);
  deps.crashPoint('after-send');
  const attempt = {
    at: deps.now(),
    ok: result.sent,
    httpStatus: result.httpStatus ?? null,
    providerCode: result.providerCode ?? null,
    ms: Math.round(result.ms),
    answer: result.answer,
  };
  if (result.sent) {
    await deps.outbox.record(delivery.ids, attempt, { kind: 'sent' });
    deps.log.info(
      { channel: channel.id, rows: delivery.ids.length, ms: attempt.ms },
      'notification sent',
    );
    return 'sent';
  }
  await failed(delivery, carried, channel, stored, result, attempt, firstAt, deps);
  return result.reason === 'timeout' || result.reason === 'network' ? 'unreachable' : 'failed';
}

async function failed(
  delivery: Delivery,
  carried: readonly OutboxRow[],
  channel: Channel,
  stored: readonly StoredChannel[],
  result: NotSent,
  attempt: Parameters<OutboxStore['record']>[1],
  firstAt: number,
  deps: SenderDeps,
): Promise<void> {
  const first = carried[0] as OutboxRow;
  const isOver =
    first.message.kind === 'firing' &&
    first.incidentId !== null &&
    (await deps.outbox.isOver(first.incidentId));
  const next = nextAttempt({
    attempt: first.attempts + 1,
    result,
    firstAt,
    now: deps.now(),
    isOver,
    random: deps.random(),
  });
  deps.log.warn(
    {
      channel: channel.id,
      reason: result.reason,
      status: result.httpStatus,
      code: result.providerCode,
      next: next.kind,
    },
    'notification not delivered',
  );
  await deps.outbox.record(
    delivery.ids,
    attempt,
    next.kind === 'retry'
      ? {
          kind: 'retry',
          at: next.at,
          keepGroup: delivery.isRepeat === true || mayHaveArrived(result),
        }
      : { kind: 'failed' },
  );
  if (result.reason === 'rate-limited' && next.kind === 'retry') {
    const rate = ((await deps.outbox.rateState(channel.id)) as RateState | null) ?? FRESH_RATE;
    await deps.outbox.saveRateState(channel.id, holdBack(rate, next.at));
  }
  if (next.kind === 'give-up' && next.reason === 'gone')
    await deps.channels.update(channel.id, { enabled: false });
  const failures = (stored.find((entry) => entry.channel.id === channel.id)?.failures ?? 0) + 1;
  if ((next.kind === 'give-up' && next.reason !== 'resolved') || failures >= FAILING_AFTER)
    await useFallback(carried, channel, stored, deps);
}

/** The same messages to the channel that takes over; their keys carry its id, so that each is told once there too. */
async function useFallback(
  carried: readonly OutboxRow[],
  channel: Channel,
  stored: readonly StoredChannel[],
  deps: SenderDeps,
): Promise<void> {
  const channels = new Map(stored.map((entry) => [entry.channel.id, entry.channel]));
  const failing = new Set(
    stored.filter((entry) => entry.failures >= FAILING_AFTER).map((entry) => entry.channel.id),
  );
  const other = fallbackOf(channel, channels, (id) => failing.has(id));
  if (!other) return;
  await deps.outbox.addNow(
    carried.map((row) => ({
      incidentId: row.incidentId,
      channelId: other.id,
      message: { ...row.message, key: `${row.key}:via:${other.id}` },
    })),
    deps.now(),
  );
}
