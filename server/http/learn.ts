import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LEAST_CONFIRMED, LEAST_TOPIC_LABELS } from '#shared/mood/topic-model.ts';
import { learnTopic } from '#shared/node/learn-topic.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { LearntModel } from '#shared/node/store/topics.ts';
import { buildCorrections } from '#shared/report/sections.ts';
import { accuracySchema, topicModelViewSchema, type TopicModelView } from '#shared/wire/api.ts';
import type { ServerEngine } from '../engine.ts';
import { iso } from './params.ts';

const idParams = z.object({ id: z.string().max(60) });
/** What people's corrections teach: a model per topic, and how right our labels are. */
export async function learnRoutes(
  app: FastifyInstance,
  deps: { store: Store; engine: ServerEngine },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;

  const view = async (
    topic: { id: string; key: number },
    learnt: LearntModel | null,
  ): Promise<TopicModelView> => {
    const { topics } = await store.corrections.count();
    return {
      topic: topic.id,
      model: learnt?.model ?? null,
      reason: learnt?.reason ?? 'never-learnt',
      labels: learnt?.labels ?? 0,
      confirmed: learnt?.confirmed ?? 0,
      labelsNow: topics.find(({ key }) => key === topic.key)?.n ?? 0,
      needed: { labels: LEAST_TOPIC_LABELS, confirmed: LEAST_CONFIRMED },
      before: learnt?.before ?? null,
      after: learnt?.after ?? null,
      gain: learnt?.gain ?? 0,
      gainError: learnt?.gainError ?? 0,
      learntAt: learnt === null ? null : iso(learnt.learntAt),
      by: learnt?.by ?? '',
    };
  };

  typed.post(
    '/topics/:id/learn',
    { schema: { params: idParams, response: { 200: topicModelViewSchema }, tags: ['topics'] } },
    async (request) => {
      const topic = await store.topics.get(request.params.id);
      const by = request.principal?.name ?? '';
      return view(topic, await learnTopic(store, await deps.engine.parts(), topic.id, by));
    },
  );
  typed.get(
    '/topics/:id/model',
    { schema: { params: idParams, response: { 200: topicModelViewSchema }, tags: ['topics'] } },
    async (request) => {
      const topic = await store.topics.get(request.params.id);
      return view(topic, await store.topics.learnt(topic.id));
    },
  );
  typed.delete(
    '/topics/:id/model',
    { schema: { params: idParams, response: { 204: z.null() }, tags: ['topics'] } },
    async (request, reply) => {
      await store.topics.setLearnt(request.params.id, null);
      return reply.code(204).send(null);
    },
  );

  typed.get(
    '/accuracy',
    {
      schema: {
        querystring: z.object({ topic: z.string().max(60).optional() }),
        response: { 200: accuracySchema },
        tags: ['posts'],
      },
    },
    async (request) => {
      const id = request.query.topic;
      const topic = id === undefined ? undefined : await store.topics.get(id);
      const reviews = await store.corrections.agreement(topic?.key);
      const { reviewed, changed, accuracy, labels, confusion } = buildCorrections({
        corrections: { since: 0, reviews },
      });
      return {
        topic: topic?.id ?? null,
        n: reviewed,
        agreed: reviewed - changed,
        accuracy,
        labels,
        confusion,
      };
    },
  );
}
