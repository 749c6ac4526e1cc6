import { expect, test } from 'vitest';
import { backtestEnd } from '../../../web/src/alerts/backtest-end.ts';

const DAY = 86_400_000;
const now = Date.parse('2026-11-28T00:00:00Z');

test.each([
  ['nothing known yet', null, null, 7, null],
  ['an empty store', now, null, 7, null],
  ['posts of this week', now, now - 2 * DAY, 7, null],
  ['imported history, to the end of its last minute', now, 90_500, 7, 120_000],
  ['history within a longer span', now, now - 20 * DAY, 30, null],
])('%s', (_name, at, newest, days, end) => {
  expect(backtestEnd(at, newest, days)).toBe(end);
});
