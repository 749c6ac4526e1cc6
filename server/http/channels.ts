import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { publicSettings, type OutgoingMessage } from '#shared/alert/channel.ts';
import type { Log } from '#shared/node/log.ts';
import { FAILING_AFTER, type StoredChannel } from '#shared/node/store/channels.ts';
import type { Store } from '#shared/node/store/store.ts';
import {
  channelTestSchema,
  channelViewSchema,
  deliverySchema,
  listOf,
  type ChannelView,
  type Delivery,
} from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { decodeCursor, encodeCursor, iso, isoOrNull } from './params.ts';

/** How long the Test button waits for the worker's answer: one send may take 15 s. */
const TEST_WAIT_MS = 20_000;

/** /channels with a Test button, /deliveries. Sending is the worker's work: a test goes through the same outbox. */
export async function channelsRoutes(
  app: FastifyInstance,
  deps: { store: Store; log: Log },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { channels, outbox } = deps.store;
  const id = z.object({ id: z.string().max(60) });
  const body = z.record(z.string(), z.unknown());

  typed.get(
    '/channels',
    { schema: { response: { 200: listOf(channelViewSchema) }, tags: ['alerts'] } },
    async () => ({ items: (await channels.list()).map(toView), next: null }),
  );
  typed.get(
    '/channels/:id',
    { schema: { params: id, response: { 200: channelViewSchema }, tags: ['alerts'] } },
    async (request) => toView(await channels.get(request.params.id)),
  );
  typed.post(
    '/channels',
    { schema: { body, response: { 201: channelViewSchema }, tags: ['alerts'] } },
    async (request, reply) =>
      reply
        .code(201)
        .send(
          toView(await channels.create({ id: randomUUID().slice(0, 8), ...flatten(request.body) })),
        ),
  );
  typed.patch(
    '/channels/:id',
    { schema: { params: id, body, response: { 200: channelViewSchema }, tags: ['alerts'] } },
    async (request) => toView(await channels.update(request.params.id, flatten(request.body))),
  );
  typed.delete(
    '/channels/:id',
    { schema: { params: id, tags: ['alerts'] } },
    async (request, reply) => {
      await channels.remove(request.params.id);
      return reply.code(204).send();
    },
  );

  typed.post(
    '/channels/:id/test',
    { schema: { params: id, response: { 200: channelTestSchema }, tags: ['alerts'] } },
    async (request) => {
      const { channel } = await channels.get(request.params.id);
      const key = `test:${randomUUID()}`;
      await outbox.addNow(
        [{ incidentId: null, channelId: channel.id, message: testMessage(key, channel.lang) }],
        Date.now(),
      );
      const deadline = Date.now() + TEST_WAIT_MS;
      while (Date.now() < deadline) {
        const tried = (await outbox.list({ channelId: channel.id, limit: 20 })).find(
          (delivery) => delivery.key === key,
        );
        const attempt = tried?.attempts.at(-1);
        if (attempt)
          return {
            sent: attempt.ok,
            ms: attempt.ms,
            httpStatus: attempt.httpStatus,
            answer: attempt.answer,
          };
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new AppError(
        'server/not-ready',
        'No worker sent the test within 20 s. Is a worker running?',
      );
    },
  );

  typed.get(
    '/deliveries',
    {
      schema: {
        querystring: z.object({
          channel: z.string().max(60).optional(),
          incident: z.string().max(200).optional(),
          cursor: z.string().max(200).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: listOf(deliverySchema) },
        tags: ['alerts'],
      },
    },
    async (request) => {
      const { channel, incident, limit } = request.query;
      const before = z.number().optional().safeParse(decodeCursor(request.query.cursor)).data;
      const found = await outbox.list({
        limit,
        ...(channel === undefined ? {} : { channelId: channel }),
        ...(incident === undefined ? {} : { incidentId: incident }),
        ...(before === undefined ? {} : { before }),
      });
      const last = found.at(-1);
      return {
        items: found.map(toDelivery),
        next: last && found.length === limit ? encodeCursor(Number(last.id)) : null,
      };
    },
  );
  typed.post(
    '/deliveries/:id/resend',
    { schema: { params: id, tags: ['alerts'] } },
    async (request, reply) => {
      await outbox.resend(request.params.id, Date.now());
      return reply.code(202).send({ ok: true });
    },
  );
}

/** Forms may send `settings` nested as the list shows them, or flat. */
function flatten(body: Record<string, unknown>): Record<string, unknown> {
  const { settings, ...rest } = body;
  return typeof settings === 'object' && settings !== null ? { ...rest, ...settings } : rest;
}

function toView({ channel, createdAt, failures, lastAt, lastAnswer }: StoredChannel): ChannelView {
  const { settings, hasSecret } = publicSettings(channel);
  return {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    lang: channel.lang,
    enabled: channel.enabled,
    fallback: channel.fallback,
    settings,
    hasSecret,
    health: {
      state: lastAt === null ? 'unused' : failures >= FAILING_AFTER ? 'failing' : 'ok',
      failures,
      lastAt: isoOrNull(lastAt),
      lastAnswer,
    },
    createdAt: iso(createdAt),
  };
}

export function toDelivery(
  delivery: Awaited<ReturnType<Store['outbox']['list']>>[number],
): Delivery {
  return {
    ...delivery,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
    createdAt: iso(delivery.createdAt),
    nextAttemptAt: isoOrNull(delivery.nextAttemptAt),
  };
}

function testMessage(key: string, lang: 'zh' | 'en'): OutgoingMessage {
  return {
    key,
    kind: 'test',
    severity: 'ok',
    at: Date.now(),
    url: '',
    data: { type: 'test' },
    title: lang === 'zh' ? '微脉测试消息' : 'Weimai test message',
    lines: [
      lang === 'zh'
        ? '收到这条消息，说明这个渠道可以使用。'
        : 'If you can read this, the channel works.',
    ],
  };
}
