import { describe, expect, test } from 'vitest';
import { channelSchema } from '#shared/alert/channel.ts';
import { fallbackOf } from '#worker/channels/fallback.ts';
import { markDelayed, mayHaveArrived, nextAttempt } from '#worker/channels/retry.ts';
import { aChannel, aMessage } from './a-channel.ts';

const FIRST = 1_737_378_240_000;
const MINUTE = 60_000;
const network = { retry: true, reason: 'network' } as const;
const base = { attempt: 1, result: network, firstAt: FIRST, now: FIRST, random: 0.5 };

describe('the next attempt', () => {
  test.each<[string, Partial<Parameters<typeof nextAttempt>[0]>, object]>([
    ['comes after 5 s the first time', {}, { kind: 'retry', at: FIRST + 5000 }],
    ['comes later each time', { attempt: 4 }, { kind: 'retry', at: FIRST + 60_000 }],
    [
      'waits as long as Retry-After says',
      { result: { ...network, retryAfterMs: 90_000 } },
      { kind: 'retry', at: FIRST + 90_000 },
    ],
    [
      'never comes sooner than its own step',
      { attempt: 5, result: { ...network, retryAfterMs: 1 } },
      { kind: 'retry', at: FIRST + 120_000 },
    ],
    [
      'slows down on 429',
      { result: { retry: true, reason: 'rate-limited', httpStatus: 429 } },
      { kind: 'retry', at: FIRST + 20_000 },
    ],
    [
      'slows down on 502',
      { result: { retry: true, reason: 'http-status', httpStatus: 502 } },
      { kind: 'retry', at: FIRST + 20_000 },
    ],
    [
      'is not slowed by 500',
      { result: { retry: true, reason: 'http-status', httpStatus: 500 } },
      { kind: 'retry', at: FIRST + 5000 },
    ],
    [
      'comes at once after our own stop',
      { attempt: 3, result: { retry: true, reason: 'interrupted' } },
      { kind: 'retry', at: FIRST },
    ],
    [
      'does not come for a configuration error',
      { result: { retry: false, reason: 'provider-refused' } },
      { kind: 'give-up', reason: 'refused' },
    ],
    [
      'does not come for 410',
      { result: { retry: false, reason: 'gone', gone: true } },
      { kind: 'give-up', reason: 'gone' },
    ],
    [
      'does not come when the incident is over',
      { isOver: true },
      { kind: 'give-up', reason: 'resolved' },
    ],
    [
      'does not come after a day',
      { attempt: 20, now: FIRST + 23 * 60 * MINUTE },
      { kind: 'give-up', reason: 'expired' },
    ],
  ])('%s', (_name, fields, expected) => {
    expect(nextAttempt({ ...base, ...fields })).toEqual(expected);
  });

  test('spreads by a tenth to either side', () => {
    expect(nextAttempt({ ...base, random: 0 })).toEqual({ kind: 'retry', at: FIRST + 4500 });
    expect(nextAttempt({ ...base, random: 1 })).toEqual({ kind: 'retry', at: FIRST + 5500 });
  });

  test('a receiver that stays away is tried at least 7 times in the first half hour, and then ever less', () => {
    let now = FIRST;
    const waits: number[] = [];
    for (let attempt = 1; attempt < 50; attempt += 1) {
      const next = nextAttempt({ ...base, attempt, now });
      if (next.kind === 'give-up') {
        expect(next.reason).toBe('expired');
        break;
      }
      waits.push(next.at - now);
      now = next.at;
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    const early = waits.reduce((count, _wait, i) => {
      const at = waits.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0);
      return at <= 30 * MINUTE ? count + 1 : count;
    }, 0);
    expect(early).toBeGreaterThanOrEqual(7);
    expect(waits.length).toBeLessThan(20);
  });
});

test.each([
  [29 * MINUTE, 'zh', 'DeepSeek 情绪骤降'],
  [42 * MINUTE, 'zh', '【延迟 42 分钟送达】DeepSeek 情绪骤降'],
  [42 * MINUTE, 'en', '【delivered 42 min late】DeepSeek 情绪骤降'],
] as const)('a message sent after %i ms (%s) is titled %s', (late, lang, title) => {
  const message = markDelayed(aMessage(), { lang, firstAt: FIRST, now: FIRST + late });
  expect(message).toMatchObject({ title, key: aMessage().key });
});

describe('the fallback', () => {
  const channels = new Map(
    [
      { id: 'a', fallback: 'b' },
      { id: 'b', fallback: 'c' },
      { id: 'c', fallback: 'a' },
      { id: 'off', fallback: 'c', enabled: false },
      { id: 'to-off', fallback: 'off' },
      { id: 'to-nowhere', fallback: 'missing' },
      { id: 'alone' },
    ].map((fields) => [fields.id, channelSchema.parse(aChannel('ntfy', fields))]),
  );
  test.each<[string, string[], string | null]>([
    ['a', ['a'], 'b'],
    ['a', ['a', 'b'], 'c'],
    ['a', ['a', 'b', 'c'], null],
    ['to-off', ['to-off'], 'c'],
    ['to-nowhere', ['to-nowhere'], null],
    ['alone', ['alone'], null],
  ])('of %s while %j fail is %s', (id, failing, expected) => {
    const channel = channels.get(id);
    const found = channel && fallbackOf(channel, channels, (other) => failing.includes(other));
    expect(found?.id ?? null).toBe(expected);
  });
});

test.each([
  ['rate-limited', 429, 0, false],
  ['provider-refused', 200, 0, false],
  ['http-status', 404, 0, false],
  ['http-status', 503, 0, true],
  ['network', undefined, 0, true],
  ['timeout', undefined, 0, true],
  ['interrupted', undefined, 0, true],
  ['unreadable-answer', 200, 0, true],
  ['rate-limited', 429, 2, true],
] as const)(
  'after %s %s with %i parts sent it may have arrived: %s',
  (reason, httpStatus, partsSent, may) => {
    const status = httpStatus === undefined ? {} : { httpStatus };
    expect(mayHaveArrived({ reason, partsSent, ...status })).toBe(may);
  },
);
