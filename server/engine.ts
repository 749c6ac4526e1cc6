import {
  createEngine,
  loadEngineParts,
  type Engine,
  type EngineParts,
} from '#shared/node/engine.ts';
import type { TopicsStore } from '#shared/node/store/topics.ts';
import type { Topic } from '#shared/topic/topic.ts';

/** The worker's engine without segmentation, for previews: same matcher, same scorer, topics as stored now. */
export interface ServerEngine {
  current(): Promise<Engine>;
  /** For topics that are not saved yet. */
  of(topics: readonly Topic[]): Promise<Engine>;
  /** Model and lexicons, without topics. */
  parts(): Promise<EngineParts>;
}

export function createServerEngine(topics: TopicsStore): ServerEngine {
  // Loaded by the first preview that needs it: a server that only takes posts stays small.
  let loading: Promise<EngineParts> | undefined;
  const parts = (): Promise<EngineParts> => (loading ??= loadEngineParts());
  let known: { revision: number; engine: Engine } | undefined;
  return {
    async current() {
      const revision = await topics.revision();
      if (known?.revision !== revision)
        known = { revision, engine: createEngine(await parts(), await topics.list()) };
      return known.engine;
    },
    async of(list) {
      return createEngine(await parts(), list);
    },
    parts,
  };
}
