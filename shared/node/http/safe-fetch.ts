import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AddressGuard } from './address-guard.ts';
import { RefusedUrl } from './address-guard.ts';

/**
 * The only way out over HTTP: every address is judged by the guard, bodies and time are bounded, redirects are
 * followed by hand and judged again. Error messages never hold the URL, whose path or query is often the secret.
 */
export interface SafeRequest {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** From the call to the last byte. */
  timeoutMs?: number;
  /** Of the answer, after decompression. */
  maxBodyBytes?: number;
  /** 0: a redirect is an answer like any other (webhooks). */
  maxRedirects?: number;
  signal?: AbortSignal;
}

export interface SafeResponse {
  status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  headers: Record<string, string>;
  body: Uint8Array;
  /** The body as UTF-8, bad bytes replaced. */
  text: string;
  /** Where the answer came from, after redirects. */
  url: string;
  /** Every redirect on the way was permanent (301, 308): `url` is the new address. */
  moved: boolean;
}

/** An answer whose body is still coming; `timeoutMs` covers the head only. */
export interface OpenResponse {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  close(): void;
}

export type SafeFetch = (url: string, request?: SafeRequest) => Promise<SafeResponse>;
export type SafeStream = (
  url: string,
  request?: Pick<SafeRequest, 'headers' | 'timeoutMs' | 'signal'>,
) => Promise<OpenResponse>;

export type FetchErrorCode =
  | 'refused'
  | 'timeout'
  | 'too-large'
  | 'network'
  | 'aborted'
  | 'bad-answer';

export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;

  constructor(code: FetchErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

const DEFAULTS = { timeoutMs: 10_000, maxBodyBytes: 1_048_576, maxRedirects: 0 } as const;
const USER_AGENT = 'Weimai';

export function createSafeFetch(
  guard: AddressGuard,
  defaults: Pick<SafeRequest, 'timeoutMs' | 'maxBodyBytes'> = {},
): SafeFetch {
  return async (url, request = {}) => {
    const options = { ...DEFAULTS, ...defaults, ...request };
    const deadline = new Deadline(options.timeoutMs, options.signal);
    try {
      let target = check(guard, url);
      let headers = options.headers ?? {};
      let moved = true;
      for (let hops = 0; ; hops += 1) {
        const answer = await open(guard, target, { ...options, headers }, deadline);
        const next = redirectOf(answer);
        if (!next || options.maxRedirects === 0) {
          const body = await readBody(answer, options.maxBodyBytes, deadline);
          return {
            status: answer.statusCode ?? 0,
            headers: flatHeaders(answer),
            body,
            text: new TextDecoder().decode(body),
            url: target.href,
            moved: moved && hops > 0,
          };
        }
        answer.destroy();
        if (hops >= options.maxRedirects) throw new FetchError('bad-answer', 'too many redirects');
        moved &&= answer.statusCode === 301 || answer.statusCode === 308;
        const from = target;
        target = check(guard, URL.canParse(next, from.href) ? new URL(next, from).href : next);
        if (target.origin !== from.origin) headers = withoutCredentials(headers);
      }
    } finally {
      deadline.clear();
    }
  };
}

/** For server-sent events: hands out the body as it comes. Never follows redirects. */
export function createSafeStream(guard: AddressGuard): SafeStream {
  return async (url, request = {}) => {
    const deadline = new Deadline(request.timeoutMs ?? DEFAULTS.timeoutMs, request.signal);
    try {
      const answer = await open(guard, check(guard, url), { ...request, plain: true }, deadline);
      deadline.stopTimer();
      return {
        status: answer.statusCode ?? 0,
        headers: flatHeaders(answer),
        body: chunksOf(answer, deadline),
        close() {
          deadline.clear();
          answer.destroy();
        },
      };
    } catch (error) {
      deadline.clear();
      throw error;
    }
  };
}

/** One timer and one abort listener for a whole exchange, redirects and body included. */
class Deadline {
  private timer: NodeJS.Timeout | undefined;
  private stopCurrent: ((error: FetchError) => void) | undefined;
  private readonly signal: AbortSignal | undefined;
  failure: FetchError | undefined;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.signal = signal;
    this.timer = setTimeout(
      () => this.fail(new FetchError('timeout', `no complete answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    if (signal?.aborted) this.onAbort();
    else signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** What to stop when time is up; called at once when it already is. */
  guard(stop: (error: FetchError) => void): void {
    this.stopCurrent = stop;
    if (this.failure) stop(this.failure);
  }

  stopTimer(): void {
    clearTimeout(this.timer);
  }

  clear(): void {
    this.stopTimer();
    this.signal?.removeEventListener('abort', this.onAbort);
    this.stopCurrent = undefined;
  }

  private readonly onAbort = (): void => this.fail(new FetchError('aborted', 'stopped'));

  private fail(error: FetchError): void {
    this.failure ??= error;
    this.stopCurrent?.(this.failure);
  }
}

function check(guard: AddressGuard, url: string): URL {
  try {
    return guard.check(url);
  } catch (error) {
    throw asFetchError(error);
  }
}

function open(
  guard: AddressGuard,
  target: URL,
  request: SafeRequest & { plain?: boolean },
  deadline: Deadline,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const bytes = request.body === undefined ? undefined : Buffer.from(request.body);
    let outgoing: ClientRequest;
    try {
      outgoing = send(target, {
        method: request.method ?? 'GET',
        // A socket of its own: one that another guard has opened is never reused.
        agent: false,
        lookup: guard.lookup,
        headers: {
          'user-agent': USER_AGENT,
          'accept-encoding': request.plain ? 'identity' : 'gzip',
          ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
          ...request.headers,
        },
      });
    } catch (error) {
      // node:http refuses header values with line breaks here.
      reject(new FetchError('bad-answer', 'the request cannot be written', { cause: error }));
      return;
    }
    outgoing.on('error', (error) => reject(deadline.failure ?? asFetchError(error)));
    outgoing.on('response', resolve);
    deadline.guard((failure) => outgoing.destroy(failure));
    outgoing.end(bytes);
  });
}

async function readBody(
  answer: IncomingMessage,
  maxBytes: number,
  deadline: Deadline,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(answer, deadline)) {
    size += chunk.length;
    // Leaving the loop destroys the stream.
    if (size > maxBytes) throw new FetchError('too-large', `answer larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* chunksOf(answer: IncomingMessage, deadline: Deadline): AsyncGenerator<Uint8Array> {
  const stream = decoded(answer);
  deadline.guard((failure) => {
    answer.destroy(failure);
    stream.destroy(failure);
  });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw deadline.failure ?? asFetchError(error);
  } finally {
    answer.destroy();
  }
}

function decoded(answer: IncomingMessage): Readable {
  const encoding = answer.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return answer;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    answer.destroy();
    throw new FetchError('bad-answer', 'an encoding that was not asked for');
  }
  const gunzip = createGunzip();
  answer.on('error', (error) => gunzip.destroy(error));
  return answer.pipe(gunzip);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function redirectOf(answer: IncomingMessage): string | undefined {
  return REDIRECTS.has(answer.statusCode ?? 0) ? answer.headers.location : undefined;
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !['authorization', 'cookie'].includes(name.toLowerCase()),
    ),
  );
}

function flatHeaders(answer: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function asFetchError(error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  if (error instanceof RefusedUrl) {
    return new FetchError('refused', error.message, { cause: error });
  }
  return new FetchError('network', networkMessage(error), { cause: error });
}

/** Several addresses tried in vain come as an AggregateError without a message of its own. */
function networkMessage(error: unknown): string {
  if (error instanceof AggregateError) return networkMessage(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
