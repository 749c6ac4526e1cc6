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
/** Posts looked at for the two lists of the report; both labels are among so many unless a day is one-sided. */
const CANDIDATES = 2_000;
const TOP_POSTS = 20;
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
 * Mentions by source and by region, now and in the period before. One pass over both periods; pairs are summed first,
 * because the workers of a parallel plan can do that and grouping sets they cannot.
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
    text: `with pairs as (
             select p.source, p.region, count(*) filter (where m.created_at >= $1) as n,
               count(*) filter (where m.label > 0 and m.created_at >= $1) as positive,
               count(*) filter (where m.label < 0 and m.created_at >= $1) as negative,
               count(*) filter (where m.created_at < $4) as before
             from mentions m join posts p on p.created_at = m.created_at and p.pid = m.pid
             where m.topic = any($3) and m.created_at >= $5 and m.created_at < $2 and p.created_at >= $5 and p.created_at < $2
             group by p.source, p.region)
           select source, region, sum(n) as n, sum(positive) as positive, sum(negative) as negative, sum(before) as before
           from pairs group by grouping sets ((source), (region))`,
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

/**
 * The most forwarded posts of both labels, and who wrote most. Posts are ranked first and looked up in the mentions
 * afterwards: a join of the whole day would take ten times as long.
 */
export async function loadVoices(
  db: Db,
  scope: Scope,
): Promise<{ topPosts: PostFacts[]; authors: AuthorFacts[] }> {
  const ranked = await rankPosts(db, scope);
  const authors = await rankAuthors(db, scope);
  const { copies, authorPosts } = await lookUp(db, scope, {
    roots: [...new Set(ranked.map((post) => post.root))],
    authors: authors.map((author) => author.author),
  });
  const names = await readNames(db, [...authorPosts.values()]);
  return {
    topPosts: ranked.map((row) => ({
      ref: refOf(row.pid, row.created_at),
      root: String(row.root),
      topic: scope.topics.get(row.topic) ?? '',
      label: labelFrom(row.label),
      score: row.score / 1000,
      text: row.text,
      author: row.author ?? '',
      source: row.source,
      url: row.url,
      at: row.created_at,
      engagement: row.engagement,
      copies: copies.get(`${row.topic} ${row.root}`) ?? 1,
    })),
    authors: authors.flatMap((author) => {
      const name = names.get(String(authorPosts.get(author.author)));
      return name ? [{ ...name, n: author.n, negative: author.negative }] : [];
    }),
  };
}

interface RankedPost {
  pid: number;
  created_at: number;
  topic: number;
  label: number;
  root: number;
  score: number;
  text: string;
  author: string | null;
  source: string;
  url: string | null;
  engagement: number;
}

/** At most 20 roots of each label, by engagement. */
async function rankPosts(db: Db, { from, to, topics }: Scope): Promise<RankedPost[]> {
  const { rows } = await db.query<RankedPost>({
    name: 'report-top-posts',
    text: `with ranked as materialized (
             select created_at, pid, reposts + comments + likes as engagement from posts
             where created_at >= $1 and created_at < $2 and topics && $3::int[]
             order by reposts + comments + likes desc, created_at, pid limit $4),
           labelled as (
             select distinct on (m.topic, m.label, m.root) m.topic, m.label, m.root, m.score, r.created_at, r.pid, r.engagement
             from ranked r join mentions m on m.created_at = r.created_at and m.pid = r.pid
             where m.topic = any($3) and m.label <> 0
             order by m.topic, m.label, m.root, r.engagement desc, r.created_at, r.pid),
           best as (
             select *, row_number() over (partition by label order by engagement desc, created_at, pid, topic) as place from labelled)
           select best.topic, best.label, best.root, best.score, best.created_at, best.pid, best.engagement, left(p.text, 4000) as text,
             coalesce(p.author_name, p.author_id) as author, p.source, p.url
           from best join posts p on p.created_at = best.created_at and p.pid = best.pid where place <= $5 order by label, place`,
    values: [from, to, [...topics.keys()], CANDIDATES, TOP_POSTS],
  });
  return rows;
}

interface RankedAuthor {
  author: number;
  n: number;
  negative: number;
}

