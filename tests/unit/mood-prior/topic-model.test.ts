import { describe, expect, test } from 'vitest';
import type { MoodLabel } from '#shared/mood/mood.ts';
import type { PriorResult } from '#shared/mood/prior.ts';
import {
  applyTopicModel,
  learnTopicModel,
  LEAST_TOPIC_LABELS,
  UNCHANGED,
  type LabelledResult,
} from '#shared/mood/topic-model.ts';

const LEANS: Record<MoodLabel, PriorResult> = {
  positive: { positive: 0.5, neutral: 0.4, negative: 0.1 },
  neutral: { positive: 0.25, neutral: 0.5, negative: 0.25 },
  negative: { positive: 0.1, neutral: 0.4, negative: 0.5 },
};

/** `count` labels; the scorer says `said` where people say `truth`. */
function labels(
  count: number,
  pairs: readonly [said: MoodLabel, truth: MoodLabel][],
): LabelledResult[] {
  return Array.from({ length: count }, (_, i) => {
    const [said, label] = pairs[(i * 7) % pairs.length]!;
    return { result: LEANS[said], label };
  });
}

describe('a topic of its own', () => {
  test('is adopted when the scorer is wrong in one direction', () => {
    const report = learnTopicModel(
      labels(90, [
        ['positive', 'neutral'],
        ['neutral', 'neutral'],
        ['negative', 'negative'],
      ]),
    );
    expect(report.reason).toBe('adopted');
    expect(report.gain).toBeGreaterThan(0.2);
    expect(report.after.logLoss).toBeLessThan(report.before.logLoss);
    const { neutral, positive } = applyTopicModel(report.model!, LEANS.positive);
    expect(neutral).toBeGreaterThan(positive);
  });

  test('is refused when the scorer is right already', () => {
    const report = learnTopicModel(
      labels(90, [
        ['positive', 'positive'],
        ['neutral', 'neutral'],
        ['negative', 'negative'],
      ]),
    );
    expect(report).toMatchObject({ model: null, reason: 'no-sure-gain' });
  });

  test('is refused when labels contradict each other', () => {
    const report = learnTopicModel(
      labels(90, [
        ['positive', 'negative'],
        ['positive', 'positive'],
        ['neutral', 'positive'],
        ['negative', 'neutral'],
        ['negative', 'negative'],
      ]),
    );
    expect(report.model === null || report.gain > 1.645 * report.gainError).toBe(true);
  });

  test.each([
    [
      'too-few-labels',
      LEAST_TOPIC_LABELS - 1,
      [
        ['positive', 'neutral'],
        ['negative', 'negative'],
      ],
    ],
    ['one-class', 90, [['positive', 'neutral']]],
  ] as const)('is not tried: %s', (reason, count, pairs) => {
    const report = learnTopicModel(
      labels(
        count,
        pairs.map(([a, b]) => [a, b]),
      ),
    );
    expect(report).toMatchObject({ model: null, reason });
  });

  test('gives the same report for the same labels', () => {
    const some = labels(70, [
      ['positive', 'neutral'],
      ['neutral', 'neutral'],
      ['negative', 'positive'],
    ]);
    expect(learnTopicModel(some)).toEqual(learnTopicModel(some));
  });
});

test('the unchanged model changes nothing', () => {
  const { positive, neutral, negative } = applyTopicModel(UNCHANGED, LEANS.positive);
  expect(positive).toBeCloseTo(0.5);
  expect(neutral).toBeCloseTo(0.4);
  expect(negative).toBeCloseTo(0.1);
});

test('probabilities of 0 stay finite', () => {
  const { positive, neutral, negative } = applyTopicModel(UNCHANGED, {
    positive: 0,
    neutral: 1,
    negative: 0,
  });
  expect(positive + neutral + negative).toBeCloseTo(1);
});
