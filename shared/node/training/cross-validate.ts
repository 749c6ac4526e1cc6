import { createPrior, type Prior } from '../../mood/prior.ts';
import { encodePrior } from '../../mood/prior-format.ts';
import { fitCalibration, probabilities } from './calibrate.ts';
import { foldOf, withoutEmoticons, type Corpus, type Example } from './corpus.ts';
import { classOf, judgedBy, macroF1, measure, type SetMetrics } from './metrics.ts';
import {
  balanced,
  fitWeights,
  score,
  type ScoredExample,
  type TrainOptions,
} from './train-prior.ts';

export interface EvaluationRow extends SetMetrics {
  set: string;
}

/** Suffix of the table rows that judge the same texts with their emoticons taken out. */
const BARE_SUFFIX = ' (no emoticons)';
/** Sets where at least this share of texts has an emoticon are judged without them as well. */
const BARE_SHARE = 0.3;

/**
 * k-fold cross-validation over all sets pooled: each text is judged by a model that saw neither it nor any text of
 * its group. The calibration of a fold comes from the other folds' answers.
 */
export function crossValidate(
  corpus: Corpus,
  folds: number,
  options: TrainOptions,
): EvaluationRow[] {
  return evaluate(corpus, folds, (example) => foldOf(example.group, folds), options);
}

/** Leave one set out: each set is judged by a model of all other sets (groups that reach into it left out too). */
export function leaveOneSetOut(corpus: Corpus, options: TrainOptions): EvaluationRow[] {
  return evaluate(corpus, corpus.sets.length, (example) => example.set, options);
}

/** A model as it is, on texts that it may or may not have seen. */
export function evaluateModel(corpus: Corpus, prior: Prior): EvaluationRow[] {
  const bare = withoutAllEmoticons(corpus);
  return corpus.sets.flatMap((name, set) =>
    [
      { suffix: '', examples: corpus.examples },
      { suffix: BARE_SUFFIX, examples: bare },
    ].flatMap(({ suffix, examples }) => {
      const own = examples.filter((example) => example.set === set);
      if (own.length === 0) return [];
      const judged = own.map(({ text, label, knowsNeutral }) =>
        judgedBy(prior.classify(text, 0, text.length), label, knowsNeutral),
      );
      const scored = score(prior, own);
      const metrics = measure(judged);
      const macroF1OwnBalance = metrics.macroF1 === null ? null : ownBalanceF1(scored);
      return [{ set: name + suffix, ...metrics, macroF1OwnBalance }];
    }),
  );
}

function evaluate(
  corpus: Corpus,
  folds: number,
  foldOfExample: (example: Example) => number,
  options: TrainOptions,
): EvaluationRow[] {
  const bareCorpus = withoutAllEmoticons(corpus);
  const plain: ScoredExample[] = [];
  const bare: ScoredExample[] = [];
  const foldsOf = { plain: [] as number[], bare: [] as number[] };
  for (let fold = 0; fold < folds; fold++) {
    const held = corpus.examples.filter((example) => foldOfExample(example) === fold);
    if (held.length === 0) continue;
    const groups = new Set(held.map((example) => example.group));
    options.onProgress?.(`fold ${fold + 1} of ${folds}`);
    const prior = createPrior(
      encodePrior(fitWeights(corpus, (example) => !groups.has(example.group), options)),
    );
    const heldBare = bareCorpus.filter((example) => foldOfExample(example) === fold);
    plain.push(...score(prior, held));
    bare.push(...score(prior, heldBare));
    foldsOf.plain.push(...held.map(() => fold));
    foldsOf.bare.push(...heldBare.map(() => fold));
  }
  const calibrations = Array.from({ length: folds }, (_, fold) =>
    fitCalibration(balanced(plain.filter((_row, i) => foldsOf.plain[i] !== fold))),
  );
  const rows: EvaluationRow[] = [];
  corpus.sets.forEach((name, set) => {
    const judge = (scored: ScoredExample[], of: number[], suffix: string): void => {
      const picked = scored
        .map((row, i) => ({ row, fold: of[i]! }))
        .filter(({ row }) => row.set === set);
      if (picked.length === 0) return;
      const metrics = measure(
        picked.map(({ row, fold }) => {
          const result = probabilities(row.p, row.u, calibrations[fold]!);
          return judgedBy(result, row.label, row.knowsNeutral);
        }),
      );
      const own = metrics.macroF1 === null ? null : ownBalanceF1(picked.map(({ row }) => row));
      rows.push({ set: name + suffix, ...metrics, macroF1OwnBalance: own });
    };
    judge(plain, foldsOf.plain, '');
    judge(bare, foldsOf.bare, BARE_SUFFIX);
  });
  return rows;
}

/** Shares of the training texts of a learning curve. */
const CURVE_SHARES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];
const CURVE_FOLDS = 5;

export interface CurvePoint {
  share: number;
  rows: EvaluationRow[];
}

/**
 * What more labels would bring: models of growing parts of four fifths of the texts, all judged on the same last
 * fifth (uncalibrated: the sign and macro-F1 with own balance do not need it).
 */
export function learningCurve(corpus: Corpus, options: TrainOptions): CurvePoint[] {
  const isHeld = (example: Example): boolean => foldOf(example.group, CURVE_FOLDS) === 0;
  const held = { ...corpus, examples: corpus.examples.filter(isHeld) };
  return CURVE_SHARES.map((share) => {
    options.onProgress?.(`training on ${(100 * share).toFixed(0)} % of the texts`);
    const isKept = (example: Example): boolean =>
      !isHeld(example) && foldOf(example.group ^ SHARE_SALT, 1000) < 1000 * share;
    const prior = createPrior(encodePrior(fitWeights(corpus, isKept, options)));
    return { share, rows: evaluateModel(held, prior) };
  });
}

/** Keeps the choice of a share independent of the fold. */
const SHARE_SALT = 0x3c6e_f372;

const OWN_BALANCE_FOLDS = 5;

/** macro-F1 with intercepts fitted to the set on four fifths of its (held-out) answers and used on the last fifth. */
function ownBalanceF1(rows: readonly ScoredExample[]): number {
  const confusion = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let fold = 0; fold < OWN_BALANCE_FOLDS; fold++) {
    const isTest = (row: ScoredExample): boolean =>
      foldOf(row.group ^ 0x2545_f491, OWN_BALANCE_FOLDS) === fold;
    const calibration = fitCalibration(classBalanced(rows.filter((row) => !isTest(row))));
    for (const row of rows)
      if (isTest(row))
        confusion[row.label]![classOf(probabilities(row.p, row.u, calibration))]! += 1;
  }
  return macroF1(confusion);
}

/** Weights between the true shares and equal ones: macro-F1 counts rare classes as much as common ones. */
function classBalanced(rows: readonly ScoredExample[]): ScoredExample[] {
  const counts = [1, 1, 1];
  for (const { label } of rows) counts[label]! += 1;
  return rows.map((row) => ({ ...row, weight: Math.sqrt(rows.length / counts[row.label]!) }));
}

/** Examples of sets rich in emoticons, emoticons taken out. */
function withoutAllEmoticons(corpus: Corpus): Example[] {
  const rich = corpus.sets.map((_, set) => {
    const own = corpus.examples.filter((example) => example.set === set);
    const found = own.filter((example) => withoutEmoticons(example.text) !== example.text).length;
    return found >= BARE_SHARE * own.length;
  });
  return corpus.examples
    .filter((example) => rich[example.set])
    .map((example) => ({ ...example, text: withoutEmoticons(example.text) }))
    .filter((example) => example.text.trim() !== '');
}
