import type { MoodLabel } from '../../mood/mood.ts';
import type { LivePost } from '../../wire/live.ts';
import type { Db } from '../postgres/pool.ts';

/** Database number of a label and back. */
export const labelFrom = (value: number): MoodLabel =>
  value > 0 ? 'positive' : value < 0 ? 'negative' : 'neutral';
export const labelTo = (label: MoodLabel): number =>
  label === 'positive' ? 1 : label === 'negative' ? -1 : 0;

/** `pid-createdAt` in base 36: names a post and the partition that holds it. */
export const refOf = (pid: number, createdAt: number): string =>
  `${pid.toString(36)}-${createdAt.toString(36)}`;
export function parseRef(ref: string): { pid: number; createdAt: number } | null {
  const parts = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})$/.exec(ref);
  if (!parts) return null;
  const pid = Number.parseInt(parts[1] as string, 36);
  const createdAt = Number.parseInt(parts[2] as string, 36);
  return Number.isSafeInteger(pid) && Number.isSafeInteger(createdAt) ? { pid, createdAt } : null;
}

/** Newest posts of these topics by post time within the last minutes of the clock, newest first. */
export async function readNewestPosts(
  db: Db,
  query: {
    topics: readonly { key: number; id: string }[];
    from: number;
    to: number;
    limit: number;
  },
): Promise<LivePost[]> {
  const keys = query.topics.map((topic) => topic.key);
  const { rows } = await db.query<{
    pid: number;
    created_at: number;
    source: string;
    author_name: string | null;
    author_id: string | null;
    text: string;
    demo: boolean;
    url: string | null;
    topic: number;
    label: number;
    score: number;
    evidence: string;
  }>({
    name: 'newest-posts',
    text: `with newest as (
             select distinct created_at, pid from (
               select created_at, pid from mentions where topic = any($1) and created_at >= $2 and created_at < $3 order by created_at desc, pid desc limit $4) as m
             order by created_at desc, pid desc)
           select p.pid, p.created_at, p.source, p.author_name, p.author_id, p.text, p.demo, p.url, m.topic, m.label, m.score, m.evidence
           from newest n join posts p on p.created_at = n.created_at and p.pid = n.pid
             join mentions m on m.topic = any(p.topics) and m.created_at = p.created_at and m.pid = p.pid
           where p.created_at >= $2 and p.created_at < $3 and m.created_at >= $2 and m.created_at < $3
           order by p.created_at desc, p.pid desc`,
    values: [keys, query.from, query.to, query.limit],
  });
  const ids = new Map(query.topics.map((topic) => [topic.key, topic.id]));
  const posts = new Map<string, LivePost>();
  for (const row of rows) {
    const ref = refOf(row.pid, row.created_at);
    let post = posts.get(ref);
    if (!post) {
      post = {
        ref,
        source: row.source,
        at: row.created_at,
        author: row.author_name ?? row.author_id ?? '',
        text: row.text,
        demo: row.demo,
        topics: [],
        ...(row.url === null ? {} : { url: row.url }),
      };
      posts.set(ref, post);
    }
    const topic = ids.get(row.topic);
    if (topic !== undefined) {
      const evidence = (JSON.parse(row.evidence) as [number, number, number, string][]).map(
        ([start, end, effect]): [number, number, number] => [start, end, effect / 1000],
      );
      post.topics.push({ topic, label: labelFrom(row.label), score: row.score / 1000, evidence });
    }
  }
  return [...posts.values()];
}
