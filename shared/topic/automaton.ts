/**
 * Aho-Corasick over a double array: finds every pattern of a set in one pass over a text, at a cost that does not grow
 * with the number of patterns (10 aliases or 10,000). Used for topic aliases and for the mood lexicon.
 *
 * `state` steps to `base[state] + class(unit)` when `check` there names `state`; otherwise `fail[state]` is tried.
 * Units are numbered by frequency, so that the array stays dense.
 */
export interface Automaton {
  /**
   * Writes each hit of `text[from, to)` as (pattern index, end) and returns their number; hits come by end, longest
   * first. Pattern indices are those of the list given to {@link buildAutomaton}; duplicates report the first one.
   */
  scan(text: string, from: number, to: number, hits: HitBuffer): number;
  /** UTF-16 length of each pattern. */
  readonly lengths: Int32Array;
}

/** Grows as needed; reused between posts so that a scan allocates nothing. */
export class HitBuffer {
  data: Int32Array = new Int32Array(256);
  grow(): void {
    const next = new Int32Array(this.data.length * 2);
    next.set(this.data);
    this.data = next;
  }
}

/** A state's numbers lie side by side, in one cache line: base, check, fail, first state on its chain with an output. */
const CELL = 4;
const CHECK = 1;
const FAIL = 2;
const FIRST = 3;

/** A run of sorted patterns that share their first `depth` units: one node of the trie. */
interface Node {
  from: number;
  to: number;
  depth: number;
  state: number;
}

export function buildAutomaton(patterns: readonly string[]): Automaton {
  const lengths = Int32Array.from(patterns, (p) => p.length);
  const order = patterns
    .map((_, index) => index)
    .filter((index) => lengths[index] !== 0)
    .sort((a, b) => compare(patterns[a] ?? '', patterns[b] ?? '') || a - b);
  const classes = numberUnits(patterns);
  const array = new DoubleArray();
  const queue: Node[] = [{ from: 0, to: order.length, depth: 0, state: 0 }];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head];
    if (node === undefined) break;
    array.chain(node.state);
    let { from } = node;
    // Patterns that end here sort first.
    while (from < node.to && lengths[order[from] ?? 0] === node.depth) {
      array.setOutput(node.state, order[from] ?? 0);
      from++;
    }
    if (from >= node.to) continue;
    const labels: number[] = [];
    const starts: number[] = [];
    for (let k = from; k < node.to; k++) {
      const label = classes[(patterns[order[k] ?? 0] ?? '').charCodeAt(node.depth)] ?? 0;
      if (labels.length === 0 || labels.at(-1) !== label) {
        labels.push(label);
        starts.push(k);
      }
    }
    const base = array.place(node.state, labels);
    for (let k = 0; k < labels.length; k++) {
      const label = labels[k] ?? 0;
      const state = base + label;
      array.link(node.state, label, state, node.depth === 0);
      queue.push({
        from: starts[k] ?? 0,
        to: starts[k + 1] ?? node.to,
        depth: node.depth + 1,
        state,
      });
    }
  }
  return new DoubleArrayAutomaton(
    lengths,
    classes,
    array.freeze(classes[0xffff] ?? 0),
    array.output,
    array.next,
  );
}

/** A class, not closures: V8 slows code down whose closures are made anew, and topics change while we run. */
class DoubleArrayAutomaton implements Automaton {
  readonly lengths: Int32Array;
  readonly #classes: Uint16Array;
  readonly #cells: Int32Array;
  readonly #output: Int32Array;
  readonly #next: Int32Array;

  constructor(
    lengths: Int32Array,
    classes: Uint16Array,
    cells: Int32Array,
    output: Int32Array,
    next: Int32Array,
  ) {
    this.lengths = lengths;
    this.#classes = classes;
    this.#cells = cells;
    this.#output = output;
    this.#next = next;
  }

  scan(text: string, from: number, to: number, hits: HitBuffer): number {
    const classes = this.#classes;
    const cells = this.#cells;
    let count = 0;
    let state = 0;
    for (let i = from; i < to; i++) {
      const label = classes[text.charCodeAt(i)]!;
      if (label === 0) {
        state = 0;
        continue;
      }
      let cell = state * CELL;
      for (;;) {
        const step = cells[cell]! + label;
        if (cells[step * CELL + CHECK] === state) {
          state = step;
          cell = step * CELL;
          break;
        }
        if (state === 0) break;
        state = cells[cell + FAIL]!;
        cell = state * CELL;
      }
      for (let at = cells[cell + FIRST]!; at !== 0; at = this.#next[at]!) {
        if (count * 2 + 2 > hits.data.length) hits.grow();
        hits.data[count * 2] = this.#output[at]!;
        hits.data[count * 2 + 1] = i + 1;
        count++;
      }
    }
    return count;
  }
}

