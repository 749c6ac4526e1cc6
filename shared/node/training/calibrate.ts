/**
 * Turns held-out logits into honest probabilities: one temperature and two intercepts for all sets together,
 * fitted by Newton's method (the problem is convex in 1/temperature and the intercepts).
 */
import type { PriorResult } from '../../mood/prior.ts';
import { NEGATIVE, NEUTRAL, POSITIVE } from './corpus.ts';

/** One text scored by a model that has not seen it. */
export interface HeldOut {
  /** Logits before calibration: +p, u, -p. */
  p: number;
  u: number;
  label: number;
  knowsNeutral: boolean;
  weight: number;
}

export interface Calibration {
  /** Multiplies both logits: 1 / temperature. */
  sharpness: number;
  polarityBias: number;
  neutralBias: number;
}

export const NO_CALIBRATION: Calibration = { sharpness: 1, polarityBias: 0, neutralBias: 0 };

const ITERATIONS = 30;
/** Keeps the Newton system solvable where a set has no neutral rows at all. */
const DAMPING = 1e-6;

export function fitCalibration(rows: readonly HeldOut[], fixSharpness?: number): Calibration {
  const theta = [fixSharpness ?? 1, 0, 0];
  for (let i = 0; i < ITERATIONS; i++) {
    const { gradient, hessian } = derivatives(rows, theta);
    if (fixSharpness !== undefined) {
      gradient[0] = 0;
      hessian[0] = 1;
      hessian[1] = hessian[2] = hessian[3] = hessian[6] = 0;
    }
    const step = solve3(hessian, gradient);
    const longest = Math.max(...step.map(Math.abs));
    for (let k = 0; k < 3; k++) theta[k]! -= step[k]! * Math.min(1, 1 / longest);
    if (longest < 1e-9) break;
  }
  // A model that is worse than chance on held-out texts would turn its sign: keep its order instead.
  const sharpness = Math.max(0.05, theta[0]!);
  return { sharpness, polarityBias: theta[1]!, neutralBias: theta[2]! };
}

/** Probabilities under a calibration. */
export function probabilities(p: number, u: number, by: Calibration): PriorResult {
  const polarity = by.sharpness * p + by.polarityBias;
  const neutral = by.sharpness * u + by.neutralBias;
  const top = Math.max(Math.abs(polarity), neutral);
  const up = Math.exp(polarity - top);
  const down = Math.exp(-polarity - top);
  const still = Math.exp(neutral - top);
  const total = up + down + still;
  return { positive: up / total, neutral: still / total, negative: down / total };
}

/** The logits p and u behind probabilities. */
export function logitsOf({ positive, neutral, negative }: PriorResult): { p: number; u: number } {
  const up = Math.log(Math.max(positive, Number.MIN_VALUE));
  const down = Math.log(Math.max(negative, Number.MIN_VALUE));
  return {
    p: (up - down) / 2,
    u: Math.log(Math.max(neutral, Number.MIN_VALUE)) - (up + down) / 2,
  };
}

/** Of the weighted negative log-likelihood by (sharpness, polarityBias, neutralBias); the Hessian row by row. */
function derivatives(
  rows: readonly HeldOut[],
  [a, b, c]: readonly number[],
): { gradient: number[]; hessian: number[] } {
  const gradient = [0, 0, 0];
  const hessian = [DAMPING, 0, 0, 0, DAMPING, 0, 0, 0, DAMPING];
  const classes = [POSITIVE, NEUTRAL, NEGATIVE];
  for (const row of rows) {
    const inputs = [
      [row.p, 1, 0],
      [row.u, 0, 1],
      [-row.p, -1, 0],
    ];
    const logits = inputs.map(([x, y, z]) => a! * x! + b! * y! + c! * z!);
    if (!row.knowsNeutral) logits[NEUTRAL] = Number.NEGATIVE_INFINITY;
    const top = Math.max(...logits);
    const raw = logits.map((logit) => Math.exp(logit - top));
    const total = raw[0]! + raw[1]! + raw[2]!;
    const mean = [0, 0, 0];
    for (const k of classes)
      for (let i = 0; i < 3; i++) mean[i]! += (raw[k]! / total) * inputs[k]![i]!;
    for (let i = 0; i < 3; i++) {
      gradient[i]! += row.weight * (mean[i]! - inputs[row.label]![i]!);
      for (let j = 0; j < 3; j++) {
        let second = 0;
        for (const k of classes) second += (raw[k]! / total) * inputs[k]![i]! * inputs[k]![j]!;
        hessian[3 * i + j]! += row.weight * (second - mean[i]! * mean[j]!);
      }
    }
  }
  return { gradient, hessian };
}

/** Solves the symmetric 3×3 system `m x = v` (m row by row) by Cramer's rule. */
function solve3(m: readonly number[], v: readonly number[]): number[] {
  const [a, b, c, d, e, f, g, h, i] = m as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [x, y, z] = v as [number, number, number];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (Math.abs(determinant) < 1e-300) return [0, 0, 0];
  return [
    (x * (e * i - f * h) - b * (y * i - f * z) + c * (y * h - e * z)) / determinant,
    (a * (y * i - f * z) - x * (d * i - f * g) + c * (d * z - y * g)) / determinant,
    (a * (e * z - y * h) - b * (d * z - y * g) + x * (d * h - e * g)) / determinant,
  ];
}
