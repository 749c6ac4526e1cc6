import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Registry } from 'prom-client';
import type { StoreClock } from '#shared/node/clock.ts';
import type { Log } from '#shared/node/log.ts';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import { projectRoot } from '#shared/node/root.ts';
import type { NewDeadLetter } from '#shared/node/store/dead-letters.ts';
import type { Store } from '#shared/node/store/store.ts';
import { version } from '#shared/node/version.ts';
import { registerAccess, type AccessDeps } from './http/access.ts';
import { authRoutes } from './http/auth.ts';
import { channelsRoutes } from './http/channels.ts';
import { feedsRoutes } from './http/feeds.ts';
import { importsRoutes } from './http/imports.ts';
import type { ImportRunner } from './import-runner.ts';
import { registerCompression } from './http/compress.ts';
import { registerErrors } from './http/errors.ts';
import { registerCleanInput } from './http/clean-input.ts';
import { compatRoutes } from './http/compat.ts';
import { healthRoutes } from './http/health.ts';
import { createPagePreloads } from './http/page-preloads.ts';
import { registerIdempotency } from './http/idempotency.ts';
import { learnRoutes } from './http/learn.ts';
import { metaRoutes } from './http/meta.ts';
import { notesRoutes } from './http/notes.ts';
import { postsIngestRoutes } from './http/posts-ingest.ts';
import { postsRoutes } from './http/posts.ts';
import { spikesRoutes } from './http/spikes.ts';
import { rescoreRoutes } from './http/rescore.ts';
import { exportRoutes } from './http/export.ts';
import { reportsRoutes } from './http/reports.ts';
import { rulesRoutes } from './http/rules.ts';
import { scoreRoutes } from './http/score.ts';
import { registerSecurityHeaders } from './http/security.ts';
import { seriesRoutes } from './http/series.ts';
import { settingsRoutes } from './http/settings.ts';
import { sourcesRoutes } from './http/sources.ts';
import { systemRoutes, type SystemDeps } from './http/system.ts';
import { topicPreviewRoutes } from './http/topic-preview.ts';
import { topicsRoutes } from './http/topics.ts';
import type { DemoPlayer } from './demo-player.ts';
import type { ServerEngine } from './engine.ts';
import type { Ingest } from './ingest.ts';

/** Everything the routes need; built in main.ts, or by a test. */
export interface AppDeps {
  store: Store;
  queue: JobQueue;
  ingest: Ingest;
  clock: StoreClock;
  access: AccessDeps;
  engine: ServerEngine;
  imports: ImportRunner;
  demo: () => DemoPlayer | undefined;
  system: Omit<SystemDeps, 'store' | 'queue'>;
  onLogout: (session: string) => void;
  /** A member, password or token changed: what was allowed may not be any more. */
  onAccessChanged: () => Promise<void>;
  log: Log;
  metrics: Registry;
  /** Last live number sent to rooms. */
  seq: () => number;
  stopping: () => boolean;
  /** Address of the app for others; empty: none. */
  baseUrl: string;
  tls: boolean;
  trustProxy: boolean;
}

const BODY_LIMIT = 1024 * 1024;

/** The HTTP application as a value: no port, no environment. Routes are registered one by one, in plain sight. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    requestTimeout: 0,
    connectionTimeout: 0,
    trustProxy: deps.trustProxy,
    routerOptions: { maxParamLength: 500 },
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerErrors(app);
  registerSecurityHeaders(app, { tls: deps.tls });
  registerCompression(app);
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: 100 * 1024 * 1024, files: 1, parts: 10 } });
  registerAccess(app, deps.access);
  registerCleanInput(app);
  registerIdempotency(app, deps.store);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Weimai 微脉',
        version: version(),
        description: 'The live mood of Chinese social media.',
      },
    },
    transform: jsonSchemaTransform,
  });

  const ingest = {
    ingest: deps.ingest,
    keepRejected: (letters: NewDeadLetter[]) => deps.store.deadLetters.add(letters),
    now: Date.now,
  };
  await healthRoutes(app, deps);
  await app.register((scope) => compatRoutes(scope, { ...ingest, access: deps.access }));
  await app.register(
    async (api) => {
      await api.register((scope) => postsIngestRoutes(scope, ingest));
      await metaRoutes(api, {
        store: deps.store,
        clock: deps.clock,
        seq: deps.seq,
        open: deps.access.open,
      });
      await seriesRoutes(api, deps);
      await topicsRoutes(api, deps);
      await rescoreRoutes(api, deps);
      await scoreRoutes(api, deps);
      await topicPreviewRoutes(api, deps);
      await learnRoutes(api, deps);
      await postsRoutes(api, deps);
      await notesRoutes(api, deps);
      await rulesRoutes(api, deps);
      await reportsRoutes(api, deps);
      await exportRoutes(api, deps);
      await spikesRoutes(api, deps);
      await channelsRoutes(api, deps);
      await sourcesRoutes(api, deps);
      await importsRoutes(api, deps);
      await feedsRoutes(api, deps);
      await settingsRoutes(api, deps);
      await authRoutes(api, {
        store: deps.store,
        open: deps.access.open,
        tls: deps.tls,
        onLogout: deps.onLogout,
        onAccessChanged: deps.onAccessChanged,
      });
      await systemRoutes(api, { ...deps.system, store: deps.store, queue: deps.queue });
      api.get('/openapi.json', { config: { access: 'public' } }, async () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
  await app.register(serveWeb);
  return app;
}

/** The built pages; every unknown GET outside the API opens the app, which routes by itself. */
async function serveWeb(app: FastifyInstance): Promise<void> {
  const root = path.join(projectRoot(), 'dist/web');
  if (!existsSync(path.join(root, 'index.html'))) return;
  // Pages and their files hold no data: without a session they must open, or nobody could log in.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: 'public' };
  });
  await app.register(fastifyStatic, {
    root,
    wildcard: true,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, file) => {
      const fixed = /\/assets\//.test(file);
      (reply as unknown as { setHeader(name: string, value: string): void }).setHeader(
        'cache-control',
        fixed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  // Browsers ask for it whatever the page says.
  app.get('/favicon.ico', { config: { access: 'public' } }, (_request, reply) =>
    reply.redirect('/favicon.svg'),
  );
  const livePreloads = createPagePreloads(root, 'src/live/live-page.tsx');
  const pages = [
    '/',
    '/live',
    '/welcome',
    '/login',
    '/setup',
    '/topics',
    '/alerts',
    '/reports',
    '/posts',
    '/sources',
    '/system',
    '/settings',
    '/spikes',
    '/docs',
  ];
  for (const page of pages) {
    if (page !== '/')
      app.get(page, (_request, reply) => {
        const link = page === '/live' ? livePreloads() : '';
        return reply
          .headers({ 'cache-control': 'no-cache', ...(link === '' ? {} : { link }) })
          .sendFile('index.html');
      });
    if (page !== '/')
      app.get(`${page}/*`, (_request, reply) =>
        reply.header('cache-control', 'no-cache').sendFile('index.html'),
      );
  }
}
