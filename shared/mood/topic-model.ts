/**
 * A topic's own correction of the mood, learnt from labels that people corrected.
 *
 * 60 posts about 苹果 were relabelled and most neutral ones had been called positive → the topic gets a lower
 * positive intercept. Four numbers on top of the scorer's probabilities, held close to "no change" by a prior, and
 * taken only where cross-validation says that they help by more than chance.
 */
import { MOOD_LABELS, type MoodLabel } from './mood.ts';
import type { PriorResult } from './prior.ts';

export interface TopicModel {
  /** Multiplies log-probabilities: below 1 = the scorer is too sure about this topic. */
  sharpness: number;
  /** Added to the log-probability of each class. */
  positive: number;
  neutral: number;
  negative: number;
}

export interface LabelledResult {
  /** What the scorer said, without any topic model. */
  result: PriorResult;
  /** What a person said. */
  label: MoodLabel;
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
  reason: 'adopted' | 'too-few-labels' | 'one-class' | 'no-sure-gain';
}

export interface TopicModelQuality {
  accuracy: number;
  /** Mean negative log-likelihood, nats; lower is better. */
  logLoss: number;
}

/** Fewer labels cannot show a gain that is worth the risk. */
export const LEAST_TOPIC_LABELS = 60;
const FOLDS = 5;
/** A gain counts when it is more than this many standard errors. */
const SURE = 1.645;
/** Strength of the pull towards no change, in labels' worth of evidence per unit squared. */
const PULL = 4;
const ITERATIONS = 200;
const RATE = 0.5;
const LEAST_PROBABILITY = 1e-6;

export const UNCHANGED: TopicModel = { sharpness: 1, positive: 0, neutral: 0, negative: 0 };

export function applyTopicModel(model: TopicModel, result: PriorResult): PriorResult {
  const logits = MOOD_LABELS.map((label) => model.sharpness * logOf(result[label]) + model[label]);
  const top = Math.max(...logits);
  const raw = logits.map((logit) => Math.exp(logit - top));
  const total = raw.reduce((a, b) => a + b, 0);
  return Object.fromEntries(
    MOOD_LABELS.map((label, k) => [label, raw[k]! / total]),
  ) as unknown as PriorResult;
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
  const model = { ...UNCHANGED };
  const n = labels.length + PULL;
  for (let i = 0; i < ITERATIONS; i++) {
    const gradient = {
      sharpness: PULL * (model.sharpness - 1),
      positive: 0,
      neutral: 0,
      negative: 0,
    };
    for (const label of MOOD_LABELS) gradient[label] = (PULL * model[label]) / 4;
    for (const { result, label } of labels) {
      const said = applyTopicModel(model, result);
      for (const each of MOOD_LABELS) {
        const error = said[each] - (each === label ? 1 : 0);
        gradient[each] += error;
        gradient.sharpness += error * logOf(result[each]);
      }
    }
    // Log-probabilities reach far below 0, so the sharpness moves in smaller steps.
    model.sharpness = Math.max(0, model.sharpness - (0.1 * RATE * gradient.sharpness) / n);
    for (const label of MOOD_LABELS) model[label] -= (RATE * gradient[label]) / n;
  }
  return model;
}

function quality(
  labels: readonly LabelledResult[],
  modelOf: (index: number) => TopicModel,
): TopicModelQuality {
  let right = 0;
  let loss = 0;
  labels.forEach(({ result, label }, i) => {
    const said = applyTopicModel(modelOf(i), result);
    if (mostProbable(said) === label) right += 1;
    loss -= logOf(said[label]);
  });
  const n = Math.max(1, labels.length);
  return { accuracy: right / n, logLoss: loss / n };
}

/** Mean of (right after - right before) over labels, and its standard error. */
function pairedGain(
  labels: readonly LabelledResult[],
  modelOf: (index: number) => TopicModel,
): { gain: number; gainError: number } {
  const changes = labels.map(({ result, label }, i) => {
    const after = mostProbable(applyTopicModel(modelOf(i), result)) === label;
    const before = mostProbable(result) === label;
    return Number(after) - Number(before);
  });
  const n = changes.length;
  const gain = changes.reduce((a, b) => a + b, 0) / n;
  const squares = changes.reduce((sum, change) => sum + (change - gain) ** 2, 0);
  return { gain, gainError: Math.sqrt(squares / (n - 1) / n) };
}

function mostProbable(result: PriorResult): MoodLabel {
  return MOOD_LABELS.reduce((best, label) => (result[label] > result[best] ? label : best));
}

function logOf(probability: number): number {
  return Math.log(Math.max(LEAST_PROBABILITY, probability));
}
