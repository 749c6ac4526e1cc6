import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adviseRule, backTest, suggestThreshold } from '#shared/alert/back-test.ts';
import { createDetector, type Detection } from '#shared/alert/detect-spike.ts';
import type { RuleSeries } from '#shared/alert/evaluate-rule.ts';
import { type Fold, foldRule, foldRunningMinute } from '#shared/alert/fold-rule.ts';
import { newStatus } from '#shared/alert/next-incident.ts';
import type { Rule, RuleInput } from '#shared/alert/rule.ts';
import { at, aRule, aTable } from './builders.ts';

const DAY = 1440;
/** Two days: 3 mentions a minute; from 30:00 a quarter of an hour of 20 angry ones, from 40:00 another. */
const storm = (minute: number) =>
  (minute >= 1800 && minute < 1815) || (minute >= 2400 && minute < 2420);
const twoDays = aTable(2 * DAY, (minute) =>
  storm(minute) ? { n: 20, score: -0.7 } : { n: 3, score: 0.2 },
);

describe('feeding a stretch in pieces gives what feeding it at once gives', () => {
  const kinds: [string, Partial<RuleInput>][] = [
    ['volume', { kind: 'volume', critical: 150, warning: 100 }],
    ['mood', { kind: 'mood', comparator: 'below', critical: -30, warning: -10, pendingMinutes: 3 }],
    ['negative-share', { kind: 'negative-share', critical: 0.5, keepFiringMinutes: 0 }],
    ['mood-drop', { kind: 'mood-drop', critical: 20, noData: 'alert' }],
    ['spike', { kind: 'spike', critical: 4, renotify: { mode: 'every', minutes: 5, max: 3 } }],
    ['keyword', { kind: 'keyword', keyword: '卡', critical: 5 }],
    ['source-silent', { kind: 'source-silent', source: 'weibo', critical: 3, pendingMinutes: 0 }],
  ];
  const detector = createDetector();
  const detections = new Map<number, Detection>();
  for (let minute = 0; minute < 2 * DAY; minute++) {
    const detection = detector.push(at(minute), twoDays.count(at(minute)));
    if (detection !== null) detections.set(at(minute), detection);
  }
  const series: RuleSeries = {
    minutes: twoDays,
    detections,
    gaps: [{ from: at(2000), to: at(2030) }],
    hits: Array.from({ length: 300 }, (_, i) => ({ at: at(1500) + i * 137_000, author: i % 11 })),
  };

  test.each(kinds)('%s', (_kind, input) => {
    const rule = aRule(input);
    const whole = foldRule({
      rule,
      series,
      status: newStatus(at(DAY)),
      from: at(DAY),
      to: at(2 * DAY),
    });
    expect(whole.status.evaluatedTo).toBe(at(2 * DAY));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: DAY * 60 }), { maxLength: 12 }), (cuts) => {
        const ends = [...cuts.map((seconds) => at(DAY) + seconds * 1000), at(2 * DAY)].sort(
          (a, b) => a - b,
        );
        const pieces: Fold = {
          status: newStatus(at(DAY)),
          events: [],
          notifications: [],
          incidents: [],
        };
        const incidents = new Map(pieces.incidents.map((incident) => [incident.id, incident]));
        for (const to of ends) {
          // What is stored between two evaluations survives a restart.
          const status = JSON.parse(JSON.stringify(pieces.status)) as Fold['status'];
          const piece = foldRule({ rule, series, status, from: status.evaluatedTo, to });
          pieces.status = piece.status;
          pieces.events.push(...piece.events);
          pieces.notifications.push(...piece.notifications);
          for (const incident of piece.incidents) incidents.set(incident.id, incident);
        }
        pieces.incidents = [...incidents.values()];
        expect(pieces).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });

  test('the live path fires exactly what the back-test says', () => {
    const rule = aRule({ kind: 'volume', critical: 150, warning: 100 });
    let status = newStatus(at(DAY));
    const live: number[] = [];
    for (let minute = DAY; minute <= 2 * DAY; minute += 7) {
      const fold = foldRule({ rule, series, status, from: status.evaluatedTo, to: at(minute) });
      status = fold.status;
      live.push(
        ...fold.notifications
          .filter(({ kind }) => kind === 'firing')
          .map(({ incident }) => incident!.startsAt),
      );
    }
    expect(live).toEqual(
      backTest(rule, series, at(DAY), at(2 * DAY)).fires.map((fire) => fire.startsAt),
    );
    expect(live).toHaveLength(2);
  });
});

