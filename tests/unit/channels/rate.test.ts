import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelType } from '#shared/alert/channel.ts';
import { digestItems } from '#worker/channels/digest.ts';
import { FRESH_RATE, holdBack, limitOf, planDeliveries, takeToken } from '#worker/channels/rate.ts';
import type { Queued, RateState } from '#worker/channels/rate.ts';
import { aChannel, aMessage } from './a-channel.ts';

const T0 = 1_737_378_240_000;

/** Calls allowed in any span of the provider's own length (spec/channels.md). */
const PROVIDER_LIMITS: [ChannelType, Record<string, unknown>, spanMs: number, calls: number][] = [
  ['dingtalk', {}, 60_000, 20],
  ['wecom', {}, 60_000, 20],
  ['feishu', {}, 1000, 5],
  ['feishu', {}, 60_000, 100],
  ['slack', {}, 1000, 1],
  ['telegram', { chatId: '42' }, 1000, 1],
  ['telegram', { chatId: '-42' }, 60_000, 20],
  ['ntfy', {}, 60_000, 60],
  ['ntfy', {}, 86_400_000, 250],
];

describe('never more calls than the provider allows', () => {
  test.each(PROVIDER_LIMITS)('%s %j: in %i ms at most %i', (type, fields, spanMs, calls) => {
    const limit = limitOf(aChannel(type, fields));
    const gap = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: spanMs }));
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 400 }), (gaps) => {
        let state: RateState = FRESH_RATE;
        let now = T0;
        const taken: number[] = [];
        for (const wait of gaps) {
          now += wait;
          const take = takeToken(state, now, limit);
          state = take.state;
          if (take.taken) taken.push(now);
        }
        for (const [index, at] of taken.entries()) {
          const inSpan = taken.slice(index).filter((other) => other < at + spanMs).length;
          expect(inSpan).toBeLessThanOrEqual(calls);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a token', () => {
  const limit = [{ capacity: 2, refillMs: 1000 }];

  test('that is short names the wait, and is there after it', () => {
    const empty = [1, 2].reduce((state) => takeToken(state, T0, limit).state, FRESH_RATE);
    const refused = takeToken(empty, T0 + 400, limit);
    expect(refused).toMatchObject({ taken: false, waitMs: 600 });
    expect(takeToken(refused.state, T0 + 1000, limit).taken).toBe(true);
  });

  test('does not come from a clock that was set back', () => {
    const empty = [1, 2].reduce((state) => takeToken(state, T0, limit).state, FRESH_RATE);
    expect(takeToken(empty, T0 - 3_600_000, limit).taken).toBe(false);
  });

  test('is held back when the provider itself says "too fast"', () => {
    const held = holdBack(FRESH_RATE, T0 + 600_000);
    expect(takeToken(held, T0, limit)).toMatchObject({ taken: false, waitMs: 600_000 });
    expect(takeToken(held, T0 + 600_000, limit).taken).toBe(true);
    expect(holdBack(held, T0).heldUntil).toBe(T0 + 600_000);
  });
});

const options = {
  limit: [{ capacity: 3, refillMs: 1000 }],
  lang: 'zh' as const,
  digestUrl: 'https://w.cn/alerts',
};

function queued(n: number, fields: Partial<Queued['message']> = {}): Queued[] {
  return Array.from({ length: n }, (_, index) => ({
    id: `n${index}`,
    message: aMessage({ key: `k${index}`, title: `告警 ${index}`, ...fields }),
  }));
}

