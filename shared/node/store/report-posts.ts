import type { AuthorFacts, GroupFacts, PostFacts, ReportData } from '../../report/report-data.ts';
import { LEAST_WORD_AUTHORS } from '../../series/words.ts';
import type { Db } from '../postgres/pool.ts';
import { labelFrom, refOf } from './live-posts.ts';
import type { Span } from './report-spans.ts';

interface Scope extends Span {
  /** Database keys of the topics, with their ids. */
  topics: ReadonlyMap<number, string>;
}

/** Authors whose words are counted: enough for any word worth a line, few enough for any day. */
const WORD_AUTHORS = 30_000;
const CANDIDATES = 200;
const TOP_AUTHORS = 10;

/** Posts that mention any of the topics; each counts once. */
export async function countPosts(db: Db, { from, to, topics }: Scope): Promise<number> {
  const { rows } = await db.query<{ n: number }>({
    name: 'report-count-posts',
    text: 'select count(*) as n from posts where created_at >= $1 and created_at < $2 and topics && $3::int[]',
    values: [from, to, [...topics.keys()]],
  });
  return rows[0]?.n ?? 0;
}

/**
 * Mentions by source and by region, now and in the period before. One pass over both periods in the order of their
 * keys; the database sums, so that what travels is a few dozen rows.
 */
export async function loadGroups(
  db: Db,
  { from, to, topics }: Scope,
  before: Span,
): Promise<{ sources: GroupFacts[]; regions: GroupFacts[] }> {
  const { rows } = await db.query<{
    source: string | null;
    region: string | null;
    n: number;
    positive: number;
    negative: number;
    before: number;
  }>({
    name: 'report-groups',
    text: `select p.source, p.region, count(*) filter (where m.created_at >= $1) as n,
             count(*) filter (where m.label > 0 and m.created_at >= $1) as positive,
             count(*) filter (where m.label < 0 and m.created_at >= $1) as negative,
             count(*) filter (where m.created_at < $4) as before
           from mentions m join posts p on p.created_at = m.created_at and p.pid = m.pid
           where m.topic = any($3) and m.created_at >= $5 and m.created_at < $2 and p.created_at >= $5 and p.created_at < $2
           group by grouping sets ((p.source), (p.region))`,
    values: [from, to, [...topics.keys()], before.to, before.from],
  });
  const group = (name: string, row: (typeof rows)[number]): GroupFacts => ({
    name,
    n: row.n,
    positive: row.positive,
    negative: row.negative,
    before: row.before,
  });
  return {
    sources: rows.flatMap((row) => (row.source === null ? [] : [group(row.source, row)])),
    regions: rows.flatMap((row) =>
      row.source === null && row.region !== null && row.region !== ''
        ? [group(row.region, row)]
        : [],
    ),
  };
}

/** Who wrote most. The names are read from one post each. */
export async function loadAuthors(db: Db, { from, to, topics }: Scope): Promise<AuthorFacts[]> {
  const { rows } = await db.query<{
    name: string;
    source: string;
    n: number;
    negative: number;
    followers: number | null;
  }>({
    name: 'report-authors',
    text: `with top as (
             select author, count(*) as n, count(*) filter (where label < 0) as negative, max(array[created_at, pid]) as post
             from mentions where topic = any($3) and created_at >= $1 and created_at < $2
             group by author order by n desc, author limit $4)
           select coalesce(p.author_name, p.author_id) as name, p.source, top.n, top.negative, p.followers
           from top join posts p on p.created_at = top.post[1] and p.pid = top.post[2]
           where coalesce(p.author_name, p.author_id) is not null order by top.n desc, top.author`,
    values: [from, to, [...topics.keys()], TOP_AUTHORS],
  });
  return rows;
}

/** The most forwarded posts of one label; more than a report shows, since copies of one root are folded later. */
export async function loadTopPosts(
  db: Db,
  { from, to, topics }: Scope,
  label: 1 | -1,
): Promise<PostFacts[]> {
  const { rows } = await db.query<{
    pid: number;
    created_at: number;
    topic: number;
    root: number;
    score: number;
    text: string;
    author: string | null;
    source: string;
    url: string | null;
    engagement: number;
    copies: number;
  }>({
    name: 'report-top-posts',
    text: `with top as materialized (
             select m.topic, m.created_at, m.pid, m.root, m.score, p.reposts + p.comments + p.likes as engagement
             from mentions m join posts p on p.created_at = m.created_at and p.pid = m.pid
             where m.topic = any($3) and m.label = $4 and m.created_at >= $1 and m.created_at < $2 and p.created_at >= $1 and p.created_at < $2
             order by engagement desc, m.created_at, m.pid, m.topic limit $5),
           copies as (
             select m.topic, m.root, count(*) as n from mentions m
             where m.topic = any($3) and m.created_at >= $1 and m.created_at < $2 and m.root = any(array(select distinct root from top)) group by 1, 2)
           select top.topic, top.created_at, top.pid, top.root, top.score, top.engagement, copies.n as copies, left(p.text, 4000) as text,
             coalesce(p.author_name, p.author_id) as author, p.source, p.url
           from top join copies using (topic, root) join posts p on p.created_at = top.created_at and p.pid = top.pid`,
    values: [from, to, [...topics.keys()], label, CANDIDATES],
  });
  return rows.map((row) => ({
    ref: refOf(row.pid, row.created_at),
    root: String(row.root),
    topic: topics.get(row.topic) ?? '',
    label: labelFrom(label),
    score: row.score / 1000,
    text: row.text,
    author: row.author ?? '',
    source: row.source,
    url: row.url,
    at: row.created_at,
    engagement: row.engagement,
    copies: row.copies,
  }));
}

/**
 * Distinct authors by word, now and before. On a big day the words of every k-th author are counted, the same k on
 * both sides: shares and ratios stay unbiased, and the report says so.
 */
export async function loadWords(
  db: Db,
  { from, to, topics }: Scope,
  before: Span,
  mentions: number,
): Promise<ReportData['words']> {
  const sampleEvery = Math.max(1, Math.ceil(mentions / WORD_AUTHORS));
  const scope = [from, to, [...topics.keys()], before.from, before.to, sampleEvery];
  const posts = `posts where created_at >= $4 and created_at < $2 and (created_at >= $1 or created_at < $5)
    and topics && $3::int[] and author % $6 = 0`;
  const totals = await db.query<{ now: number; before: number }>({
    name: 'report-word-authors',
    text: `select count(distinct author) filter (where created_at >= $1) as now, count(distinct author) filter (where created_at < $1) as before from ${posts}`,
    values: scope,
  });
  const { rows } = await db.query<{ word: string; now: number; before: number }>({
    name: 'report-words',
    text: `select word, count(*) filter (where now) as now, count(*) filter (where not now) as before
           from (select distinct word, author, created_at >= $1 as now from (select created_at, author, words from ${posts} and words is not null) as p,
                   unnest(string_to_array(words, ' ')) as word where word <> '') as uses
           group by word having count(*) filter (where now) >= $7 or count(*) filter (where not now) >= $7`,
    values: [...scope, LEAST_WORD_AUTHORS],
  });
  const authors = (key: 'now' | 'before') =>
    rows.flatMap((row): [string, number][] => (row[key] > 0 ? [[row.word, row[key]]] : []));
  return {
    sampleEvery,
    now: { authors: authors('now'), total: totals.rows[0]?.now ?? 0 },
    before: { authors: authors('before'), total: totals.rows[0]?.before ?? 0 },
  };
}
