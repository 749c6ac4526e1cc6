import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Store } from '#shared/node/store/store.ts';
import { listOf, memberSchema, tokenSchema } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { SESSION_COOKIE } from './access.ts';
import { iso, isoOrNull, parseInstant } from './params.ts';

const TRIES_PER_MINUTE = 5;
const password = z.string().min(8, 'must have 8 characters or more').max(128);
/** The passwords that guessing programs try first; a longer list would hardly catch more at this length. */
const COMMON = new Set([
  'password',
  '12345678',
  '123456789',
  '1234567890',
  'qwertyui',
  'qwerty123',
  'iloveyou',
  'password1',
  '11111111',
  '00000000',
  '88888888',
  'admin123',
  'weimai123',
  'woaini1314',
  'a1234567',
  '1qaz2wsx',
]);

/** Login, first-run password, members and API tokens. Nothing secret is ever returned twice. */
export async function authRoutes(
  app: FastifyInstance,
  deps: {
    store: Store;
    open: boolean;
    tls: boolean;
    onLogout: (session: string) => void;
    onAccessChanged: () => Promise<void>;
  },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { access } = deps.store;
  const limit = createTryLimit(TRIES_PER_MINUTE, 60_000);
  const setCookie = (reply: FastifyReply, session: string): void => {
    reply.setCookie(SESSION_COOKIE, session, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: deps.tls,
      maxAge: 14 * 86_400,
    });
  };

  typed.post(
    '/login',
    {
      schema: {
        body: z.object({
          name: z.string().max(60).default('admin'),
          password: z.string().max(128),
        }),
        tags: ['auth'],
      },
      config: { access: 'public' },
    },
    async (request, reply) => {
      limit.take(request.ip);
      const { session, role } = await access.login(request.body.name, request.body.password);
      limit.clear(request.ip);
      setCookie(reply, session);
      return { name: request.body.name, role };
    },
  );
  typed.post('/logout', { config: { access: 'public' } }, async (request, reply) => {
    const session = request.cookies[SESSION_COOKIE];
    if (session !== undefined) {
      await access.logout(session);
      deps.onLogout(session);
    }
    reply.clearCookie(SESSION_COOKIE, { path: '/' });
    return { ok: true };
  });
  typed.post(
    '/setup',
    {
      schema: {
        body: z.object({ name: z.string().trim().min(1).max(60).default('admin'), password }),
        tags: ['auth'],
      },
      config: { access: 'public' },
    },
    async (request, reply) => {
      if (await access.hasMembers())
        throw new AppError('auth/setup-done', 'A password was set already.');
      // The owner at the machine itself, or whoever holds an admin token: not whoever comes first.
      limit.take(request.ip);
      if (request.principal?.role !== 'admin')
        throw new AppError('auth/required', 'Setting the first password takes an admin token.');
      refuseCommon(request.body.password);
      await access.addMember(request.body.name, 'admin', request.body.password);
      limit.clear(request.ip);
      if (!deps.open)
        setCookie(reply, (await access.login(request.body.name, request.body.password)).session);
      return reply.code(201).send({ name: request.body.name, role: 'admin' });
    },
  );
  typed.post(
    '/password',
    {
      schema: { body: z.object({ current: z.string().max(128), next: password }), tags: ['auth'] },
      config: { access: 'read' },
    },
    async (request, reply) => {
      const name = request.principal?.name ?? '';
      limit.take(request.ip);
      await access.login(name, request.body.current);
      limit.clear(request.ip);
      refuseCommon(request.body.next, '/next');
      await access.setMember(name, { password: request.body.next });
      // All sessions of the member ended; whoever changed the password goes on in a new one.
      setCookie(reply, (await access.login(name, request.body.next)).session);
      await deps.onAccessChanged();
      return { ok: true };
    },
  );

  const member = z.object({ name: z.string().max(60) });
  typed.get(
    '/members',
    {
      schema: { response: { 200: listOf(memberSchema) }, tags: ['auth'] },
      config: { access: 'admin' },
    },
    async () => ({
      items: (await access.members()).map((entry) => ({
        ...entry,
        createdAt: iso(entry.createdAt),
        lastSeenAt: isoOrNull(entry.lastSeenAt),
      })),
      next: null,
    }),
  );
  typed.post(
    '/members',
    {
      schema: {
        body: memberSchema.pick({ name: true, role: true }).extend({ password }),
        tags: ['auth'],
      },
      config: { access: 'admin' },
    },
    async (request, reply) => {
      refuseCommon(request.body.password);
      const { name, role } = request.body;
      if (!(await access.addMember(name, role, request.body.password)))
        throw new AppError('member/exists', `There is already a member "${name}".`, {
          errors: [{ field: '/name', message: 'is taken' }],
        });
      return reply.code(201).send({ name, role });
    },
  );
  typed.patch(
    '/members/:name',
    {
      schema: {
        params: member,
        body: z.object({ role: memberSchema.shape.role.optional(), password: password.optional() }),
        tags: ['auth'],
      },
      config: { access: 'admin' },
    },
    async (request) => {
      const { role, password: next } = request.body;
      await access.setMember(request.params.name, {
        ...(role === undefined ? {} : { role }),
        ...(next === undefined ? {} : { password: next }),
      });
      await deps.onAccessChanged();
      return { ok: true };
    },
  );
  typed.delete(
    '/members/:name',
    { schema: { params: member, tags: ['auth'] }, config: { access: 'admin' } },
    async (request, reply) => {
      await access.removeMember(request.params.name);
      await deps.onAccessChanged();
      return reply.code(204).send();
    },
  );

  typed.get(
    '/tokens',
    {
      schema: { response: { 200: listOf(tokenSchema) }, tags: ['auth'] },
      config: { access: 'admin' },
    },
    async () => ({
      items: (await access.tokens()).map((token) => ({
        ...token,
        createdAt: iso(token.createdAt),
        lastUsedAt: isoOrNull(token.lastUsedAt),
        expiresAt: isoOrNull(token.expiresAt),
      })),
      next: null,
    }),
  );
  typed.post(
    '/tokens',
    {
      schema: {
        body: z.object({
          name: z.string().trim().min(1).max(120),
          scope: z.enum(['read', 'ingest', 'admin']),
          expiresAt: z.string().optional(),
        }),
        tags: ['auth'],
      },
      config: { access: 'admin' },
    },
    async (request, reply) => {
      const made = await access.createToken(
        request.body.name,
        request.body.scope,
        parseInstant('expiresAt', request.body.expiresAt) ?? null,
      );
      return reply.code(201).send(made);
    },
  );
  typed.delete(
    '/tokens/:id',
    {
      schema: { params: z.object({ id: z.string().max(60) }), tags: ['auth'] },
      config: { access: 'admin' },
    },
    async (request, reply) => {
      await access.removeToken(request.params.id);
      await deps.onAccessChanged();
      return reply.code(204).send();
    },
  );
}

function refuseCommon(value: string, field = '/password'): void {
  if (COMMON.has(value.toLowerCase()))
    throw new AppError(
      'request/invalid',
      'This password is among the first that guessing programs try.',
      { errors: [{ field, message: 'is too common' }] },
    );
}

/** Tries per key and period; in memory, per server. */
function createTryLimit(
  max: number,
  periodMs: number,
): { take(key: string): void; clear(key: string): void } {
  const tries = new Map<string, { n: number; until: number }>();
  return {
    take(key) {
      const now = Date.now();
      const entry = tries.get(key);
      if (!entry || entry.until < now) {
        if (tries.size > 10_000) tries.clear();
        tries.set(key, { n: 1, until: now + periodMs });
        return;
      }
      if (++entry.n > max)
        throw new AppError('auth/too-many-tries', 'Too many tries; wait a minute.', {
          retryAfterSeconds: Math.ceil((entry.until - now) / 1000),
        });
    },
    clear: (key) => void tries.delete(key),
  };
}
