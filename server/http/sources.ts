import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Store } from '#shared/node/store/store.ts';
import { parsePost } from '#shared/post/parse-post.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';
import { deadLetterSchema, listOf, sourceSchema, type SourceView } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import type { Ingest } from '../ingest.ts';
import { decodeCursor, encodeCursor, iso, isoOrNull, optionalBody } from './params.ts';

/** /sources: what came in and what became of it; /dead-letters: what was refused, to retry, edit or discard. */
export async function sourcesRoutes(
  app: FastifyInstance,
  deps: { store: Store; ingest: Ingest },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;
  typed.get(
    '/sources',
    { schema: { response: { 200: listOf(sourceSchema) }, tags: ['sources'] } },
    async () => ({ items: await readSources(store), next: null }),
  );

  typed.get(
    '/dead-letters',
    {
      schema: {
        querystring: z.object({
          cursor: z.string().max(200).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: listOf(deadLetterSchema).extend({ total: z.number() }) },
        tags: ['sources'],
      },
    },
    async (request) => {
      const before = z.number().optional().safeParse(decodeCursor(request.query.cursor)).data;
      const [letters, total] = await Promise.all([
        store.deadLetters.list({
          limit: request.query.limit,
          ...(before === undefined ? {} : { before }),
        }),
        store.deadLetters.count(),
      ]);
      const last = letters.at(-1);
      return {
        items: letters.map((letter) => ({
          ...letter,
          firstAt: iso(letter.firstAt),
          lastAt: iso(letter.lastAt),
        })),
        next: last && letters.length === request.query.limit ? encodeCursor(Number(last.id)) : null,
        total,
      };
    },
  );
  const idParams = z.object({ id: z.string().max(30) });
  typed.post(
    '/dead-letters/:id/retry',
    {
      schema: {
        params: idParams,
        body: optionalBody(z.object({ raw: z.string().max(100_000).optional() })),
        tags: ['sources'],
      },
    },
    async (request) => {
      const letter = await store.deadLetters.get(request.params.id);
      let value: unknown;
      try {
        value = JSON.parse(request.body.raw ?? letter.raw);
      } catch (cause) {
        throw new AppError(
          'request/not-json',
          `This row is not JSON: ${(cause as Error).message}. Edit it into one post as JSON.`,
          { cause },
        );
      }
      const parsed = parsePost(value, Date.now());
      if (!parsed.ok)
        throw new AppError('request/invalid', parsed.rejection.message, {
          errors: [{ field: parsed.rejection.field ?? '/', message: parsed.rejection.message }],
        });
      await deps.ingest.put([parsed.post]);
      await store.deadLetters.discard(letter.id);
      return { accepted: 1 };
    },
  );
  typed.delete(
    '/dead-letters/:id',
    { schema: { params: idParams, tags: ['sources'] } },
    async (request, reply) => {
      await store.deadLetters.discard(request.params.id);
      return reply.code(204).send();
    },
  );
}

async function readSources(store: Store): Promise<SourceView[]> {
  const [outcomes, minutes, hours, late] = await Promise.all([
    store.db.query<{
      source: string;
      outcome: 'counted' | 'duplicate' | 'dropped' | 'rejected';
      reason: string;
      n: number;
      last_at: number;
    }>(
      'select source, outcome, reason, sum(n)::bigint as n, max(last_at) as last_at from outcomes group by source, outcome, reason',
    ),
    store.db.query<{ source: string; newest: number }>(
      'select source, max(at) as newest from source_minutes group by source',
    ),
    store.db.query<{ source: string; hour: number; n: number }>(
      `select m.source, (m.at / 3600000) * 3600000 as hour, sum(m.n)::bigint as n from source_minutes m
         join (select source, max(at) as newest from source_minutes group by source) x on x.source = m.source and m.at > x.newest - ${24 * HOUR_MS}
       group by 1, 2 order by 2`,
    ),
    store.db.query<{ source: string; n: number }>(
      `select p.source, count(*) as n from posts p where p.received_at - p.created_at > 600000 and p.created_at > (select coalesce(max(at), 0) from source_minutes) - ${24 * HOUR_MS} group by p.source`,
    ),
  ]);
  const views = new Map<string, SourceView>();
  const viewOf = (name: string): SourceView => {
    let view = views.get(name);
    if (!view) {
      view = {
        name,
        counted: 0,
        duplicate: 0,
        dropped: 0,
        rejected: 0,
        late: 0,
        reasons: [],
        newestAt: null,
        lastReceivedAt: null,
        perHour: [],
        demo: name === 'demo',
      };
      views.set(name, view);
    }
    return view;
  };
  for (const row of outcomes.rows) {
    const view = viewOf(row.source);
    view[row.outcome] += row.n;
    if (row.outcome === 'dropped' || row.outcome === 'rejected')
      view.reasons.push({ outcome: row.outcome, reason: row.reason, n: row.n });
    const received = iso(row.last_at);
    if (view.lastReceivedAt === null || received > view.lastReceivedAt)
      view.lastReceivedAt = received;
  }
  for (const row of minutes.rows) viewOf(row.source).newestAt = isoOrNull(row.newest);
  for (const row of hours.rows) viewOf(row.source).perHour.push({ at: iso(row.hour), n: row.n });
  for (const row of late.rows) viewOf(row.source).late = row.n;
  return [...views.values()].sort((a, b) => a.name.localeCompare(b.name));
}
