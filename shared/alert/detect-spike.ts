import { Baseline } from '#shared/series/baseline.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { Novelty } from '#shared/series/novelty.ts';
import { nbSurprise } from '#shared/series/surprise.ts';

/**
 * The volume detector: live series, back-test and `weimai detect` all run this one.
 *
 * Each step is judged from what came before it, on four time scales:
 *
 *   surprise  S = −log10 P(X ≥ c) of a negative binomial around the seasonal baseline; counts only windows with
 *             at least twice the expected posts and at least 10 (spec/mood-and-spikes.md section 2)
 *   novelty   S of 5 minutes, 1 hour and 12 hours, each against its own daily maxima of the last month, averaged:
 *             a true event stands out on every scale, a bot's blip only on the shortest, a busy day only on the longest
 *
 * `alert` is the single step where something new begins. The same size of event within a day is told once; one
 * that grows a whole standard deviation beyond the last is told again.
 */
export interface DetectorOptions {
  /** Length of one step; default 1 minute. */
  stepMs?: number;
  sensitivity?: Sensitivity;
}

/** How far above its usual daily maximum a topic must be, in standard deviations. */
export const SENSITIVITIES = { more: 0.5, balanced: 0.75, fewer: 1 } as const;
export type Sensitivity = keyof typeof SENSITIVITIES;

export interface Detection {
  at: number;
  /** 0…1: at least 0.5 exactly where `alert` is 1, the more the newer; below, how near it came. */
  score: number;
  alert: 0 | 1;
  /** Surprise of the most surprising window that has enough posts; 0 where none has. */
  surprise: number;
  /** That window: what was expected, what was seen, its length. Where none qualifies, the shortest. */
  expected: number;
  observed: number;
  windowMs: number;
  /** Standard deviations above this topic's own usual daily maximum. */
  novelty: number;
  /** Neither surprise nor excess in the short windows: whatever it was is over. */
  calm: boolean;
  /** Days of history behind the expectation. */
  days: number;
}

/** Scales in minutes. `penalty`: the shortest has most chances to be wrong and must surprise by one more. */
const SCALES = [
  { minutes: 5, surprise: true, novelty: true, penalty: 1 },
  { minutes: 10, surprise: true, novelty: false, penalty: 0 },
  { minutes: 60, surprise: true, novelty: true, penalty: 0 },
  { minutes: 720, surprise: false, novelty: true, penalty: 0 },
] as const;
const LEAST_RATIO = 2;
const LEAST_POSTS = 10;
const LEAST_EXPECTED = 0.5;
const CALM_SURPRISE = 2;
const CALM_RATIO = 1.5;
/** Overdispersion: variance = μ + φμ². */
const PHI = { low: 0.05, high: 1, start: 0.5, startSteps: 20, memoryMs: 7 * DAY_MS } as const;
/** Highest surprise of an ordinary day where nothing is known yet: one in ten. */
const USUAL_SURPRISE = 1;
const NOVELTY_FLOOR = -1;
const TOLD_FOR_MS = 12 * HOUR_MS;
export const SURPRISING = 4;
const HABIT = 0.75;
const LEAST_TOLD = [6, 4, 4, 3];
const GROWN = 1;

export function createDetector(options: DetectorOptions = {}): VolumeDetector {
  return new VolumeDetector(options.stepMs ?? MINUTE_MS, options.sensitivity ?? 'balanced');
}

export class VolumeDetector {
  readonly stepMs: number;
  readonly sensitivity: Sensitivity;
  #baseline: Baseline;
  #scales: Scale[];
  #counts: Float32Array;
  #expected: Float32Array;
  #origin = 0;
  #index = -1;
  #gate: Gate;

