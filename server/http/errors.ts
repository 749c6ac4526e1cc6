import type { FastifyError, FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ZodError } from 'zod';
import {
  AppError,
  ERROR_STATUS,
  type ErrorCode,
  type FieldError,
  type Problem,
} from '#shared/wire/errors.ts';

/** The one place that turns errors into answers (RFC 9457). Messages of 5xx stay in the log. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = toAppError(error);
    const status = ERROR_STATUS[known.code];
    if (status >= 500) request.log.error({ err: error, code: known.code }, 'request failed');
    if (known.retryAfterSeconds !== undefined)
      reply.header('retry-after', String(known.retryAfterSeconds));
    return reply
      .code(status)
      .type('application/problem+json')
      .send(problemOf(known, String(request.id)));
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new AppError(
      'request/not-found',
      `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200) ?? ''}.`,
    );
    return reply
      .code(404)
      .type('application/problem+json')
      .send(problemOf(error, String(request.id)));
  });
}

function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: `https://weimai.invalid/errors/${error.code}`,
    title: error.code,
    status: error.status,
    detail:
      error.status === 500
        ? 'Something went wrong on our side. The request id is in the server log.'
        : error.message,
    code: error.code,
    requestId,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
  };
}

const BY_STATUS: Record<number, ErrorCode> = {
  400: 'request/invalid',
  404: 'request/not-found',
  413: 'request/too-large',
  415: 'request/media-type',
  429: 'ingest/rate-limited',
};

/** The store does not answer: connection refused or lost, or PostgreSQL starting or stopping (classes 08 and 57P). */
function isStoreDown(error: FastifyError): boolean {
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(error.code) ||
    /^(08|57P0)/.test(error.code ?? '') ||
    error.message === 'Connection terminated unexpectedly'
  );
}

function toAppError(error: FastifyError): AppError {
  if (error instanceof AppError) return error;
  if (isStoreDown(error))
    return new AppError('server/not-ready', 'The store does not answer; try again shortly.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue): FieldError => ({
      field: issue.instancePath === '' ? '/' : issue.instancePath,
      message: issue.message ?? 'is not valid',
    }));
    return new AppError(
      'request/invalid',
      `The ${error.validationContext ?? 'request'} is not valid: ${errors.map((entry) => `${entry.field} ${entry.message}`).join('; ')}`,
      { errors, cause: error },
    );
  }
  if (error instanceof ZodError) {
    const errors = (error as ZodError).issues.map((issue): FieldError => ({
      field: `/${issue.path.join('/')}`,
      message: issue.message,
    }));
    return new AppError('request/invalid', 'The request is not valid.', { errors, cause: error });
  }
  const code =
    error.code === 'FST_ERR_CTP_INVALID_JSON_BODY'
      ? 'request/not-json'
      : BY_STATUS[error.statusCode ?? 500];
  if (code) return new AppError(code, error.message, { cause: error });
  return new AppError('server/internal', error.message, { cause: error });
}
