import { describe, expect, test } from 'vitest';
import type { MoodDetection } from '#shared/alert/detect-mood.ts';
import type { Detection } from '#shared/alert/detect-spike.ts';
import { nextSpikes, NO_SPIKES, type SpikeState } from '#shared/alert/next-spikes.ts';
import type { Spike } from '#shared/alert/spike.ts';
import { TopicWatch } from '#shared/alert/topic-watch.ts';
import { at, aTable } from './builders.ts';

const volume = (minute: number, surprise: number, calm = surprise < 2): Detection => ({
  at: at(minute),
  score: 0,
  alert: 0,
  surprise,
  expected: 20,
  observed: Math.round(20 * (1 + surprise)),
  windowMs: 600_000,
  novelty: 0,
  calm,
  days: 9,
});
const mood = (
  minute: number,
  surprise: number,
  direction: 'up' | 'down',
  calm = surprise < 2,
): MoodDetection => ({
  at: at(minute),
  score: 0,
  alert: 0,
  direction,
  surprise,
  expected: 5,
  observed: direction === 'down' ? -30 : 40,
  windowMs: 900_000,
  n: 60,
  calm,
});

function follow(detections: { volume?: Detection; mood?: MoodDetection }[]): {
  state: SpikeState;
  changed: Spike[];
} {
  let state = NO_SPIKES;
  const changed: Spike[] = [];
  for (const minute of detections) {
    const step = nextSpikes(state, 'deepseek', minute);
    state = step.state;
    changed.push(...step.changed);
  }
  return { state, changed };
}
const volumes = (...surprises: number[]) =>
  follow(surprises.map((surprise, minute) => ({ volume: volume(minute, surprise) })));

describe('spikes', () => {
  test('open at surprise 4 under an id of topic, minute and measure', () => {
    const { changed } = volumes(1, 3.9, 4.5);
    expect(changed).toMatchObject([
      {
        id: `deepseek:${at(2)}:volume`,
        startsAt: at(2),
        endsAt: null,
        direction: 'up',
        surprise: 4.5,
        windowMinutes: 10,
      },
    ]);
  });
  test('move their peak up and never down', () => {
    const { changed } = volumes(5, 9, 7, 12, 6);
    expect(changed.map((spike) => [spike.peakAt, spike.surprise])).toEqual([
      [at(0), 5],
      [at(1), 9],
      [at(3), 12],
    ]);
    expect(new Set(changed.map((spike) => spike.id)).size).toBe(1);
  });
  test('end where ten calm minutes began', () => {
    const { state, changed } = volumes(5, 6, ...Array.from({ length: 11 }, () => 0.5));
    expect(state.volume).toBeNull();
    expect(changed.at(-1)).toMatchObject({ endsAt: at(2), surprise: 6 });
  });
  test('go on when the calm is shorter', () => {
    const { state, changed } = volumes(
      5,
      ...Array.from({ length: 9 }, () => 0.5),
      3,
      ...Array.from({ length: 9 }, () => 0.5),
    );
    expect(state.volume).not.toBeNull();
    expect(changed).toHaveLength(1);
  });
  test('open on an alert of the detector too', () => {
    const { changed } = follow([{ volume: { ...volume(0, 3.2), alert: 1, calm: false } }]);
    expect(changed).toHaveLength(1);
  });
  test('of mood turn: one ends where the other begins', () => {
    const { state, changed } = follow([{ mood: mood(0, 5, 'down') }, { mood: mood(1, 6, 'up') }]);
    expect(changed.map(({ direction, endsAt, id }) => [direction, endsAt, id])).toEqual([
      ['down', null, `deepseek:${at(0)}:mood`],
      ['down', at(1), `deepseek:${at(0)}:mood`],
      ['up', null, `deepseek:${at(1)}:mood`],
    ]);
    expect(state.mood?.spike.direction).toBe('up');
  });
  test('of both measures live side by side', () => {
    const { state } = follow([{ volume: volume(0, 5), mood: mood(0, 6, 'down') }]);
    expect(state.volume?.spike).toMatchObject({ measure: 'volume', n: 120 });
    expect(state.mood?.spike).toMatchObject({ measure: 'mood', n: 60, observed: -30 });
  });
});

