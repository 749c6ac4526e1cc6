import type { Db } from '#shared/node/postgres/pool.ts';
import { authorHash } from '#shared/node/store/posts.ts';
import type { Post } from '#shared/post/post.ts';

const CHECK_EVERY_MS = 5_000;

/** Authors whose posts are dropped, by author hash; re-read every few seconds. */
export async function createBlockList(db: Db): Promise<{ blocks(post: Post): boolean }> {
  let blocked = new Set<number>();
  let checkedAt = 0;
  const read = async (): Promise<void> => {
    checkedAt = Date.now();
    const { rows } = await db.query<{ author: number }>('select author from blocked_authors');
    blocked = new Set(rows.map((row) => row.author));
  };
  await read();
  return {
    blocks(post) {
      // The answer may be a few seconds old; a failed read is the pool's error and is tried again with the next post.
      if (Date.now() - checkedAt > CHECK_EVERY_MS)
        read().catch(() => {
          checkedAt = 0;
        });
      return blocked.size > 0 && blocked.has(authorHash(post));
    },
  };
}
