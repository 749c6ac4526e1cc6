import { expect, test } from 'vitest';
import type { Backtest } from '#shared/wire/api.ts';
import { clipBacktest, spanAround } from '../../../web/src/alerts/incident-span.ts';

const at = (time: string) => Date.parse(`2025-01-27T${time}:00Z`);
const iso = (time: string) => new Date(at(time)).toISOString();

test('a resolved incident is shown from three hours before to one after', () => {
  const span = spanAround({ startsAt: iso('13:08'), resolvedAt: iso('14:00') }, at('23:00'));
  expect(span).toEqual({ from: at('10:08'), to: at('15:00'), days: 1 });
});

test('an open one ends with the clock, to the half hour: it is not asked for every second', () => {
  const open = { startsAt: iso('13:08'), resolvedAt: null };
  expect(spanAround(open, at('13:31')).to).toBe(at('14:00'));
  expect(spanAround(open, at('13:59'))).toEqual(spanAround(open, at('13:31')));
});

test('one that lasted for days is covered as a whole', () => {
  const span = spanAround(
    { startsAt: iso('00:00'), resolvedAt: null },
    at('00:00') + 5 * 86_400_000,
  );
  expect(span.days).toBe(6);
});

test('clipping keeps what lies in the span and cuts what reaches in', () => {
  const data = {
    from: iso('00:00'),
    to: iso('20:00'),
    points: [{ at: iso('09:00') }, { at: iso('11:00') }, { at: iso('19:00') }],
    fires: [
      { from: iso('01:00'), to: iso('02:00') },
      { from: iso('09:00'), to: iso('12:00') },
      { from: iso('13:00'), to: null },
    ],
  } as unknown as Backtest;
  const clipped = clipBacktest(data, { from: at('10:00'), to: at('15:00') });
  expect(clipped.points.map((point) => point.at)).toEqual([iso('11:00')]);
  expect(clipped.fires.map(({ from, to }) => [from, to])).toEqual([
    [iso('10:00'), iso('12:00')],
    [iso('13:00'), null],
  ]);
});
