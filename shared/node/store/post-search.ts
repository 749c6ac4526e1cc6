import type { MoodLabel } from '../../mood/mood.ts';
import { parseQuery, type QueryNode } from '../../topic/query.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';
import { labelFrom, labelTo, parseRef, refOf } from './live-posts.ts';
import { postKey } from './posts.ts';
import { evaluateNothing, Params } from './sql.ts';

/** A filter over stored posts; every number on every page is a count of one of these. Instants in epoch ms, [from, to). */
export interface PostFilter {
  from: number;
  to: number;
  /** Boolean search text. */
  q?: string | undefined;
  topicKey?: number | undefined;
  label?: MoodLabel | undefined;
  author?: string | undefined;
  source?: string | undefined;
  region?: string | undefined;
  /** Hash of a root or copied text. */
  root?: number | undefined;
  /** A root post by its identity: itself and its reposts. */
  rootPost?: { source: string; id: string } | undefined;
  word?: string | undefined;
  corrected?: boolean | undefined;
}

export type PostOrder = 'newest' | 'oldest' | 'engagement';

export interface StoredMention {
  topicKey: number;
  label: MoodLabel;
  score: number;
  corrected: boolean;
  evidence: [start: number, end: number, effect: number, rule: string][];
}

export interface StoredPost {
  ref: string;
  pid: number;
  createdAt: number;
  receivedAt: number;
  source: string;
  id: string;
  text: string;
  authorId: string | null;
  authorName: string | null;
  followers: number | null;
  verified: boolean | null;
  region: string | null;
  url: string | null;
  repostId: string | null;
  repostText: string | null;
  repostAuthor: string | null;
  reposts: number;
  comments: number;
  likes: number;
  root: number;
  tags: string[] | null;
  lang: string | null;
  words: string;
  score: number;
  label: MoodLabel;
  repost: number;
  demo: boolean;
  topicKeys: number[];
  mentions: StoredMention[];
}

export interface PostSearch {
  list(
    filter: PostFilter,
    page: { limit: number; order: PostOrder; after?: Position | undefined },
  ): Promise<{ posts: StoredPost[]; next: Position | null }>;
  count(filter: PostFilter): Promise<number>;
  facets(filter: PostFilter): Promise<PostFacets>;
  get(ref: string): Promise<StoredPost>;
  /** By public identity. */
  find(source: string, id: string): Promise<StoredPost>;
  copies(root: number, from: number, to: number): Promise<number>;
  /** Distinct authors per word of the topic's posts, for rising words; capped at the newest `limit` posts. */
  wordAuthors(
    filter: PostFilter,
    limit: number,
  ): Promise<{ authors: number; posts: number; words: Map<string, number> }>;
}

/** Where a page ended: sort value, time and pid of its last post. */
export type Position = [value: number, createdAt: number, pid: number];

export interface PostFacets {
  total: number;
  authorsTotal: number;
  labels: { key: MoodLabel; n: number }[];
  topics: { key: number; n: number }[];
  sources: { key: string; n: number }[];
  regions: { key: string; n: number }[];
  authors: { key: string; name: string; n: number }[];
}

const ENGAGEMENT = '(p.reposts + p.comments + p.likes)';
const COLUMNS = `p.pid, p.created_at, p.received_at, p.source, p.id, p.text, p.author_id, p.author_name, p.followers, p.verified, p.region, p.url,
  p.repost_id, p.repost_text, p.repost_author, p.reposts, p.comments, p.likes, p.root, p.tags, p.lang, p.words, p.score, p.label, p.repost, p.demo, p.topics`;

interface Row {
  pid: number;
  created_at: number;
  received_at: number;
  source: string;
  id: string;
  text: string;
  author_id: string | null;
  author_name: string | null;
  followers: number | null;
  verified: boolean | null;
  region: string | null;
  url: string | null;
  repost_id: string | null;
  repost_text: string | null;
  repost_author: string | null;
  reposts: number;
  comments: number;
  likes: number;
  root: number;
  tags: string[] | null;
  lang: string | null;
  words: string | null;
  score: number;
  label: number;
  repost: number;
  demo: boolean;
  topics: number[];
}

