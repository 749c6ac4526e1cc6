import { DAY_MS, HOUR_MS, MINUTE_MS } from './bucket.ts';

/**
 * How many mentions a step should bring, said before the step is seen.
 *
 *   expected = median over ≤ 14 previous days of the hour around the same clock time, or over the last 4 if higher
 *            × level: how much busier the last 12 hours were than those medians (0.5…1.25)
 *
 * The median forgets a single storm by itself; the level is held low so that a lasting storm does not become its own
 * baseline, and leaves out the last hour. On the first days the mean of the last two hours stands in and gives way
 * day by day. Everything is counted in bins of 5 minutes (or one step where steps are longer): 16 kB a topic.
 */
const DAYS = 14;
const FRESH_DAYS = 4;
const LEAST_BIN_MS = 5 * MINUTE_MS;
const HALF_WIDTH_MS = 30 * MINUTE_MS;
const LEVEL_MS = 12 * HOUR_MS;
const LEVEL_LAG_MS = HOUR_MS;
/** Mentions added to both sides of the level: few posts say little about it. */
const LEVEL_PRIOR = 20;
const LEVEL_LOW = 0.5;
const LEVEL_HIGH = 1.25;
const COLD_MS = 2 * HOUR_MS;
const LEAST_RATE = 1e-3;

export class Baseline {
  readonly #stepMs: number;
  readonly #stepsPerBin: number;
  readonly #binsPerDay: number;
  /** Mean count per step in the hour around a bin; NaN where unknown. Ring over the last 14 days. */
  #rates: Float32Array;
  /** Finished bins: counts and known steps; counts and medians of steps that had a median. */
  #recent: Ring;
  /** Bin being filled, −1 before the first step. */
  #bin = -1;
  #open = emptyBin();
  /** Median for the open bin, and the days behind it. */
  #median = Number.NaN;
  #days = 0;
  #level = 1;
  #cold = Number.NaN;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
    this.#stepsPerBin = Math.max(1, Math.round(LEAST_BIN_MS / stepMs));
    this.#binsPerDay = Math.max(1, Math.round(DAY_MS / (this.#stepsPerBin * stepMs)));
    this.#rates = new Float32Array(DAYS * this.#binsPerDay).fill(Number.NaN);
    this.#recent = new Ring(this.#bins(LEVEL_MS + LEVEL_LAG_MS) + 1);
  }

  /** Days of the same clock time that the last expectation stood on. */
  get days(): number {
    return this.#days;
  }

  /** Expected count of step `index` (steps since the start; ascending); NaN while nothing is known. */
  expect(index: number): number {
    this.#advanceTo(Math.floor(index / this.#stepsPerBin));
    const cold = Number.isNaN(this.#cold) ? this.#open.count / this.#open.known : this.#cold;
    if (Number.isNaN(this.#median)) return cold;
    const seasonal = this.#median * this.#level;
    const trust = this.#days / (this.#days + 1);
    if (Number.isNaN(cold)) return seasonal;
    return Math.exp(
      trust * Math.log(Math.max(seasonal, LEAST_RATE)) +
        (1 - trust) * Math.log(Math.max(cold, LEAST_RATE)),
    );
  }

  /** Take in the count of step `index`; steps never added stay unknown and are no zeros. */
  add(index: number, count: number): void {
    this.#advanceTo(Math.floor(index / this.#stepsPerBin));
    this.#open.count += count;
    this.#open.known += 1;
    if (Number.isNaN(this.#median)) return;
    this.#open.seasonalCount += count;
    this.#open.seasonal += this.#median;
  }

  fork(): Baseline {
    const copy = new Baseline(this.#stepMs);
    copy.#rates = this.#rates.slice();
    copy.#recent = this.#recent.fork();
    copy.#bin = this.#bin;
    copy.#open = { ...this.#open };
    copy.#median = this.#median;
    copy.#days = this.#days;
    copy.#level = this.#level;
    copy.#cold = this.#cold;
    return copy;
  }

  #bins(spanMs: number): number {
    return Math.max(1, Math.round(spanMs / (this.#stepsPerBin * this.#stepMs)));
  }

  #advanceTo(bin: number): void {
    if (this.#bin < 0) this.#bin = bin;
    // After a silence longer than all we remember, the past has nothing to say.
    if (bin - this.#bin > this.#rates.length) {
      this.#rates.fill(Number.NaN);
      this.#recent.clear();
      this.#open = emptyBin();
      this.#bin = bin - 1;
    }
    while (this.#bin < bin) {
      this.#recent.push(this.#open);
      this.#rememberRate();
      this.#open = emptyBin();
      this.#bin++;
      this.#prepare();
    }
  }

  /** The hour around the bin half an hour ago is complete now. */
  #rememberRate(): void {
    const half = Math.floor(HALF_WIDTH_MS / (this.#stepsPerBin * this.#stepMs));
    const hour = this.#recent.sum(0, 2 * half + 1);
    const centre = this.#bin - half;
    if (centre < 0) return;
    this.#rates[centre % this.#rates.length] =
      hour.known === 0 ? Number.NaN : hour.count / hour.known;
  }

  /** What the open bin's expectations stand on. */
  #prepare(): void {
    const seen: number[] = [];
    for (let day = 1; day <= DAYS; day++) {
      const bin = this.#bin - day * this.#binsPerDay;
      if (bin < 0) break;
      const rate = this.#rates[bin % this.#rates.length]!;
      if (!Number.isNaN(rate)) seen.push(rate);
    }
    this.#days = seen.length;
    this.#median = median([...seen]);
    // A level that has held for most of the last four days is the new normal.
    if (seen.length >= FRESH_DAYS)
      this.#median = Math.max(this.#median, median(seen.slice(0, FRESH_DAYS)));
    const lag = this.#bins(LEVEL_LAG_MS);
    const level = this.#recent.sum(lag, this.#bins(LEVEL_MS));
    const ratio = (level.seasonalCount + LEVEL_PRIOR) / (level.seasonal + LEVEL_PRIOR);
    this.#level = Math.min(LEVEL_HIGH, Math.max(LEVEL_LOW, ratio));
    const cold = this.#recent.sum(0, this.#bins(COLD_MS));
    this.#cold = cold.known === 0 ? Number.NaN : cold.count / cold.known;
  }
}

/** Median; of an even number the mean of the middle two; NaN of none. Sorts in place. */
export function median(values: number[]): number {
  if (values.length === 0) return Number.NaN;
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

interface Bin {
  count: number;
  known: number;
  seasonalCount: number;
  seasonal: number;
}

function emptyBin(): Bin {
  return { count: 0, known: 0, seasonalCount: 0, seasonal: 0 };
}

/** The last bins, newest first. */
class Ring {
  #bins: Bin[] = [];
  #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(bin: Bin): void {
    this.#bins[this.#next] = bin;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** Sum of `length` bins after leaving out the newest `skip`. */
  sum(skip: number, length: number): Bin {
    const total = emptyBin();
    for (let back = skip; back < Math.min(skip + length, this.#bins.length); back++) {
      const bin = this.#bins[(this.#next - 1 - back + 2 * this.#size) % this.#size];
      if (bin === undefined) break;
      total.count += bin.count;
      total.known += bin.known;
      total.seasonalCount += bin.seasonalCount;
      total.seasonal += bin.seasonal;
    }
    return total;
  }

  clear(): void {
    this.#bins = [];
    this.#next = 0;
  }

  fork(): Ring {
    const copy = new Ring(this.#size);
    copy.#bins = [...this.#bins];
    copy.#next = this.#next;
    return copy;
  }
}
