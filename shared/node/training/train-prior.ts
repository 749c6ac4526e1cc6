import { createPrior, type Prior } from '../../mood/prior.ts';
import { encodePrior, type PriorWeights } from '../../mood/prior-format.ts';
import {
  fitCalibration,
  logitsOf,
  NO_CALIBRATION,
  type Calibration,
  type HeldOut,
} from './calibrate.ts';
import { foldOf, NO_SET, trainingExamples, type Corpus, type Example } from './corpus.ts';
import { buildMatrix } from './feature-matrix.ts';
import { fit, FIT_DEFAULTS, type FitOptions } from './fit.ts';
import { pack } from './pack.ts';

export interface TrainOptions {
  version: string;
  fit?: Partial<FitOptions>;
  /** Table of 2^bits slots. */
  bits?: number;
  onProgress?: (message: string) => void;
}

/** Texts are held out for calibration by this many folds: one of them. */
const CALIBRATION_FOLDS = 5;

/**
 * Two fits: one without a fifth of the texts, whose answers on that fifth set temperature and intercepts; then one
 * with everything, which ships.
 */
export function trainPrior(corpus: Corpus, options: TrainOptions): Uint8Array {
  const progress = options.onProgress ?? (() => undefined);
  const isHeldOut = (example: Example): boolean =>
    foldOf(example.group, CALIBRATION_FOLDS) === CALIBRATION_FOLDS - 1;
  progress('fitting on four fifths for calibration');
  const rehearsal = fitWeights(corpus, (example) => !isHeldOut(example), options);
  const heldOut = score(createPrior(encodePrior(rehearsal)), corpus.examples.filter(isHeldOut));
  const calibration = heldOut.length === 0 ? NO_CALIBRATION : fitCalibration(balanced(heldOut));
  progress('fitting on everything');
  const weights = fitWeights(corpus, () => true, options);
  return encodePrior(calibrated(weights, calibration));
}

/** Uncalibrated weights from the examples that `keep` lets through. */
export function fitWeights(
  corpus: Corpus,
  keep: (example: Example) => boolean,
  options: TrainOptions,
): PriorWeights {
  const examples = trainingExamples(corpus, keep);
  if (examples.length === 0) throw new Error('nothing to train on');
  const matrix = buildMatrix(examples.map((example) => example.text));
  const weights = fit(matrix, examples, { ...FIT_DEFAULTS, ...options.fit });
  return pack(matrix, weights, options.version, options.bits);
}

export interface ScoredExample extends HeldOut {
  set: number;
  group: number;
}

/** Logits of examples under a model (uncalibrated when the model is). */
export function score(prior: Prior, examples: readonly Example[]): ScoredExample[] {
  return examples.map(({ text, label, knowsNeutral, set, group }) => ({
    ...logitsOf(prior.classify(text, 0, text.length)),
    label,
    knowsNeutral,
    weight: 1,
    set,
    group,
  }));
}

/** Every set weighs the same: a large set must not decide what a probability means. */
export function balanced(rows: readonly ScoredExample[]): ScoredExample[] {
  const sizes = new Map<number, number>();
  for (const { set } of rows) sizes.set(set, (sizes.get(set) ?? 0) + 1);
  return rows
    .filter(({ set }) => set !== NO_SET)
    .map((row) => ({ ...row, weight: rows.length / sizes.size / sizes.get(row.set)! }));
}

export function calibrated(weights: PriorWeights, by: Calibration): PriorWeights {
  // The biases of the file are divided by its temperature on use.
  return {
    ...weights,
    temperature: 1 / by.sharpness,
    polarityBias: by.polarityBias / by.sharpness,
    neutralBias: by.neutralBias / by.sharpness,
  };
}
