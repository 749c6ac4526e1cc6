import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LivePost } from '#shared/wire/live.ts';
import {
  GONE_AFTER_MS,
  STALE_AFTER_MS,
  behindMs,
  connectionKind,
} from '../../../web/src/live/connection.ts';
import { noteMarkers, spikeMarkers } from '../../../web/src/live/markers.ts';
import { NO_SEQUENCE, seeEvent, seeHeartbeat } from '../../../web/src/live/sequence.ts';
import {
  EMPTY_STREAM,
  MOST_ROWS,
  arrive,
  relabelled,
  release,
} from '../../../web/src/live/stream.ts';
import { splitEvidence } from '../../../web/src/post/evidence.ts';
import { cell } from '../../../web/src/live/export.ts';
import { assignSlots } from '../../../web/src/charts/palette.ts';
import {
  dottedSegments,
  niceLimits,
  solidData,
  spreadLabels,
  valueTicks,
} from '../../../web/src/charts/model.ts';

describe('the connection badge', () => {
  const open = {
    transport: 'open',
    transportSince: 0,
    beatAt: 10_000,
    loginNeeded: false,
    versionChanged: false,
  } as const;
  it.each([
    ['live while heartbeats come', open, 12_000, 'live'],
    ['live up to the limit', open, 10_000 + STALE_AFTER_MS, 'live'],
    ['stale after it', open, 10_001 + STALE_AFTER_MS, 'stale'],
    ['connecting before the first beat', { ...open, beatAt: null }, 12_000, 'connecting'],
    ['retrying', { ...open, transport: 'retrying' }, 12_000, 'reconnecting'],
    ['gone after a minute of it', { ...open, transport: 'retrying' }, GONE_AFTER_MS + 1, 'gone'],
    ['a new build', { ...open, versionChanged: true }, 12_000, 'updated'],
    ['old data matters more than a new build', { ...open, versionChanged: true }, 99_000, 'stale'],
    [
      'no session, before all else',
      { ...open, transport: 'retrying', loginNeeded: true },
      0,
      'login',
    ],
  ] as const)('%s', (_name, facts, now, expected) => {
    expect(connectionKind(facts, now)).toBe(expected);
  });
});

describe('the number to ask again from', () => {
  it('never runs ahead of a beat that may have overtaken its ticks', () => {
    const after = seeHeartbeat(seeEvent(NO_SEQUENCE, 5), 9);
    expect(after.safe).toBe(5);
    expect(seeHeartbeat(after, 12).safe).toBe(9);
  });
  it('only grows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(1000))), (steps) => {
        let sequence = NO_SEQUENCE;
        for (const [beat, seq] of steps) {
          const next = beat ? seeHeartbeat(sequence, seq) : seeEvent(sequence, seq);
          expect(next.safe).toBeGreaterThanOrEqual(sequence.safe);
          sequence = next;
        }
      }),
    );
  });
});

describe('evidence in a text', () => {
  const spans = fc.array(
    fc.tuple(
      fc.integer({ min: -5, max: 60 }),
      fc.integer({ min: -5, max: 60 }),
      fc.double({ noNaN: true }),
    ),
    { maxLength: 8 },
  );
  it('the parts always join to the text, whatever the spans', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), spans, (text, list) => {
        expect(
          splitEvidence(text, list)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
  it('no emoji is cut in two', () => {
    const parts = splitEvidence('好🐳棒', [[0, 2, 0.5]]);
    expect(parts.map((part) => part.text)).toEqual(['好', '🐳棒']);
  });
  it('overlapping effects add up', () => {
    const parts = splitEvidence('不太好用', [
      [0, 3, -0.2],
      [2, 4, 0.5],
    ]);
    expect(parts.map((part) => [part.text, Math.round(part.effect * 10) / 10])).toEqual([
      ['不太', -0.2],
      ['好', 0.3],
      ['用', 0.5],
    ]);
  });
});

describe('the stream of posts', () => {
  const post = (ref: number): LivePost => ({
    ref: `p${ref}`,
    source: 'weibo',
    at: ref * 1000,
    author: '',
    text: '',
    demo: false,
    topics: [{ topic: 'deepseek', label: 'neutral', score: 0, evidence: [] }],
  });
  it('shows each post once, newest first, at most 200 rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(600), { maxLength: 40 }), { maxLength: 20 }),
        (batches) => {
          let stream = EMPTY_STREAM;
          for (const batch of batches) stream = release(arrive(stream, batch.map(post)), 25);
          const ats = stream.rows.map((row) => row.at);
          expect(new Set(ats).size).toBe(ats.length);
          expect(ats).toEqual(ats.toSorted((a, b) => b - a));
          expect(ats.length).toBeLessThanOrEqual(MOST_ROWS);
        },
      ),
    );
  });
  it('holds what is not released', () => {
    const held = arrive(EMPTY_STREAM, [post(1), post(2), post(3)]);
    expect(held.rows).toHaveLength(0);
    expect(release(held, 2).rows.map((row) => row.ref)).toEqual(['p2', 'p1']);
    expect(release(held, 2).waiting.map((row) => row.ref)).toEqual(['p3']);
  });
  it('a corrected label shows at once, on its topic only', () => {
    const stream = release(arrive(EMPTY_STREAM, [post(1)]));
    const changed = relabelled(stream, { ref: 'p1', topic: 'deepseek', label: 'negative' });
    expect(changed.rows[0]?.topics[0]?.label).toBe('negative');
    expect(relabelled(stream, { ref: 'p1', topic: 'ernie', label: 'negative' }).rows).toEqual(
      stream.rows,
    );
  });
});