export function createPostSearch(db: Db): PostSearch {
  const withMentions = async (rows: Row[]): Promise<StoredPost[]> => {
    const mentions = await readMentions(db, rows);
    return rows.map((row) => toPost(row, mentions.get(row.pid) ?? []));
  };
  const one = async (rows: Row[]): Promise<StoredPost> => {
    const [post] = await withMentions(rows);
    if (!post) throw new AppError('post/not-found', 'There is no such post.');
    return post;
  };
  return {
    async list(filter, { limit, order, after }) {
      const params = new Params();
      const where = conditions(filter, params);
      const value = order === 'engagement' ? ENGAGEMENT : 'p.created_at';
      const direction = order === 'oldest' ? 'asc' : 'desc';
      if (after)
        where.push(
          `(${value}, p.created_at, p.pid) ${order === 'oldest' ? '>' : '<'} (${params.add(after[0])}, ${params.add(after[1])}, ${params.add(after[2])})`,
        );
      const { rows } = await db.query<Row & { value: number }>(
        `select ${COLUMNS}, ${value} as value from ${tables(filter)} where ${where.join(' and ')}
         order by ${value} ${direction}, p.created_at ${direction}, p.pid ${direction} limit ${params.add(limit + 1)}`,
        params.values,
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        posts: await withMentions(page),
        next: rows.length > limit && last ? [last.value, last.created_at, last.pid] : null,
      };
    },
    async count(filter) {
      const params = new Params();
      const where = conditions(filter, params);
      const { rows } = await db.query<{ n: number }>(
        `select count(*) as n from ${tables(filter)} where ${where.join(' and ')}`,
        params.values,
      );
      return rows[0]?.n ?? 0;
    },
    async facets(filter) {
      const params = new Params();
      const where = conditions(filter, params);
      const label = filter.topicKey === undefined ? 'p.label' : 'm.label';
      const top = (name: string, column: string): string =>
        `(select coalesce(json_agg(x), '[]') from (select ${column} as key, count(*)::int as n from hits where ${column} is not null group by 1 order by 2 desc, 1 limit 20) x) as ${name}`;
      const { rows } = await db.query<{
        total: number;
        authors_total: number;
        labels: { key: number; n: number }[];
        topics: { key: number; n: number }[];
        sources: { key: string; n: number }[];
        regions: { key: string; n: number }[];
        authors: { key: string; name: string; n: number }[];
      }>(
        `with hits as materialized (select p.source, p.region, p.author, p.author_id, p.author_name, ${label} as label, p.topics from ${tables(filter)} where ${where.join(' and ')})
         select (select count(*) from hits) as total, (select count(distinct author) from hits) as authors_total,
           ${top('labels', 'label')}, ${top('sources', 'source')}, ${top('regions', 'region')},
           (select coalesce(json_agg(x), '[]') from (select t as key, count(*)::int as n from hits, unnest(topics) as t group by 1 order by 2 desc limit 50) x) as topics,
           (select coalesce(json_agg(x), '[]') from (select coalesce(author_id, author_name) as key, max(coalesce(author_name, author_id)) as name, count(*)::int as n
              from hits where coalesce(author_id, author_name) is not null group by 1 order by 3 desc, 1 limit 20) x) as authors`,
        params.values,
      );
      const row = rows[0];
      return {
        total: row?.total ?? 0,
        authorsTotal: row?.authors_total ?? 0,
        labels: (row?.labels ?? []).map(({ key, n }) => ({ key: labelFrom(key), n })),
        topics: row?.topics ?? [],
        sources: row?.sources ?? [],
        regions: row?.regions ?? [],
        authors: row?.authors ?? [],
      };
    },
    async get(ref) {
      const at = parseRef(ref);
      if (!at) throw new AppError('post/not-found', 'There is no such post.');
      const { rows } = await db.query<Row>(
        `select ${COLUMNS} from posts p where p.created_at = $1 and p.pid = $2`,
        [at.createdAt, at.pid],
      );
      return one(rows);
    },
    async find(source, id) {
      const { rows } = await db.query<Row>(
        `select ${COLUMNS} from post_keys k join posts p on p.created_at = k.created_at and p.pid = k.pid where k.key = $1`,
        [postKey(source, id)],
      );
      return one(rows);
    },
    async copies(root, from, to) {
      const { rows } = await db.query<{ n: number }>(
        'select count(*) as n from posts where root = $1 and created_at >= $2 and created_at < $3',
        [root, from, to],
      );
      return rows[0]?.n ?? 0;
    },
    async wordAuthors(filter, limit) {
      const params = new Params();
      const where = conditions(filter, params);
      const { rows } = await db.query<{ word: string | null; authors: number; posts: number }>(
        `with hits as materialized (select p.author, p.words from ${tables(filter)} where ${where.join(' and ')} order by p.created_at desc limit ${params.add(limit)})
         select null as word, count(distinct author) as authors, count(*) as posts from hits
         union all
         select word, count(distinct author), count(*) from hits, unnest(string_to_array(words, ' ')) as word where words <> '' group by word having count(distinct author) >= 2`,
        params.values,
      );
      const total = rows.find((row) => row.word === null);
      return {
        authors: total?.authors ?? 0,
        posts: total?.posts ?? 0,
        words: new Map(
          rows.flatMap((row) => (row.word === null ? [] : [[row.word, row.authors] as const])),
        ),
      };
    },
  };
}

/** Tables that a filter's {@link conditions} speak of: posts `p`, with mentions `m` where it asks for them. */
export const tables = (filter: PostFilter): string =>
  filter.topicKey === undefined && filter.corrected === undefined
    ? 'posts p'
    : 'mentions m join posts p on p.created_at = m.created_at and p.pid = m.pid';

