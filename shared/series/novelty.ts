/**
 * How unusual a surprise is for this very topic. A brand with a bot that posts 200 times every second day is not
 * surprised by the bot any more; a quiet one is by 30 posts.
 *
 * Keeps the highest value of each of the last 30 days on a log scale and says how many of their standard deviations
 * a value lies above their mean. A prior stands in for the days not yet seen.
 */
export interface NoveltyOptions {
  /** Steps of one day. */
  blockSteps: number;
  /** Highest value of an ordinary day, before anything is known; also the floor of every day. */
  usual: number;
}

const BLOCKS = 30;
/** Days that the prior mean and the prior spread count for. */
const PRIOR_MEAN_DAYS = 2;
const PRIOR_SPREAD_DAYS = 4;
const PRIOR_SPREAD = 0.5;
const FLOOR = 0.01;

export class Novelty {
  #blockSteps: number;
  #usual: number;
  /** Logs of finished days' highest values, oldest first. */
  #days: number[] = [];
  #highest = 0;
  #steps = 0;
  #mean: number;
  #spread = PRIOR_SPREAD;

  constructor(options: NoveltyOptions) {
    this.#blockSteps = Math.max(1, Math.round(options.blockSteps));
    this.#usual = options.usual;
    this.#mean = Math.log(options.usual);
  }

  /** Standard deviations above the usual daily maximum. */
  of(value: number): number {
    return (Math.log(Math.max(value, FLOOR)) - this.#mean) / this.#spread;
  }

  /** The value that many standard deviations above the usual daily maximum. */
  level(deviations: number): number {
    return Math.exp(this.#mean + deviations * this.#spread);
  }

  add(value: number): void {
    this.#highest = Math.max(this.#highest, value);
    if (++this.#steps < this.#blockSteps) return;
    this.#days.push(Math.log(Math.max(this.#highest, this.#usual)));
    if (this.#days.length > BLOCKS) this.#days.shift();
    this.#highest = 0;
    this.#steps = 0;
    this.#learn();
  }

  fork(): Novelty {
    const copy = new Novelty({ blockSteps: this.#blockSteps, usual: this.#usual });
    copy.#days = [...this.#days];
    copy.#highest = this.#highest;
    copy.#steps = this.#steps;
    copy.#mean = this.#mean;
    copy.#spread = this.#spread;
    return copy;
  }

  #learn(): void {
    const n = this.#days.length;
    const sum = this.#days.reduce((total, day) => total + day, 0);
    this.#mean = (sum + PRIOR_MEAN_DAYS * Math.log(this.#usual)) / (n + PRIOR_MEAN_DAYS);
    const squares = this.#days.reduce((total, day) => total + (day - this.#mean) ** 2, 0);
    this.#spread = Math.sqrt(
      (squares + PRIOR_SPREAD_DAYS * PRIOR_SPREAD ** 2) / (n + PRIOR_SPREAD_DAYS),
    );
  }
}
