import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import type { Store } from '#shared/node/store/store.ts';
import { WORKER_GONE_MS } from '#shared/node/store/workers.ts';
import { AppError } from '#shared/wire/errors.ts';

const PROBE_MS = 3_000;

/** /livez: the event loop answers. /readyz: store and queue answer, a worker beats, not stopping. /metrics: Prometheus text. */
export async function healthRoutes(
  app: FastifyInstance,
  deps: { store: Store; queue: JobQueue; stopping: () => boolean; metrics: Registry },
): Promise<void> {
  app.get('/livez', { config: { access: 'public' } }, async () => ({ ok: true }));
  app.get('/readyz', { config: { access: 'public' } }, async (_request, reply) => {
    const checks = {
      stopping: !deps.stopping(),
      store: await answers(deps.store.db.query('select 1')),
      queue: await answers(deps.queue.ping()),
      worker: await answers(
        deps.store.workers.list().then((workers) => {
          if (!workers.some((worker) => Date.now() - worker.beatAt < WORKER_GONE_MS))
            throw new AppError('server/not-ready', 'no worker beats');
        }),
      ),
    };
    const ok = Object.values(checks).every(Boolean);
    return reply.code(ok ? 200 : 503).send({ ok, checks });
  });
  app.get('/metrics', { config: { access: 'read' } }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.metrics()),
  );
}

/** True when the promise resolves within the probe's time; a failure is the answer "no", reported as such. */
async function answers(work: Promise<unknown>): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), PROBE_MS).unref());
  return Promise.race([
    work.then(
      () => true,
      () => false,
    ),
    late,
  ]);
}