describe('when tokens are short, notifications merge and none is lost', () => {
  test('with enough tokens each goes alone, in order', () => {
    const plan = planDeliveries(queued(3), FRESH_RATE, T0, options);
    expect(plan.deliveries.map(({ ids }) => ids)).toEqual([['n0'], ['n1'], ['n2']]);
    expect(plan.nextAt).toBeNull();
  });

  test('the last token carries all the rest as one digest', () => {
    const plan = planDeliveries(queued(6), FRESH_RATE, T0, options);
    expect(plan.deliveries.map(({ ids }) => ids)).toEqual([
      ['n0'],
      ['n1'],
      ['n2', 'n3', 'n4', 'n5'],
    ]);
    const digest = plan.deliveries[2]?.message;
    expect(digest).toMatchObject({
      kind: 'digest',
      severity: 'critical',
      title: '4 条通知合并为一条',
    });
    expect(digest && digestItems(digest).map(({ key }) => key)).toEqual(['k2', 'k3', 'k4', 'k5']);
    for (const n of [2, 3, 4, 5]) expect(digest?.lines).toContain(`【严重】告警 ${n}`);
  });

  test('without a token everything waits, for exactly as long as it takes', () => {
    const { state } = planDeliveries(queued(3), FRESH_RATE, T0, options);
    const waiting = planDeliveries(queued(5), state, T0, options);
    expect(waiting).toMatchObject({ deliveries: [], nextAt: T0 + 1000 });
    const later = planDeliveries(queued(5), waiting.state, T0 + 1000, options);
    expect(later.deliveries).toHaveLength(1);
    expect(later.deliveries[0]?.ids).toHaveLength(5);
  });

  test('tests, reports and attachments go alone, whatever the shortage', () => {
    const queue = [
      ...queued(3),
      { id: 'test', message: aMessage({ key: 't', kind: 'test' }) },
      { id: 'report', message: aMessage({ key: 'r', kind: 'report' }) },
    ];
    const plan = planDeliveries(queue, FRESH_RATE, T0, {
      ...options,
      limit: [{ capacity: 1, refillMs: 1000 }],
    });
    expect(plan.deliveries.map(({ ids }) => ids)).toEqual([['n0', 'n1', 'n2']]);
    expect(plan.nextAt).toBe(T0 + 1000);
  });

  test('rows sent together once stay together with the same key', () => {
    const first = planDeliveries(queued(6), FRESH_RATE, T0, options).deliveries[2];
    const group = first?.message.key ?? '';
    const again = queued(8).map((row) => (first?.ids.includes(row.id) ? { ...row, group } : row));
    const plan = planDeliveries(again, FRESH_RATE, T0, options);
    const repeat = plan.deliveries.find(({ message }) => message.key === group);
    expect(repeat?.ids).toEqual(first?.ids);
    expect(repeat?.message).toEqual(first?.message);
    const delivered = plan.deliveries.flatMap(({ ids }) => ids);
    expect(delivered).toEqual(['n0', 'n1', ...(first?.ids ?? [])]);
    expect(plan.nextAt).toBe(T0 + 1000);
  });

  test('a row that may have arrived alone is repeated alone, never merged under another key', () => {
    const rows = queued(5).map((row) =>
      row.id === 'n4' ? { ...row, group: row.message.key } : row,
    );
    const plan = planDeliveries(rows, FRESH_RATE, T0, {
      ...options,
      limit: [{ capacity: 2, refillMs: 1000 }],
    });
    expect(plan.deliveries.map(({ ids }) => ids)).toEqual([['n0'], ['n1', 'n2', 'n3']]);
    const later = planDeliveries(rows.slice(4), plan.state, T0 + 1000, options);
    expect(later.deliveries.map(({ message }) => message.key)).toEqual(['k4']);
  });

  test('what is left of a digest goes under another key: under the old one its receiver would drop it', () => {
    const first = planDeliveries(queued(6), FRESH_RATE, T0, options).deliveries[2];
    const group = first?.message.key ?? '';
    const rest = (n: number) =>
      queued(6).flatMap((row) =>
        first?.ids.slice(0, n).includes(row.id) ? [{ ...row, group }] : [],
      );
    const [two] = planDeliveries(rest(2), FRESH_RATE, T0, options).deliveries;
    expect(two).toMatchObject({ ids: ['n2', 'n3'], isRepeat: false, message: { kind: 'digest' } });
    expect(two?.message.key).not.toBe(group);
    const [one] = planDeliveries(rest(1), FRESH_RATE, T0, options).deliveries;
    expect(one).toMatchObject({
      ids: ['n2'],
      isRepeat: false,
      message: { key: 'k2', kind: 'firing' },
    });
    const [all] = planDeliveries(rest(4), FRESH_RATE, T0, options).deliveries;
    expect(all).toMatchObject({ isRepeat: true, message: { key: group } });
  });

  test('a message of more parts than the bucket holds still goes', () => {
    const [row] = queued(1);
    const plan = planDeliveries(row ? [{ ...row, cost: 9 }] : [], FRESH_RATE, T0, options);
    expect(plan.deliveries).toHaveLength(1);
  });

  test('whatever arrives whenever, each row is delivered exactly once and calls stay within the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 30 }),
        (arrivals) => {
          let state: RateState = FRESH_RATE;
          let now = T0;
          let waiting: Queued[] = [];
          let made = 0;
          const delivered: string[] = [];
          const step = () => {
            const plan = planDeliveries(waiting, state, now, options);
            state = plan.state;
            const ids = plan.deliveries.flatMap((delivery) => delivery.ids);
            delivered.push(...ids);
            waiting = waiting.filter(({ id }) => !ids.includes(id));
            expect(plan.nextAt === null).toBe(waiting.length === 0);
            expect(plan.deliveries.length).toBeLessThanOrEqual(3);
          };
          for (const n of arrivals) {
            for (let i = 0; i < n; i += 1) {
              waiting.push({ id: `n${made}`, message: aMessage({ key: `k${made}` }) });
              made += 1;
            }
            step();
            now += 300;
          }
          now += 60_000;
          step();
          expect(delivered.toSorted()).toEqual(
            Array.from({ length: made }, (_, i) => `n${i}`).toSorted(),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
