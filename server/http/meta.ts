import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import { readEvents } from '#shared/node/store/ledger.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { LiveEvent } from '#shared/wire/live.ts';
import { version } from '#shared/node/version.ts';
import { DEMO } from '#shared/demo/story.ts';
import { metaSchema } from '#shared/wire/api.ts';
import { iso } from './params.ts';

export interface MetaDeps {
  store: Store;
  clock: StoreClock;
  seq: () => number;
  open: boolean;
}

const CATCH_UP_LIMIT = 5_000;

/** GET /meta: what the browser needs before anything else; GET /live: events since a number, for catching up. */
export async function metaRoutes(app: FastifyInstance, deps: MetaDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/meta',
    { schema: { response: { 200: metaSchema }, tags: ['meta'] }, config: { access: 'public' } },
    async (request) => {
      const demo = deps.clock.demo();
      const wire = deps.clock.wire();
      const settings = await deps.store.settings.get();
      const { rows } = await deps.store.db.query<{ some: boolean }>(
        'select exists (select 1 from source_minutes) as some',
      );
      const principal = request.principal;
      return {
        version: version(),
        zone: settings.zone,
        now: iso(Date.now()),
        clock: { mode: wire.mode, now: iso(wire.now), speed: wire.speed },
        seq: deps.seq(),
        empty: !rows[0]?.some && (demo === null || demo.state === 'absent'),
        demo: {
          present: demo !== null && demo.state !== 'absent',
          state: demo?.state ?? 'absent',
          from: iso(DEMO.from),
          to: iso(DEMO.to),
          loadedPosts: demo?.loadedPosts ?? 0,
        },
        auth: {
          required: !deps.open,
          setup: !deps.open && !(await deps.store.access.hasMembers()),
          user: principal && { name: principal.name, role: principal.role },
        },
      };
    },
  );
  typed.get(
    '/live',
    {
      schema: {
        querystring: z.object({
          since: z.coerce.number().int().min(0),
          topics: z.string().max(4000).default(''),
        }),
        tags: ['live'],
      },
    },
    async (request) => {
      const topics = new Set(request.query.topics.split(',').filter((id) => id !== ''));
      const events = await readEvents(deps.store.db, request.query.since, CATCH_UP_LIMIT + 1);
      // Too old or too many: the client loads its series anew.
      if (events === null || events.length > CATCH_UP_LIMIT)
        return { reset: true, seq: deps.seq(), events: [] };
      const seq = events.at(-1)?.seq ?? request.query.since;
      if (topics.size === 0) return { reset: false, seq, events };
      const wanted = events.flatMap((event): LiveEvent[] => {
        if (event.event === 'bucket:updated') {
          const buckets = event.message.buckets.filter((tick) => topics.has(tick.topic));
          return buckets.length === 0 ? [] : [{ ...event, message: { ...event.message, buckets } }];
        }
        if (event.event === 'history:changed')
          return topics.has(event.message.topic) ? [event] : [];
        return [event];
      });
      return { reset: false, seq, events: wanted };
    },
  );
}
