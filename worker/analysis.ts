import type { Post } from '#shared/post/post.ts';
import { createEngine, type Engine, type EngineParts } from '#shared/node/engine.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import type { StoredTopic, TopicsStore } from '#shared/node/store/topics.ts';
import { analysePost } from './analyser.ts';
import type { Segmenter } from './segmenter.ts';

/** How often the topics' revision is looked at, ms: a changed topic takes effect within this time. */
const CHECK_EVERY_MS = 1_000;

/** Keeps engine and segmenter in step with the stored topics; swaps them between batches, never within one. */
export interface Analysis {
  current(): Promise<(post: Post) => AnalysedPost>;
  engine(): Engine;
  topics(): ReadonlyMap<string, StoredTopic>;
}

export async function createAnalysis(deps: {
  topics: TopicsStore;
  parts: EngineParts;
  segmenter: Segmenter;
}): Promise<Analysis> {
  let revision = -1;
  let checkedAt = 0;
  let engine = createEngine(deps.parts, []);
  let byId: ReadonlyMap<string, StoredTopic> = new Map();
  let analyse = (post: Post): AnalysedPost => analysePost(post, engine, deps.segmenter, byId);

  const refresh = async (): Promise<void> => {
    const found = await deps.topics.revision();
    checkedAt = Date.now();
    if (found === revision) return;
    const topics = await deps.topics.list();
    const next = createEngine(deps.parts, topics);
    const map = new Map(topics.map((topic) => [topic.id, topic]));
    deps.segmenter.learn(topics);
    engine = next;
    byId = map;
    analyse = (post) => analysePost(post, next, deps.segmenter, map);
    revision = found;
  };
  await refresh();
  return {
    async current() {
      if (Date.now() - checkedAt > CHECK_EVERY_MS) await refresh();
      return analyse;
    },
    engine: () => engine,
    topics: () => byId,
  };
}
