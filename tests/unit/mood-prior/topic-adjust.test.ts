import { describe, expect, test } from 'vitest';
import { labelOf, MOOD_LABELS, type MoodLabel } from '#shared/mood/mood.ts';
import type { PriorResult } from '#shared/mood/prior.ts';
import { adjustScore, probabilitiesOf } from '#shared/mood/topic-adjust.ts';
import { applyTopicModel, UNCHANGED, weighReviews } from '#shared/mood/topic-model.ts';

const SCORES = Array.from({ length: 397 }, (_, i) => (i - 198) / 199);
const MODELS = [
  { sharpness: 1, positive: -1.2, neutral: 0.4, negative: 0.1 },
  { sharpness: 0.5, positive: 0.8, neutral: -0.1, negative: -0.9 },
  { sharpness: 2.2, positive: 0.3, neutral: -3, negative: 0.5 },
];
const likeliest = (result: PriorResult): MoodLabel =>
  MOOD_LABELS.reduce((best, label) => (result[label] > result[best] ? label : best));

test('the likeliest label of a score is its label', () => {
  for (const score of SCORES)
    expect(likeliest(probabilitiesOf(score)), `${score}`).toBe(labelOf(score));
});

test('the unchanged model leaves every score', () => {
  for (const score of SCORES) expect(adjustScore(UNCHANGED, score)).toBeCloseTo(score, 9);
});

describe.each(MODELS)('model %j', (model) => {
  test('the adjusted score has the label of the adjusted probabilities', () => {
    for (const score of SCORES)
      expect(labelOf(adjustScore(model, score)), `${score}`).toBe(
        likeliest(applyTopicModel(model, probabilitiesOf(score))),
      );
  });

  test('grows with the score and stays in range', () => {
    const adjusted = SCORES.map((score) => adjustScore(model, score));
    for (const [i, value] of adjusted.entries()) {
      expect(Math.abs(value)).toBeLessThanOrEqual(1);
      if (i > 0) expect(value).toBeGreaterThanOrEqual(adjusted[i - 1]!);
    }
  });
});

test('reviews of mistakes alone cannot pass for the whole: confirmed ones weigh four fifths', () => {
  const review = (confirmed: boolean) => ({
    result: probabilitiesOf(0.3),
    label: 'neutral' as const,
    confirmed,
  });
  const weights = weighReviews([...Array(20).fill(true), ...Array(40).fill(false)].map(review));
  const sum = (from: number, to: number) =>
    weights.slice(from, to).reduce((total, { weight = 1 }) => total + weight, 0);
  expect(sum(0, 20)).toBeCloseTo(48);
  expect(sum(20, 60)).toBeCloseTo(12);
  expect(
    weighReviews([...Array(9).fill(true), false].map(review)).every((r) => r.weight === 1),
  ).toBe(true);
});
