import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { type MoodSums, priorMood, PRIOR_POSTS, scoreVariance } from '#shared/series/mood-index.ts';
import { Novelty } from '#shared/series/novelty.ts';
import { normalSurprise } from '#shared/series/surprise.ts';
import { SURPRISING } from './detect-spike.ts';
import { Gate } from './gate.ts';

/**
 * The mood detector: does the mean score of the last 15, 30 or 60 minutes depart from the topic's usual mood by more than
 * chance and by enough points to matter?
 *
 *   z = (mean − m0) / sqrt(variance / n + τ²)    τ: how much the topic's mood wanders anyway
 *   surprise = −log10 of the tail beyond |z|, scaled down for topics whose mood departs every day
 *
 * m0 is the mean of the last 24 hours (7 days where that is thin) without the last hour; what departed counts a tenth,
 * so that neither a crisis becomes its own normal at once nor its end looks like delight. Windows need 10 mentions and a shrunk departure of 10 points (100 = from neutral to wholly positive).
 */
export interface MoodDetection {
  at: number;
  /** 0…1: at least 0.5 exactly where `alert` is 1. */
  score: number;
  alert: 0 | 1;
  direction: 'up' | 'down';
  /** Of the most surprising window that qualifies; 0 where none does. */
  surprise: number;
  /** Usual and shrunk observed mood in points, −100…100. */
  expected: number;
  observed: number;
  windowMs: number;
  n: number;
  /** Whatever it was is over. */
  calm: boolean;
}

const SCALES_MINUTES = [15, 30, 60] as const;
const LEAST_POSTS = 10;
const LEAST_POINTS = 10;
const CALM_SURPRISE = 2;
const CALM_POINTS = 5;
const LAG_MS = HOUR_MS;
/** Weight of departed minutes in the usual mood: a change that lasts is the new normal after about three days. */
const DEPARTED_WEIGHT = 0.1;
const TOLD_FOR_MS = 12 * HOUR_MS;
/** Growth of surprise told again within the hold, in natural logs: ×2. */
const GROWN = Math.LN2;
/** Wandering of the usual mood, score units: bounds and start of its standard deviation. */
const WANDER = { low: 0.04, high: 0.3, start: 0.1, startWeight: 20, memoryMs: 7 * DAY_MS } as const;
const USUAL_SURPRISE = 1;
const HABIT = 0.75;

export function createMoodDetector(options: { stepMs?: number } = {}): MoodDetector {
  return new MoodDetector(options.stepMs ?? MINUTE_MS);
}

export class MoodDetector {
  readonly stepMs: number;
  #scales: MoodScale[];
  /** Steps of the longest window, oldest overwritten; step `i` at `i % length`. */
  #steps: MoodSums[];
  /** Steps that were part of a surprising window. */
  #departed: Uint8Array;
  #origin = 0;
  #index = -1;
  #day: Fading;
  #week: Fading;
  #gate: Gate;

  constructor(stepMs: number) {
    this.stepMs = stepMs;
    this.#scales = SCALES_MINUTES.map((minutes) => new MoodScale(minutes, stepMs));
    const longest = Math.max(
      ...this.#scales.map((scale) => scale.steps),
      Math.ceil(LAG_MS / stepMs),
    );
    this.#steps = Array.from({ length: longest }, () => NOTHING);
    this.#departed = new Uint8Array(longest);
    this.#day = new Fading(DAY_MS / stepMs);
    this.#week = new Fading((7 * DAY_MS) / stepMs);
    this.#gate = new Gate({ level: 0, grown: GROWN, holdSteps: TOLD_FOR_MS / stepMs });
  }

