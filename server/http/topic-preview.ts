import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { StoreClock } from '#shared/node/clock.ts';
import { refOf } from '#shared/node/store/live-posts.ts';
import { newestPostAt, streamTexts, type PostText } from '#shared/node/store/post-texts.ts';
import type { Store } from '#shared/node/store/store.ts';
import { normalise } from '#shared/post/normalise.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';
import { createMatcher } from '#shared/topic/matcher.ts';
import { createNearMisses } from '#shared/topic/near-misses.ts';
import { topicSchema, type Topic } from '#shared/topic/topic.ts';
import { previewRequestSchema, previewSchema, type TopicPreview } from '#shared/wire/api.ts';
import { iso } from './params.ts';
import { refuseBadQuery } from './topics.ts';

/** Posts looked at, newest first; the answer says how many. */
const PREVIEW_POSTS = 100_000;
const SAMPLES = 20;
const NEAR_MISSES = 8;
const OVERLAPS = 8;

/** POST /topics/preview: what a topic would match among the stored posts, before it is saved. */
export async function topicPreviewRoutes(
  app: FastifyInstance,
  deps: { store: Store; clock: StoreClock },
): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/topics/preview',
    {
      schema: { body: previewRequestSchema, response: { 200: previewSchema }, tags: ['topics'] },
      config: { access: 'read' },
    },
    async (request): Promise<TopicPreview> => {
      const wanted = topicSchema.parse({ ...request.body, id: request.body.id ?? 'preview' });
      refuseBadQuery(wanted.query);
      const { from, to } = await previewSpan(deps, request.body.hours * HOUR_MS);
      const topics = await deps.store.topics.list();
      const preview = createPreview(wanted, new Map(topics.map((topic) => [topic.key, topic.id])));
      for await (const posts of streamTexts(deps.store.db, { from, to, limit: PREVIEW_POSTS })) {
        preview.look(posts);
        // Blocks that have arrived already would be worked through without a look at other requests.
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { ...preview.answer(), from: iso(from), to: iso(to) };
    },
  );
}

/** The time up to now; where nobody posted in it (imported history), the time up to the newest post. */
async function previewSpan(
  deps: { store: Store; clock: StoreClock },
  length: number,
): Promise<{ from: number; to: number }> {
  const now = deps.clock.now();
  const newest = (await newestPostAt(deps.store.db, now)) ?? now;
  const to = newest < now - length ? newest + 1 : now;
  return { from: to - length, to };
}

/** What this topic matches among the posts shown to it, which exclusions act, what it nearly matches. */
function createPreview(topic: Topic, topicIds: ReadonlyMap<number, string>) {
  const matcher = createMatcher([topic]);
  const aliases = new Map<string, number>(
    // As the matcher reads a name: `文心一言 / 百度` is two.
    [...topic.name.split(' / '), ...topic.aliases].map((alias) => [alias, 0]),
  );
  const overlaps = new Map<string, number>();
  const samples: TopicPreview['samples'] = [];
  const near = createNearMisses(topic);
  let scanned = 0;
  let matched = 0;
  let excluded = 0;
  return { look, answer };

  function look(posts: readonly PostText[]): void {
    scanned += posts.length;
    for (const post of posts) if (!lookAt(post)) near.look(post[2]);
  }

  /** Whether the post holds an alias, excluded or not. */
  function lookAt(post: PostText): boolean {
    const [pid, at, text, keys] = post;
    if (!matcher.mayMatch(text)) return false;
    const normalised = normalise(text, (handle) => matcher.keepsHandle(handle));
    const { hits, refused } = matcher.explain(normalised);
    if (hits.length === 0) {
      const isExcluded = refused.some((hit) => hit.why === 'excluded' || hit.why === 'query');
      if (isExcluded) excluded++;
      return isExcluded;
    }
    matched++;
    for (const alias of new Set(hits.map((hit) => hit.alias))) count(aliases, alias);
    for (const other of keys.slice(1, -1).split(',')) {
      const id = topicIds.get(Number(other));
      if (id !== undefined && id !== topic.id) count(overlaps, id);
    }
    if (samples.length < SAMPLES) {
      samples.push({
        ref: refOf(pid, at),
        text,
        at: iso(at),
        spans: hits.map((hit): [number, number] => [
          normalised.offsets[hit.start] ?? 0,
          normalised.offsets[hit.end] ?? 0,
        ]),
      });
    }
    return true;
  }

  function answer(): Omit<TopicPreview, 'from' | 'to'> {
    return {
      scanned,
      matched,
      excluded,
      aliases: [...aliases].map(([alias, posts]) => ({ alias, posts })),
      nearMisses: near.top(NEAR_MISSES),
      overlaps: most(overlaps, OVERLAPS).map(([other, posts]) => ({ topic: other, posts })),
      warnings: warningsOf(topic, aliases, scanned, matched),
      samples,
    };
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function most(counts: ReadonlyMap<string, number>, n: number): [string, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, n);
}

function warningsOf(
  topic: Topic,
  aliases: ReadonlyMap<string, number>,
  scanned: number,
  matched: number,
): TopicPreview['warnings'] {
  const warnings: TopicPreview['warnings'] = [];
  const percent = (n: number): string => `${Math.round((n / scanned) * 100)} %`;
  for (const [alias, n] of aliases) {
    if (scanned >= 200 && n / scanned > 0.4)
      warnings.push({
        code: 'alias-too-broad',
        message: `“${alias}” matches ${percent(n)} of all posts`,
        alias,
      });
    else if (scanned >= 1000 && n === 0)
      warnings.push({
        code: 'alias-unused',
        message: `“${alias}” matches nothing in these posts`,
        alias,
      });
    if ([...alias].length === 1)
      warnings.push({
        code: 'alias-short',
        message: `“${alias}” is a single character and will match inside other words`,
        alias,
      });
  }
  if (scanned > 0 && matched === 0)
    warnings.push({ code: 'no-match', message: `None of ${scanned} posts matches ${topic.name}` });
  return warnings;
}
