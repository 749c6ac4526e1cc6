import type { Spike, SpikeExplanation } from '../../alert/spike.ts';
import { reportStepMs } from '../../report/build-report.ts';
import type { ReportData, ReportQuery, ReportSource } from '../../report/report-data.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';
import { countPosts, loadGroups, loadVoices, loadWords } from './report-posts.ts';
import { loadCorrections, loadIncidents, loadQuality } from './report-quality.ts';
import { type Span, earlierSpans, loadSpans } from './report-spans.ts';

export interface ReportSourceOptions {
  /** Why a spike happened (store of spikes). Without it a report names its spikes and does not explain them. */
  explainSpike?: (spike: Spike) => Promise<SpikeExplanation>;
  /** Versions of program and model. */
  model?: string;
  now?: () => number;
}

/** Facts of reports from the store. Reads on two connections at a time: a report must not starve the live path. */
export function createReportSource(db: Db, options: ReportSourceOptions = {}): ReportSource {
  return { load: (query) => load(db, query, options) };
}

async function load(db: Db, query: ReportQuery, options: ReportSourceOptions): Promise<ReportData> {
  const topics = await readTopics(db, query.topics);
  const keys = topics.map((topic) => topic.key);
  const stepMs = reportStepMs(query.from, query.to);
  const spans = await loadSpans(db, query, topics, stepMs);
  const scope = {
    from: query.from,
    to: query.to,
    topics: new Map(topics.map((topic) => [topic.key, topic.id])),
  };
  const before: Span = earlierSpans(query)[0] ?? { from: query.from, to: query.from };
  const mentions = Math.max(spans.all.total.n, spans.all.previous?.n ?? 0);

  const [bulk, details] = await Promise.all([
    (async () => ({
      groups: await loadGroups(db, scope, before),
      words: await loadWords(db, scope, before, mentions),
    }))(),
    (async () => ({
      voices: await loadVoices(db, scope),
      posts: topics.length === 1 ? spans.all.total.n : await countPosts(db, scope),
      incidents: await loadIncidents(db, query.topics, query),
      corrections: await loadCorrections(db, keys, query.to),
      quality: await loadQuality(db, query),
      notes: await loadNotes(db, query),
      spikes: await loadSpikes(db, query, options),
      freshness: await loadFreshness(db, query),
    }))(),
  ]);

  return {
    query,
    generatedAt: (options.now ?? Date.now)(),
    dataAsOf: details.freshness.newestAt,
    demo: details.freshness.demo,
    model: options.model ?? '',
    stepMs,
    topics: topics.map(({ key, id, name, color }) => ({
      id,
      name,
      color,
      ...spans.topics.get(key)!,
    })),
    all: spans.all,
    posts: details.posts,
    spikes: details.spikes,
    topPosts: details.voices.topPosts,
    words: bulk.words,
    authors: details.voices.authors,
    sources: bulk.groups.sources,
    regions: bulk.groups.regions,
    incidents: details.incidents,
    notes: details.notes,
    corrections: details.corrections,
    quality: details.quality,
  };
}

interface TopicRow {
  key: number;
  id: string;
  name: string;
  color: number;
}

/** The topics asked for, in the order asked for. */
async function readTopics(db: Db, ids: string[]): Promise<TopicRow[]> {
  const { rows } = await db.query<TopicRow>(
    'select key, id, name, color from topics where id = any($1)',
    [ids],
  );
  return ids.map((id) => {
    const found = rows.find((row) => row.id === id);
    if (!found) throw new AppError('topic/not-found', `There is no topic "${id}".`);
    return found;
  });
}

async function loadNotes(db: Db, { topics, from, to }: ReportQuery): Promise<ReportData['notes']> {
  const { rows } = await db.query<ReportData['notes'][number]>(
    `select at, topic, zh, en from notes where at >= $1 and at < $2 and (topic = any($3) or topic = '') order by at limit 50`,
    [from, to, topics],
  );
  return rows;
}

async function loadFreshness(
  db: Db,
  { from, to }: ReportQuery,
): Promise<{ newestAt: number | null; demo: boolean }> {
  const { rows } = await db.query<{ newest_at: number | null; demo: boolean }>(
    `select (select max(at) from source_minutes) as newest_at,
       exists (select from source_minutes where source = 'demo' and at >= $1 and at < $2) as demo`,
    [from, to],
  );
  return { newestAt: rows[0]?.newest_at ?? null, demo: rows[0]?.demo ?? false };
}

/** Most spikes explained; a report with more has another problem. */
const MOST_SPIKES = 20;

async function loadSpikes(
  db: Db,
  query: ReportQuery,
  options: ReportSourceOptions,
): Promise<SpikeExplanation[]> {
  const { rows } = await db.query<{
    id: string;
    topic: string;
    measure: 'volume' | 'mood';
    direction: 'up' | 'down';
    starts_at: number;
    peak_at: number;
    ends_at: number | null;
    observed: number;
    expected: number;
    surprise: number;
    window_minutes: number;
    n: number;
  }>(
    `select * from spikes where topic = any($1) and starts_at >= $2 and starts_at < $3 order by surprise desc, starts_at limit $4`,
    [query.topics, query.from, query.to, MOST_SPIKES],
  );
  const explained: SpikeExplanation[] = [];
  for (const row of rows) {
    const spike: Spike = {
      id: row.id,
      topic: row.topic,
      measure: row.measure,
      direction: row.direction,
      startsAt: row.starts_at,
      peakAt: row.peak_at,
      endsAt: row.ends_at,
      observed: row.observed,
      expected: row.expected,
      surprise: row.surprise,
      windowMinutes: row.window_minutes,
      n: row.n,
    };
    explained.push(options.explainSpike ? await options.explainSpike(spike) : unexplained(spike));
  }
  return explained;
}

function unexplained(spike: Spike): SpikeExplanation {
  const unknown = { share: 0, low: 0, high: 1, n: 0 };
  return {
    spike,
    words: [],
    roots: [],
    posts: spike.n,
    authors: 0,
    concentration: 0,
    copypastaShare: 0,
    negativeBefore: unknown,
    negativeDuring: unknown,
    sources: [],
    regions: [],
    from: spike.startsAt,
    to: spike.endsAt ?? spike.peakAt,
  };
}
