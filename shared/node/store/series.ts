import type { Bucket } from '../../series/bucket.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../series/bucket.ts';
import type { BucketTick } from '../../wire/live.ts';
import type { Db } from '../postgres/pool.ts';
import { BUCKET_COLUMNS, toTick } from './bucket-row.ts';
import type { Zone } from '../zone.ts';
import { countAuthors, mergeSketches, emptySketch } from '../../series/authors.ts';

export interface TopicBuckets {
  topic: string;
  buckets: Bucket[];
}

/** A bucket with what arrived in time, for rules that must not fire on late posts. */
export interface SeriesStore {
  /**
   * Buckets of [from, to) summed into steps; empty steps are left out. Reads the coarsest table that divides the step:
   * a year in days costs no more rows than an hour in minutes. Authors are merged sketches, so a person who wrote in
   * several minutes counts once.
   */
  read(query: {
    topics: readonly { key: number; id: string }[];
    from: number;
    to: number;
    stepMs: number;
  }): Promise<TopicBuckets[]>;
  /** Minute rows as live ticks, for snapshots. */
  ticks(query: {
    topics: readonly { key: number; id: string }[];
    from: number;
    to: number;
  }): Promise<BucketTick[]>;
  /** Sums without authors over a span, one row a topic. */
  totals(query: {
    topics: readonly { key: number; id: string }[];
    from: number;
    to: number;
  }): Promise<Map<string, Bucket>>;
  /** Newest minute of any topic, or null in an empty store. */
  newestAt(): Promise<number | null>;
}

interface Row {
  topic: number;
  at: number;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  mood_sum: number;
  mood_sq: number;
  author_count: number;
  authors: Buffer | null;
  late: number;
  reposts: number;
}

export function createSeriesStore(db: Db, zone: Zone): SeriesStore {
  return {
    async read({ topics, from, to, stepMs }) {
      const stepOf = stepper(stepMs, zone);
      const table =
        stepMs % DAY_MS === 0
          ? 'buckets_day'
          : stepMs % HOUR_MS === 0 && from % HOUR_MS === 0 && to % HOUR_MS === 0
            ? 'buckets_hour'
            : 'buckets_minute';
      const whole = table === 'buckets_day' ? { from: zone.dayStart(from), to } : { from, to };
      const ownStep =
        (table === 'buckets_minute' && stepMs === MINUTE_MS) ||
        (table === 'buckets_hour' && stepMs === HOUR_MS) ||
        (table === 'buckets_day' && stepMs === DAY_MS);
      const { rows } = await db.query<Row>({
        name: `series-${table}-${ownStep}`,
        text: `select topic, at, n, positive, neutral, negative, mood_sum, mood_sq, author_count, ${ownStep ? 'null::bytea as authors' : 'authors'}, late, reposts
               from ${table} where topic = any($1) and at >= $2 and at < $3 order by topic, at`,
        values: [topics.map((topic) => topic.key), whole.from, whole.to],
      });
      return groupByStep(rows, topics, stepOf);
    },
    async ticks({ topics, from, to }) {
      const { rows } = await db.query<Row>({
        name: 'series-ticks',
        text: `select topic, ${BUCKET_COLUMNS} from buckets_minute
               where topic = any($1) and at >= $2 and at < $3 order by at`,
        values: [topics.map((topic) => topic.key), from, to],
      });
      const ids = new Map(topics.map((topic) => [topic.key, topic.id]));
      return rows.map((row) => toTick(row, ids.get(row.topic) ?? ''));
    },
    async totals({ topics, from, to }) {
      // Whole hours from the hour table, the ragged ends from minutes.
      const firstHour = Math.min(to, Math.ceil(from / HOUR_MS) * HOUR_MS);
      const lastHour = Math.max(firstHour, Math.floor(to / HOUR_MS) * HOUR_MS);
      const { rows } = await db.query<Row>({
        name: 'series-totals',
        text: `with parts as (
                 select topic, n, positive, neutral, negative, mood_sum, mood_sq, late, reposts from buckets_hour where topic = any($1) and at >= $4 and at < $5
                 union all
                 select topic, n, positive, neutral, negative, mood_sum, mood_sq, late, reposts from buckets_minute where topic = any($1) and at >= $2 and at < $4
                 union all
                 select topic, n, positive, neutral, negative, mood_sum, mood_sq, late, reposts from buckets_minute where topic = any($1) and at >= $5 and at < $3 and $5 >= $4)
               select topic, sum(n)::bigint as n, sum(positive)::bigint as positive, sum(neutral)::bigint as neutral, sum(negative)::bigint as negative,
                 sum(mood_sum)::bigint as mood_sum, sum(mood_sq)::bigint as mood_sq, sum(late)::bigint as late, sum(reposts)::bigint as reposts
               from parts group by topic`,
        values: [topics.map((topic) => topic.key), from, to, firstHour, lastHour],
      });
      const ids = new Map(topics.map((topic) => [topic.key, topic.id]));
      return new Map(
        rows.map((row) => [
          ids.get(row.topic) ?? '',
          {
            at: from,
            n: row.n,
            positive: row.positive,
            neutral: row.neutral,
            negative: row.negative,
            moodSum: row.mood_sum,
            moodSq: row.mood_sq,
            authors: 0,
            late: row.late,
            reposts: row.reposts,
          },
        ]),
      );
    },
    async newestAt() {
      const { rows } = await db.query<{ at: number | null }>(
        'select max(at) as at from source_minutes',
      );
      return rows[0]?.at ?? null;
    },
  };
}

