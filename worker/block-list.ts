import type { Db } from '#shared/node/postgres/pool.ts';

const CHECK_EVERY_MS = 5_000;

/** Authors whose posts are dropped, by author hash; re-read every few seconds. */
export async function createBlockList(db: Db): Promise<{ has(author: number): boolean }> {
  let blocked = new Set<number>();
  let checkedAt = 0;
  const read = async (): Promise<void> => {
    checkedAt = Date.now();
    const { rows } = await db.query<{ author: number }>('select author from blocked_authors');
    blocked = new Set(rows.map((row) => row.author));
  };
  await read();
  return {
    has(author) {
      // The answer may be a few seconds old; a failed read is the pool's error and is tried again with the next post.
      if (Date.now() - checkedAt > CHECK_EVERY_MS)
        read().catch(() => {
          checkedAt = 0;
        });
      return blocked.has(author);
    },
  };
}
