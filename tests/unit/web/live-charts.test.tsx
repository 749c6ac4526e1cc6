import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import type { ChartColors } from '../../../web/src/charts/palette.ts';
import { paceOf, smoothed } from '../../../web/src/charts/pace.ts';
import { PLOT, labelRoom } from '../../../web/src/charts/model.ts';
import {
  type ModelInput,
  type TopicPoints,
  mainModel,
  volumeModel,
} from '../../../web/src/live/chart-model.ts';
import { actionsOf } from '../../../web/src/live/actions.ts';
import { seriesCsv } from '../../../web/src/live/export.ts';
import { type LiveState, viewOf } from '../../../web/src/live/live-url.ts';
import { chartSpan } from '../../../web/src/spikes/spike-span.ts';
import { topicPointsOf } from '../../../web/src/live/topic-points.ts';
import {
  type Point,
  applyBase,
  applySnapshot,
  createSeriesStore,
} from '../../../web/src/state/series-store.ts';

const START = Date.UTC(2025, 0, 27, 13);
const COLORS = {
  topics: ['#111', '#222'],
  ink3: '#333',
  neutral: '#777',
} as unknown as ChartColors;

function aPoint(at: number, n: number): Point {
  return {
    at,
    n,
    positive: n - 1,
    neutral: 0,
    negative: 1,
    mood: 10,
    low: 0,
    high: 20,
    authors: n,
    moodSum: 0,
    moodSq: 0,
  };
}

function aTopic(id: string, slot: number, n: number): TopicPoints {
  const points = [0, 1, 2].map((step) => aPoint(START + step * MINUTE_MS, n));
  return { id, name: id, slot, points, drawn: points, before: [] };
}

function anInput(change: Partial<ModelInput> = {}): ModelInput {
  return {
    topics: [aTopic('a', 0, 8), aTopic('b', 1, 4)],
    view: { from: START, to: START + 3 * MINUTE_MS, stepMs: MINUTE_MS },
    now: START + 10 * MINUTE_MS,
    metric: 'mood',
    bands: [],
    thresholds: [],
    spikes: [],
    colors: COLORS,
    language: 'zh',
    zone: 'Asia/Shanghai',
    width: 900,
    windowMs: MINUTE_MS,
    titles: { main: 'mood', volume: 'mentions', lane: 'spikes' },
    ...change,
  };
}

const aSpike = {
  id: 's',
  topic: 'b',
  measure: 'mood',
  direction: 'down',
  startsAt: new Date(START).toISOString(),
  peakAt: new Date(START + MINUTE_MS).toISOString(),
  endsAt: null,
  observed: -40,
  expected: 10,
  surprise: 9,
  windowMinutes: 15,
  n: 90,
  note: '',
} as const;

describe('the two plots', () => {
  it('say what they show; only the upper one has the lane of spikes', () => {
    expect(mainModel(anInput())).toMatchObject({ title: 'mood', lane: 'spikes', showX: false });
    expect(volumeModel(anInput())).toMatchObject({ title: 'mentions', lane: null, showX: true });
  });

  it('spikes of several topics get a row each, of a single one the whole height', () => {
    expect(mainModel(anInput({ spikes: [aSpike] })).regions).toMatchObject([{ row: 1 }]);
    const alone = anInput({ topics: [aTopic('b', 1, 4)], spikes: [aSpike] });
    expect(mainModel(alone).regions).toMatchObject([{ row: null }]);
  });

  it('a spike that goes on ends at now', () => {
    const [region] = mainModel(anInput({ spikes: [aSpike] })).regions;
    expect(region?.to).toBe(START + 10 * MINUTE_MS);
  });

  it('the lower one stacks by mood: a single topic, or all together beside the volume of each', () => {
    expect(volumeModel(anInput()).bars).toBe(null);
    const together = volumeModel(anInput({ metric: 'volume' }));
    expect(together.lines).toEqual([]);
    expect(together.bars?.items[0]?.values).toEqual([2, 0, 10]);
    expect(together.max).toBeGreaterThanOrEqual(12);
  });

  it('named instants cross both, the name stands in the upper one', () => {
    const input = anInput({ events: [{ at: START, label: 'first post', short: 'first' }] });
    expect(mainModel(input).events).toMatchObject([{ label: 'first post' }]);
    expect(volumeModel(input).events).toMatchObject([{ at: START, label: '' }]);
  });

  it('the name at the line’s end needs no room where there is one line', () => {
    expect(labelRoom(['DeepSeek'], 1200)).toBe(PLOT.right);
    expect(labelRoom(['DeepSeek', '文心一言'], 1200)).toBeGreaterThan(PLOT.right);
  });
});

