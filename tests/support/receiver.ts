import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local stand-in for a provider: records every request and answers from a script. */
export interface Receiver {
  /** http://127.0.0.1:PORT */
  url: string;
  port: number;
  requests: Received[];
  /** Next answers in order; the last one stays. */
  answer(...script: Answer[]): void;
  /** Resolves when `n` requests have arrived. */
  received(n: number): Promise<void>;
  close(): Promise<void>;
}

export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | object;
  /** Cut the connection instead of answering; `mid-body`: after the head and half of the body. */
  reset?: 'at-once' | 'mid-body';
  /** Keep the connection open and say nothing. */
  silent?: boolean;
  /** Anything else, e.g. a stream of events. */
  handle?: (request: Received, response: ServerResponse) => void;
}

export async function startReceiver(host = '127.0.0.1', port = 0): Promise<Receiver> {
  const requests: Received[] = [];
  const waiting: { n: number; done: () => void }[] = [];
  let script: Answer[] = [{ status: 200, body: 'ok' }];

  const server = createServer((request, response) => {
    void readRequest(request).then((received) => {
      requests.push(received);
      const answer = script.length > 1 ? script.shift() : script[0];
      reply(received, response, answer ?? {});
      for (const waiter of waiting) if (requests.length >= waiter.n) waiter.done();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    requests,
    answer(...answers) {
      script = answers;
    },
    received(n) {
      if (requests.length >= n) return Promise.resolve();
      return new Promise((done) => waiting.push({ n, done }));
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://receiver');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function reply(received: Received, response: ServerResponse, answer: Answer): void {
  if (answer.handle) return answer.handle(received, response);
  if (answer.silent) return;
  if (answer.reset === 'at-once') {
    response.socket?.resetAndDestroy();
    return;
  }
  const isText = typeof answer.body === 'string' || answer.body instanceof Uint8Array;
  const body = isText ? (answer.body as string | Uint8Array) : JSON.stringify(answer.body ?? '');
  response.writeHead(answer.status ?? 200, {
    'content-type': isText ? 'text/plain' : 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...answer.headers,
  });
  if (answer.reset === 'mid-body') {
    response.write(body.slice(0, Math.floor(body.length / 2)), () =>
      response.socket?.resetAndDestroy(),
    );
    return;
  }
  response.end(body);
}

// Signature checks, written from the providers' documents and not from our senders.

/** Standard Webhooks: any of the space-separated `v1,` signatures, at most 5 minutes old. */
export function isStandardWebhookValid(received: Received, secret: string, now: number): boolean {
  const id = received.headers['webhook-id'] ?? '';
  const seconds = received.headers['webhook-timestamp'] ?? '';
  if (Math.abs(now / 1000 - Number(seconds)) > 300) return false;
  const key = Buffer.from(secret.split('_')[1] ?? '', 'base64');
  const wanted = hmac(key, `${id}.${seconds}.${received.body}`);
  return (received.headers['webhook-signature'] ?? '')
    .split(' ')
    .some((part) => part.startsWith('v1,') && same(part.slice(3), wanted));
}

/** DingTalk: `timestamp` and `sign` in the query, at most an hour apart from the clock. */
export function isDingTalkValid(received: Received, secret: string, now: number): boolean {
  const ms = received.query.get('timestamp') ?? '';
  if (Math.abs(now - Number(ms)) > 3_600_000) return false;
  return same(received.query.get('sign') ?? '', hmac(secret, [ms, secret].join('\n')));
}

/** Feishu: `timestamp` (seconds) and `sign` in the body; the joined string is the key and nothing is signed. */
export function isFeishuValid(received: Received, secret: string, now: number): boolean {
  const body = JSON.parse(received.body) as { timestamp?: string; sign?: string };
  if (Math.abs(now / 1000 - Number(body.timestamp)) > 3600) return false;
  return same(body.sign ?? '', hmac([body.timestamp, secret].join('\n'), ''));
}

function hmac(key: string | Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64');
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