/** Class of each UTF-16 unit: 0 = in no pattern, 1 = the most frequent. */
function numberUnits(patterns: readonly string[]): Uint16Array {
  const counts = new Uint32Array(65_536);
  for (const pattern of patterns) {
    for (let i = 0; i < pattern.length; i++) {
      const unit = pattern.charCodeAt(i);
      counts[unit] = (counts[unit] ?? 0) + 1;
    }
  }
  const used: number[] = [];
  for (let unit = 0; unit < 65_535; unit++) if (counts[unit] !== 0) used.push(unit);
  used.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const classes = new Uint16Array(65_536);
  used.forEach((unit, index) => {
    classes[unit] = index + 1;
  });
  // U+FFFF is no character; its slot carries the number of classes.
  classes[0xffff] = used.length;
  return classes;
}

/** By UTF-16 unit, so that equal prefixes are neighbours. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class DoubleArray {
  private base: Int32Array = new Int32Array(1024);
  private check: Int32Array = new Int32Array(1024).fill(-1);
  private fail: Int32Array = new Int32Array(1024);
  output: Int32Array = new Int32Array(1024).fill(-1);
  /** Next state on the failure chain that has an output; 0 = none. */
  next: Int32Array = new Int32Array(1024);
  /** No cell below this one is free. */
  private firstFree = 1;
  private top = 1;

  setOutput(state: number, pattern: number): void {
    if (this.output[state] === -1) this.output[state] = pattern;
  }

  /** Finds a base under which all labels are free. Single children, nearly all of them, take the first free cell. */
  place(state: number, labels: readonly number[]): number {
    while (this.at(this.firstFree) !== -1) this.firstFree++;
    let base = Math.max(0, this.firstFree - (labels[0] ?? 0));
    // After many misses start beyond everything placed: wastes cells, keeps the build linear.
    for (
      let tries = 0;
      !labels.every((label) => base + label > 0 && this.at(base + label) === -1);
      tries++
    ) {
      base = tries < 200 ? base + 1 : this.top;
    }
    this.base[state] = base;
    return base;
  }

  link(parent: number, label: number, state: number, root: boolean): void {
    this.check[state] = parent;
    if (state >= this.top) this.top = state + 1;
    if (root) return;
    let at = this.fail[parent] as number;
    for (;;) {
      const step = (this.base[at] as number) + label;
      if (this.at(step) === at && step !== state) {
        this.fail[state] = step;
        break;
      }
      if (at === 0) break;
      at = this.fail[at] as number;
    }
  }

  /** Links to the next output on the failure chain; shorter patterns must have their outputs by now (breadth first). */
  chain(state: number): void {
    const failed = this.fail[state] as number;
    this.next[state] =
      failed !== 0 && this.output[failed] !== -1 ? failed : (this.next[failed] as number);
  }

  /** Room for one more class beyond the last cell, so that `base + label` never leaves the arrays. */
  freeze(classes: number): Int32Array {
    const size = this.top + classes + 1;
    while (this.check.length < size) this.grow();
    const cells = new Int32Array(size * CELL);
    for (let state = 0; state < size; state++) {
      const cell = state * CELL;
      cells[cell] = this.base[state] as number;
      cells[cell + CHECK] = this.check[state] as number;
      cells[cell + FAIL] = this.fail[state] as number;
      cells[cell + FIRST] = this.output[state] === -1 ? (this.next[state] as number) : state;
    }
    return cells;
  }

  private at(cell: number): number {
    while (cell >= this.check.length) this.grow();
    return this.check[cell] as number;
  }

  private grow(): void {
    const size = this.check.length * 2;
    const wider = (from: Int32Array, fill: number): Int32Array => {
      const to = new Int32Array(size).fill(fill);
      to.set(from);
      return to;
    };
    this.base = wider(this.base, 0);
    this.check = wider(this.check, -1);
    this.fail = wider(this.fail, 0);
    this.output = wider(this.output, -1);
    this.next = wider(this.next, 0);
  }
}
