/**
 * A topic's own correction of the mood, learnt from labels that people corrected.
 *
 * 60 posts about 苹果 were relabelled and most neutral ones had been called positive → the topic gets a lower
 * positive intercept. Four numbers on top of the scorer's probabilities, held close to "no change" by a prior, and
 * taken only where cross-validation says that they help by more than chance.
 */
import { z } from 'zod';
import { MOOD_LABELS, type MoodLabel } from './mood.ts';
import type { PriorResult } from './prior.ts';

export const topicModelSchema = z.object({
  /** Multiplies log-probabilities: below 1 = the scorer is too sure about this topic. */
  sharpness: z.number().min(0.1).max(10),
  /** Added to the log-probability of each class. */
  positive: z.number().min(-10).max(10),
  neutral: z.number().min(-10).max(10),
  negative: z.number().min(-10).max(10),
});
export type TopicModel = z.infer<typeof topicModelSchema>;

export interface LabelledResult {
  /** What the scorer said, without any topic model. */
  result: PriorResult;
  /** What a person said. */
  label: MoodLabel;
  /** How many labels it stands for; 1 without. See {@link weighReviews}. */
  weight?: number;
}

export interface TopicModelReport {
  /** Null: the topic stays with the scorer as it is. */
  model: TopicModel | null;
  labels: number;
  /** Cross-validated. */
  before: TopicModelQuality;
  after: TopicModelQuality;
  /** Gain in accuracy and its standard error over labels (paired). */
  gain: number;
  gainError: number;
  reason: 'adopted' | 'too-few-labels' | 'too-few-confirmed' | 'one-class' | 'no-sure-gain';
}

export interface TopicModelQuality {
  accuracy: number;
  /** Mean negative log-likelihood, nats; lower is better. */
  logLoss: number;
}

/** Fewer labels cannot show a gain that is worth the risk. */
export const LEAST_TOPIC_LABELS = 60;
/** Without this many labels that the scorer has right, what a model would break cannot be seen. */
export const LEAST_CONFIRMED = 15;
/**
 * People open what looks wrong, so reviewed labels hold more errors than all labels do. Errors are weighed down to one in
 * five, about the scorer's rate on its gold set: a model has to fix much and break little to be taken.
 */
const SHARE_RIGHT = 0.8;
const FOLDS = 5;
/** A gain counts when it is more than this many standard errors. */
const SURE = 1.645;
/** Strength of the pull towards no change, in labels' worth of evidence per unit squared. */
const PULL = 4;
const ITERATIONS = 200;
const RATE = 0.5;
const LEAST_SHARPNESS = 0.1;
const LEAST_PROBABILITY = 1e-6;

export const UNCHANGED: TopicModel = { sharpness: 1, positive: 0, neutral: 0, negative: 0 };

export function applyTopicModel(model: TopicModel, result: PriorResult): PriorResult {
  const [negative, neutral, positive] = softmax(
    MOOD_LABELS.map((label) => model.sharpness * logOf(result[label]) + model[label]),
  ) as [number, number, number];
  return { positive, neutral, negative };
}

/** Reviewed labels with weights under which `SHARE_RIGHT` of them, or more, are confirmed ones. */
export function weighReviews(
  reviews: readonly (LabelledResult & { confirmed: boolean })[],
): LabelledResult[] {
  const right = reviews.filter(({ confirmed }) => confirmed).length;
  const share = right / Math.max(1, reviews.length);
  const isFair = right === 0 || share >= SHARE_RIGHT;
  return reviews.map(({ result, label, confirmed }) => ({
    result,
    label,
    weight: isFair ? 1 : confirmed ? SHARE_RIGHT / share : (1 - SHARE_RIGHT) / (1 - share),
  }));
}

