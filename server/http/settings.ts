import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Store } from '#shared/node/store/store.ts';
import { settingsSchema } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { patchOf } from '#shared/wire/patch.ts';
import type { DemoPlayer } from '../demo-player.ts';

/** /settings of the whole place (a viewer's own ones live in the browser), and the demo's controls. */
export async function settingsRoutes(
  app: FastifyInstance,
  deps: { store: Store; demo: () => DemoPlayer | undefined },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/settings',
    { schema: { response: { 200: settingsSchema }, tags: ['settings'] } },
    () => deps.store.settings.get(),
  );
  typed.patch(
    '/settings',
    {
      schema: {
        body: patchOf(settingsSchema),
        response: { 200: settingsSchema },
        tags: ['settings'],
      },
      config: { access: 'admin' },
    },
    async (request) => {
      const change = request.body;
      if (typeof change.zone === 'string' && !isZone(change.zone))
        throw new AppError('settings/invalid', `“${change.zone}” is not a time zone.`, {
          errors: [{ field: '/zone', message: 'is not a time zone name' }],
        });
      return deps.store.settings.set(change);
    },
  );

  const player = (): DemoPlayer => {
    const found = deps.demo();
    if (!found) throw new AppError('server/not-ready', 'The demo player has not started yet.');
    return found;
  };
  const action = z.object({
    action: z.enum(['start', 'pause', 'resume', 'restart']).optional(),
    speed: z.number().min(1).max(600).optional(),
  });
  const admin = { config: { access: 'admin' as const } };
  typed.post('/demo', { schema: { body: action, tags: ['demo'] }, ...admin }, async (request) => {
    const { action: wanted, speed } = request.body;
    if (wanted === 'restart') await player().remove();
    if (wanted === 'start' || wanted === 'restart')
      await player().start(speed === undefined ? {} : { speed });
    else if (wanted === 'pause') await player().pause();
    else if (wanted === 'resume') await player().resume();
    if (speed !== undefined && wanted !== 'start') await player().setSpeed(speed);
    return { ok: true };
  });
  typed.delete('/demo', { schema: { tags: ['demo'] }, ...admin }, async (_request, reply) => {
    await player().remove();
    return reply.code(204).send();
  });
}

function isZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC';
}