  /** Takes in one step; steps left out held no mentions. Null for a step at or before the last one. */
  push(at: number, sums: MoodSums): MoodDetection | null {
    if (this.#index < 0) this.#origin = at;
    const index = Math.round((at - this.#origin) / this.stepMs);
    if (index <= this.#index) return null;
    const from = Math.max(this.#index + 1, index - 7 * (DAY_MS / this.stepMs));
    for (let i = from; i < index; i++) this.#slide(i, NOTHING);
    this.#slide(index, sums);
    this.#index = index;
    const usual = priorMood(this.#day.sums(), this.#week.sums());
    const known = this.#week.sums().n >= LEAST_POSTS;
    const spread = scoreVariance(this.#week.sums());
    const found = this.#scales.map((scale) => scale.judge(usual, spread, known));
    const best = found.reduce((a, b) => (b.surprise > a.surprise ? b : a));
    const strength =
      best.surprise > 0 ? Math.log(best.surprise / SURPRISING) : Number.NEGATIVE_INFINITY;
    if (best.surprise >= SURPRISING) this.#markDeparted(index, best.steps);
    const alert = this.#gate.tells(index, strength);
    this.#gate.follow(index, strength);
    return {
      at,
      score: alert
        ? best.surprise / (best.surprise + SURPRISING)
        : Math.min(0.49, best.surprise / (4 * SURPRISING)),
      alert: alert ? 1 : 0,
      direction: best.observed < best.expected ? 'down' : 'up',
      surprise: best.surprise,
      expected: best.expected,
      observed: best.observed,
      windowMs: best.steps * this.stepMs,
      n: best.n,
      calm: found[0]!.calm,
    };
  }

  fork(): MoodDetector {
    const copy = new MoodDetector(this.stepMs);
    copy.#scales = this.#scales.map((scale) => scale.fork());
    copy.#steps = [...this.#steps];
    copy.#departed = this.#departed.slice();
    copy.#origin = this.#origin;
    copy.#index = this.#index;
    copy.#day = this.#day.fork();
    copy.#week = this.#week.fork();
    copy.#gate = this.#gate.fork();
    return copy;
  }

  #markDeparted(index: number, steps: number): void {
    for (let i = Math.max(0, index - steps + 1); i <= index; i++)
      this.#departed[i % this.#departed.length] = 1;
  }

  #slide(index: number, sums: MoodSums): void {
    const { length } = this.#steps;
    for (const scale of this.#scales) {
      const leaving = index - scale.steps;
      if (leaving >= 0) scale.add(this.#steps[leaving % length]!, -1);
      scale.add(sums, 1);
    }
    const lagged = index - Math.ceil(LAG_MS / this.stepMs);
    const settled = lagged >= 0 ? this.#steps[lagged % length]! : NOTHING;
    const weight = lagged >= 0 && this.#departed[lagged % length] === 1 ? DEPARTED_WEIGHT : 1;
    this.#day.add(settled, weight);
    this.#week.add(settled, weight);
    this.#steps[index % length] = sums;
    this.#departed[index % length] = 0;
  }
}

const NOTHING: MoodSums = { n: 0, moodSum: 0, moodSq: 0 };

class MoodScale {
  readonly steps: number;
  readonly #minutes: number;
  readonly #stepMs: number;
  readonly #decay: number;
  #n = 0;
  #moodSum = 0;
  #moodSq = 0;
  #wander: number = WANDER.start ** 2 * WANDER.startWeight;
  #weight: number = WANDER.startWeight;
  #novelty: Novelty;

  constructor(minutes: number, stepMs: number) {
    this.#minutes = minutes;
    this.#stepMs = stepMs;
    this.steps = Math.max(1, Math.round((minutes * MINUTE_MS) / stepMs));
    this.#decay = Math.exp(-stepMs / WANDER.memoryMs);
    this.#novelty = new Novelty({ blockSteps: DAY_MS / stepMs, usual: USUAL_SURPRISE });
  }

  add(sums: MoodSums, sign: 1 | -1): void {
    this.#n += sign * sums.n;
    this.#moodSum += sign * sums.moodSum;
    this.#moodSq += sign * sums.moodSq;
  }

  judge(usual: number, variance: number, known: boolean): MoodJudgement {
    const n = this.#n;
    const mean = n === 0 ? usual : this.#moodSum / n / 1000;
    const departure = mean - usual;
    const points = (100 * departure * n) / (n + PRIOR_POSTS);
    // The window's own spread counts too: a split crowd says less about its mean than an angry one.
    const chance =
      Math.max(variance, scoreVariance({ n, moodSum: this.#moodSum, moodSq: this.#moodSq })) /
      Math.max(n, 1);
    const wander = Math.min(
      WANDER.high ** 2,
      Math.max(WANDER.low ** 2, this.#wander / this.#weight),
    );
    const z = Math.abs(departure) / Math.sqrt(chance + wander);
    const plain = n < LEAST_POSTS || !known ? 0 : normalSurprise(z);
    const weighed = plain * Math.min(1, SURPRISING / this.#novelty.level(HABIT));
    this.#learn(n, departure ** 2 - chance, plain);
    return {
      surprise: Math.abs(points) < LEAST_POINTS ? 0 : weighed,
      calm: plain < CALM_SURPRISE || Math.abs(points) < CALM_POINTS,
      expected: 100 * usual,
      observed: 100 * usual + points,
      n,
      steps: this.steps,
    };
  }

  fork(): MoodScale {
    const copy = new MoodScale(this.#minutes, this.#stepMs);
    copy.#n = this.#n;
    copy.#moodSum = this.#moodSum;
    copy.#moodSq = this.#moodSq;
    copy.#wander = this.#wander;
    copy.#weight = this.#weight;
    copy.#novelty = this.#novelty.fork();
    return copy;
  }

  /** Wandering is learnt where a window says anything, and never more than nine times its bound from one window. */
  #learn(n: number, excess: number, surprise: number): void {
    this.#novelty.add(surprise);
    if (n < LEAST_POSTS) return;
    this.#wander =
      this.#wander * this.#decay +
      Math.min(WANDER.high ** 2, Math.max(-(WANDER.high ** 2), excess));
    this.#weight = this.#weight * this.#decay + 1;
  }
}

interface MoodJudgement {
  surprise: number;
  calm: boolean;
  expected: number;
  observed: number;
  n: number;
  steps: number;
}

/** Sums that fade with a memory of so many steps. */
class Fading {
  readonly #keep: number;
  readonly #memory: number;
  #n = 0;
  #moodSum = 0;
  #moodSq = 0;

  constructor(memorySteps: number) {
    this.#memory = memorySteps;
    this.#keep = Math.exp(-1 / memorySteps);
  }

  add(sums: MoodSums, weight: number): void {
    this.#n = this.#n * this.#keep + weight * sums.n;
    this.#moodSum = this.#moodSum * this.#keep + weight * sums.moodSum;
    this.#moodSq = this.#moodSq * this.#keep + weight * sums.moodSq;
  }

  sums(): MoodSums {
    return { n: this.#n, moodSum: this.#moodSum, moodSq: this.#moodSq };
  }

  fork(): Fading {
    const copy = new Fading(this.#memory);
    copy.#n = this.#n;
    copy.#moodSum = this.#moodSum;
    copy.#moodSq = this.#moodSq;
    return copy;
  }
}
