import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { StoredNote } from '#shared/node/store/notes.ts';
import type { Store } from '#shared/node/store/store.ts';
import { DAY_MS, emptyBucket, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { compareMood } from '#shared/series/mood-index.ts';
import { listOf, noteSchema, type Note } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { iso, parseInstant } from './params.ts';

/** Hours looked at on each side of a note. */
const SIDE_MS = 2 * HOUR_MS;

/** /notes: event notes with a before/after test of the mood. */
export async function notesRoutes(
  app: FastifyInstance,
  deps: { store: Store; clock: StoreClock },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;
  const view = async (note: StoredNote): Promise<Note> => ({
    ...note,
    at: iso(note.at),
    effect: note.topic === '' ? null : await effectOf(store, note),
  });

  typed.get(
    '/notes',
    {
      schema: {
        querystring: z.object({
          topics: z.string().max(4000).default(''),
          from: z.string().optional(),
          to: z.string().optional(),
        }),
        response: { 200: listOf(noteSchema) },
        tags: ['notes'],
      },
    },
    async (request) => {
      const to = parseInstant('to', request.query.to) ?? deps.clock.now();
      const from = parseInstant('from', request.query.from) ?? to - 7 * DAY_MS;
      const topics = request.query.topics.split(',').filter((id) => id !== '');
      // What has not happened yet on the clock is not told.
      const found = await store.notes.list({
        from,
        to: Math.min(to, deps.clock.now() + MINUTE_MS),
        ...(topics.length === 0 ? {} : { topics }),
      });
      return { items: await Promise.all(found.map(view)), next: null };
    },
  );
  typed.post(
    '/notes',
    {
      schema: {
        body: z.object({
          topic: z.string().max(60).default(''),
          at: z.string(),
          zh: z.string().trim().max(200).default(''),
          en: z.string().trim().max(200).default(''),
        }),
        response: { 201: noteSchema },
        tags: ['notes'],
      },
    },
    async (request, reply) => {
      const at = parseInstant('at', request.body.at);
      if (at === undefined)
        throw new AppError('request/invalid', 'at is missing.', {
          errors: [{ field: '/at', message: 'is missing' }],
        });
      const { topic, zh, en } = request.body;
      if (zh === '' && en === '')
        throw new AppError('request/invalid', 'A note needs words.', {
          errors: [{ field: '/zh', message: 'is empty' }],
        });
      if (topic !== '') await store.topics.get(topic);
      const note = await store.notes.add({
        topic,
        at,
        zh: zh || en,
        en: en || zh,
        by: request.principal?.name ?? '',
      });
      return reply.code(201).send(await view(note));
    },
  );
  typed.delete(
    '/notes/:id',
    {
      schema: {
        params: z.object({ id: z.string().max(60) }),
        response: { 204: z.null() },
        tags: ['notes'],
      },
    },
    async (request, reply) => {
      await store.notes.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
}

async function effectOf(store: Store, note: StoredNote): Promise<Note['effect']> {
  const topic = (await store.topics.list()).find((candidate) => candidate.id === note.topic);
  if (!topic) return null;
  const [before, after] = await Promise.all([
    store.series.totals({ topics: [topic], from: note.at - SIDE_MS, to: note.at }),
    store.series.totals({ topics: [topic], from: note.at, to: note.at + SIDE_MS }),
  ]);
  const [b, a] = [before.get(topic.id) ?? emptyBucket(0), after.get(topic.id) ?? emptyBucket(0)];
  const compared = compareMood(b, a);
  if (!compared) return null;
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    before: round(compared.before.mood),
    after: round(compared.after.mood),
    difference: round(compared.difference),
    low: round(compared.low),
    high: round(compared.high),
    nBefore: b.n,
    nAfter: a.n,
  };
}
