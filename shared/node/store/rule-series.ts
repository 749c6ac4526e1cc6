import { createDetector, type Detection } from '../../alert/detect-spike.ts';
import type { AuthorHit, Gap, RuleSeries } from '../../alert/evaluate-rule.ts';
import type { Rule } from '../../alert/rule.ts';
import {
  DAY_MS,
  emptyBucket,
  HOUR_MS,
  LATE_AFTER_MS,
  MINUTE_MS,
  type Bucket,
} from '../../series/bucket.ts';
import { findGaps } from '../../series/gaps.ts';
import { MinuteTable } from '../../series/minutes.ts';
import type { Db } from '../postgres/pool.ts';

/** How far back a rule of any kind looks: the mood's own normal is that of 7 days. */
export const LOOK_BACK_MS = 7 * DAY_MS + HOUR_MS;
/** How far back the detector learns from; from the first stored minute where that is younger. */
export const LEARN_MS = 28 * DAY_MS;

/**
 * Minutes of a topic or source. With `lateToo` every mention counts as if it had come in time: the back-test over
 * imported history, which came late as a whole, would otherwise have nothing to judge.
 */
export async function readMinutes(
  db: Db,
  rule: Pick<Rule, 'kind' | 'source'>,
  topicKey: number,
  span: { from: number; to: number; lateToo: boolean },
): Promise<Bucket[]> {
  if (rule.kind === 'source-silent') {
    const { rows } = await db.query<{ at: number; n: number }>({
      name: 'source-minutes',
      text: 'select at, n from source_minutes where source = $1 and at >= $2 and at < $3 order by at',
      values: [rule.source, span.from, span.to],
    });
    return rows.map((row) => ({ ...emptyBucket(row.at), n: row.n, neutral: row.n }));
  }
  return readTopicMinutes(db, topicKey, span);
}

export async function readTopicMinutes(
  db: Db,
  topicKey: number,
  span: { from: number; to: number; lateToo: boolean },
): Promise<Bucket[]> {
  const { rows } = await db.query<{
    at: number;
    n: number;
    positive: number;
    neutral: number;
    negative: number;
    mood_sum: number;
    mood_sq: number;
    author_count: number;
    late: number;
    reposts: number;
  }>({
    name: 'topic-minutes',
    text: `select at, n, positive, neutral, negative, mood_sum, mood_sq, author_count, late, reposts from buckets_minute where topic = $1 and at >= $2 and at < $3 order by at`,
    values: [topicKey, span.from, span.to],
  });
  return rows.map((row) => ({
    at: row.at,
    n: row.n,
    positive: row.positive,
    neutral: row.neutral,
    negative: row.negative,
    moodSum: row.mood_sum,
    moodSq: row.mood_sq,
    authors: row.author_count,
    late: span.lateToo ? 0 : row.late,
    reposts: row.reposts,
  }));
}

/** Posts of the topic that hold the keyword, with their authors, in time order. */
export async function readHits(
  db: Db,
  topicKey: number,
  keyword: string,
  span: { from: number; to: number; lateToo: boolean },
): Promise<AuthorHit[]> {
  const { rows } = await db.query<AuthorHit>({
    name: 'keyword-hits',
    text: `select m.created_at as at, m.author from mentions m join posts p on p.created_at = m.created_at and p.pid = m.pid
           where m.topic = $1 and m.created_at >= $2 and m.created_at < $3 and p.created_at >= $2 and p.created_at < $3 and ($5 or not m.late)
             and p.text ilike $4 order by m.created_at`,
    values: [topicKey, span.from, span.to, `%${keyword.replace(/[\\%_]/g, '\\$&')}%`, span.lateToo],
  });
  return rows;
}

/** Stretches in which no source showed a sign of life, where posts usually come (alerts.md: no data). */
export async function readGaps(db: Db, from: number, to: number): Promise<Gap[]> {
  const { rows } = await db.query<{ at: number; n: number }>({
    name: 'life',
    text: 'select at, sum(n)::int as n from source_minutes where at >= $1 and at < $2 group by at order by at',
    values: [from - DAY_MS, to],
  });
  const posts = rows.reduce((sum, row) => sum + row.n, 0);
  // A quiet night is not an alarm: below 0.2 posts a minute silence says nothing.
  if (posts / ((to - from + DAY_MS) / MINUTE_MS) < 0.2) return [];
  const instants = rows.map((row) => row.at);
  const steps = instants
    .slice(1)
    .map((at, index) => at - (instants[index] ?? at))
    .sort((a, b) => a - b);
  const median = steps[Math.floor(steps.length / 2)] ?? 0;
  return findGaps(instants, {
    from: Math.max(from, instants[0] ?? to),
    to,
    longestMs: Math.max(LATE_AFTER_MS, 5 * median),
  }).map((gap) => ({ from: gap.from + MINUTE_MS, to: gap.to }));
}

/** The detector run over all minutes of [first, to); every minute counts, empty ones too. */
export function detectAll(buckets: readonly Bucket[], to: number): Map<number, Detection> {
  const detections = new Map<number, Detection>();
  const first = buckets[0];
  if (!first) return detections;
  const counts = new Map(buckets.map((bucket) => [bucket.at, Math.max(0, bucket.n - bucket.late)]));
  const detector = createDetector();
  for (let at = first.at; at < to; at += MINUTE_MS) {
    const found = detector.push(at, counts.get(at) ?? 0);
    if (found) detections.set(at, found);
  }
  return detections;
}

/** Everything one rule looks at to be judged over (from, to]; the live evaluator and the back-test read the same. */
export async function readRuleSeries(
  db: Db,
  rule: Rule,
  topicKey: number,
  span: { from: number; to: number; lateToo: boolean },
): Promise<RuleSeries> {
  const back = { ...span, from: span.from - (rule.kind === 'spike' ? LEARN_MS : LOOK_BACK_MS) };
  const [buckets, hits, gaps] = await Promise.all([
    readMinutes(db, rule, topicKey, back),
    rule.kind === 'keyword'
      ? readHits(db, topicKey, rule.keyword, { ...span, from: span.from - DAY_MS })
      : undefined,
    readGaps(db, span.from, span.to),
  ]);
  return {
    minutes: new MinuteTable(buckets, back.from, span.to),
    gaps,
    ...(hits === undefined ? {} : { hits }),
    ...(rule.kind === 'spike' ? { detections: detectAll(buckets, span.to) } : {}),
  };
}