describe('charts', () => {
  it('signs that are near share a place and none is lost', () => {
    const view = { from: 0, to: 100_000 };
    const notes = [1, 1.5, 50, 99].map((at, index) => ({
      id: String(index),
      at: new Date(at * 1000).toISOString(),
    }));
    const markers = noteMarkers(notes as never, view);
    expect(markers.map((marker) => marker.items.length)).toEqual([2, 1, 1]);
    expect(spikeMarkers([], view)).toEqual([]);
  });
  it('six topics get six colours even when they wish for one', () => {
    const wishes = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, color: 3 }));
    expect(new Set(assignSlots(wishes).values()).size).toBe(6);
    expect(assignSlots(wishes).get('a')).toBe(3);
  });
  it('labels at line ends never overlap and stay inside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 6 }),
        (wanted) => {
          const places = spreadLabels(wanted, { gap: 15, top: 0, bottom: 300 }).toSorted(
            (a, b) => a - b,
          );
          for (const [index, place] of places.entries()) {
            expect(place).toBeGreaterThanOrEqual(-1e-9);
            expect(place).toBeLessThanOrEqual(300 + 1e-9);
            if (index > 0) expect(place - places[index - 1]!).toBeGreaterThanOrEqual(15 - 1e-9);
          }
        },
      ),
    );
  });
  it('axes have round limits around the data and three to eight ticks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (a, b) => {
          const [low, high] = a < b ? [a / 10, b / 10] : [b / 10, a / 10];
          const { min, max } = niceLimits(low, high, { step: 10, least: -100, most: 100 });
          expect(min).toBeLessThanOrEqual(low);
          expect(max).toBeGreaterThanOrEqual(high);
          if (max > min) expect(valueTicks(min, max).length).toBeLessThanOrEqual(8);
        },
      ),
    );
  });
});

describe('cells of a CSV file', () => {
  it.each([
    ['DeepSeek', 'DeepSeek'],
    ['=1+1', "'=1+1"],
    ['文心, "一言"', '"文心, ""一言"""'],
    ['@SUM(A1)', "'@SUM(A1)"],
  ])('%j is written as %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });
});

describe('how far behind the screen says it is', () => {
  const beat = {
    clock: { mode: 'replay', now: 600_000, speed: 60 },
    newestAt: 0,
    queueWaiting: 0,
    latencyP95Ms: 300,
  } as const;
  it('is the pipeline and the age of the last beat while nothing queues', () => {
    expect(behindMs(beat, 500)).toBe(800);
  });
  it('is the age of the newest counted post, in wall time, while batches wait', () => {
    expect(behindMs({ ...beat, queueWaiting: 12 }, 500)).toBe(10_500);
  });
  it('grows with silence and is never negative', () => {
    expect(behindMs({ ...beat, newestAt: 900_000, queueWaiting: 3, latencyP95Ms: null }, -20)).toBe(
      0,
    );
    expect(behindMs(beat, 9_000)).toBe(9_300);
  });
});

describe('lines with uncertain points', () => {
  const line = fc
    .array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 40 })
    .map((steps) =>
      steps.flatMap(([present, uncertain], x) => (present ? [{ x, y: x % 7, uncertain }] : [])),
    );
  it('every stretch is drawn exactly once: solid between certain points, dotted otherwise, gaps not at all', () => {
    fc.assert(
      fc.property(line, (points) => {
        const solid = new Set<string>();
        const data = solidData(points, 1);
        for (const [index, to] of data.entries()) {
          const from = data[index - 1];
          if (from !== undefined && !Number.isNaN(from.y) && !Number.isNaN(to.y))
            solid.add(`${from.x}-${to.x}`);
        }
        const dotted = new Set(dottedSegments(points, 1).map(([from, to]) => `${from.x}-${to.x}`));
        for (const [index, to] of points.entries()) {
          const from = points[index - 1];
          if (from === undefined) continue;
          const key = `${from.x}-${to.x}`;
          const near = to.x - from.x <= 2.5;
          const certain = !from.uncertain && !to.uncertain;
          expect(solid.has(key)).toBe(near && certain);
          expect(dotted.has(key)).toBe(near && !certain);
        }
        expect(solid.size + dotted.size).toBeLessThanOrEqual(Math.max(0, points.length - 1));
      }),
    );
  });
});
