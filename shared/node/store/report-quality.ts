import type { CorrectionFacts, IncidentFacts, QualityFacts } from '../../report/report-data.ts';
import { DAY_MS, MINUTE_MS } from '../../series/bucket.ts';
import { findGaps } from '../../series/gaps.ts';
import type { Db } from '../postgres/pool.ts';
import { labelFrom } from './live-posts.ts';
import type { Span } from './report-spans.ts';

/** Reviews of the posts of so many days are counted, up to the end of the period. */
const REVIEW_DAYS = 30;
/** Shorter silences are never named. */
const LEAST_GAP_MS = 30 * MINUTE_MS;
/** A silence is a gap where so many posts were usual at that hour: chance leaves none in under 1 % of cases. */
const USUAL_POSTS = 5;
const USUAL_DAYS = 7;

export async function loadQuality(db: Db, span: Span): Promise<QualityFacts> {
  const { from, to } = span;
  const [sources, outcomes, latency] = await Promise.all([
    loadSources(db, span),
    db.query<{ duplicates: number; rejected: number }>({
      name: 'report-outcomes',
      text: `select coalesce(sum(n) filter (where outcome = 'duplicate'), 0) as duplicates, coalesce(sum(n) filter (where outcome = 'rejected'), 0) as rejected
             from outcomes where day >= $1 and day < $2`,
      values: [from, to],
    }),
    db.query<{ p50: number | null; p95: number | null }>({
      name: 'report-latency',
      text: `select percentile_disc(0.5) within group (order by at - received_at) as p50, percentile_disc(0.95) within group (order by at - received_at) as p95
             from batches where at >= $1 and at < $2 and counted > 0`,
      values: [from, to],
    }),
  ]);
  const sum = (key: 'n' | 'matched') => sources.reduce((total, source) => total + source[key], 0);
  return {
    received: sum('n'),
    unmatched: sum('n') - sum('matched'),
    duplicates: outcomes.rows[0]?.duplicates ?? 0,
    rejected: outcomes.rows[0]?.rejected ?? 0,
    // No source tells us yet.
    deleted: null,
    latencyP50Ms: latency.rows[0]?.p50 ?? null,
    latencyP95Ms: latency.rows[0]?.p95 ?? null,
    sources: sources.map(({ name, n, lastAt, gaps }) => ({ name, n, lastAt, gaps })),
  };
}

interface SourceRow {
  name: string;
  n: number;
  matched: number;
  lastAt: number | null;
  gaps: Span[];
}

/** Every source heard of in the period or the week before, with the silences that are unusual for it. */
async function loadSources(db: Db, { from, to }: Span): Promise<SourceRow[]> {
  const { rows } = await db.query<{
    source: string;
    n: number;
    matched: number;
    last_at: number;
    minutes: number[] | null;
  }>({
    name: 'report-sources',
    text: `select source, coalesce(sum(n) filter (where at >= $1), 0) as n, coalesce(sum(matched) filter (where at >= $1), 0) as matched, max(at) as last_at,
             array_agg(at::float8 order by at) filter (where at >= $1) as minutes
           from source_minutes where at >= $3 and at < $2 group by source order by 2 desc, 1`,
    values: [from, to, from - USUAL_DAYS * DAY_MS],
  });
  const silences = rows.flatMap((row) =>
    findGaps(row.minutes ?? [], { from, to, longestMs: LEAST_GAP_MS }).map((gap) => ({
      source: row.source,
      ...gap,
    })),
  );
  const unusual = await keepUnusual(db, silences);
  return rows.map((row) => ({
    name: row.source,
    n: row.n,
    matched: row.matched,
    lastAt: row.last_at,
    gaps: unusual
      .filter((gap) => gap.source === row.source)
      .map((gap) => ({ from: gap.from, to: gap.to })),
  }));
}

type Silence = Span & { source: string };

/** Silences at hours when this source usually posts (mean of the days before that hold anything at all of it). */
async function keepUnusual(db: Db, silences: Silence[]): Promise<Silence[]> {
  if (silences.length === 0) return [];
  const { rows } = await db.query<{ index: number }>({
    name: 'report-unusual-silences',
    text: `select i as index from unnest($1::text[], $2::bigint[], $3::bigint[]) with ordinality as s(source, from_at, to_at, i)
           where (select coalesce(sum(m.n), 0) from generate_series(1, $4) as back join source_minutes m
                    on m.source = s.source and m.at >= s.from_at - back * 86400000 and m.at < s.to_at - back * 86400000)
             >= $5 * greatest(1, (select count(distinct m.at / 86400000) from source_minutes m where m.source = s.source and m.at >= s.from_at - $4 * 86400000::bigint and m.at < s.from_at))`,
    values: [
      silences.map((silence) => silence.source),
      silences.map((silence) => silence.from),
      silences.map((silence) => silence.to),
      USUAL_DAYS,
      USUAL_POSTS,
    ],
  });
  const kept = new Set(rows.map((row) => row.index - 1));
  return silences.filter((_, index) => kept.has(index));
}

/** What people said about the machine's labels of the last 30 days' posts. */
export async function loadCorrections(
  db: Db,
  topicKeys: number[],
  to: number,
): Promise<CorrectionFacts> {
  const since = to - REVIEW_DAYS * DAY_MS;
  const { rows } = await db.query<{ machine: number; person: number; n: number }>({
    name: 'report-corrections',
    text: `select previous as machine, label as person, count(*) as n from corrections
           where topic = any($1) and created_at >= $2 and created_at < $3 group by 1, 2`,
    values: [topicKeys, since, to],
  });
  return {
    since,
    reviews: rows.map((row) => ({
      machine: labelFrom(row.machine),
      person: labelFrom(row.person),
      n: row.n,
    })),
  };
}

/** Incidents that were open at any time of the period, with the fate of their notifications. */
export async function loadIncidents(
  db: Db,
  topicIds: string[],
  { from, to }: Span,
): Promise<IncidentFacts[]> {
  const { rows } = await db.query<{
    id: string;
    rule_id: string;
    rule_name: string;
    kind: string;
    topic: string;
    severity: 'warning' | 'critical' | 'nodata';
    state: 'firing' | 'recovering' | 'resolved';
    starts_at: number;
    resolved_at: number | null;
    value: number;
    threshold: number;
    n: number;
    acknowledged: { by: string; at: number; note: string } | null;
    silenced_by: string | null;
    spike_id: string | null;
    delivered: number;
    failed: number;
  }>({
    name: 'report-incidents',
    text: `select i.*, (select count(*) from notifications x where x.incident_id = i.id and x.state = 'sent') as delivered,
             (select count(*) from notifications x where x.incident_id = i.id and x.state = 'failed') as failed
           from incidents i where (topic = any($1) or topic = '') and starts_at < $3 and (resolved_at is null or resolved_at >= $2) order by starts_at limit 500`,
    values: [topicIds, from, to],
  });
  return rows.map((row) => ({
    incident: {
      id: row.id,
      ruleId: row.rule_id,
      ruleName: row.rule_name,
      kind: row.kind,
      topic: row.topic,
      severity: row.severity,
      state: row.state,
      startsAt: row.starts_at,
      resolvedAt: row.resolved_at,
      value: row.value,
      threshold: row.threshold,
      n: row.n,
      acknowledged: row.acknowledged,
      silencedBy: row.silenced_by,
      spikeId: row.spike_id,
    },
    delivered: row.delivered,
    failed: row.failed,
  }));
}
