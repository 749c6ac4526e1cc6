import { expect, it } from 'vitest';
import type { Delivery } from '#shared/wire/api.ts';
import { toldByChannel } from '../../../web/src/alerts/told.ts';

const attempt = { ok: true, httpStatus: 200, providerCode: null, answer: '' };
const delivery = (id: string, channelId: string, minute: number, more: Partial<Delivery> = {}) => ({
  id,
  key: id,
  incidentId: 'i',
  channelId,
  kind: 'firing',
  title: '',
  state: 'sent' as const,
  attempts: [],
  createdAt: `2025-01-27T13:0${minute}:00Z`,
  nextAttemptAt: null,
  ...more,
});

it('one line per channel in the order they were told, about its first message, whatever order they come in', () => {
  const at = (second: number, ms: number) => ({
    ...attempt,
    at: `2025-01-27T13:01:0${second}Z`,
    ms,
  });
  const told = toldByChannel([
    delivery('4', 'mail', 3, { kind: 'resolved' }),
    delivery('3', 'hook', 2, { attempts: [at(5, 2000), at(9, 180)] }),
    delivery('2', 'mail', 1, { attempts: [at(4, 1200)] }),
    delivery('5', 'late', 4, { state: 'waiting' }),
  ]);
  const line = (channelId: string, second: number, ms: number) => ({
    channelId,
    state: 'sent',
    last: { at: `2025-01-27T13:01:0${second}Z`, ms },
  });
  expect(told).toEqual([
    { ...line('mail', 4, 1200), retries: 0, more: 1 },
    { ...line('hook', 9, 180), retries: 1, more: 0 },
    { channelId: 'late', state: 'waiting', last: null, retries: 0, more: 0 },
  ]);
});
