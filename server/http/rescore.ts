import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import { createRescoreStore, type RescoreJob } from '#shared/node/store/rescore.ts';
import type { Store } from '#shared/node/store/store.ts';
import { DAY_MS } from '#shared/series/bucket.ts';
import { listOf, rescoreSchema, type RescoreView } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { iso, optionalBody, parseInstant } from './params.ts';

const topicParams = z.object({ id: z.string().max(60) });
const bodySchema = z.object({
  days: z.number().int().min(1).max(10_000).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
/** /topics/:id/rescore: recount history with the topics and scorer of now; progress goes over the socket. */
export async function rescoreRoutes(
  app: FastifyInstance,
  deps: { store: Store; queue: JobQueue; clock: StoreClock },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;
  const rescore = createRescoreStore(store.db, {
    dayStart: store.zone.dayStart,
    history: store.history,
  });
  typed.post(
    '/topics/:id/rescore',
    {
      schema: {
        params: topicParams,
        body: optionalBody(bodySchema),
        response: { 202: rescoreSchema },
        tags: ['topics'],
      },
    },
    async (request, reply) => {
      const topic = await store.topics.get(request.params.id);
      const { from, to } = rangeOf(request.body, deps.clock.now());
      const job: Omit<RescoreJob, 'at'> = {
        id: randomUUID(),
        topic: topic.id,
        topicVersion: topic.version,
        from,
        to,
        doneTo: from,
        posts: 0,
        total: await rescore.countPosts(from, to),
        changed: 0,
        state: 'waiting',
        message: '',
      };
      // The newest wish counts: an earlier recount of the same topic would do the same work twice.
      await rescore.cancel(topic.id);
      await rescore.create(job);
      try {
        await deps.queue.enqueue(
          'rescore-topic',
          { jobId: job.id, topicId: topic.id, from, to },
          { jobId: job.id },
        );
      } catch (cause) {
        await rescore.cancel(topic.id, job.id);
        throw new AppError('ingest/queue-unavailable', 'The queue does not answer; try again.', {
          retryAfterSeconds: 2,
          cause,
        });
      }
      return reply.code(202).send(toView({ ...job, at: 0 }));
    },
  );
  typed.get(
    '/topics/:id/rescore',
    {
      schema: {
        params: topicParams,
        response: { 200: listOf(rescoreSchema) },
        tags: ['topics'],
      },
    },
    async (request) => {
      const topic = await store.topics.get(request.params.id);
      return { items: (await rescore.ofTopic(topic.id)).map(toView), next: null };
    },
  );
  typed.get(
    '/rescores',
    { schema: { response: { 200: listOf(rescoreSchema) }, tags: ['topics'] } },
    async () => ({ items: (await rescore.unfinished()).map(toView), next: null }),
  );
  for (const path of ['/topics/:id/rescore', '/topics/:id/rescore/:job'] as const) {
    typed.delete(
      path,
      {
        schema: {
          params: topicParams.extend({ job: z.string().max(60).optional() }),
          response: { 200: z.object({ cancelled: z.number() }) },
          tags: ['topics'],
        },
      },
      async (request) => {
        const topic = await store.topics.get(request.params.id);
        return { cancelled: await rescore.cancel(topic.id, request.params.job) };
      },
    );
  }
}

function rangeOf(body: z.infer<typeof bodySchema>, now: number): { from: number; to: number } {
  // One day ahead: posts may carry times a little in the future, and the day of `to` is always counted as a whole.
  const to = parseInstant('to', body.to) ?? now + DAY_MS;
  const from =
    parseInstant('from', body.from) ?? (body.days === undefined ? 0 : now - body.days * DAY_MS);
  if (from >= to)
    throw new AppError('request/invalid', 'from must lie before to.', {
      errors: [{ field: '/from', message: 'must lie before to' }],
    });
  return { from, to };
}

const toView = (job: RescoreJob): RescoreView => ({
  job: job.id,
  topic: job.topic,
  from: iso(job.from),
  to: iso(job.to),
  state: job.state,
  posts: job.posts,
  total: job.total,
  changed: job.changed,
  message: job.message,
});
