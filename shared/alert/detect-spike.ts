import { Baseline } from '#shared/series/baseline.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { Novelty } from '#shared/series/novelty.ts';
import { nbSurprise } from '#shared/series/surprise.ts';
import { Gate } from './gate.ts';

/**
 * The volume detector: live series, back-test and `weimai detect` all run this one.
 *
 * Each step is judged from what came before it, on five time scales:
 *
 *   surprise  S = −log10 P(X ≥ c) of a negative binomial around the seasonal baseline; counts only windows with
 *             at least twice the expected posts and at least 10 (spec/mood-and-spikes.md section 2)
 *             scaled down for topics whose daily maximum lies above 4 anyway
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
const SENSITIVITIES = { more: 0.5, balanced: 0.75, fewer: 1 } as const;
export type Sensitivity = keyof typeof SENSITIVITIES;

export interface Detection {
  at: number;
  /** 0…1: at least 0.5 exactly where `alert` is 1, the more the newer; below, how near it came. */
  score: number;
  alert: 0 | 1;
  /** Surprise of the most surprising window that has enough posts, weighed by habit; 0 where none has. */
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
  { minutes: 5, surprise: true, novelty: true, calm: true, penalty: 1 },
  { minutes: 10, surprise: true, novelty: false, calm: true, penalty: 0 },
  { minutes: 30, surprise: true, novelty: false, calm: false, penalty: 0 },
  { minutes: 60, surprise: true, novelty: true, calm: false, penalty: 0 },
  { minutes: 720, surprise: false, novelty: true, calm: false, penalty: 0 },
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
/** No scale speaks against the others by more than this. */
const NOVELTY_FLOOR = -1;
/** One event is told once in this time… */
const TOLD_FOR_MS = 12 * HOUR_MS;
/** …unless it grows by as many standard deviations. */
const GROWN = 1;
/** Plain surprise an alert needs, by days of history: the first days know no daily curve. */
const LEAST_TOLD = [6, 4, 4, 3];
/** Surprise at which a spike opens ("balanced"; more = 3.5, fewer = 5). */
export const SURPRISING = 4;
/**
 * Where a topic's usual daily maximum plus this many standard deviations lies above {@link SURPRISING}, surprise is
 * scaled down by their ratio: 4 always means "more than this topic does anyway".
 */
const HABIT = 0.75;

export function createDetector(options: DetectorOptions = {}): VolumeDetector {
  return new VolumeDetector(options.stepMs ?? MINUTE_MS, options.sensitivity ?? 'balanced');
}

export class VolumeDetector {
  readonly stepMs: number;
  readonly sensitivity: Sensitivity;
  #baseline: Baseline;
  #scales: Scale[];
  #counts: Float64Array;
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
    this.#counts = new Float64Array(longest);
    this.#expected = new Float32Array(longest);
    this.#gate = new Gate({
      level: SENSITIVITIES[sensitivity],
      grown: GROWN,
      holdSteps: TOLD_FOR_MS / stepMs,
    });
  }

  /** Takes in one step; steps left out are unknown, not zero. Null for a step at or before the last one. */
  push(at: number, count: number): Detection | null {
    const index = this.#indexOf(at);
    if (index <= this.#index) return null;
    this.#slideTo(index, count);
    const judged = this.#judge();
    this.#baseline.add(index, count);
    const { days } = this.#baseline;
    const least = LEAST_TOLD[Math.min(days, LEAST_TOLD.length - 1)]!;
    const alert = judged.plain >= least && this.#gate.tells(index, judged.novelty);
    this.#gate.follow(index, judged.novelty);
    const shown = judged.best ?? this.#scales[0]!;
    return {
      at,
      score: scoreOf(judged.novelty, SENSITIVITIES[this.sensitivity], alert),
      alert: alert ? 1 : 0,
      surprise: judged.surprise,
      expected: shown.mu,
      observed: Math.round(shown.count),
      windowMs: shown.steps * this.stepMs,
      novelty: judged.novelty,
      calm: judged.calm,
      days,
    };
  }

  #judge(): Judgement {
    const judged: Judgement = { best: null, surprise: 0, plain: 0, novelty: 0, calm: true };
    let weighed = 0;
    for (const scale of this.#scales) {
      const s = scale.judge();
      if (scale.rule.surprise && scale.qualifies()) {
        const plain = s - scale.rule.penalty;
        const habitual = plain * Math.min(1, SURPRISING / scale.novelty.level(HABIT));
        judged.plain = Math.max(judged.plain, plain);
        if (habitual > judged.surprise) {
          judged.surprise = habitual;
          judged.best = scale;
        }
      }
      if (scale.rule.calm && !scale.isCalm(s)) judged.calm = false;
      if (scale.rule.novelty) {
        judged.novelty += Math.max(NOVELTY_FLOOR, scale.novelty.of(s));
        weighed++;
      }
      scale.novelty.add(s);
    }
    judged.novelty /= weighed;
    return judged;
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

  /** Steps since 1970; stamps that waver by less than half a step stay in line with the first. */
  #indexOf(at: number): number {
    const first = Math.floor(this.#origin / this.stepMs);
    if (this.#index >= 0) return first + Math.round((at - this.#origin) / this.stepMs);
    this.#origin = at;
    return Math.floor(at / this.stepMs);
  }

  #slideTo(index: number, count: number): void {
    const expected = this.#baseline.expect(index);
    const size = this.#counts.length;
    const gapFrom = this.#index < 0 ? index : Math.max(this.#index + 1, index - size);
    for (let i = gapFrom; i < index; i++) this.#slide(i, 0, 0);
    // Nothing known yet: the first steps expect what they see.
    this.#slide(index, count, Number.isNaN(expected) ? count : expected);
    this.#index = index;
  }

  #slide(index: number, count: number, expected: number): void {
    const size = this.#counts.length;
    for (const scale of this.#scales) {
      const leaving = Math.max(0, index - scale.steps);
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

interface Judgement {
  best: Scale | null;
  surprise: number;
  /** Highest surprise before habit is weighed in. */
  plain: number;
  novelty: number;
  calm: boolean;
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

  isCalm(surprise: number): boolean {
    return surprise < CALM_SURPRISE && this.count < CALM_RATIO * this.mu;
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
