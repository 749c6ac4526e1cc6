/**
 * Tells an event once. The next one is told after the hold has passed, or before it when it outgrows what was told
 * by `grown`.
 */
export interface GateOptions {
  /** Least strength that is told. */
  level: number;
  /** How much stronger than the last told event a new one must be within the hold. */
  grown: number;
  holdSteps: number;
}

export class Gate {
  readonly #options: GateOptions;
  #told = Number.NEGATIVE_INFINITY;
  #peak = Number.NEGATIVE_INFINITY;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  tells(index: number, strength: number): boolean {
    const { level, grown } = this.#options;
    const news = strength >= level && (!this.#holds(index) || strength >= this.#peak + grown);
    if (!news) return false;
    this.#told = index;
    this.#peak = strength;
    return true;
  }

  /** While an event is held, remember how strong it became. */
  follow(index: number, strength: number): void {
    if (this.#holds(index)) this.#peak = Math.max(this.#peak, strength);
  }

  fork(): Gate {
    const copy = new Gate(this.#options);
    copy.#told = this.#told;
    copy.#peak = this.#peak;
    return copy;
  }

  #holds(index: number): boolean {
    return index - this.#told <= this.#options.holdSteps;
  }
}