/** Learns and judges a topic's correction; the labels' order decides the folds, so the same labels give the same report. */
export function learnTopicModel(labels: readonly LabelledResult[]): TopicModelReport {
  const before = quality(labels, () => UNCHANGED);
  const unchanged = {
    model: null,
    labels: labels.length,
    before,
    after: before,
    gain: 0,
    gainError: 0,
  };
  if (labels.length < LEAST_TOPIC_LABELS) return { ...unchanged, reason: 'too-few-labels' };
  if (new Set(labels.map(({ label }) => label)).size === 1)
    return { ...unchanged, reason: 'one-class' };
  const byFold = Array.from({ length: FOLDS }, (_, fold) =>
    fitTopicModel(labels.filter((_label, i) => i % FOLDS !== fold)),
  );
  const modelOf = (i: number): TopicModel => byFold[i % FOLDS]!;
  const after = quality(labels, modelOf);
  const { gain, gainError } = pairedGain(labels, modelOf);
  const isSure = gain > SURE * gainError && gain > 0 && after.logLoss < before.logLoss;
  return {
    model: isSure ? fitTopicModel(labels) : null,
    labels: labels.length,
    before,
    after,
    gain,
    gainError,
    reason: isSure ? 'adopted' : 'no-sure-gain',
  };
}

/** Gradient descent on the mean log-loss plus the pull; convex, four numbers, so plain steps are enough. */
export function fitTopicModel(labels: readonly LabelledResult[]): TopicModel {
  const logs = labels.map(({ result }) => MOOD_LABELS.map((label) => logOf(result[label])));
  const truth = labels.map(({ label }) => MOOD_LABELS.indexOf(label));
  const n = labels.reduce((sum, label) => sum + weightOf(label), 0) + PULL;
  const bias = [0, 0, 0];
  let sharpness = 1;
  for (let i = 0; i < ITERATIONS; i++) {
    let sharpnessGradient = PULL * (sharpness - 1);
    const gradient = bias.map((value) => (PULL * value) / 4);
    labels.forEach((label, row) => {
      const inputs = logs[row]!;
      const said = softmax(inputs.map((log, k) => sharpness * log + bias[k]!));
      for (let k = 0; k < said.length; k++) {
        const error = weightOf(label) * (said[k]! - (k === truth[row] ? 1 : 0));
        gradient[k]! += error;
        sharpnessGradient += error * inputs[k]!;
      }
    });
    // Log-probabilities reach far below 0, so the sharpness moves in smaller steps.
    sharpness = Math.max(LEAST_SHARPNESS, sharpness - (0.1 * RATE * sharpnessGradient) / n);
    gradient.forEach((slope, k) => {
      bias[k]! -= (RATE * slope) / n;
    });
  }
  const [negative, neutral, positive] = bias as [number, number, number];
  return { sharpness, positive, neutral, negative };
}

const weightOf = ({ weight = 1 }: LabelledResult): number => weight;

function quality(
  labels: readonly LabelledResult[],
  modelOf: (index: number) => TopicModel,
): TopicModelQuality {
  let right = 0;
  let loss = 0;
  let n = 0;
  labels.forEach((labelled, i) => {
    const said = applyTopicModel(modelOf(i), labelled.result);
    const weight = weightOf(labelled);
    if (mostProbable(said) === labelled.label) right += weight;
    loss -= weight * logOf(said[labelled.label]);
    n += weight;
  });
  return { accuracy: right / Math.max(1, n), logLoss: loss / Math.max(1, n) };
}

/** Mean of (right after - right before) over labels, and its standard error. */
function pairedGain(
  labels: readonly LabelledResult[],
  modelOf: (index: number) => TopicModel,
): { gain: number; gainError: number } {
  const changes = labels.map((labelled, i) => {
    const after = mostProbable(applyTopicModel(modelOf(i), labelled.result)) === labelled.label;
    const before = mostProbable(labelled.result) === labelled.label;
    return weightOf(labelled) * (Number(after) - Number(before));
  });
  const n = labels.reduce((sum, label) => sum + weightOf(label), 0);
  const gain = changes.reduce((a, b) => a + b, 0) / n;
  const squares = changes.reduce(
    (sum, change, i) => sum + (change - weightOf(labels[i]!) * gain) ** 2,
    0,
  );
  return { gain, gainError: Math.sqrt((squares * changes.length) / (changes.length - 1)) / n };
}

function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const raw = logits.map((logit) => Math.exp(logit - top));
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / total);
}

function mostProbable(result: PriorResult): MoodLabel {
  return MOOD_LABELS.reduce((best, label) => (result[label] > result[best] ? label : best));
}

function logOf(probability: number): number {
  return Math.log(Math.max(LEAST_PROBABILITY, probability));
}