async function rankAuthors(db: Db, { from, to, topics }: Scope): Promise<RankedAuthor[]> {
  const { rows } = await db.query<RankedAuthor>({
    name: 'report-top-authors',
    text: `select author, count(*) as n, count(*) filter (where label < 0) as negative from mentions
           where topic = any($3) and created_at >= $1 and created_at < $2 group by author order by n desc, author limit $4`,
    values: [from, to, [...topics.keys()], TOP_AUTHORS],
  });
  return rows;
}

/** Copies of some roots and one post of some authors, in one scan of the period's mentions. */
async function lookUp(
  db: Db,
  { from, to, topics }: Scope,
  wanted: { roots: number[]; authors: number[] },
): Promise<{
  copies: Map<string, number>;
  authorPosts: Map<number, [createdAt: number, pid: number]>;
}> {
  const { rows } = await db.query<{
    author: number | null;
    topic: number;
    root: number;
    n: number;
    created_at: number;
    pid: number;
  }>({
    name: 'report-copies',
    text: `with hits as materialized (
             select topic, root, author, created_at, pid from mentions
             where topic = any($3) and created_at >= $1 and created_at < $2 and (root = any($4) or author = any($5)))
           select null as author, topic, root, count(*) as n, 0 as created_at, 0 as pid from hits where root = any($4) group by topic, root
           union all
           (select distinct on (author) author, 0, 0, 0, created_at, pid from hits where author = any($5) order by author, created_at desc, pid desc)`,
    values: [from, to, [...topics.keys()], wanted.roots, wanted.authors],
  });
  return {
    copies: new Map(
      rows.flatMap((row) => (row.author === null ? [[`${row.topic} ${row.root}`, row.n]] : [])),
    ),
    authorPosts: new Map(
      rows.flatMap((row) => (row.author === null ? [] : [[row.author, [row.created_at, row.pid]]])),
    ),
  };
}

/** Name, source and followers as the author's newest post tells them; nameless authors are left out. */
async function readNames(
  db: Db,
  posts: [createdAt: number, pid: number][],
): Promise<Map<string, { name: string; source: string; followers: number | null }>> {
  const { rows } = await db.query<{
    created_at: number;
    pid: number;
    name: string;
    source: string;
    followers: number | null;
  }>({
    name: 'report-author-names',
    text: `select p.created_at, p.pid, coalesce(p.author_name, p.author_id) as name, p.source, p.followers
           from unnest($1::bigint[], $2::bigint[]) as w(created_at, pid) join posts p on p.created_at = w.created_at and p.pid = w.pid
           where coalesce(p.author_name, p.author_id) is not null`,
    values: [posts.map(([at]) => at), posts.map(([, pid]) => pid)],
  });
  return new Map(rows.map(({ created_at, pid, ...name }) => [String([created_at, pid]), name]));
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
  const { rows } = await db.query<{ word: string; now: number; before: number }>({
    name: 'report-words',
    // The empty word stands for every author, with or without words: it counts the totals in the same pass.
    text: `select word, count(*) filter (where now) as now, count(*) filter (where not now) as before
           from (select distinct word, author, created_at >= $1 as now
                 from (select created_at, author, words from posts where created_at >= $4 and created_at < $2 and (created_at >= $1 or created_at < $5)
                         and topics && $3::int[] and author % $6 = 0) as p,
                   unnest(string_to_array(coalesce(words, ''), ' ') || array['']) as word) as uses
           group by word having word = '' or count(*) filter (where now) >= $7 or count(*) filter (where not now) >= $7`,
    values: [from, to, [...topics.keys()], before.from, before.to, sampleEvery, LEAST_WORD_AUTHORS],
  });
  const total = rows.find((row) => row.word === '');
  const authors = (key: 'now' | 'before') =>
    rows.flatMap((row): [string, number][] =>
      row.word !== '' && row[key] > 0 ? [[row.word, row[key]]] : [],
    );
  return {
    sampleEvery,
    now: { authors: authors('now'), total: total?.now ?? 0 },
    before: { authors: authors('before'), total: total?.before ?? 0 },
  };
}
