import { describe, expect, test } from 'vitest';
import { checkRule } from '#shared/alert/check-rule.ts';
import type { Detection } from '#shared/alert/detect-spike.ts';
import {
  type AuthorHit,
  evaluateRule,
  recoveryThreshold,
  type RuleSeries,
} from '#shared/alert/evaluate-rule.ts';
import type { RuleInput } from '#shared/alert/rule.ts';
import { MinuteTable, onTime } from '#shared/series/minutes.ts';
import { aMinute, aRule, aTable, at } from './builders.ts';

const DAY = 1440;
/** A day of 2 mildly positive mentions a minute, then a quarter of an hour of `n` mentions with `score`. */
const then = (n: number, score: number, late = 0) =>
  aTable(DAY + 15, (minute) => (minute < DAY ? { n: 2, score: 0.25 } : { n, score, late }));
const detection = (surprise: number, calm = false): Detection => ({
  at: at(DAY + 14),
  score: 0,
  alert: 0,
  surprise,
  expected: 20,
  observed: 90,
  windowMs: 600_000,
  novelty: 1,
  calm,
  days: 7,
});
const detected = (surprise: number, calm?: boolean) =>
  new Map([[at(DAY + 14), detection(surprise, calm)]]);
const hits = (...authors: number[]): AuthorHit[] =>
  authors.map((author, i) => ({ at: at(DAY) + i * 1000, author }));

describe('each kind fires and does not', () => {
  const quiet = then(2, 0.25);
  const rows: [string, Partial<RuleInput>, RuleSeries, string, number][] = [
    ['volume above', { kind: 'volume', critical: 100 }, { minutes: then(10, 0) }, 'critical', 150],
    ['volume above, calm', { kind: 'volume', critical: 100 }, { minutes: quiet }, 'ok', 30],
    [
      'volume below',
      { kind: 'volume', comparator: 'below', critical: 5 },
      { minutes: then(0, 0) },
      'critical',
      0,
    ],
    [
      'volume below, calm',
      { kind: 'volume', comparator: 'below', critical: 5 },
      { minutes: quiet },
      'ok',
      30,
    ],
    [
      'mood below',
      { kind: 'mood', comparator: 'below', critical: -20, warning: -10 },
      { minutes: then(10, -0.5) },
      'critical',
      (100 * (-75 + 5)) / 170,
    ],
    [
      'mood below, a few angry posts in the night',
      { kind: 'mood', comparator: 'below', critical: -20, warning: -10 },
      {
        minutes: aTable(DAY + 15, (m) =>
          m < DAY ? { n: 2, score: 0.25 } : { n: m === DAY ? 3 : 0, score: -1 },
        ),
      },
      'ok',
      (100 * (-3 + 5)) / 23,
    ],
    [
      'mood above',
      { kind: 'mood', comparator: 'above', critical: 40 },
      { minutes: then(20, 0.8) },
      'critical',
      (100 * (240 + 5)) / 320,
    ],
    [
      'mood above, calm',
      { kind: 'mood', comparator: 'above', critical: 40 },
      { minutes: quiet },
      'ok',
      25,
    ],
    [
      'negative share',
      { kind: 'negative-share', critical: 0.5 },
      { minutes: then(5, -0.6) },
      'critical',
      0.965,
    ],
    [
      'negative share of one in one is not sure',
      { kind: 'negative-share', critical: 0.5 },
      { minutes: aTable(DAY + 15, (m) => (m === DAY ? { n: 1, score: -1 } : { n: 0 })) },
      'ok',
      0.27,
    ],
    ['mood drop', { kind: 'mood-drop', critical: 20 }, { minutes: then(10, -0.5) }, 'critical', 66],
    [
      'mood drop, too small a crowd to be sure',
      { kind: 'mood-drop', critical: 5 },
      {
        minutes: aTable(DAY + 15, (m) =>
          m < 15 || m >= DAY
            ? { n: m % 8 === 0 ? 1 : 0, score: m < DAY ? 0.3 : -0.3 }
            : { n: 1, score: 0 },
        ),
      },
      'ok',
      5.45,
    ],
    [
      'spike',
      { kind: 'spike', critical: 4 },
      { minutes: quiet, detections: detected(5.2) },
      'critical',
      5.2,
    ],
    [
      'spike, calm',
      { kind: 'spike', critical: 4 },
      { minutes: quiet, detections: detected(3.9) },
      'ok',
      3.9,
    ],
    [
      'keyword by authors',
      { kind: 'keyword', keyword: '退款', critical: 3 },
      { minutes: quiet, hits: hits(1, 2, 3) },
      'critical',
      3,
    ],
    [
      'keyword, one author thrice',
      { kind: 'keyword', keyword: '退款', critical: 3 },
      { minutes: quiet, hits: hits(1, 1, 1, 2) },
      'ok',
      2,
    ],
    [
      'source silent',
      { kind: 'source-silent', source: 'weibo', topic: '', critical: 15 },
      { minutes: then(0, 0) },
      'critical',
      15,
    ],
    [
      'source silent, it speaks',
      { kind: 'source-silent', source: 'weibo', topic: '', critical: 15 },
      { minutes: quiet },
      'ok',
      0,
    ],
  ];
  test.each(rows)('%s', (_name, input, series, severity, value) => {
    const evaluation = evaluateRule(aRule(input), series, at(DAY + 15));
    expect(evaluation.severity).toBe(severity);
    expect(evaluation.value).toBeCloseTo(value, value > 1 && value % 1 === 0 ? 0 : 1);
  });
});

