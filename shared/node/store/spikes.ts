import { explainSpike, type ExplainedPost } from '../../alert/explain-spike.ts';
import type { Spike, SpikeExplanation } from '../../alert/spike.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../series/bucket.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db, Tx } from '../postgres/pool.ts';
import { labelFrom } from './live-posts.ts';

export interface StoredSpike extends Spike {
  note: string;
}

export interface SpikesStore {
  list(query: {
    topics?: readonly string[];
    from: number;
    to: number;
    limit: number;
  }): Promise<StoredSpike[]>;
  get(id: string): Promise<StoredSpike>;
  /** Spikes that have not ended, for a watch that starts again. */
  open(topic: string): Promise<StoredSpike[]>;
  save(tx: Pick<Tx, 'query'>, spikes: readonly Spike[]): Promise<void>;
  setNote(id: string, note: string): Promise<void>;
  /** Why it happened: a pure count over the stored posts of its window and of the same hours before. */
  explain(
    spike: Spike,
    topic: { key: number; name: string; aliases: readonly string[] },
    now: number,
  ): Promise<SpikeExplanation>;
}

/** Longest stretch of a spike that is explained, from its start. */
const EXPLAINED_MS = 3 * HOUR_MS;
/** Most posts of a window: about 60 MB in memory. */
const EXPLAINED_POSTS = 60_000;
const BACKGROUND_DAYS = 7;
/** Posts of the background looked at; the spike's own window is always complete. */
const BACKGROUND_POSTS = 30_000;

interface Row {
  id: string;
  topic: string;
  measure: Spike['measure'];
  direction: Spike['direction'];
  starts_at: number;
  peak_at: number;
  ends_at: number | null;
  observed: number;
  expected: number;
  surprise: number;
  window_minutes: number;
  n: number;
  note: string;
}
const fromRow = (row: Row): StoredSpike => ({
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
  note: row.note,
});

/** The window of posts that a spike's explanation is about, [from, to). */
export function explainedWindow(spike: Spike, now: number): { from: number; to: number } {
  const from = spike.startsAt - (spike.windowMinutes - 1) * MINUTE_MS;
  const end = spike.endsAt ?? Math.max(now, spike.peakAt + MINUTE_MS);
  return { from, to: Math.min(Math.max(end, spike.peakAt + MINUTE_MS), from + EXPLAINED_MS) };
}

export function createSpikesStore(db: Db): SpikesStore {
  return {
    async list({ topics, from, to, limit }) {
      const { rows } = await db.query<Row>(
        'select * from spikes where ($1::text[] is null or topic = any($1)) and starts_at < $3 and coalesce(ends_at, 9e15) >= $2 order by starts_at desc limit $4',
        [topics ?? null, from, to, limit],
      );
      return rows.map(fromRow);
    },
    async get(id) {
      const { rows } = await db.query<Row>('select * from spikes where id = $1', [id]);
      if (!rows[0]) throw new AppError('spike/not-found', 'There is no such spike.');
      return fromRow(rows[0]);
    },
    async open(topic) {
      const { rows } = await db.query<Row>(
        'select * from spikes where topic = $1 and ends_at is null',
        [topic],
      );
      return rows.map(fromRow);
    },
    async save(tx, spikes) {
      for (const spike of spikes) {
        await tx.query(
          `insert into spikes (id, topic, measure, direction, starts_at, peak_at, ends_at, observed, expected, surprise, window_minutes, n)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (id) do update set peak_at = excluded.peak_at, ends_at = excluded.ends_at, observed = excluded.observed, expected = excluded.expected,
             surprise = excluded.surprise, window_minutes = excluded.window_minutes, n = excluded.n, direction = excluded.direction`,
          [
            spike.id,
            spike.topic,
            spike.measure,
            spike.direction,
            spike.startsAt,
            spike.peakAt,
            spike.endsAt,
            spike.observed,
            spike.expected,
            spike.surprise,
            spike.windowMinutes,
            spike.n,
          ],
        );
      }
    },
    async setNote(id, note) {
      const { rowCount } = await db.query('update spikes set note = $2 where id = $1', [id, note]);
      if (rowCount === 0) throw new AppError('spike/not-found', 'There is no such spike.');
    },
    async explain(spike, topic, now) {
      const window = explainedWindow(spike, now);
      const { from, to } = { from: window.from, to: await boundedEnd(db, topic.key, window) };
      const [during, before] = await Promise.all([
        readPosts(db, topic.key, [{ from, to }], null),
        readBackground(db, topic.key, from, to),
      ]);
      return explainSpike({
        spike,
        from,
        to,
        during,
        before,
        ownWords: [topic.name, ...topic.aliases].map((word) => word.toLowerCase()),
      });
    },
  };
}

/** Ends the window early on very busy topics: every post in it is read, so that all counts are exact. */
async function boundedEnd(
  db: Db,
  topicKey: number,
  window: { from: number; to: number },
): Promise<number> {
  const { rows } = await db.query<{ at: number }>(
    'select created_at as at from mentions where topic = $1 and created_at >= $2 and created_at < $3 order by created_at offset $4 limit 1',
    [topicKey, window.from, window.to, EXPLAINED_POSTS],
  );
  return rows[0] ? Math.max(rows[0].at, window.from + MINUTE_MS) : window.to;
}

/** The same clock hours of up to seven days before; the 24 hours before where those days hold nothing. */
async function readBackground(
  db: Db,
  topicKey: number,
  from: number,
  to: number,
): Promise<ExplainedPost[]> {
  const days = Array.from({ length: BACKGROUND_DAYS }, (_, day) => ({
    from: from - (day + 1) * DAY_MS,
    to: Math.min(to - (day + 1) * DAY_MS, from),
  }));
  const same = await readPosts(db, topicKey, days, BACKGROUND_POSTS);
  return same.length > 0
    ? same
    : readPosts(db, topicKey, [{ from: from - DAY_MS, to: from }], BACKGROUND_POSTS);
}

async function readPosts(
  db: Db,
  topicKey: number,
  spans: readonly { from: number; to: number }[],
  limit: number | null,
): Promise<ExplainedPost[]> {
  const { rows } = await db.query<{
    source: string;
    id: string;
    at: number;
    author: number;
    label: number;
    words: string | null;
    repost_id: string | null;
    text: string;
    region: string | null;
  }>({
    name: 'explained-posts',
    text: `select p.source, p.id, m.created_at as at, m.author, m.label, p.words, p.repost_id, p.text, p.region
           from unnest($2::bigint[], $3::bigint[]) as s(f, t)
             join lateral (select * from mentions m where m.topic = $1 and m.created_at >= s.f and m.created_at < s.t) m on true
             join posts p on p.created_at = m.created_at and p.pid = m.pid
           order by m.created_at desc limit $4`,
    values: [topicKey, spans.map((span) => span.from), spans.map((span) => span.to), limit],
  });
  return rows.map((row) => ({
    ref: `${row.source}:${row.id}`,
    at: row.at,
    author: row.author,
    label: labelFrom(row.label),
    words: row.words ? row.words.split(' ') : [],
    root: row.repost_id === null ? null : `${row.source}:${row.repost_id}`,
    text: row.text,
    source: row.source,
    region: row.region,
  }));
}