describe('the running minute', () => {
  const minutes = aTable(DAY, (minute) => ({ n: minute === 700 ? 200 : 1 }));
  const run = (input: Partial<RuleInput>, from = 700) => {
    const rule = aRule({ kind: 'volume', critical: 100, ...input });
    const status = { ...newStatus(at(from)), evaluatedTo: at(from) };
    return {
      rule,
      status,
      step: foldRunningMinute({ rule, series: { minutes }, status, now: at(700) + 20_000 }),
    };
  };
  test('fires at once where the rule does not wait and the count can only grow', () => {
    const { step } = run({ pendingMinutes: 0 });
    expect(step?.notifications.map((notification) => notification.kind)).toEqual(['firing']);
    expect(step?.incidents[0]?.startsAt).toBe(at(701));
  });
  test('judging the complete minute afterwards tells nothing new and gives the same incident', () => {
    const { rule, step } = run({ pendingMinutes: 0 });
    const after = foldRule({
      rule,
      series: { minutes },
      status: step!.status,
      from: step!.status.evaluatedTo,
      to: at(701),
    });
    expect(after.notifications).toEqual([]);
    const atOnce = foldRule({
      rule,
      series: { minutes },
      status: newStatus(at(700)),
      from: at(700),
      to: at(701),
    });
    expect(after.status.incident?.id).toBe(atOnce.status.incident?.id);
    expect(atOnce.notifications.map(({ key }) => key)).toEqual(
      step!.notifications.map(({ key }) => key),
    );
  });
  test.each<[string, Partial<RuleInput>]>([
    ['the rule waits for complete minutes', { pendingMinutes: 1 }],
    ['mood may swing back', { kind: 'mood', comparator: 'below', critical: 50, pendingMinutes: 0 }],
    ['a count below may still grow', { comparator: 'below', critical: 1000, pendingMinutes: 0 }],
  ])('is awaited when %s', (_name, input) => {
    expect(run(input).step).toBeNull();
  });
  test('is awaited while older minutes are not judged yet', () => {
    expect(run({ pendingMinutes: 0 }, 650).step).toBeNull();
  });
});

