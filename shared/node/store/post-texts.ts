import type { Db } from '../postgres/pool.ts';

/** A row without the cost of an object: pid, instant, text, and the keys of its topics as PostgreSQL writes them: `{3,7}`. */
export type PostText = readonly [pid: number, at: number, text: string, topics: string];

/** Rows fetched at a time: a few milliseconds of work, so that a server in between answers others. */
const FETCH = 1_000;

/** Instant of the newest post before `before`. */
export async function newestPostAt(db: Db, before: number): Promise<number | undefined> {
  const { rows } = await db.query<{ at: number }>(
    'select created_at as at from posts where created_at < $1 order by created_at desc limit 1',
    [before],
  );
  return rows[0]?.at;
}

/**
 * The newest `limit` posts of [from, to), newest first, block by block through a cursor. The next block is asked for
 * before the caller works on this one: PostgreSQL reads while the caller computes.
 */
export async function* streamTexts(
  db: Db,
  query: { from: number; to: number; limit: number },
): AsyncGenerator<PostText[]> {
  const tx = await db.connect();
  let done = false;
  let next: Promise<{ rows: PostText[] }> | undefined;
  try {
    await tx.query('begin read only');
    await tx.query(
      `declare texts no scroll cursor for
         select pid, created_at, text, topics::text from posts where created_at >= $1 and created_at < $2
         order by created_at desc, pid desc limit $3`,
      [query.from, query.to, query.limit],
    );
    const fetch = () =>
      tx.query<PostText & unknown[]>({
        text: `fetch forward ${FETCH} from texts`,
        rowMode: 'array',
      });
    next = fetch();
    for (;;) {
      const { rows } = await next;
      next = undefined;
      if (rows.length === 0) break;
      next = fetch();
      yield rows;
    }
    await tx.query('commit');
    done = true;
  } finally {
    // A reader that left early: the answer that is on its way goes to nobody, and the connection with its transaction.
    await Promise.allSettled([next]);
    tx.release(!done);
  }
}