describe('TopicWatch', () => {
  const length = 4 * 1440;
  const event = 3 * 1440 + 700;
  const minutes = aTable(length, (minute) => ({
    n: 4 + (minute % 5) + (minute >= event && minute < event + 40 ? 60 : 0),
    score: minute >= event && minute < event + 40 ? -0.8 : 0.3,
  }));
  const final = (changed: readonly Spike[]) => [
    ...new Map(changed.map((spike) => [spike.id, spike])).values(),
  ];

  test('finds the surge and the fall of mood, live in small steps as in one sweep', () => {
    const sweep = new TopicWatch('deepseek', { from: at(0) });
    const once = sweep.advance(minutes, at(length));
    const live = new TopicWatch('deepseek', { from: at(0) });
    const changed: Spike[] = [];
    for (let minute = 0; minute <= length; minute += 7)
      changed.push(...live.advance(minutes, at(minute)).changed);
    changed.push(...live.advance(minutes, at(length)).changed);
    expect(final(changed)).toEqual(final(once.changed));
    expect(final(changed).map(({ measure, direction }) => `${measure} ${direction}`)).toEqual(
      expect.arrayContaining(['volume up', 'mood down']),
    );
    expect(
      final(changed).every(
        (spike) => spike.startsAt >= at(event) && spike.startsAt < at(event + 15),
      ),
    ).toBe(true);
    expect(live.spikes).toEqual(NO_SPIKES);
  });

  test('young minutes may still grow until they are settled', () => {
    const thin = aTable(event + 3, (minute) => ({
      n: minute > event ? 0 : 4 + (minute % 5),
      score: 0.3,
    }));
    const watch = new TopicWatch('deepseek', { from: at(0) });
    const before = watch.advance(thin, at(event + 3));
    expect(before.detections.get(at(event + 2))!.surprise).toBe(0);
    expect(watch.settledTo).toBe(at(event - 7));
    const after = watch.advance(minutes, at(event + 6));
    expect(after.detections.get(at(event + 5))!.surprise).toBeGreaterThan(4);
  });

  test('the running minute is judged as far as it has come', () => {
    const watch = new TopicWatch('deepseek', { from: at(0) });
    const report = watch.advance(minutes, at(event + 2) + 30_000);
    expect(report.detections.get(at(event + 2))!.surprise).toBeGreaterThan(4);
    expect(report.moods.has(at(event + 2))).toBe(false);
  });

  test('an open spike survives a restart under its id', () => {
    const before = new TopicWatch('deepseek', { from: at(0) });
    before.advance(minutes, at(event + 20));
    const open = before.spikes.volume!.spike;
    const after = new TopicWatch('deepseek', {
      from: at(0),
      spikes: before.spikes,
      followedTo: at(event + 20),
    });
    const { changed } = after.advance(minutes, at(length));
    expect(changed.find((spike) => spike.id === open.id && spike.endsAt !== null)).toBeDefined();
    expect(final(changed).filter((spike) => spike.measure === 'volume')).toHaveLength(1);
  });

  test('a gap of the sources is neither a fall nor a spike', () => {
    const outage = { from: at(2 * 1440), to: at(2 * 1440 + 200) };
    const holed = aTable(3 * 1440, (minute) => ({
      n: at(minute) >= outage.from && at(minute) < outage.to ? 0 : 5,
      score: 0.3,
    }));
    const report = new TopicWatch('deepseek', { from: at(0) }).advance(holed, at(3 * 1440), [
      outage,
    ]);
    expect(report.changed).toEqual([]);
    expect(report.detections.has(outage.from)).toBe(false);
  });
});
