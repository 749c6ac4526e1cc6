import { createHash } from 'node:crypto';
import { setImmediate as yieldLoop } from 'node:timers/promises';
import type { Log } from '#shared/node/log.ts';
import type { JobContext } from '#shared/node/queue/queue.ts';
import type { AnalysedPost, BatchToSave, SavedBatch } from '#shared/node/store/posts.ts';
import type { NewDeadLetter } from '#shared/node/store/dead-letters.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { Post } from '#shared/post/post.ts';
import type { AnalysePosts } from '#shared/wire/jobs.ts';

export interface AnalyseDeps {
  store: Pick<Store, 'posts' | 'deadLetters'>;
  log: Log;
  /** Analyses with the topics as they are now; reloads them first when they changed. */
  analyse: () => Promise<(post: Post) => AnalysedPost>;
  isBlocked: (post: Post) => boolean;
  /** Another model's word on unsure mentions, where one is set up. Never fails and takes bounded time. */
  improve?: ((posts: readonly AnalysedPost[]) => Promise<void>) | undefined;
  storeUnmatched: boolean;
  /** Called after the commit, with topics whose buckets changed. */
  onSaved: (saved: SavedBatch, posts: number) => void;
  /** Fault tests only: ends the process at a named point. */
  crashPoint: (name: string) => void;
}

/** Longest stretch without letting timers and sockets run, in posts (below 20 ms). */
const POSTS_PER_TURN = 100;
/** After this many failures of the whole batch its posts are taken one by one, so that one cannot hold up the rest. */
const SPLIT_AFTER = 3;

/** parse → analyse → save in one transaction. Runs at least once per batch; counts exactly once. */
export async function analysePosts(
  batch: AnalysePosts,
  context: JobContext,
  deps: AnalyseDeps,
): Promise<void> {
  const began = performance.now();
  const analysed = await analyseAll(batch.posts, deps);
  await deps.improve?.(analysed.posts);
  deps.crashPoint('after-analyse');
  const toSave: BatchToSave = {
    ...headOf(batch),
    posts: analysed.posts,
    dropped: analysed.dropped,
  };
  const saved =
    context.attempt <= SPLIT_AFTER
      ? await deps.store.posts.saveBatch(toSave)
      : await saveOneByOne(toSave, deps);
  deps.crashPoint('after-save');
  if (!saved.replayed) await deps.store.deadLetters.add(analysed.rejected);
  deps.onSaved(saved, batch.posts.length);
  deps.log.debug(
    {
      batchId: batch.batchId,
      posts: batch.posts.length,
      counted: saved.counted,
      duplicate: saved.duplicate,
      dropped: saved.dropped,
      replayed: saved.replayed,
      ms: Math.round(performance.now() - began),
    },
    'batch analysed',
  );
}

const headOf = (batch: AnalysePosts) => ({
  batchId: batch.batchId,
  receivedAt: batch.receivedAt,
  ...(batch.importId === undefined ? {} : { importId: batch.importId }),
});

interface Analysed {
  posts: AnalysedPost[];
  dropped: BatchToSave['dropped'];
  rejected: NewDeadLetter[];
}

async function analyseAll(posts: readonly Post[], deps: AnalyseDeps): Promise<Analysed> {
  const analyse = await deps.analyse();
  const result: Analysed = { posts: [], dropped: [], rejected: [] };
  for (const [index, post] of posts.entries()) {
    if (index % POSTS_PER_TURN === POSTS_PER_TURN - 1) await yieldLoop();
    if (deps.isBlocked(post)) {
      result.dropped.push({ source: post.source, reason: 'blocked-author' });
      continue;
    }
    try {
      const entry = analyse(post);
      if (entry.mentions.length > 0 || deps.storeUnmatched) result.posts.push(entry);
      else result.dropped.push({ source: post.source, reason: 'no-topic' });
    } catch (error) {
      // A fault in our own analysis of one post: kept with its reason, the others go on.
      deps.log.error(
        { err: error, source: post.source, id: post.id },
        'post could not be analysed',
      );
      result.rejected.push({
        source: post.source,
        reason: 'post/unreadable',
        message: (error as Error).message,
        raw: JSON.stringify(post),
      });
    }
  }
  return result;
}

/** Each post under a batch id of its own, derived, so that repeats are still recognised. */
async function saveOneByOne(batch: BatchToSave, deps: AnalyseDeps): Promise<SavedBatch> {
  const total: SavedBatch = { replayed: false, counted: 0, duplicate: 0, dropped: 0, topics: [] };
  for (const entry of batch.posts) {
    try {
      const saved = await deps.store.posts.saveBatch({
        ...batch,
        batchId: derivedId(batch.batchId, entry.post),
        posts: [entry],
        dropped: [],
      });
      total.counted += saved.counted;
      total.duplicate += saved.duplicate;
      total.topics.push(...saved.topics);
    } catch (error) {
      if (!isDataError(error)) throw error;
      deps.log.error(
        { err: error, source: entry.post.source, id: entry.post.id },
        'post could not be saved',
      );
      await deps.store.deadLetters.add([
        {
          source: entry.post.source,
          reason: 'post/unreadable',
          message: (error as Error).message,
          raw: JSON.stringify(entry.post),
        },
      ]);
    }
  }
  return total;
}

/**
 * SQLSTATE class 22, or a number that its column cannot hold: the data itself is refused. Anything else is the store's
 * trouble and is tried again.
 */
const isDataError = (error: unknown): boolean =>
  error instanceof RangeError || String((error as { code?: string }).code ?? '').startsWith('22');

function derivedId(batchId: string, post: Post): string {
  const hex = createHash('sha256').update(`${batchId}\n${post.source}\n${post.id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
