import type { MoodLabel } from '../../mood/mood.ts';
import type { Post } from '../../post/post.ts';
import type { Db } from '../postgres/pool.ts';
import { labelFrom } from './live-posts.ts';
import { conditions, tables, type PostFilter } from './post-search.ts';
import { Params } from './sql.ts';

/** Which posts; instants epoch ms, [from, to). Without a topic: all stored posts, matched or not. */
export interface ExportQuery {
  from: number;
  to: number;
  topic?: { key: number };
  /** The explorer's filter; replaces `topic`. */
  filter?: PostFilter;
}

/** A stored post with what was found in it. */
export interface ExportedPost extends Post {
  label: MoodLabel;
  score: number;
  mentions: { topic: string; label: MoodLabel; score: number; corrected: boolean }[];
}

/** Rows fetched at a time: about 1 MB. */
const FETCH = 1_000;

/** Tables and conditions of a query, the same that the explorer counts with. */
function selection(query: ExportQuery): { sql: string; values: unknown[] } {
  const filter = query.filter ?? { from: query.from, to: query.to, topicKey: query.topic?.key };
  const params = new Params();
  const where = conditions(filter, params);
  return { sql: `${tables(filter)} where ${where.join(' and ')}`, values: params.values };
}

export async function countExport(db: Db, query: ExportQuery): Promise<number> {
  const { sql, values } = selection(query);
  const { rows } = await db.query<{ n: number }>(`select count(*) as n from ${sql}`, values);
  return rows[0]?.n ?? 0;
}

/**
 * Posts in order of time, block by block through a cursor of the server: memory holds one block, and the whole export
 * is one snapshot, whatever is counted meanwhile. The connection goes back when the caller stops reading.
 */
export async function* streamPosts(db: Db, query: ExportQuery): AsyncGenerator<ExportedPost[]> {
  const { sql, values } = selection(query);
  const tx = await db.connect();
  let done = false;
  try {
    await tx.query('begin isolation level repeatable read read only');
    await tx.query(
      `declare exported no scroll cursor for
         select p.source, p.id, p.text, p.created_at, p.author_id, p.author_name, p.followers, p.verified, p.region, p.url, p.repost_id, p.repost_text,
           p.repost_author, p.reposts, p.comments, p.likes, p.tags, p.lang, p.label, p.score,
           array(select t.id || ' ' || x.label || ' ' || x.score || ' ' || x.corrected::int from mentions x join topics t on t.key = x.topic
                 where x.topic = any(p.topics) and x.created_at = p.created_at and x.pid = p.pid order by t.id) as mentions
         from ${sql} order by p.created_at, p.pid`,
      values,
    );
    for (;;) {
      const { rows } = await tx.query<Row>(`fetch forward ${FETCH} from exported`);
      if (rows.length === 0) break;
      yield rows.map(toPost);
    }
    await tx.query('commit');
    done = true;
  } finally {
    // A reader that left early, or an error, leaves the transaction open: the connection is dropped with it.
    tx.release(!done);
  }
}

interface Row {
  source: string;
  id: string;
  text: string;
  created_at: number;
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
  tags: string[] | null;
  lang: string | null;
  label: number;
  score: number;
  mentions: string[];
}

function toPost(row: Row): ExportedPost {
  const author = present({
    id: row.author_id,
    name: row.author_name,
    followers: row.followers,
    verified: row.verified,
    region: row.region,
  });
  const repostOf = present({ id: row.repost_id, text: row.repost_text, author: row.repost_author });
  const { reposts, comments, likes } = row;
  return {
    source: row.source,
    id: row.id,
    text: row.text,
    createdAt: row.created_at,
    ...(author && { author }),
    ...present({ url: row.url }),
    ...(repostOf && { repostOf }),
    ...(reposts + comments + likes > 0 && { counts: { reposts, comments, likes } }),
    ...(row.tags && row.tags.length > 0 && { tags: row.tags }),
    ...present({ lang: row.lang }),
    label: labelFrom(row.label),
    score: row.score / 1000,
    mentions: row.mentions.map((mention) => {
      const [topic = '', label, score, corrected] = mention.split(' ');
      return {
        topic,
        label: labelFrom(Number(label)),
        score: Number(score) / 1000,
        corrected: corrected === '1',
      };
    }),
  };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The object without its nulls; undefined when nothing is left. */
function present<T extends Record<string, unknown>>(fields: T): Present<T> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== null);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Present<T>);
}
