import type { ErrorCode, FieldError, Problem } from '#shared/wire/errors.ts';

const BASE = '/api/v1';

/** A failed request: the server's own problem document, or what we know when none came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode | 'network' | 'not-a-problem';
  readonly status: number;
  readonly requestId: string;
  readonly errors: readonly FieldError[];

  constructor(problem: Pick<ApiError, 'code' | 'status' | 'requestId' | 'errors' | 'message'>) {
    super(problem.message);
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.requestId;
    this.errors = problem.errors;
  }
}

export type QueryValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

export interface SendOptions {
  query?: QueryValues;
  /** Version the edit is based on; the server answers `stale-edit` when somebody was faster. */
  ifMatch?: number;
  signal?: AbortSignal;
  /** An API token instead of the session: only for setting the first password. */
  token?: string;
}

type Listener = (error: ApiError) => void;
let onUnauthorised: Listener = () => undefined;
/** Called when any request is refused for want of a login. */
export function whenUnauthorised(listener: Listener): void {
  onUnauthorised = listener;
}

/** `get<Series>('/series', { topics: ['deepseek'], from, to })`. Rejects with an {@link ApiError}. */
export function get<T>(path: string, query?: QueryValues, signal?: AbortSignal): Promise<T> {
  return request<T>('GET', path, undefined, {
    ...(query === undefined ? {} : { query }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** `send('PATCH', '/topics/ernie', change, { ifMatch: 3 })`. A body of type Blob or FormData travels as it is. */
export function send<T = void>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  options: SendOptions = {},
): Promise<T> {
  return request<T>(method, path, body, options);
}

/** Path of an API route with its query, for links and downloads. */
export function apiUrl(path: string, query: QueryValues = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    search.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`;
}

async function request<T>(
  method: string,
  path: string,
  body: unknown,
  options: SendOptions,
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const raw = body instanceof Blob || body instanceof FormData;
  if (body !== undefined && !raw) headers['content-type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  if (method === 'POST') headers['idempotency-key'] = crypto.randomUUID();
  const answer = await call(apiUrl(path, options.query), {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const text = await answer.text();
  if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const error = problemOf(answer, text);
  const isTry = error.code === 'auth/wrong-password' || options.token !== undefined;
  if (error.status === 401 && !isTry) onUnauthorised(error);
  throw error;
}

async function call(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError({ code: 'network', status: 0, requestId: '', errors: [], message: url });
  }
}

function problemOf(answer: Response, text: string): ApiError {
  const requestId = answer.headers.get('x-request-id') ?? '';
  const unknown = new ApiError({
    code: 'not-a-problem',
    status: answer.status,
    requestId,
    errors: [],
    message: text.slice(0, 200),
  });
  if (!(answer.headers.get('content-type') ?? '').includes('json')) return unknown;
  const problem = JSON.parse(text) as Partial<Problem>;
  if (problem.code === undefined) return unknown;
  return new ApiError({
    code: problem.code,
    status: answer.status,
    requestId: problem.requestId ?? requestId,
    errors: problem.errors ?? [],
    message: problem.detail ?? problem.title ?? '',
  });
}