describe('what is drawn of a topic', () => {
  const topic = { id: 'a', name: 'A', slot: 0 };
  const window = {
    view: { from: START, to: START + 5 * MINUTE_MS, stepMs: MINUTE_MS },
    until: Infinity,
    windowMs: MINUTE_MS,
    compared: false,
  };
  const aStore = (answered: boolean) => {
    const store = createSeriesStore();
    const tick = { topic: 'a', n: 9, positive: 9, neutral: 0, negative: 0 };
    applySnapshot(store, {
      seq: 1,
      topics: ['a'],
      now: START,
      buckets: [{ ...tick, at: START, moodSum: 5_000, moodSq: 4_000_000, authors: 9 }],
    });
    if (answered)
      applyBase(store, {
        stepSeconds: 60,
        topics: [{ topic: 'a', prior: 0.3, points: [] }],
      } as never);
    return store;
  };

  it('nothing before the server has told the usual mood: a line without it would jump', () => {
    expect(topicPointsOf(aStore(false), topic, window).drawn).toEqual([]);
    expect(topicPointsOf(aStore(true), topic, window).drawn[0]?.n).toBe(9);
  });

  it('a replay does not know what comes after it', () => {
    const until = START + 2 * MINUTE_MS;
    const { points, drawn } = topicPointsOf(aStore(true), topic, { ...window, until });
    expect(points.length).toBe(2);
    expect(drawn.at(-1)?.at).toBe(START + MINUTE_MS);
  });
});

describe('the pace of a page', () => {
  it.each([
    ['a fast machine moves as often as asked', 3, 250],
    ['a draw may take a twenty-fifth of the time', 20, 500],
    ['live stays live on the slowest', 400, 2_000],
  ])('%s', (_name, costMs, expected) => {
    expect(paceOf(costMs, 250)).toBe(expected);
  });

  it('one hiccup among many draws changes little', () => {
    const costs = [5, 5, 5, 60, 5, 5, 5, 5];
    expect(costs.reduce(smoothed, 0)).toBeLessThan(10);
  });
});

describe('the CSV of what is seen', () => {
  const view = { from: START, to: START + 3 * MINUTE_MS, stepMs: MINUTE_MS, windowMs: MINUTE_MS };
  it('has the period before only where it is compared', () => {
    const alone = seriesCsv([aTopic('a', 0, 8)], view, 'Asia/Shanghai').split('\r\n');
    expect(alone[0]).not.toContain('before_n');
    const topic = aTopic('a', 0, 8);
    const compared = seriesCsv(
      [{ ...topic, before: [aPoint(START, 5)] }],
      view,
      'Asia/Shanghai',
    ).split('\r\n');
    const columns = compared[0]?.split(',') ?? [];
    const row = compared[1]?.split(',') ?? [];
    expect(row[columns.indexOf('before_n')]).toBe('5');
    expect(row.length).toBe(columns.length);
    expect(compared[2]?.endsWith(',,,')).toBe(true);
  });
});

describe('keys and buttons', () => {
  const state = { range: '1h', at: null, from: null, to: null, play: 0 } as unknown as LiveState;
  const actionsIn = (replaying: boolean) => {
    const changes: Partial<LiveState>[] = [];
    const replay = { playing: { value: true } };
    const view = { from: START, to: START + 60 * MINUTE_MS, stepMs: MINUTE_MS };
    const act = actionsOf(() => ({
      state,
      setState: (change) => changes.push(change),
      view: { ...view, following: !replaying },
      now: () => START,
      shown: [],
      cross: { value: null },
      spikes: [],
      replay: replaying ? (replay as never) : null,
    }));
    return { act, changes, replay };
  };

  it('pause holds a replay where it stands; live, it freezes the right edge', () => {
    const replaying = actionsIn(true);
    replaying.act.togglePause();
    expect(replaying.replay.playing.value).toBe(false);
    expect(replaying.changes).toEqual([]);
    const live = actionsIn(false);
    live.act.togglePause();
    expect(live.changes).toEqual([{ at: START }]);
  });

  it('a range chosen in a replay keeps the replay', () => {
    const { act, changes } = actionsIn(true);
    act.range('6h');
    expect(changes).toEqual([{ range: '6h' }]);
  });

  it('zooming in halves the window and stops following', () => {
    const { act, changes } = actionsIn(false);
    act.zoomIn();
    const { from, to, play } = changes[0] ?? {};
    expect((to ?? 0) - (from ?? 0)).toBe(30 * MINUTE_MS);
    expect(play).toBe(0);
  });
});

describe('the window of a followed clock', () => {
  it('is the same at any moment of a step, so the page may sleep until the next', () => {
    const state = { range: '1h', step: '1m', from: null, to: null, at: null, play: 0 } as const;
    expect(viewOf(state, START)).toEqual(viewOf(state, START + MINUTE_MS - 1));
    expect(viewOf(state, START)).not.toEqual(viewOf(state, START + MINUTE_MS));
  });
});

describe('the chart of a spike', () => {
  it('ends an hour after it, but never shows a time that has not come', () => {
    const over = {
      startsAt: aSpike.startsAt,
      endsAt: new Date(START + 20 * MINUTE_MS).toISOString(),
    };
    const late = START + 600 * MINUTE_MS;
    expect(chartSpan(over, late)).toEqual({
      from: START - 120 * MINUTE_MS,
      to: START + 80 * MINUTE_MS,
    });
    const now = START + 30 * MINUTE_MS;
    expect(chartSpan({ ...over, endsAt: null }, now).to).toBe(now);
  });
});
