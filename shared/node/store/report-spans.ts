import type { ReportQuery, SpanFacts } from '../../report/report-data.ts';
import { addDays, daySpan, localTime } from '../../report/zone.ts';
import { countAuthors, emptySketch, mergeSketches } from '../../series/authors.ts';
import { type Bucket, DAY_MS, HOUR_MS, emptyBucket, mergeBuckets } from '../../series/bucket.ts';
import { priorMood } from '../../series/mood-index.ts';
import type { Db } from '../postgres/pool.ts';

export interface Span {
  from: number;
  to: number;
}

/** Periods the report compares with. */
const EARLIER = 7;

interface Row {
  topic: number;
  at: number;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  mood_sum: number;
  mood_sq: number;
  authors: Buffer;
  late: number;
  reposts: number;
}

export interface LoadedSpans {
  topics: Map<number, SpanFacts>;
  all: SpanFacts;
}

/**
 * Sums of the period, of its steps and of up to seven periods before, for each topic and for all together. Reads
 * hour rows (minutes where the period does not begin with an hour): 170 rows a topic for a day, however many posts.
 */
export async function loadSpans(
  db: Db,
  query: ReportQuery,
  topics: readonly { key: number }[],
  stepMs: number,
): Promise<LoadedSpans> {
  const keys = topics.map((topic) => topic.key);
  const earlier = earlierSpans(query);
  const oldest = Math.min(earlier.at(-1)?.from ?? query.from, query.from - 7 * DAY_MS);
  const aligned = [query, ...earlier].every(
    ({ from, to }) => from % HOUR_MS === 0 && to % HOUR_MS === 0,
  );
  const table = aligned ? 'buckets_hour' : 'buckets_minute';
  const { rows } = await db.query<Row>({
    name: `report-${table}`,
    text: `select topic, at, n, positive, neutral, negative, mood_sum, mood_sq, authors, late, reposts
           from ${table} where topic = any($1) and at >= $2 and at < $3`,
    values: [keys, oldest, query.to],
  });
  const { rows: firsts } = await db.query<{ at: number | null }>(
    'select min(at) as at from buckets_day where topic = any($1)',
    [keys],
  );
  // A period before the first stored day is unknown, not silent.
  const stored = earlier.filter((span) => span.to > (firsts[0]?.at ?? Infinity));
  const plan = { query, stored, steps: stepsOf(query, stepMs) };
  return {
    topics: new Map(
      keys.map((key) => [
        key,
        sumUp(
          rows.filter((row) => row.topic === key),
          plan,
        ),
      ]),
    ),
    all: sumUp(rows, plan),
  };
}

/** The seven periods before, newest first: as many local days each, so that days stay days across a clock change. */
export function earlierSpans(query: ReportQuery): Span[] {
  const first = localTime(query.from, query.zone);
  const end = localTime(query.to, query.zone);
  const days = Math.round((Date.parse(end.day) - Date.parse(first.day)) / DAY_MS);
  const wholeDays = first.clock === '00:00' && end.clock === '00:00' && days > 0;
  return Array.from({ length: EARLIER }, (_, index) => {
    const back = index + 1;
    if (wholeDays) return daySpan(addDays(first.day, -back * days), query.zone, days);
    const length = query.to - query.from;
    return { from: query.from - back * length, to: query.to - back * length };
  });
}

/** Starts of the steps that tile the period: local days, or multiples of the step from its beginning. */
export function stepsOf(query: ReportQuery, stepMs: number): number[] {
  const steps: number[] = [];
  if (stepMs === DAY_MS) {
    let { day } = localTime(query.from, query.zone);
    for (let at = query.from; at < query.to; at = daySpan(day, query.zone).from) {
      steps.push(at);
      day = addDays(day, 1);
    }
    return steps;
  }
  for (let at = query.from; at < query.to; at += stepMs) steps.push(at);
  return steps;
}

function sumUp(
  rows: readonly Row[],
  { query, stored, steps }: { query: ReportQuery; stored: Span[]; steps: number[] },
): SpanFacts {
  const inside = rows.filter((row) => row.at >= query.from && row.at < query.to);
  const ends = [...steps.slice(1), query.to];
  const series = steps.map((from, index) => sumSpan(inside, { from, to: ends[index]! }));
  const earlier = stored.map((span) => sumSpan(rows, span));
  const day = sumSpan(rows, { from: query.from - DAY_MS, to: query.from });
  const week = sumSpan(rows, { from: query.from - 7 * DAY_MS, to: query.from });
  return {
    total: sumSpan(inside, query),
    series,
    previous: earlier[0] ?? null,
    earlier,
    prior: priorMood(day, week),
  };
}

/** Sum of the rows of a span; `authors` counts people once, by merging sketches. */
function sumSpan(rows: readonly Row[], { from, to }: Span): Bucket {
  let sum = emptyBucket(from);
  let authors = emptySketch();
  for (const row of rows) {
    if (row.at < from || row.at >= to) continue;
    sum = mergeBuckets(sum, {
      at: row.at,
      n: row.n,
      positive: row.positive,
      neutral: row.neutral,
      negative: row.negative,
      moodSum: row.mood_sum,
      moodSq: row.mood_sq,
      authors: 0,
      late: row.late,
      reposts: row.reposts,
    });
    authors = mergeSketches(authors, row.authors);
  }
  return { ...sum, authors: countAuthors(authors) };
}
