import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Db } from '#shared/node/postgres/pool.ts';
import { AppError } from '#shared/wire/errors.ts';

/** POSTs that create something; the others are harmless to repeat, or (posts) have identities of their own. */
const CREATING = new Set(
  [
    'topics',
    'rules',
    'channels',
    'tokens',
    'members',
    'silences',
    'notes',
    'feeds',
    'report-schedules',
  ].map((noun) => `/api/v1/${noun}`),
);
/** Their answers hold a secret that is shown once and never stored. */
const SECRET_ANSWER = new Set(['/api/v1/tokens']);

const KEPT_MS = 24 * 3_600_000;
/** After this long without an answer the first request is taken for dead (a killed server). */
const IN_FLIGHT_MS = 60_000;
const KEY = /^[\x21-\x7e]{1,200}$/;

declare module 'fastify' {
  interface FastifyRequest {
    /** Row of idempotency_keys that this request took and has to complete. */
    idempotencyKey: string | null;
  }
}

/**
 * `Idempotency-Key`: a creating POST repeated with the same key and body gets the first answer again and creates
 * nothing. Keys are per caller and kept for 24 h.
 *
 *     free → taken (in flight: 409) → answered (the stored answer; another body: 422)
 *                                   → failed: free again
 */
export function registerIdempotency(app: FastifyInstance, deps: { db: Db }): void {
  const { db } = deps;
  app.decorateRequest('idempotencyKey', null);

  // After validation: a request that could not have created anything takes no key.
  app.addHook('preHandler', async (request, reply) => {
    const header = request.headers['idempotency-key'];
    if (header === undefined || request.method !== 'POST') return;
    if (!CREATING.has(request.routeOptions.url ?? '')) return;
    if (typeof header !== 'string' || !KEY.test(header))
      throw new AppError('request/invalid', 'Idempotency-Key is 1-200 visible ASCII characters.', {
        errors: [{ field: 'Idempotency-Key', message: 'is not valid' }],
      });
    const key = keyOf(request, header);
    const digest = digestOf(request);
    if (await take(db, key, digest)) {
      request.idempotencyKey = key;
      return;
    }
    const known = await read(db, key);
    if (known !== null && !known.digest.equals(digest))
      throw new AppError(
        'idempotency/conflict',
        'This Idempotency-Key was used with another request; take a new one.',
      );
    if (known === null || known.status === null)
      throw new AppError(
        'idempotency/in-flight',
        'The first request with this Idempotency-Key has not been answered yet.',
        { retryAfterSeconds: 1 },
      );
    if (known.answer === null)
      throw new AppError(
        'idempotency/secret-answer',
        'It was created by the first request with this Idempotency-Key; its secret was shown then and is not kept. Delete it and make another one if the answer was lost.',
      );
    return reply.code(known.status).header('idempotency-replayed', 'true').send(known.answer);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const key = request.idempotencyKey;
    if (key === null) return payload;
    request.idempotencyKey = null;
    try {
      if (reply.statusCode >= 200 && reply.statusCode < 300 && typeof payload === 'string') {
        const secret = SECRET_ANSWER.has(request.routeOptions.url ?? '');
        await db.query('update idempotency_keys set status = $2, answer = $3 where key = $1', [
          key,
          reply.statusCode,
          secret ? null : payload,
        ]);
      } else await db.query('delete from idempotency_keys where key = $1', [key]);
    } catch (error) {
      // What was asked for is done: the answer counts more than its copy, which a later repeat then misses.
      request.log.error({ err: error }, 'idempotent answer could not be kept');
    }
    return payload;
  });
}

/** Keys of one caller and one route never meet another's. */
function keyOf(request: FastifyRequest, header: string): string {
  const who = request.principal?.name ?? '';
  return createHash('sha256')
    .update(`${who}\n${request.routeOptions.url ?? ''}\n${header}`)
    .digest('hex');
}

/** The body without its secrets: a plain hash of a short password could be guessed from the table. */
function digestOf(request: FastifyRequest): Buffer {
  const text = JSON.stringify(request.body, (name, value: unknown) =>
    /password|secret|token/i.test(name) ? '' : value,
  );
  return createHash('sha256').update(`${request.url}\n${text}`).digest();
}

async function take(db: Db, key: string, digest: Buffer): Promise<boolean> {
  const now = Date.now();
  const { rowCount } = await db.query(
    `insert into idempotency_keys as k (key, request_digest, at) values ($1, $2, $3)
     on conflict (key) do update set request_digest = excluded.request_digest, status = null, answer = null, at = excluded.at
       where k.at < $4 or (k.status is null and k.at < $5)`,
    [key, digest, now, now - KEPT_MS, now - IN_FLIGHT_MS],
  );
  return rowCount === 1;
}

async function read(
  db: Db,
  key: string,
): Promise<{ digest: Buffer; status: number | null; answer: unknown } | null> {
  const { rows } = await db.query<{
    request_digest: Buffer;
    status: number | null;
    answer: unknown;
  }>('select request_digest, status, answer from idempotency_keys where key = $1', [key]);
  const row = rows[0];
  return row ? { digest: row.request_digest, status: row.status, answer: row.answer } : null;
}