describe('thresholds', () => {
  const twoSteps = aRule({ kind: 'volume', critical: 100, warning: 40 });
  test.each([
    [30, 'ok', 40, 'within'],
    [45, 'warning', 40, 'warning'],
    [150, 'critical', 100, 'critical'],
  ])('%d mentions → %s against %d', (n, severity, threshold, reason) => {
    expect(evaluateRule(twoSteps, { minutes: then(n / 15, 0) }, at(DAY + 15))).toMatchObject({
      severity,
      threshold,
      reason,
      n,
    });
  });

  test.each<[string, Partial<RuleInput>, number]>([
    ['volume: 0.8 of the lowest trigger', { kind: 'volume', critical: 100, warning: 50 }, 40],
    ['volume below: the inverse', { kind: 'volume', comparator: 'below', critical: 8 }, 10],
    ['mood: 5 points back', { kind: 'mood', comparator: 'below', critical: -20, warning: -10 }, -5],
    ['share: 5 points back', { kind: 'negative-share', critical: 0.5 }, 0.45],
    ['own threshold', { kind: 'volume', critical: 100, recovery: 90 }, 90],
  ])('recovery of %s', (_name, input, threshold) => {
    expect(recoveryThreshold(aRule(input))).toBeCloseTo(threshold, 10);
  });

  test('between trigger and recovery a value is fine but not recovered', () => {
    const rule = aRule({ kind: 'volume', critical: 100 });
    expect(evaluateRule(rule, { minutes: then(6, 0) }, at(DAY + 15))).toMatchObject({
      severity: 'ok',
      recovered: false,
    });
    expect(evaluateRule(rule, { minutes: then(5, 0) }, at(DAY + 15))).toMatchObject({
      severity: 'ok',
      recovered: true,
    });
  });

  test('a spike is over when the detector is calm', () => {
    const rule = aRule({ kind: 'spike', critical: 4 });
    const judge = (surprise: number, calm: boolean) =>
      evaluateRule(
        rule,
        { minutes: then(2, 0), detections: detected(surprise, calm) },
        at(DAY + 15),
      );
    expect(judge(3, false).recovered).toBe(false);
    expect(judge(3, true).recovered).toBe(true);
    expect(judge(5, false)).toMatchObject({ surprise: 5, expected: 20, n: 90 });
  });
});

describe('what keeps a rule quiet', () => {
  test('too few posts', () => {
    const rule = aRule({ kind: 'negative-share', critical: 0.3, minPosts: 100 });
    expect(evaluateRule(rule, { minutes: then(5, -0.6) }, at(DAY + 15))).toMatchObject({
      severity: 'ok',
      reason: 'too-few-posts',
      n: 75,
    });
  });
  test('"fewer than" is not held back by few posts', () => {
    const rule = aRule({ kind: 'volume', comparator: 'below', critical: 5, minPosts: 10 });
    expect(evaluateRule(rule, { minutes: then(0, 0) }, at(DAY + 15)).severity).toBe('critical');
  });
  test('sources without a sign of life are no data, not zero', () => {
    const rule = aRule({ kind: 'volume', comparator: 'below', critical: 5 });
    const series = { minutes: then(0, 0), gaps: [{ from: at(DAY), to: at(DAY + 20) }] };
    expect(evaluateRule(rule, series, at(DAY + 15))).toMatchObject({
      severity: 'nodata',
      reason: 'no-data',
    });
    expect(evaluateRule(rule, series, at(DAY)).severity).not.toBe('nodata');
  });
  test('a spike rule without a detection has no data', () => {
    expect(
      evaluateRule(aRule({ kind: 'spike', critical: 4 }), { minutes: then(2, 0) }, at(DAY + 15))
        .severity,
    ).toBe('nodata');
  });
  test('nothing 24 hours ago to compare with', () => {
    const rule = aRule({ kind: 'mood-drop', critical: 10 });
    const minutes = aTable(DAY + 15, (minute) => ({ n: minute >= DAY ? 20 : 0, score: -1 }));
    expect(evaluateRule(rule, { minutes }, at(DAY + 15))).toMatchObject({
      severity: 'ok',
      reason: 'nothing-to-compare',
    });
  });
});

