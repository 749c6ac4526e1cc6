import type { FastifyInstance } from 'fastify';
import { AppError } from '#shared/wire/errors.ts';

/**
 * Refuses NUL and halves of surrogate pairs in path, query and JSON body, by the field's name: PostgreSQL can store
 * neither and would answer for us, with an error of its own. Posts are cleaned instead; their body is not parsed yet.
 */
export function registerCleanInput(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    for (const part of [request.params, request.query, request.body]) {
      const field = uncleanField(part, '', 0);
      if (field !== undefined)
        throw new AppError(
          'request/invalid',
          `${field} holds a NUL character or half of a character (a lone surrogate).`,
          { errors: [{ field, message: 'holds a character that cannot be stored' }] },
        );
    }
  });
}

/** Deeper than any body we read; what lies below is refused by its schema. */
const MAX_DEPTH = 32;

/** JSON pointer of the first string, or key, that cannot be stored. */
function uncleanField(value: unknown, at: string, depth: number): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : at || '/';
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && !isPlain(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return `${at}/${key.toWellFormed().replaceAll('\u0000', '')}`;
    const found = uncleanField(inner, `${at}/${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** Literal objects and the parser's own null-prototype ones; streams and buffers of other content types are left alone. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
