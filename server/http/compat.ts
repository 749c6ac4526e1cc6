import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { jsonDepth } from '#shared/post/hygiene.ts';
import { recordsIn } from '#shared/post/native/envelope.ts';
import { AppError } from '#shared/wire/errors.ts';
import { allows, type AccessDeps } from './access.ts';
import { createIntake, DEPTH_LIMIT, JSON_LIMIT, type IngestRouteDeps } from './posts-ingest.ts';

/**
 * /compat/weibo-crawler: dataabc/weibo-crawler in its write mode "post" as it is. It sends `{user, weibo: […]}` as the
 * body of a **GET** with the header `api-token`, and takes 200 alone for success. Fastify ignores a GET's body without
 * a sign, so the route reads the request itself; no other route changes. POST works as well.
 */
export async function compatRoutes(
  app: FastifyInstance,
  deps: IngestRouteDeps & { access: AccessDeps },
): Promise<void> {
  app.removeAllContentTypeParsers();
  // The body stays a stream: it is read below, the same way for both methods.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.route({
    method: ['GET', 'POST'],
    url: '/compat/weibo-crawler',
    exposeHeadRoute: false,
    // Decided below: its token comes in a header of its own.
    config: { access: 'public' },
    handler: async (request) => {
      await refuseStrangers(request, deps.access);
      await deps.ingest.refuseWhenFull();
      const intake = createIntake(deps);
      const body = parseBody(await readAll(request.raw));
      for (const [index, record] of recordsIn(body).entries()) {
        intake.item(record, index, () => JSON.stringify(record) ?? '');
        if (intake.full) await intake.flush();
      }
      await intake.flush();
      return {
        accepted: intake.accepted,
        rejected: intake.rejected,
        rejectedTotal: intake.rejectedTotal,
      };
    },
  });
}

/** The header `api-token` holds an ingest token; without it the usual rules of POST /posts hold. */
async function refuseStrangers(request: FastifyRequest, deps: AccessDeps): Promise<void> {
  const header = request.headers['api-token'];
  if (header === undefined) {
    if (request.principal === null)
      throw new AppError('auth/required', 'Send an ingest token in the header api-token.');
    if (!allows(request.principal, 'ingest'))
      throw new AppError('auth/forbidden', 'This needs the right "ingest".');
    return;
  }
  const token = typeof header === 'string' ? await deps.access.findToken(header) : null;
  if (token === null)
    throw new AppError('auth/required', 'The header api-token holds no token of this Weimai.');
  const principal = { name: `token:${token.name}`, role: 'viewer' as const, scope: token.scope };
  if (!allows(principal, 'ingest'))
    throw new AppError('auth/forbidden', 'This token may not send posts; make one for ingest.');
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > JSON_LIMIT)
      throw new AppError(
        'request/too-large',
        `The body is larger than ${JSON_LIMIT / 1024 / 1024} MB.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  if (text === '')
    throw new AppError(
      'request/not-json',
      'The body is empty; {"user":…,"weibo":[…]} is expected.',
    );
  if (jsonDepth(text, DEPTH_LIMIT) > DEPTH_LIMIT)
    throw new AppError('request/invalid', `The JSON is nested deeper than ${DEPTH_LIMIT} levels.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('request/not-json', `The body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
