import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acknowledge } from '#shared/alert/next-incident.ts';
import type { Incident } from '#shared/alert/incident.ts';
import type { StoreClock } from '#shared/node/clock.ts';
import { inTransaction } from '#shared/node/postgres/pool.ts';
import { appendEvents, lockLedger } from '#shared/node/store/ledger.ts';
import type { StoredSpike } from '#shared/node/store/spikes.ts';
import type { Store } from '#shared/node/store/store.ts';
import { DAY_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import {
  incidentDetailSchema,
  incidentViewSchema,
  listOf,
  spikeDetailSchema,
  spikeViewSchema,
  type IncidentView,
  type SpikeView,
} from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { decodeCursor, encodeCursor, iso, isoOrNull, parseInstant } from './params.ts';

export interface SpikesDeps {
  store: Store;
  clock: StoreClock;
}

const idParams = z.object({ id: z.string().max(200) });

/** /spikes with their explanation, /incidents with acknowledgement and notes. */
export async function spikesRoutes(app: FastifyInstance, deps: SpikesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store, clock } = deps;

  typed.get(
    '/spikes',
    {
      schema: {
        querystring: z.object({
          topics: z.string().max(4000).default(''),
          from: z.string().optional(),
          to: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: listOf(spikeViewSchema) },
        tags: ['spikes'],
      },
    },
    async (request) => {
      const to = parseInstant('to', request.query.to) ?? clock.now() + MINUTE_MS;
      const from = parseInstant('from', request.query.from) ?? to - 7 * DAY_MS;
      const topics = request.query.topics.split(',').filter((id) => id !== '');
      const spikes = await store.spikes.list({
        from,
        to,
        limit: request.query.limit,
        ...(topics.length === 0 ? {} : { topics }),
      });
      return { items: spikes.map(toView), next: null };
    },
  );

  typed.get(
    '/spikes/:id',
    { schema: { params: idParams, response: { 200: spikeDetailSchema }, tags: ['spikes'] } },
    async (request) => {
      const spike = await store.spikes.get(request.params.id);
      const topic = await store.topics.get(spike.topic);
      const why = await store.spikes.explain(spike, topic, clock.now());
      const { rows } = await store.db.query<{ id: string }>(
        'select id from incidents where spike_id = $1 or (topic = $2 and starts_at <= $4 and coalesce(resolved_at, 9e15) >= $3)',
        [spike.id, spike.topic, why.from, why.to],
      );
      return {
        ...toView(spike),
        explanation: {
          from: iso(why.from),
          to: iso(why.to),
          posts: why.posts,
          authors: why.authors,
          concentration: why.concentration,
          copypastaShare: why.copypastaShare,
          words: why.words.map((word) => ({
            ...word,
            ratio: Number.isFinite(word.ratio) ? word.ratio : 999,
            posts: word.posts ?? 0,
          })),
          roots: why.roots.map((root) => ({ ...root, firstAt: iso(root.firstAt) })),
          copies: (why.copies ?? []).map((copy) => ({ ...copy, firstAt: iso(copy.firstAt) })),
          negativeBefore: why.negativeBefore,
          negativeDuring: why.negativeDuring,
          sources: why.sources,
          regions: why.regions,
        },
        incidents: rows.map((row) => row.id),
      };
    },
  );
  typed.patch(
    '/spikes/:id',
    {
      schema: {
        params: idParams,
        body: z.object({ note: z.string().max(1000) }),
        response: { 200: spikeViewSchema },
        tags: ['spikes'],
      },
    },
    async (request) => {
      await store.spikes.setNote(request.params.id, request.body.note);
      return toView(await store.spikes.get(request.params.id));
    },
  );

  const listQuery = z.object({
    state: z.enum(['open', 'resolved']).optional(),
    topic: z.string().max(60).optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  });
  typed.get(
    '/incidents',
    {
      schema: {
        querystring: listQuery,
        response: { 200: listOf(incidentViewSchema) },
        tags: ['alerts'],
      },
    },
    async (request) => {
      const { state, topic, limit } = request.query;
      const before = z.number().optional().safeParse(decodeCursor(request.query.cursor)).data;
      const from = parseInstant('from', request.query.from);
      const to = parseInstant('to', request.query.to);
      const found = await store.incidents.list({
        limit,
        ...(state === undefined ? {} : { state }),
        ...(topic === undefined ? {} : { topic }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(before === undefined ? {} : { before }),
      });
      const last = found.at(-1);
      return {
        items: found.map(toIncident),
        next: last && found.length === limit ? encodeCursor(last.startsAt) : null,
      };
    },
  );
  const detail = async (id: string) => {
    const [incident, events, deliveries] = await Promise.all([
      store.incidents.get(id),
      store.incidents.events(id),
      store.outbox.list({ incidentId: id, limit: 200 }),
    ]);
    return {
      ...toIncident(incident),
      events: events.map((event) => ({
        at: iso(event.at),
        kind: event.kind,
        from: event.from ?? null,
        to: event.to ?? null,
        reason: event.reason,
        value: event.value ?? null,
        threshold: event.threshold ?? null,
        n: event.n ?? null,
        by: event.by ?? null,
      })),
      deliveries: deliveries.map((delivery) => delivery.id),
    };
  };
  typed.get(
    '/incidents/:id',
    { schema: { params: idParams, response: { 200: incidentDetailSchema }, tags: ['alerts'] } },
    (request) => detail(request.params.id),
  );
  typed.post(
    '/incidents/:id/acknowledge',
    {
      schema: {
        params: idParams,
        body: z.object({ note: z.string().max(500).default('') }).default({ note: '' }),
        response: { 200: incidentDetailSchema },
        tags: ['alerts'],
      },
    },
    async (request) => {
      await acknowledgeIncident(
        deps,
        request.params.id,
        request.principal?.name ?? '',
        request.body.note,
      );
      return detail(request.params.id);
    },
  );
  typed.post(
    '/incidents/:id/notes',
    {
      schema: {
        params: idParams,
        body: z.object({ note: z.string().trim().min(1).max(500) }),
        response: { 200: incidentDetailSchema },
        tags: ['alerts'],
      },
    },
    async (request) => {
      const incident = await store.incidents.get(request.params.id);
      await inTransaction(store.db, (tx) =>
        store.incidents.append(tx, incident.id, {
          at: clock.now(),
          kind: 'note',
          reason: request.body.note,
          by: request.principal?.name ?? '',
        }),
      );
      return detail(incident.id);
    },
  );
}

/** Ends repeats; the evaluator keeps it when it writes the state next. */
async function acknowledgeIncident(
  deps: SpikesDeps,
  id: string,
  by: string,
  note: string,
): Promise<void> {
  const { store, clock } = deps;
  const incident = await store.incidents.get(id);
  if (incident.state === 'resolved')
    throw new AppError('request/invalid', 'This incident is over.');
  await inTransaction(store.db, async (tx) => {
    const { rows } = await tx.query<{ state: Parameters<typeof acknowledge>[0] }>(
      'select state from rule_states where rule_id = $1 for update',
      [incident.ruleId],
    );
    const status = rows[0]?.state;
    if (!status) return;
    const step = acknowledge(status, by, clock.now(), note);
    await tx.query('update rule_states set state = $2 where rule_id = $1', [
      incident.ruleId,
      JSON.stringify(step.status),
    ]);
    for (const changed of step.incidents) await store.incidents.save(tx, changed);
    for (const { incidentId, ...event } of step.events)
      if (incidentId !== null) await store.incidents.append(tx, incidentId, event);
    await lockLedger(tx);
    await appendEvents(
      tx,
      step.incidents.map((changed) => ({
        event: 'incident:changed' as const,
        message: { incident: changed },
      })),
    );
  });
}

export function toView(spike: StoredSpike): SpikeView {
  return {
    id: spike.id,
    topic: spike.topic,
    measure: spike.measure,
    direction: spike.direction,
    startsAt: iso(spike.startsAt),
    peakAt: iso(spike.peakAt),
    endsAt: isoOrNull(spike.endsAt),
    observed: spike.observed,
    expected: spike.expected,
    surprise: spike.surprise,
    windowMinutes: spike.windowMinutes,
    n: spike.n,
    note: spike.note,
  };
}

const toIncident = (incident: Incident): IncidentView => ({
  ...incident,
  startsAt: iso(incident.startsAt),
  resolvedAt: isoOrNull(incident.resolvedAt),
  acknowledged: incident.acknowledged && {
    ...incident.acknowledged,
    at: iso(incident.acknowledged.at),
  },
});
