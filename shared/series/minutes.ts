import { type Bucket, MINUTE_MS } from './bucket.ts';

/** Sums of any span of one series. */
export interface SpanSums {
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  moodSum: number;
  moodSq: number;
}

const FIELDS = [
  'n',
  'positive',
  'neutral',
  'negative',
  'moodSum',
  'moodSq',
] as const satisfies (keyof SpanSums)[];

/**
 * What a bucket held in time, leaving out mentions that came more than 10 minutes late: rules and detectors judge
 * this, so that yesterday's posts imported today fire nothing. Buckets keep only the number of late mentions, not
 * their moods: the moods of a minute are shared out in proportion, and a minute mostly filled late says nothing
 * about mood (its on-time mentions still count as volume).
 */
export function onTime(bucket: Bucket): Bucket {
  const { late } = bucket;
  if (late === 0) return bucket;
  const n = Math.max(0, bucket.n - late);
  const share = n === 0 || late > n ? 0 : n / bucket.n;
  // + 0 turns −0 into 0.
  const part = (value: number) => Math.round(value * share) + 0;
  const positive = part(bucket.positive);
  const negative = Math.min(n - positive, part(bucket.negative));
  return {
    at: bucket.at,
    n,
    positive,
    negative,
    neutral: n - positive - negative,
    moodSum: part(bucket.moodSum),
    moodSq: part(bucket.moodSq),
    authors: Math.min(n, bucket.authors),
    late: 0,
    reposts: Math.min(n, bucket.reposts),
  };
}

/** Minutes of one series laid out so that any window is summed in constant time. Spans are [from, to), epoch ms. */
export class MinuteTable {
  readonly from: number;
  readonly to: number;
  /** Prefix sums: entry `i` covers the minutes before minute `i`. */
  readonly #prefix: Record<keyof SpanSums, Float64Array>;
  /** Index of the last minute with a mention at or before minute `i`; −1: none. */
  readonly #last: Int32Array;

  /** Late mentions are left out ({@link onTime}); empty minutes may be absent. */
  constructor(buckets: Iterable<Bucket>, from: number, to: number) {
    this.from = Math.floor(from / MINUTE_MS) * MINUTE_MS;
    this.to = Math.ceil(to / MINUTE_MS) * MINUTE_MS;
    const minutes = Math.max(0, (this.to - this.from) / MINUTE_MS);
    this.#prefix = Object.fromEntries(
      FIELDS.map((field) => [field, new Float64Array(minutes + 1)]),
    ) as Record<keyof SpanSums, Float64Array>;
    this.#last = new Int32Array(minutes).fill(-1);
    for (const bucket of buckets) {
      if (bucket.at < this.from || bucket.at >= this.to) continue;
      const i = Math.floor((bucket.at - this.from) / MINUTE_MS);
      const counted = onTime(bucket);
      for (const field of FIELDS) this.#prefix[field][i + 1]! += counted[field];
      if (counted.n > 0) this.#last[i] = i;
    }
    for (const field of FIELDS) {
      const sums = this.#prefix[field];
      for (let i = 1; i <= minutes; i++) sums[i]! += sums[i - 1]!;
    }
    for (let i = 1; i < minutes; i++) this.#last[i] = Math.max(this.#last[i]!, this.#last[i - 1]!);
  }

  sum(from: number, to: number): SpanSums {
    const a = this.#clip(from);
    const b = Math.max(a, this.#clip(to));
    const of = (field: keyof SpanSums) => this.#prefix[field][b]! - this.#prefix[field][a]!;
    return {
      n: of('n'),
      positive: of('positive'),
      neutral: of('neutral'),
      negative: of('negative'),
      moodSum: of('moodSum'),
      moodSq: of('moodSq'),
    };
  }

  /** Mentions of the minute that starts at `at`. */
  count(at: number): number {
    return this.sum(at, at + MINUTE_MS).n;
  }

  /** Start of the last minute before `end` that held a mention; null where there is none. */
  lastBefore(end: number): number | null {
    const i = Math.min(this.#last.length, Math.floor((end - this.from) / MINUTE_MS)) - 1;
    const found = i < 0 ? -1 : this.#last[i]!;
    return found < 0 ? null : this.from + found * MINUTE_MS;
  }

  #clip(at: number): number {
    return Math.min(this.#last.length, Math.max(0, Math.round((at - this.from) / MINUTE_MS)));
  }
}