/** SQL conditions of a filter; every value travels as a parameter. */
export function conditions(filter: PostFilter, params: Params): string[] {
  const where = [
    `p.created_at >= ${params.add(filter.from)}`,
    `p.created_at < ${params.add(filter.to)}`,
  ];
  const byMention = filter.topicKey !== undefined || filter.corrected !== undefined;
  if (byMention)
    where.push(
      `m.created_at >= ${params.add(filter.from)}`,
      `m.created_at < ${params.add(filter.to)}`,
    );
  if (filter.topicKey !== undefined) where.push(`m.topic = ${params.add(filter.topicKey)}`);
  if (filter.corrected !== undefined) where.push(`m.corrected = ${params.add(filter.corrected)}`);
  if (filter.label !== undefined)
    where.push(`${byMention ? 'm' : 'p'}.label = ${params.add(labelTo(filter.label))}`);
  if (filter.author !== undefined) {
    const author = params.add(filter.author);
    where.push(`(p.author_id = ${author} or p.author_name = ${author})`);
  }
  if (filter.source !== undefined) where.push(`p.source = ${params.add(filter.source)}`);
  if (filter.region !== undefined) where.push(`p.region = ${params.add(filter.region)}`);
  if (filter.root !== undefined) where.push(`p.root = ${params.add(filter.root)}`);
  if (filter.rootPost !== undefined) {
    const { source, id } = filter.rootPost;
    where.push(
      `p.source = ${params.add(source)}`,
      `(p.id = ${params.add(id)} or p.repost_id = ${params.add(id)})`,
    );
  }
  if (filter.word !== undefined)
    where.push(`(' ' || p.words || ' ') like ${params.add(`% ${likeLiteral(filter.word)} %`)}`);
  if (filter.q !== undefined && filter.q.trim() !== '') {
    const parsed = parseQuery(filter.q);
    if (!parsed.ok) {
      throw new AppError('search/syntax', `${parsed.message} (column ${parsed.position + 1})`, {
        errors: [{ field: 'q', message: `column ${parsed.position + 1}: ${parsed.message}` }],
      });
    }
    where.push(toSql(parsed.query, params));
  }
  return where;
}

/** `%`, `_` and `\` of a literal lose their meaning in LIKE. */
const likeLiteral = (literal: string): string => literal.replace(/[\\%_]/g, '\\$&');

function toSql(node: QueryNode, params: Params): string {
  switch (node.kind) {
    case 'literal':
      return `p.text ilike ${params.add(`%${likeLiteral(node.literal)}%`)}`;
    case 'not':
      return `not (${toSql(node.of, params)})`;
    case 'and':
    case 'or':
      return `(${node.of.map((part) => toSql(part, params)).join(` ${node.kind} `)})`;
    default:
      return evaluateNothing(node);
  }
}

async function readMentions(db: Db, rows: readonly Row[]): Promise<Map<number, StoredMention[]>> {
  const wanted = rows.flatMap((row) =>
    row.topics.map((topic) => ({ topic, at: row.created_at, pid: row.pid })),
  );
  if (wanted.length === 0) return new Map();
  const found = await db.query<{
    topic: number;
    pid: number;
    label: number;
    score: number;
    corrected: boolean;
    evidence: string;
  }>({
    name: 'read-mentions',
    text: `select m.topic, m.pid, m.label, m.score, m.corrected, m.evidence from unnest($1::int[], $2::bigint[], $3::bigint[]) as w(topic, at, pid)
           join mentions m on m.topic = w.topic and m.created_at = w.at and m.pid = w.pid where m.created_at >= $4 and m.created_at <= $5`,
    values: [
      wanted.map((w) => w.topic),
      wanted.map((w) => w.at),
      wanted.map((w) => w.pid),
      wanted.reduce((least, w) => Math.min(least, w.at), Number.MAX_SAFE_INTEGER),
      wanted.reduce((most, w) => Math.max(most, w.at), 0),
    ],
  });
  const byPost = new Map<number, StoredMention[]>();
  for (const row of found.rows) {
    const list = byPost.get(row.pid) ?? [];
    list.push({
      topicKey: row.topic,
      label: labelFrom(row.label),
      score: row.score / 1000,
      corrected: row.corrected,
      evidence: (JSON.parse(row.evidence) as [number, number, number, string][]).map(
        ([start, end, effect, rule]) => [start, end, effect / 1000, rule],
      ),
    });
    byPost.set(row.pid, list);
  }
  return byPost;
}

function toPost(row: Row, mentions: StoredMention[]): StoredPost {
  return {
    ref: refOf(row.pid, row.created_at),
    pid: row.pid,
    createdAt: row.created_at,
    receivedAt: row.received_at,
    source: row.source,
    id: row.id,
    text: row.text,
    authorId: row.author_id,
    authorName: row.author_name,
    followers: row.followers,
    verified: row.verified,
    region: row.region,
    url: row.url,
    repostId: row.repost_id,
    repostText: row.repost_text,
    repostAuthor: row.repost_author,
    reposts: row.reposts,
    comments: row.comments,
    likes: row.likes,
    root: row.root,
    tags: row.tags,
    lang: row.lang,
    words: row.words ?? '',
    score: row.score / 1000,
    label: labelFrom(row.label),
    repost: row.repost,
    demo: row.demo,
    topicKeys: row.topics,
    mentions,
  };
}
