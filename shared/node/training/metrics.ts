/** What `weimai eval` counts. */
import type { PriorResult } from '../../mood/prior.ts';
import { NEGATIVE, NEUTRAL, POSITIVE } from './corpus.ts';

export interface Judged {
  /** The truth. */
  label: number;
  /** The class that was said. */
  said: number;
  /** Above 0 = rather positive than negative, whatever was said. */
  polarity: number;
  /** How sure, in [0, 1], that `said` is right; in sets without neutral rows, that the sign is. */
  confidence: number;
}

/** An answer of the prior; `knowsNeutral` is whether its set has neutral rows. */
export function judgedBy(result: PriorResult, label: number, knowsNeutral: boolean): Judged {
  const { positive, neutral, negative } = result;
  const lean = Math.max(positive, negative);
  return {
    label,
    said: classOf(result),
    polarity: positive - negative,
    confidence: knowsNeutral ? Math.max(lean, neutral) : lean / (positive + negative),
  };
}

export interface SetMetrics {
  rows: number;
  /** Right sign on the rows that are positive or negative; null without such rows. */
  polarityAccuracy: number | null;
  /** Right class of three; null for sets without neutral rows, as the next two. */
  accuracy: number | null;
  macroF1: number | null;
  /** macro-F1 when the set's own share of each class is known (two intercepts fitted on other folds). */
  macroF1OwnBalance: number | null;
  /** `confusion[truth][said]`, in the order positive, neutral, negative. */
  confusion: number[][];
  /** Expected calibration error of the said class, in [0, 1]. */
  calibrationError: number;
  reliability: ReliabilityBin[];
}

export interface ReliabilityBin {
  from: number;
  to: number;
  rows: number;
  confidence: number;
  accuracy: number;
}

const BINS = 10;

export function measure(judged: readonly Judged[]): SetMetrics {
  const confusion = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  let opinions = 0;
  let rightSigns = 0;
  for (const { label, said, polarity } of judged) {
    confusion[label]![said]! += 1;
    if (label === NEUTRAL) continue;
    opinions += 1;
    if (polarity > 0 === (label === POSITIVE) && polarity !== 0) rightSigns += 1;
  }
  const knowsNeutral = opinions < judged.length;
  const reliability = reliabilityOf(judged, knowsNeutral);
  return {
    rows: judged.length,
    polarityAccuracy: opinions === 0 ? null : rightSigns / opinions,
    accuracy: knowsNeutral ? trace(confusion) / judged.length : null,
    macroF1: knowsNeutral ? macroF1(confusion) : null,
    macroF1OwnBalance: null,
    confusion,
    calibrationError: calibrationError(reliability),
    reliability,
  };
}

/** The most probable class. */
export function classOf({ positive, neutral, negative }: PriorResult): number {
  if (neutral >= positive && neutral >= negative) return NEUTRAL;
  return positive >= negative ? POSITIVE : NEGATIVE;
}

/** Unweighted mean of the classes' F1; a class without rows and without claims counts as 0. */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  let sum = 0;
  for (let k = 0; k < confusion.length; k++) {
    const right = confusion[k]![k]!;
    const truth = confusion[k]!.reduce((a, b) => a + b, 0);
    const said = confusion.reduce((a, row) => a + row[k]!, 0);
    if (truth + said > 0) sum += (2 * right) / (truth + said);
  }
  return sum / confusion.length;
}

/** Sets without neutral rows are judged between positive and negative only. */
function reliabilityOf(judged: readonly Judged[], knowsNeutral: boolean): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ rows: 0, confidence: 0, right: 0 }));
  for (const { label, said, polarity, confidence } of judged) {
    const isRight = knowsNeutral ? said === label : polarity > 0 === (label === POSITIVE);
    const bin = sums[Math.min(BINS - 1, Math.floor(confidence * BINS))]!;
    bin.rows += 1;
    bin.confidence += confidence;
    bin.right += isRight ? 1 : 0;
  }
  return sums.map(({ rows, confidence, right }, k) => ({
    from: k / BINS,
    to: (k + 1) / BINS,
    rows,
    confidence: rows === 0 ? 0 : confidence / rows,
    accuracy: rows === 0 ? 0 : right / rows,
  }));
}

function calibrationError(bins: readonly ReliabilityBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const gaps = bins.reduce(
    (sum, bin) => sum + bin.rows * Math.abs(bin.confidence - bin.accuracy),
    0,
  );
  return rows === 0 ? 0 : gaps / rows;
}

function trace(matrix: readonly (readonly number[])[]): number {
  return matrix.reduce((sum, row, k) => sum + row[k]!, 0);
}
