/** Collects the parameters of one SQL statement: `params.add(value)` gives its placeholder. */
export class Params {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** For the default branch of exhaustive switches. */
export function evaluateNothing(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
