import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MAPPABLE_FIELDS } from '#shared/node/formats/column-mapping.ts';
import { importSchema, listOf } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { optionalBody } from './params.ts';
import type { ImportRunner } from '../import-runner.ts';

const idParams = z.object({ id: z.string().max(60) });
const startSchema = z.object({
  mapping: z.partialRecord(z.enum(MAPPABLE_FIELDS), z.string().max(200)).optional(),
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/)
    .optional(),
});

/** /imports: upload (multipart field `file`), pre-check, start, pause, resume, cancel, rejected rows, remove. */
export async function importsRoutes(
  app: FastifyInstance,
  deps: { imports: ImportRunner },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { imports } = deps;
  typed.get(
    '/imports',
    { schema: { response: { 200: listOf(importSchema) }, tags: ['sources'] } },
    async () => ({ items: await imports.list(), next: null }),
  );
  typed.get(
    '/imports/:id',
    { schema: { params: idParams, response: { 200: importSchema }, tags: ['sources'] } },
    (request) => imports.get(request.params.id),
  );
  typed.post(
    '/imports',
    {
      schema: { response: { 201: importSchema }, tags: ['sources'] },
      config: { access: 'ingest' },
    },
    async (request, reply) => {
      const file = request.isMultipart() ? await request.file() : undefined;
      if (!file)
        throw new AppError('request/invalid', 'Send the file as multipart field "file".', {
          errors: [{ field: 'file', message: 'is missing' }],
        });
      const view = await imports.upload(file.filename, file.file);
      if (file.file.truncated) {
        await imports.cancel(view.id);
        throw new AppError(
          'request/too-large',
          'Files of more than 100 MB: use weimai import, or pack them with gzip.',
        );
      }
      return reply.code(201).send(view);
    },
  );
  for (const action of ['check', 'start', 'resume'] as const) {
    typed.post(
      `/imports/:id/${action}`,
      {
        schema: {
          params: idParams,
          body: optionalBody(startSchema),
          response: { 200: importSchema },
          tags: ['sources'],
        },
        config: { access: 'ingest' },
      },
      (request) => {
        const { mapping, source } = request.body;
        const act = action === 'check' ? imports.check : imports.start;
        return act(request.params.id, {
          ...(mapping === undefined ? {} : { mapping: mapping as never }),
          ...(source === undefined ? {} : { source }),
        });
      },
    );
  }
  typed.post(
    '/imports/:id/pause',
    {
      schema: { params: idParams, response: { 200: importSchema }, tags: ['sources'] },
      config: { access: 'ingest' },
    },
    (request) => imports.pause(request.params.id),
  );
  typed.post(
    '/imports/:id/cancel',
    {
      schema: { params: idParams, response: { 200: importSchema }, tags: ['sources'] },
      config: { access: 'ingest' },
    },
    (request) => imports.cancel(request.params.id),
  );
  typed.delete(
    '/imports/:id',
    {
      schema: { params: idParams, response: { 204: z.null() }, tags: ['sources'] },
      config: { access: 'ingest' },
    },
    async (request, reply) => {
      await imports.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
  typed.get(
    '/imports/:id/rejected',
    { schema: { params: idParams, tags: ['sources'] } },
    async (request, reply) =>
      reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="rejected-rows.ndjson"')
        .send(await imports.rejected(request.params.id)),
  );
}
