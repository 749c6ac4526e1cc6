/** Every error the API can answer, with its HTTP status. The codes are stable; messages may change. */
export const ERROR_STATUS = {
  'request/invalid': 400,
  'request/not-json': 400,
  'request/too-large': 413,
  'request/media-type': 415,
  'request/not-found': 404,
  'request/origin': 403,
  'auth/required': 401,
  'auth/wrong-password': 401,
  'auth/forbidden': 403,
  'auth/too-many-tries': 429,
  'auth/setup-done': 409,
  'idempotency/conflict': 422,
  'idempotency/in-flight': 409,
  'idempotency/secret-answer': 409,
  'ingest/overloaded': 503,
  'ingest/rate-limited': 429,
  'ingest/queue-unavailable': 503,
  'topic/not-found': 404,
  'topic/exists': 409,
  'topic/query-syntax': 400,
  'topic/no-alias': 400,
  'post/not-found': 404,
  'post/topic-not-mentioned': 404,
  'series/range': 400,
  'search/syntax': 400,
  'rule/not-found': 404,
  'rule/threshold-order': 400,
  'rule/invalid': 400,
  'incident/not-found': 404,
  'silence/not-found': 404,
  'channel/not-found': 404,
  'channel/invalid': 400,
  'delivery/not-found': 404,
  'spike/not-found': 404,
  'report/not-found': 404,
  'report/format': 400,
  'schedule/not-found': 404,
  'note/not-found': 404,
  'import/not-found': 404,
  'import/format': 400,
  'import/not-over': 409,
  'feed/not-found': 404,
  'feed/invalid': 400,
  'dead-letter/not-found': 404,
  'token/not-found': 404,
  'member/not-found': 404,
  'member/exists': 409,
  'member/last-admin': 409,
  'settings/invalid': 400,
  'stale-edit': 412,
  'server/not-ready': 503,
  'server/internal': 500,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

export interface FieldError {
  /** JSON pointer of the field, or the query parameter's name. */
  field: string;
  message: string;
}

/** An expected failure with a stable code. 5xx messages are logged, not shown. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly errors: FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { errors?: FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** RFC 9457 body of every error answer (`application/problem+json`). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  requestId: string;
  errors?: FieldError[];
}
