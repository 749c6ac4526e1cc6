import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { DAY_MS, emptyBucket, meanMood } from '#shared/series/bucket.ts';
import { negativeShare } from '#shared/series/mood-index.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import { parseQuery } from '#shared/topic/query.ts';
import { listOf, topicViewSchema, type TopicView } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { patchOf } from '#shared/wire/patch.ts';
import { iso } from './params.ts';

export interface TopicsDeps {
  store: Store;
  clock: StoreClock;
}

const idParams = z.object({ id: z.string().max(60) });

/** /topics: what is tracked. Changes take effect in workers within a second; history only by rescore. */
export async function topicsRoutes(app: FastifyInstance, deps: TopicsDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;
  typed.get(
    '/topics',
    { schema: { response: { 200: listOf(topicViewSchema) }, tags: ['topics'] } },
    async () => ({ items: await views(deps, await store.topics.list()), next: null }),
  );
  typed.get(
    '/topics/:id',
    { schema: { params: idParams, response: { 200: topicViewSchema }, tags: ['topics'] } },
    async (request) => view(deps, await store.topics.get(request.params.id)),
  );
  typed.post(
    '/topics',
    { schema: { body: topicSchema, response: { 201: topicViewSchema }, tags: ['topics'] } },
    async (request, reply) => {
      refuseBadQuery(request.body.query);
      const made = await store.topics.create(request.body);
      return reply.code(201).send(await view(deps, made));
    },
  );
  typed.patch(
    '/topics/:id',
    {
      schema: {
        params: idParams,
        body: patchOf(topicSchema.omit({ id: true })),
        response: { 200: topicViewSchema },
        tags: ['topics'],
      },
    },
    async (request) => {
      refuseBadQuery(request.body.query ?? '');
      return view(
        deps,
        await store.topics.update(
          request.params.id,
          request.body,
          ifMatch(request.headers['if-match']),
        ),
      );
    },
  );
  typed.delete(
    '/topics/:id',
    { schema: { params: idParams, response: { 204: z.null() }, tags: ['topics'] } },
    async (request, reply) => {
      await store.topics.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
}

export function ifMatch(header: string | undefined): number | undefined {
  const version = /^"?(\d{1,9})"?$/.exec(header ?? '')?.[1];
  return version === undefined ? undefined : Number(version);
}

export function refuseBadQuery(query: string): void {
  if (query.trim() === '') return;
  const parsed = parseQuery(query);
  if (!parsed.ok)
    throw new AppError('topic/query-syntax', `${parsed.message} (column ${parsed.position + 1})`, {
      errors: [{ field: '/query', message: `column ${parsed.position + 1}: ${parsed.message}` }],
    });
}

const view = async (deps: TopicsDeps, topic: StoredTopic): Promise<TopicView> =>
  (await views(deps, [topic]))[0] as TopicView;

async function views(deps: TopicsDeps, topics: readonly StoredTopic[]): Promise<TopicView[]> {
  const now = deps.clock.now();
  const [day, before] = await Promise.all([
    deps.store.series.totals({ topics, from: now - DAY_MS, to: now }),
    deps.store.series.totals({ topics, from: now - 2 * DAY_MS, to: now - DAY_MS }),
  ]);
  const index = (mean: number | null): number | null =>
    mean === null ? null : Math.round(mean * 1000) / 10;
  return topics.map(({ key: _key, ...topic }) => {
    const today = day.get(topic.id) ?? emptyBucket(0);
    const yesterday = before.get(topic.id) ?? emptyBucket(0);
    return {
      ...topic,
      createdAt: iso(topic.createdAt),
      updatedAt: iso(topic.updatedAt),
      day: { n: today.n, mood: index(meanMood(today)), negativeShare: negativeShare(today) },
      previousDay: { n: yesterday.n, mood: index(meanMood(yesterday)) },
    };
  });
}
