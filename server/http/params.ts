import type { z } from 'zod';
import { AppError } from '#shared/wire/errors.ts';

/** ISO 8601 with zone, or epoch milliseconds; undefined when absent. */
export function parseInstant(name: string, value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const at = /^\d{10,16}$/.test(value)
    ? Number(value)
    : /^\d{4}-\d\d-\d\d/.test(value)
      ? Date.parse(value.replace(' ', '+'))
      : Number.NaN;
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) {
    throw new AppError(
      'request/invalid',
      `${name} is not an instant such as 2025-01-27T21:00:00+08:00.`,
      { errors: [{ field: name, message: 'is not an ISO 8601 instant' }] },
    );
  }
  return at;
}

/** A body that may be left out where every field of it may be: `curl -X POST` sends none, which reads as null. */
export const optionalBody = <T extends z.ZodObject>(schema: T) =>
  schema.nullish().transform((body) => (body ?? {}) as z.infer<T>);

/** Opaque cursors: base64url of JSON. A broken one is the caller's error. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export function decodeCursor(cursor: string | undefined): unknown {
  if (cursor === undefined || cursor === '') return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw new AppError('request/invalid', 'cursor is not one of ours; start again without it.', {
      errors: [{ field: 'cursor', message: 'is not valid' }],
      cause,
    });
  }
}

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
