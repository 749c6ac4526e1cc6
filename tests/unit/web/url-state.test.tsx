import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  METRICS,
  RANGES,
  liveUrl,
  pan,
  previousSpan,
  stepText,
  viewOf,
  windowMsOf,
  zoom,
  zoomOut,
} from '../../../web/src/live/live-url.ts';
import { matchPath } from '../../../web/src/router/match.ts';
import { formatState, parseState } from '../../../web/src/router/url-state.ts';

const id = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,12}$/);
const ids = fc.uniqueArray(id, { maxLength: 6 });
const second = fc
  .integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) })
  .map((at) => Math.floor(at / 1000) * 1000);
const maybeSecond = fc.option(second, { nil: null });

const liveState = fc.record({
  topics: ids,
  off: ids,
  range: fc.constantFrom(...RANGES),
  from: maybeSecond,
  to: maybeSecond,
  at: maybeSecond,
  metric: fc.constantFrom(...METRICS),
  step: fc.constantFrom('auto', '1m', '5m', '15m', '1h', '6h'),
  window: fc.constantFrom('15m', 'step'),
  compare: fc.constantFrom('', 'prev'),
  band: fc.constantFrom('1', '0'),
  view: fc.constantFrom('chart', 'table'),
  focus: fc.oneof(fc.constant(''), id),
  play: fc.integer({ min: 0, max: 1000 }),
});

describe('state in the address', () => {
  it('comes back exactly as it went in, for every state of the live page', () => {
    fc.assert(
      fc.property(liveState, (state) => {
        expect(parseState(liveUrl, formatState(liveUrl, state as never))).toEqual(state);
      }),
    );
  });

  it('keeps parameters it does not know', () => {
    fc.assert(
      fc.property(liveState, fc.string({ maxLength: 20 }), (state, value) => {
        const before = `?${new URLSearchParams({ utm: value })}`;
        const after = new URLSearchParams(formatState(liveUrl, state as never, before));
        expect(after.get('utm')).toBe(value);
      }),
    );
  });

  it('leaves defaults out: the plain page has a plain address', () => {
    expect(formatState(liveUrl, parseState(liveUrl, ''))).toBe('');
  });

  it('reads any search string without failing', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (search) => {
        const state = parseState(liveUrl, `?${search}`);
        expect(RANGES).toContain(state.range);
        expect(state.topics.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it.each([
    ['2025-01-20T10:32+08:00', Date.UTC(2025, 0, 20, 2, 32)],
    ['2025-01-20T10:32 08:00', Date.UTC(2025, 0, 20, 2, 32)],
    ['yesterday', null],
    ['', null],
  ])('reads the instant %j', (text, expected) => {
    expect(liveUrl.at.parse(text)).toBe(expected);
  });
});

describe('the window that a state shows', () => {
  const now = Date.UTC(2025, 0, 27, 12, 15, 30);
  const plain = parseState(liveUrl, '');

  it('follows the clock: its right edge is the end of the open step', () => {
    const view = viewOf(plain, now);
    expect(view.following).toBe(true);
    expect(view.to).toBe(Date.UTC(2025, 0, 27, 12, 16));
    expect(view.to - view.from).toBe(3_600_000);
  });

  it('stands still when frozen, whatever the clock does', () => {
    const frozen = { ...plain, at: now };
    expect(viewOf(frozen, now + 9_999_999)).toEqual(viewOf(frozen, now));
    expect(viewOf(frozen, now).following).toBe(false);
  });

  it('never has more points than the server gives', () => {
    fc.assert(
      fc.property(liveState, (state) => {
        const view = viewOf(state as never, now);
        expect((view.to - view.from) / view.stepMs).toBeLessThanOrEqual(601);
      }),
    );
  });

  it('stands for the quarter hour before each point, as rules do, wherever steps fit into it', () => {
    expect(windowMsOf({ window: '15m', metric: 'mood' }, 60_000)).toBe(900_000);
    expect(windowMsOf({ window: '15m', metric: 'volume' }, 60_000)).toBe(60_000);
    expect(windowMsOf({ window: '15m', metric: 'mood' }, 600_000)).toBe(600_000);
  });

  it('keeps its width when moved and never shows more future than it did', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (share) => {
        const view = viewOf(plain, now);
        const moved = pan(view, share, now);
        expect(moved.to - moved.from).toBe(view.to - view.from);
        expect(moved.to).toBeLessThanOrEqual(Math.max(view.to, now + 60_000));
      }),
    );
  });

  it('zooms around the pointer within five minutes and 400 days', () => {
    const view = viewOf(plain, now);
    const middle = (view.from + view.to) / 2;
    expect(zoom(view, 1e-6, middle, now).to - zoom(view, 1e-6, middle, now).from).toBe(300_000);
    const wide = zoom(view, 1e9, middle, now);
    expect(wide.to - wide.from).toBe(400 * 86_400_000);
    expect(zoomOut(view, now).to - zoomOut(view, now).from).toBe(2 * (view.to - view.from));
    expect(previousSpan(view).to).toBe(view.from);
  });

  it.each([
    [60_000, '1m'],
    [900_000, '15m'],
    [7_200_000, '2h'],
    [604_800_000, '7d'],
  ])('writes the step %d as %s', (ms, text) => {
    expect(stepText(ms)).toBe(text);
  });
});

describe('routes', () => {
  it.each([
    ['/topics/:id?', '/topics', {}],
    ['/topics/:id?', '/topics/ernie', { id: 'ernie' }],
    ['/topics/:id?', '/topics/ernie/more', null],
    ['/spikes/:id', '/spikes', null],
    ['/spikes/:id', '/spikes/%E5%BC%82%E5%8A%A8', { id: '异动' }],
    ['/spikes/:id', '/spikes/%E5%', { id: '%E5%' }],
    ['/live', '/live/', {}],
  ])('%s against %s', (pattern, path, expected) => {
    expect(matchPath(pattern, path)).toEqual(expected);
  });
});