describe('backfill guard', () => {
  test('a thousand old posts that arrive today fire nothing', () => {
    const backfilled = then(1000, -1, 998);
    const volume = evaluateRule(
      aRule({ kind: 'volume', critical: 100 }),
      { minutes: backfilled },
      at(DAY + 15),
    );
    expect(volume).toMatchObject({ severity: 'ok', value: 30 });
  });
  test('keeps the on-time posts of a minute, and moods in proportion', () => {
    expect(onTime({ ...aMinute(0, 10, -0.5), late: 4 })).toMatchObject({
      n: 6,
      negative: 6,
      positive: 0,
      neutral: 0,
      moodSum: -3000,
      late: 0,
    });
    expect(onTime({ ...aMinute(0, 10, -0.5), late: 9 })).toMatchObject({
      n: 1,
      negative: 0,
      neutral: 1,
      moodSum: 0,
    });
    expect(onTime({ ...aMinute(0, 10, -0.5), late: 10 })).toMatchObject({
      n: 0,
      negative: 0,
      neutral: 0,
      moodSum: 0,
    });
  });
  test('a bucket without late posts is passed on as it is', () => {
    const bucket = aMinute(0, 10, 0.5);
    expect(onTime(bucket)).toBe(bucket);
  });
});

test('the usual mood leaves the judged window out', () => {
  const rule = aRule({ kind: 'mood', comparator: 'below', critical: -20, windowMinutes: 60 });
  const minutes = aTable(DAY + 60, (minute) =>
    minute < DAY ? { n: 2, score: 0.3 } : { n: 50, score: -1 },
  );
  expect(evaluateRule(rule, { minutes }, at(DAY + 60)).expected).toBeCloseTo(30, 6);
});

test('MinuteTable finds the last minute with a mention', () => {
  const minutes = new MinuteTable([aMinute(3, 1), aMinute(7, 2)], at(0), at(20));
  expect(minutes.lastBefore(at(3))).toBeNull();
  expect(minutes.lastBefore(at(4))).toBe(at(3));
  expect(minutes.lastBefore(at(7))).toBe(at(3));
  expect(minutes.lastBefore(at(99))).toBe(at(7));
});

describe('checkRule', () => {
  test.each<[string, Partial<RuleInput>, string[]]>([
    ['a sound rule', { critical: 100, warning: 50, recovery: 40 }, []],
    [
      'a sound downward rule',
      { kind: 'mood', comparator: 'below', critical: -40, warning: -25, recovery: -20 },
      [],
    ],
    ['warning beyond critical', { critical: 100, warning: 150 }, ['rule/threshold-order']],
    [
      'warning beyond critical, downward',
      { kind: 'mood', comparator: 'below', critical: -20, warning: -30 },
      ['rule/threshold-order'],
    ],
    ['recovery beyond the trigger', { critical: 100, recovery: 120 }, ['rule/recovery-order']],
    ['no topic', { topic: '' }, ['rule/topic-missing']],
    ['no source', { kind: 'source-silent', critical: 30 }, ['rule/source-missing']],
    ['no keyword', { kind: 'keyword', critical: 3 }, ['rule/keyword-missing']],
    ['a share above 1', { kind: 'negative-share', critical: 40 }, ['rule/threshold-range']],
    [
      'an unknown zone',
      { mutes: [{ weekdays: [1], from: '23:00', to: '07:00', zone: 'Mars/Olympus' }] },
      ['rule/zone-unknown'],
    ],
    [
      'a time that is none',
      { mutes: [{ weekdays: [1], from: '25:00', to: '07:00', zone: 'UTC' }] },
      ['rule/time-invalid'],
    ],
  ])('%s', (_name, input, codes) => {
    expect(checkRule(aRule(input)).map((problem) => problem.code)).toEqual(codes);
  });
});
