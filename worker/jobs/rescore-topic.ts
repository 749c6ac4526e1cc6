import { setImmediate as yieldLoop, setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/node/log.ts';
import type { JobContext } from '#shared/node/queue/queue.ts';
import type {
  FoundMention,
  PostToRescore,
  RescoreJob,
  RescoreStore,
} from '#shared/node/store/rescore.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import type { Post } from '#shared/post/post.ts';
import type { JobPayload } from '#shared/wire/jobs.ts';
import { analysePost } from '../analyser.ts';
import type { Analysis } from '../analysis.ts';
import type { Segmenter } from '../segmenter.ts';

export interface RescoreDeps {
  rescore: RescoreStore;
  topics: { list(): Promise<StoredTopic[]> };
  analysis: Analysis;
  segmenter: Segmenter;
  log: Log;
  /** Another model's word on unsure mentions, as in live counting, where one is set up. */
  improve?: ((posts: readonly AnalysedPost[]) => Promise<void>) | undefined;
  crashPoint: (name: string) => void;
}

/** Longest stretch without letting timers and sockets run, in posts. */
const POSTS_PER_TURN = 100;
/** After a change of topics every worker analyses with it (they look once a second) and has saved what it held. */
const SETTLED_MS = 3_000;

/**
 * Recounts a topic over stored posts, local day by local day, each in one transaction: whenever it ends, every day's
 * buckets equal its mentions. Runs again from the last whole day; a second run finds no difference.
 */
export async function rescoreTopic(
  payload: JobPayload<'rescore-topic'>,
  context: JobContext,
  deps: RescoreDeps,
): Promise<void> {
  const { rescore } = deps;
  let job = (await rescore.read(payload.jobId)) ?? fromPayload(payload);
  if (job.state !== 'waiting' && job.state !== 'running') return;
  try {
    job.total ??= await rescore.countPosts(job.from, job.to);
    if (!(await rescore.save({ ...job, state: 'running', at: Date.now() }))) return;
    for (;;) {
      const topic = await settledTopic(job.topic, deps);
      if (topic === null) {
        await finish({ ...job, state: 'failed', message: 'The topic was removed.' });
        return;
      }
      if (topic.version !== job.topicVersion)
        job = { ...job, topicVersion: topic.version, doneTo: job.from, posts: 0 };
      const day = await rescore.nextDay(job.doneTo, job.to);
      if (day === null) break;
      const saved = await rescore.recountDay(job, topic, day, (posts) =>
        recount(posts, topic, deps),
      );
      if (saved === null) return;
      job = saved;
      deps.crashPoint('after-day');
    }
    await finish({ ...job, state: 'done' });
  } catch (error) {
    if (context.attemptsLeft === 0)
      await finish({ ...job, state: 'failed', message: 'It failed several times; see the log.' });
    throw error;
  }

  async function finish(last: RescoreJob): Promise<void> {
    if (!(await rescore.save({ ...last, at: Date.now() }))) return;
    deps.log.info(
      {
        jobId: last.id,
        topic: last.topic,
        posts: last.posts,
        changed: last.changed,
        state: last.state,
      },
      'topic recounted',
    );
  }
}

/** A job queued without its state (its row was cleaned away). */
const fromPayload = (payload: JobPayload<'rescore-topic'>): RescoreJob => ({
  id: payload.jobId,
  topic: payload.topicId,
  topicVersion: 0,
  from: payload.from,
  to: payload.to,
  doneTo: payload.from,
  posts: 0,
  total: null,
  changed: 0,
  state: 'waiting',
  message: '',
  at: 0,
});

/** The topic as stored, once this worker's analysis knows that version and the other workers had time to. */
async function settledTopic(id: string, deps: RescoreDeps): Promise<StoredTopic | null> {
  for (;;) {
    const topic = (await deps.topics.list()).find((candidate) => candidate.id === id);
    if (!topic) return null;
    await deps.analysis.current();
    const age = Date.now() - topic.updatedAt;
    const known = deps.analysis.topics().get(id)?.version === topic.version;
    if (known && (age >= SETTLED_MS || age < 0)) return topic;
    await sleep(known ? SETTLED_MS - age : 200);
  }
}

/** All topics are matched, as in live counting (the longest alias wins among all); only this one's mention is taken. */
async function recount(
  posts: readonly PostToRescore[],
  topic: StoredTopic,
  deps: RescoreDeps,
): Promise<FoundMention[]> {
  const engine = deps.analysis.engine();
  const only = new Map([[topic.id, topic]]);
  const analysed: AnalysedPost[] = [];
  for (const [index, post] of posts.entries()) {
    if (index % POSTS_PER_TURN === POSTS_PER_TURN - 1) await yieldLoop();
    analysed.push(analysePost(postOf(post), engine, deps.segmenter, only));
  }
  await deps.improve?.(analysed);
  return analysed.map(({ mentions: [mention], words }) =>
    mention === undefined
      ? null
      : { label: mention.label, score: mention.score, evidence: mention.evidence, words },
  );
}

const postOf = (stored: PostToRescore): Post => ({
  source: stored.source,
  id: stored.id,
  text: stored.text,
  createdAt: stored.createdAt,
  ...(stored.repostText === null ? {} : { repostOf: { text: stored.repostText } }),
});
