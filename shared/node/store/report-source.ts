import type { SpikeExplanation } from '../../alert/spike.ts';
import { reportStepMs } from '../../report/build-report.ts';
import type { ReportData, ReportQuery, ReportSource } from '../../report/report-data.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';
import { countPosts, loadGroups, loadVoices, loadWords } from './report-posts.ts';
import { loadCorrections, loadIncidents, loadQuality } from './report-quality.ts';
import { refOf } from './live-posts.ts';
import { postKey } from './posts.ts';
import { type Span, earlierSpans, loadSpans } from './report-spans.ts';
import { createSpikesStore } from './spikes.ts';

export interface ReportSourceOptions {
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
      spikes: await loadSpikes(db, query, topics),
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
  aliases: string[];
  color: number;
}

/** The topics asked for, in the order asked for. */
async function readTopics(db: Db, ids: string[]): Promise<TopicRow[]> {
  const { rows } = await db.query<TopicRow>(
    'select key, id, name, aliases, color from topics where id = any($1)',
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

/** The period's strongest spikes with their reasons, one after the other: each may hold thousands of posts. */
async function loadSpikes(
  db: Db,
  { from, to }: ReportQuery,
  topics: TopicRow[],
): Promise<SpikeExplanation[]> {
  const spikes = createSpikesStore(db);
  const found = await spikes.list({
    topics: topics.map((topic) => topic.id),
    from,
    to,
    limit: 200,
  });
  const strongest = found
    .filter((spike) => spike.startsAt >= from && spike.startsAt < to)
    .sort((a, b) => b.surprise - a.surprise || a.startsAt - b.startsAt)
    .slice(0, MOST_SPIKES);
  const explained: SpikeExplanation[] = [];
  for (const spike of strongest) {
    const topic = topics.find((topic) => topic.id === spike.topic);
    if (topic) explained.push(await withRefs(db, await spikes.explain(spike, topic, to)));
  }
  return explained;
}

/** An explanation names its posts by `source:id`; links of a report go by the store's own refs, as on every page. */
async function withRefs(db: Db, explained: SpikeExplanation): Promise<SpikeExplanation> {
  const keys = explained.roots.map(({ postRef }) => {
    const colon = postRef.indexOf(':');
    return postKey(postRef.slice(0, colon), postRef.slice(colon + 1));
  });
  const { rows } = await db.query<{ key: string; pid: number; created_at: number }>(
    'select key, pid, created_at from post_keys where key = any($1::uuid[])',
    [keys],
  );
  const refs = new Map(rows.map((row) => [row.key, refOf(row.pid, row.created_at)]));
  return {
    ...explained,
    roots: explained.roots.map((root, index) => ({
      ...root,
      postRef: refs.get(keys[index]!) ?? root.postRef,
    })),
  };
}
