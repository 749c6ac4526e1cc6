import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoredFeed } from '#shared/node/store/feeds.ts';
import type { Store } from '#shared/node/store/store.ts';
import { feedRequestSchema, feedSchema, listOf, type FeedView } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { patchOf } from '#shared/wire/patch.ts';
import { isoOrNull } from './params.ts';

const SCHEMES: Record<FeedView['kind'], string[]> = {
  rss: ['http:', 'https:'],
  mastodon: ['http:', 'https:'],
  jetstream: ['ws:', 'wss:'],
};

/** /feeds: subscriptions that the workers poll or listen to. */
export async function feedsRoutes(app: FastifyInstance, deps: { store: Store }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { feeds } = deps.store;
  const id = z.object({ id: z.string().max(60) });
  typed.get(
    '/feeds',
    { schema: { response: { 200: listOf(feedSchema) }, tags: ['sources'] } },
    async () => ({ items: (await feeds.list()).map(toView), next: null }),
  );
  typed.post(
    '/feeds',
    { schema: { body: feedRequestSchema, response: { 201: feedSchema }, tags: ['sources'] } },
    async (request, reply) => {
      refuseScheme(request.body.kind, request.body.url);
      return reply.code(201).send(toView(await feeds.create(request.body)));
    },
  );
  typed.patch(
    '/feeds/:id',
    {
      schema: {
        params: id,
        body: patchOf(feedRequestSchema),
        response: { 200: feedSchema },
        tags: ['sources'],
      },
    },
    async (request) => {
      const before = await feeds.get(request.params.id);
      refuseScheme(request.body.kind ?? before.config.kind, request.body.url ?? before.config.url);
      return toView(await feeds.update(request.params.id, request.body));
    },
  );
  typed.delete(
    '/feeds/:id',
    { schema: { params: id, tags: ['sources'] } },
    async (request, reply) => {
      await feeds.remove(request.params.id);
      return reply.code(204).send();
    },
  );
}

function refuseScheme(kind: FeedView['kind'], url: string): void {
  const scheme = new URL(url).protocol;
  if (!SCHEMES[kind].includes(scheme))
    throw new AppError(
      'feed/invalid',
      `A feed of kind ${kind} has an address with ${SCHEMES[kind].join(' or ')}//`,
      { errors: [{ field: '/url', message: `not ${scheme}//` }] },
    );
}

function toView({ id, config, status }: StoredFeed): FeedView {
  return {
    id,
    ...config,
    state: !config.enabled
      ? 'disabled'
      : status.lastAt === null && status.failures === 0
        ? 'idle'
        : status.failures > 0
          ? 'failing'
          : 'ok',
    lastAt: isoOrNull(status.lastAt),
    lagMs: status.lagMs,
    failures: status.failures,
    notModified: status.notModified,
    posts: status.posts,
    lastError: status.lastError,
  };
}
