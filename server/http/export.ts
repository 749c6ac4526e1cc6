import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import { exportPosts, exportSeries } from '#shared/node/render/export.ts';
import type { Store } from '#shared/node/store/store.ts';
import { DAY_MS, HOUR_MS } from '#shared/series/bucket.ts';
import { chooseStep } from '#shared/series/window.ts';
import { postQuerySchema } from '#shared/wire/api.ts';
import { parseInstant } from './params.ts';
import { toFilter } from './posts.ts';
import { chooseTopics, readSeries } from './series.ts';

const FORMATS = ['ndjson', 'csv', 'xlsx', 'json'] as const;

/** /export: what the screen shows, as files; posts stream through a cursor in bounded memory. */
export async function exportRoutes(
  app: FastifyInstance,
  deps: { store: Store; clock: StoreClock; seq: () => number },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store, clock } = deps;
  typed.get(
    '/export/posts',
    {
      schema: {
        querystring: postQuerySchema.extend({ format: z.enum(FORMATS).default('ndjson') }),
        tags: ['export'],
      },
    },
    async (request, reply) => {
      const filter = toFilter(request.query, await store.topics.list(), clock.now());
      const { zone } = await store.settings.get();
      const file = exportPosts(
        store.db,
        { from: filter.from, to: filter.to, filter },
        { format: request.query.format, zone },
      );
      return reply
        .type(file.contentType)
        .header('content-disposition', `attachment; filename="${file.fileName}"`)
        .send(file.body);
    },
  );
  typed.get(
    '/export/series',
    {
      schema: {
        querystring: z.object({
          topics: z.string().max(4000).default(''),
          from: z.string().optional(),
          to: z.string().optional(),
          step: z.string().max(20).default('auto'),
          format: z.enum(FORMATS).default('csv'),
        }),
        tags: ['export'],
      },
    },
    async (request, reply) => {
      const to = parseInstant('to', request.query.to) ?? clock.now();
      const from = parseInstant('from', request.query.from) ?? to - DAY_MS;
      const series = await readSeries(deps, {
        topics: await chooseTopics(store, request.query.topics),
        from,
        to,
        stepMs: Math.min(chooseStep(from, to), 24 * HOUR_MS),
      });
      const { zone } = await store.settings.get();
      const file = exportSeries(series, { format: request.query.format, zone });
      return reply
        .type(file.contentType)
        .header('content-disposition', `attachment; filename="${file.fileName}"`)
        .send(file.body);
    },
  );
}
