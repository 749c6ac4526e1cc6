import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddressGuard } from '#shared/node/http/address-guard.ts';
import { createSafeFetch } from '#shared/node/http/safe-fetch.ts';
import { send } from '#worker/channels/index.ts';
import { FRESH_RATE, holdBack, planDeliveries } from '#worker/channels/rate.ts';
import type { Queued } from '#worker/channels/rate.ts';
import { mayHaveArrived, nextAttempt } from '#worker/channels/retry.ts';
import { isStandardWebhookValid, startReceiver } from '../../support/receiver.ts';
import type { Receiver } from '../../support/receiver.ts';
import { aChannel, aMessage, WEBHOOK_SECRET } from '../../unit/channels/a-channel.ts';

/**
 * The loop an outbox runs with these parts: plan → remember groups → send → record. A provider that refuses, stumbles
 * and loses its own answers, and a worker that dies after any step; only the clock is not real.
 */
interface Row extends Queued {
  sent: boolean;
  attempts: number;
  nextAt: number;
}

const T0 = 1_737_378_240_000;
const LIMIT = [{ capacity: 2, refillMs: 1000 }];

let provider: Receiver;
/** What the provider took: webhook-id → keys of the notifications inside, once per request. */
const taken: { id: string; keys: string[] }[] = [];
let now = T0;

beforeAll(async () => {
  provider = await startReceiver();
});
afterAll(() => provider.close());

/** mulberry32: the same course of events at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'nothing is missed and every repeat has its own key (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    taken.length = 0;
    now = T0;
    provider.answer({
      handle(request, response) {
        expect(isStandardWebhookValid(request, WEBHOOK_SECRET, now)).toBe(true);
        const luck = random();
        if (luck < 0.1) return void response.socket?.resetAndDestroy();
        if (luck < 0.2)
          return void response.writeHead(429, { 'retry-after': '3' }).end('slow down');
        if (luck < 0.3) return void response.writeHead(503).end('down');
        const { data } = JSON.parse(request.body) as { data: { items?: { key: string }[] } };
        const id = request.headers['webhook-id'] ?? '';
        taken.push({ id, keys: data.items?.map(({ key }) => key) ?? [id] });
        // Taken, but the answer is lost on the way.
        if (luck < 0.4) return void response.socket?.resetAndDestroy();
        response.writeHead(204).end();
      },
    });

    const rows: Row[] = [];
    let state = FRESH_RATE;
    let steps = 0;
    const channel = aChannel('webhook', { url: `${provider.url}/hook` });
    const deps = {
      fetch: createSafeFetch(createAddressGuard({ allow: ['127.0.0.1'] }), { timeoutMs: 2000 }),
      now: () => now,
      signal: new AbortController().signal,
    };

    for (let made = 0; made < 120 || rows.some(({ sent }) => !sent); steps += 1) {
      const arriving = made < 120 ? Math.floor(random() ** 2 * 5) : 0;
      for (let n = 0; n < arriving; n += 1) {
        const message = aMessage({ key: `inc${made}:firing:c1`, title: `告警 ${made}` });
        rows.push({ id: `n${made}`, message, sent: false, attempts: 0, nextAt: now });
        made += 1;
      }
      await turn();
      now += made < 120 ? 700 : 5000;
      expect(steps).toBeLessThan(2000);
    }

    const byKey = new Map<string, number>();
    for (const key of taken.flatMap(({ keys }) => keys)) byKey.set(key, (byKey.get(key) ?? 0) + 1);
    expect(byKey.size).toBe(rows.length);
    // One id always means the same notifications, so that a receiver may drop what it knows.
    for (const { id, keys } of taken) {
      expect(
        taken
          .filter((other) => other.id === id)
          .every((other) => String(other.keys) === String(keys)),
      ).toBe(true);
    }
    const ids = new Set(taken.map(({ id }) => id));
    const keysOnce = [...ids].flatMap((id) => taken.find((one) => one.id === id)?.keys ?? []);
    expect(keysOnce.toSorted()).toEqual(rows.map(({ message }) => message.key).toSorted());
    // The course was eventful: digests, repeats.
    expect(taken.some(({ keys }) => keys.length > 1)).toBe(true);
    expect(taken.length).toBeGreaterThan(ids.size);

    async function turn(): Promise<void> {
      const due = rows.filter(({ sent, nextAt }) => !sent && nextAt <= now);
      const plan = planDeliveries(due, state, now, { limit: LIMIT, lang: 'zh', digestUrl: '' });
      state = plan.state;
      for (const { ids: members, message, isRepeat } of plan.deliveries) {
        const mine = rows.filter(({ id }) => members.includes(id));
        // In the store's transaction, before anything leaves: a repeat must be the same message.
        for (const row of mine) row.group = message.key;
        if (random() < 0.1) continue; // Killed before sending.
        const result = await send(channel, message, deps);
        if (random() < 0.1) continue; // Killed before recording.
        if (result.sent) {
          for (const row of mine) row.sent = true;
          continue;
        }
        if (result.reason === 'rate-limited')
          state = holdBack(state, now + (result.retryAfterMs ?? 0));
        for (const row of mine) {
          row.attempts += 1;
          if (!isRepeat && !mayHaveArrived(result)) delete row.group;
        }
        const attempt = mine[0]?.attempts ?? 1;
        const next = nextAttempt({ attempt, result, firstAt: T0, now, random: random() });
        expect(next.kind).toBe('retry');
        if (next.kind === 'retry') for (const row of mine) row.nextAt = next.at;
      }
    }
  },
);