  constructor(stepMs: number, sensitivity: Sensitivity) {
    this.stepMs = stepMs;
    this.sensitivity = sensitivity;
    this.#baseline = new Baseline(stepMs);
    this.#scales = scalesFor(stepMs);
    const longest = Math.max(...this.#scales.map((scale) => scale.steps));
    this.#counts = new Float32Array(longest);
    this.#expected = new Float32Array(longest);
    this.#gate = new Gate(SENSITIVITIES[sensitivity], TOLD_FOR_MS / stepMs);
  }

  /** Takes in one step; steps left out are unknown, not zero. Null for a step at or before the last one. */
  push(at: number, count: number): Detection | null {
    if (this.#index < 0) this.#origin = at;
    const index = Math.round((at - this.#origin) / this.stepMs);
    if (index <= this.#index) return null;
    this.#slideTo(index, count);
    let best: Scale | null = null;
    let surprise = 0;
    let calm = true;
    let novelty = 0;
    let noveltyScales = 0;
    let unusual = 0;
    for (const scale of this.#scales) {
      const s = scale.judge();
      if (scale.rule.surprise) {
        if (scale.qualifies()) {
          unusual = Math.max(unusual, s - scale.rule.penalty);
          const habitual =
            (s - scale.rule.penalty) * Math.min(1, SURPRISING / scale.novelty.level(HABIT));
          if (habitual > surprise) {
            surprise = habitual;
            best = scale;
          }
        }
        if (
          scale.rule.minutes <= 10 &&
          (s >= CALM_SURPRISE || scale.count >= CALM_RATIO * scale.mu)
        )
          calm = false;
      }
      if (scale.rule.novelty) {
        novelty += Math.max(NOVELTY_FLOOR, scale.novelty.of(s));
        noveltyScales++;
      }
      scale.novelty.add(s);
    }
    novelty /= noveltyScales;
    this.#baseline.add(index, count);
    const shown = best ?? this.#scales[0]!;
    const alert = this.#gate.tell(
      index,
      unusual >= LEAST_TOLD[Math.min(this.#baseline.days, LEAST_TOLD.length - 1)]!
        ? novelty
        : Number.NEGATIVE_INFINITY,
    );
    return {
      at,
      score: scoreOf(novelty, SENSITIVITIES[this.sensitivity], alert),
      alert: alert ? 1 : 0,
      surprise,
      expected: shown.mu,
      observed: Math.round(shown.count),
      windowMs: shown.steps * this.stepMs,
      novelty,
      calm,
      days: this.#baseline.days,
    };
  }

  /** An independent copy: judge the newest minutes, which may still change, without committing to them. */
  fork(): VolumeDetector {
    const copy = new VolumeDetector(this.stepMs, this.sensitivity);
    copy.#baseline = this.#baseline.fork();
    copy.#scales = this.#scales.map((scale) => scale.fork());
    copy.#counts = this.#counts.slice();
    copy.#expected = this.#expected.slice();
    copy.#origin = this.#origin;
    copy.#index = this.#index;
    copy.#gate = this.#gate.fork();
    return copy;
  }

  #slideTo(index: number, count: number): void {
    const expected = this.#baseline.expect(index);
    const size = this.#counts.length;
    for (let i = Math.max(this.#index + 1, index - size); i < index; i++) this.#slide(i, 0, 0);
    // Nothing known yet: the first steps expect what they see.
    this.#slide(index, count, Number.isNaN(expected) ? count : expected);
    this.#index = index;
  }

  #slide(index: number, count: number, expected: number): void {
    const size = this.#counts.length;
    for (const scale of this.#scales) {
      const leaving = index - scale.steps;
      if (leaving < 0) continue;
      scale.count -= this.#counts[leaving % size]!;
      scale.sum -= this.#expected[leaving % size]!;
    }
    this.#counts[index % size] = count;
    this.#expected[index % size] = expected;
    for (const scale of this.#scales) {
      scale.count += count;
      scale.sum += this.#expected[index % size]!;
    }
  }
}

/** One sliding window with its own overdispersion and its own memory of daily maxima. */
class Scale {
  readonly rule: (typeof SCALES)[number];
  readonly steps: number;
  readonly #stepMs: number;
  readonly #decay: number;
  novelty: Novelty;
  count = 0;
  /** Sum of expectations inside the window. */
  sum = 0;
  #excess = 0;
  #weight = 0;

  constructor(rule: (typeof SCALES)[number], steps: number, stepMs: number) {
    this.rule = rule;
    this.steps = steps;
    this.#stepMs = stepMs;
    this.#decay = Math.exp(-stepMs / PHI.memoryMs);
    this.novelty = new Novelty({ blockSteps: DAY_MS / stepMs, usual: USUAL_SURPRISE });
  }

  get mu(): number {
    return Math.max(this.sum, LEAST_EXPECTED);
  }

  get #phi(): number {
    const phi = this.#weight > PHI.startSteps ? this.#excess / this.#weight : PHI.start;
    return Math.min(PHI.high, Math.max(PHI.low, phi));
  }

  qualifies(): boolean {
    return this.count >= LEAST_RATIO * this.mu && this.count >= LEAST_POSTS;
  }

  /** Surprise of the window as it stands, judged by the past; then the window becomes past. */
  judge(): number {
    const { mu } = this;
    const surprise = nbSurprise(Math.round(this.count), mu, this.#phi);
    const excess = ((this.count - mu) ** 2 - mu) / Math.max(mu, 1) ** 2;
    this.#excess = this.#excess * this.#decay + Math.min(4, Math.max(-1, excess));
    this.#weight = this.#weight * this.#decay + 1;
    return surprise;
  }

  fork(): Scale {
    const copy = new Scale(this.rule, this.steps, this.#stepMs);
    copy.novelty = this.novelty.fork();
    copy.count = this.count;
    copy.sum = this.sum;
    copy.#excess = this.#excess;
    copy.#weight = this.#weight;
    return copy;
  }
}

/** Tells an event once: again only after a day, or when it grows well beyond what was told. */
class Gate {
  readonly level: number;
  readonly #hold: number;
  #told = Number.NEGATIVE_INFINITY;
  #peak = Number.NEGATIVE_INFINITY;

  constructor(level: number, holdSteps: number) {
    this.level = level;
    this.#hold = holdSteps;
  }

  tell(index: number, novelty: number): boolean {
    const holding = index - this.#told <= this.#hold;
    const news = novelty >= this.level && (!holding || novelty >= this.#peak + GROWN);
    if (news) {
      this.#told = index;
      this.#peak = novelty;
    } else if (holding) {
      this.#peak = Math.max(this.#peak, novelty);
    }
    return news;
  }

  fork(): Gate {
    const copy = new Gate(this.level, this.#hold);
    copy.#told = this.#told;
    copy.#peak = this.#peak;
    return copy;
  }
}

function scoreOf(novelty: number, level: number, alert: boolean): number {
  if (alert) return 1 - 0.5 * Math.exp(level - novelty);
  return 0.25 * Math.min(1, Math.max(0, novelty / level));
}

function scalesFor(stepMs: number): Scale[] {
  const scales: Scale[] = [];
  for (const rule of SCALES) {
    const steps = Math.max(1, Math.round((rule.minutes * MINUTE_MS) / stepMs));
    // Coarse steps make short scales equal; the first one stands for all.
    if (scales.every((scale) => scale.steps !== steps)) scales.push(new Scale(rule, steps, stepMs));
  }
  return scales;
}
