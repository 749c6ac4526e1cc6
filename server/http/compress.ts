import type { FastifyInstance } from 'fastify';
import { promisify } from 'node:util';
import { constants, brotliCompress, gzip } from 'node:zlib';

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Smaller answers fit into one packet anyway. */
const WORTH_COMPRESSING = 1400;
/** Series compress 6 to 10 times at this quality in 1–2 ms; higher ones cost more than the wire saves. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * Compresses answers that the API holds as one text: series of six topics are 300 kB of JSON. Streams (exports) and
 * files (which lie compressed on disk) pass through. Only GET: what a write answers may hold a new secret, and text of
 * the sender's choice beside a secret must not be compressed together (BREACH).
 */
export function registerCompression(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.hasHeader('content-encoding')) return payload;
    if (typeof payload !== 'string' || payload.length < WORTH_COMPRESSING) return payload;
    reply.header('vary', 'accept-encoding');
    const coding = chooseCoding(request.headers['accept-encoding']);
    if (coding === null) return payload;
    const packed =
      coding === 'br' ? await toBrotli(payload, BROTLI) : await toGzip(payload, { level: 5 });
    reply.header('content-encoding', coding);
    reply.header('content-length', packed.length);
    return packed;
  });
}

/** `br`, else `gzip`, where the header allows it; `;q=0` refuses. */
export function chooseCoding(accepted: string | string[] | undefined): 'br' | 'gzip' | null {
  const offers = new Map(
    String(accepted ?? '')
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part
          .trim()
          .toLowerCase()
          .split(/\s*;\s*/);
        return [name, !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))] as const;
      }),
  );
  return (['br', 'gzip'] as const).find((name) => offers.get(name) === true) ?? null;
}