/** Start of the step an instant falls into: aligned to the local day for steps that divide it, so that 6 h steps start at local midnight. */
export function stepper(stepMs: number, zone: Zone): (at: number) => number {
  if (stepMs <= HOUR_MS) return (at) => Math.floor(at / stepMs) * stepMs;
  if (stepMs < DAY_MS) {
    return (at) => {
      const day = zone.dayStart(at);
      return day + Math.floor((at - day) / stepMs) * stepMs;
    };
  }
  if (stepMs === DAY_MS) return (at) => zone.dayStart(at);
  // Weeks start on Monday; 1970-01-05 was one.
  const days = Math.round(stepMs / DAY_MS);
  const monday = zone.startOfDay('1970-01-05');
  return (at) => {
    const index = Math.floor((zone.dayStart(at) - monday + HOUR_MS * 12) / DAY_MS);
    const first = Math.floor(index / days) * days;
    return zone.dayStart(monday + first * DAY_MS + HOUR_MS * 12);
  };
}

function groupByStep(
  rows: readonly Row[],
  topics: readonly { key: number; id: string }[],
  stepOf: (at: number) => number,
): TopicBuckets[] {
  const byTopic = new Map<number, { bucket: Bucket; sketch: Uint8Array | null; plain: number }[]>(
    topics.map((topic) => [topic.key, []]),
  );
  for (const row of rows) {
    const list = byTopic.get(row.topic);
    if (!list) continue;
    const at = stepOf(row.at);
    let last = list.at(-1);
    if (!last || last.bucket.at !== at) {
      last = {
        bucket: {
          at,
          n: 0,
          positive: 0,
          neutral: 0,
          negative: 0,
          moodSum: 0,
          moodSq: 0,
          authors: 0,
          late: 0,
          reposts: 0,
        },
        sketch: null,
        plain: 0,
      };
      list.push(last);
    }
    const { bucket } = last;
    bucket.n += row.n;
    bucket.positive += row.positive;
    bucket.neutral += row.neutral;
    bucket.negative += row.negative;
    bucket.moodSum += row.mood_sum;
    bucket.moodSq += row.mood_sq;
    bucket.late += row.late;
    bucket.reposts += row.reposts;
    if (row.authors) last.sketch = mergeSketches(last.sketch ?? emptySketch(), row.authors);
    else last.plain += row.author_count;
  }
  return topics.map((topic) => ({
    topic: topic.id,
    buckets: (byTopic.get(topic.key) ?? []).map(({ bucket, sketch, plain }) => ({
      ...bucket,
      authors: sketch ? countAuthors(sketch) : plain,
    })),
  }));
}