describe('back-test', () => {
  const rule = aRule({
    kind: 'mood',
    comparator: 'below',
    critical: -20,
    warning: -5,
    pendingMinutes: 3,
    minPosts: 40,
  });
  const series = { minutes: twoDays, gaps: [{ from: at(2000), to: at(2144) }] };
  const result = backTest(rule, series, at(DAY), at(2 * DAY));

  test('names each fire with its worst value and its posts', () => {
    expect(result.fires).toHaveLength(2);
    expect(result.fires[0]).toMatchObject({ severity: 'critical', nearSampleLimit: false });
    expect(result.fires[0]!.value).toBeLessThan(-40);
    expect(result.fires[0]!.n).toBeGreaterThan(200);
    expect(result.fires[0]!.startsAt).toBeGreaterThan(at(1800));
  });
  test('counts messages and firing time', () => {
    expect(result.notifications).toEqual({ firing: 2, resolved: 2 });
    expect(result.firingMinutes).toBe(
      result.segments
        .filter(({ severity }) => severity !== null)
        .reduce((sum, { from, to }) => sum + (to - from) / 60_000, 0),
    );
  });
  test('states the coverage of the data', () => expect(result.coverage).toBeCloseTo(0.9, 10));
  test('segments cover the whole stretch without a gap', () => {
    expect(result.segments[0]!.from).toBe(at(DAY));
    expect(result.segments.at(-1)!.to).toBe(at(2 * DAY));
    for (const [i, segment] of result.segments.entries())
      if (i > 0) expect(segment.from).toBe(result.segments[i - 1]!.to);
  });
  test('points for the chart keep the extremes', () => {
    expect(result.points.length).toBeLessThanOrEqual(600);
    expect(Math.min(...result.points.map((point) => point.value))).toBeCloseTo(
      Math.min(...result.fires.map((fire) => fire.value)),
      10,
    );
  });
  test('a fire on few posts is marked', () => {
    const thin = aTable(2 * DAY, (minute) =>
      minute >= 2000 && minute < 2004
        ? { n: 4, score: -1 }
        : { n: minute % 20 === 0 ? 1 : 0, score: 0.3 },
    );
    const found = backTest(
      aRule({ kind: 'negative-share', critical: 0.5, minPosts: 10 }),
      { minutes: thin },
      at(DAY),
      at(2 * DAY),
    );
    expect(found.fires).toMatchObject([{ nearSampleLimit: true }]);
  });
  test('mute times keep messages back, not fires', () => {
    const muted: Rule = {
      ...rule,
      mutes: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00', zone: 'UTC' }],
    };
    const quiet = backTest(muted, series, at(DAY), at(2 * DAY));
    expect(quiet.fires).toHaveLength(2);
    expect(quiet.notifications).toEqual({});
  });
  test('no posts at all is not "no fires"', () => {
    const empty = backTest(
      rule,
      { minutes: aTable(2 * DAY, () => ({ n: 0 })) },
      at(DAY),
      at(2 * DAY),
    );
    expect(empty).toMatchObject({ fires: [], minutesWithPosts: 0 });
  });
});

describe('suggestThreshold', () => {
  test('finds the threshold that fires as often as wished', () => {
    // Every day at noon a burst, each higher than the last.
    const week = aTable(7 * DAY, (minute) => ({
      n: minute % DAY >= 720 && minute % DAY < 735 ? 10 + 5 * Math.floor(minute / DAY) : 2,
    }));
    const rule = aRule({ kind: 'volume', critical: 1 });
    for (const perWeek of [1, 3, 7]) {
      const found = suggestThreshold(
        rule,
        { minutes: week },
        { from: at(0), to: at(7 * DAY), perWeek },
      );
      expect(found?.fires).toBe(perWeek);
      expect(
        backTest({ ...rule, critical: found!.critical }, { minutes: week }, at(0), at(7 * DAY))
          .fires,
      ).toHaveLength(perWeek);
    }
  });
  test('works downward', () => {
    const found = suggestThreshold(
      aRule({ kind: 'mood', comparator: 'below', critical: 0 }),
      { minutes: twoDays },
      { from: at(DAY), to: at(2 * DAY), perWeek: 14 },
    );
    expect(found?.fires).toBe(2);
    expect(found!.critical).toBeLessThan(0);
  });
  test('is null when nothing ever happens', () => {
    const rule = aRule({ kind: 'keyword', keyword: '卡', critical: 3 });
    expect(
      suggestThreshold(rule, { minutes: twoDays }, { from: at(0), to: at(DAY), perWeek: 1 }),
    ).toBeNull();
  });
});

describe('adviseRule', () => {
  test.each([
    ['mood', 15, 2, null],
    ['mood', 15, 0.5, { code: 'window-wider', suggestWindowMinutes: 60 }],
    ['mood', 60, 0.5, null],
    ['mood', 60, 0.1, { code: 'topic-too-small', suggestKind: 'keyword' }],
    ['volume', 15, 0.1, null],
  ] as const)('%s in %d minutes at %d posts a minute', (kind, windowMinutes, rate, advice) => {
    const found = adviseRule({ kind, windowMinutes }, rate);
    if (advice === null) expect(found).toBeNull();
    else expect(found).toMatchObject({ ...advice, postsPerHour: rate * 60 });
  });
});
