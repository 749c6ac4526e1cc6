import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddressGuard } from '#shared/node/http/address-guard.ts';
import { createSafeFetch, createSafeStream, FetchError } from '#shared/node/http/safe-fetch.ts';
import { startReceiver } from '../../support/receiver.ts';
import type { Answer, Receiver } from '../../support/receiver.ts';

let server: Receiver;
const guard = createAddressGuard({ allow: ['127.0.0.0/8'] });
const fetch = createSafeFetch(guard, { maxBodyBytes: 10_000 });

beforeAll(async () => {
  server = await startReceiver();
});
afterAll(() => server.close());

const big = 'x'.repeat(10_001);
const failures: [name: string, answer: Answer, code: string][] = [
  ['a body over the cap', { body: big }, 'too-large'],
  ['a compressed body that expands over the cap', packed(big), 'too-large'],
  [
    'a compressed body that is damaged',
    { body: 'no gzip', headers: { 'content-encoding': 'gzip' } },
    'network',
  ],
  [
    'an encoding nobody asked for',
    { body: 'x', headers: { 'content-encoding': 'br' } },
    'bad-answer',
  ],
  ['a reset before the answer', { reset: 'at-once' }, 'network'],
  ['a reset in the body', { body: 'half of this', reset: 'mid-body' }, 'network'],
  ['silence', { silent: true }, 'timeout'],
  ['a body that never ends', { handle: (_r, response) => void response.write('.') }, 'timeout'],
];

test.each(failures)('%s fails with its code', async (_name, answer, code) => {
  server.answer(answer);
  const failure = await fetch(server.url, { timeoutMs: 250 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FetchError);
  expect((failure as FetchError).code).toBe(code);
});

test('a port nobody listens on is a network failure with the reason', async () => {
  const gone = await startReceiver();
  await gone.close();
  await expect(fetch(gone.url)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});

test('a compressed body under the cap is read', async () => {
  server.answer(packed('情绪'));
  expect(await fetch(server.url)).toMatchObject({ status: 200, text: '情绪', moved: false });
  expect(server.requests.at(-1)?.headers).toMatchObject({ 'accept-encoding': 'gzip' });
});

test('method, headers and body arrive as given', async () => {
  server.answer({ body: 'ok' });
  await fetch(`${server.url}/a?b=c`, { method: 'POST', headers: { 'x-h': '1' }, body: '正文' });
  expect(server.requests.at(-1)).toMatchObject({ method: 'POST', path: '/a', body: '正文' });
  expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-h': '1', 'content-length': '6' });
});

test('a header that would start another header is refused before anything is sent', async () => {
  const before = server.requests.length;
  const attempt = fetch(server.url, { headers: { 'x-h': 'a\r\nx-evil: 1' } });
  await expect(attempt).rejects.toMatchObject({ code: 'bad-answer' });
  expect(server.requests).toHaveLength(before);
});

test('without permission a redirect is the answer', async () => {
  server.answer({ status: 302, headers: { location: '/elsewhere' }, body: '' });
  expect((await fetch(server.url)).status).toBe(302);
});

test('redirects are followed up to the limit and no further', async () => {
  const hop: Answer = { status: 302, headers: { location: '/next' }, body: '' };
  server.answer(hop, hop, hop, { body: 'there' });
  expect(await fetch(server.url, { maxRedirects: 3 })).toMatchObject({
    text: 'there',
    moved: false,
  });
  server.answer(hop);
  await expect(fetch(server.url, { maxRedirects: 3 })).rejects.toMatchObject({
    code: 'bad-answer',
  });
});

test('an abort stops a request under way and one not begun', async () => {
  server.answer({ silent: true });
  const stop = new AbortController();
  const arrived = server.received(server.requests.length + 1);
  const running = fetch(server.url, { signal: stop.signal });
  await arrived;
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  await expect(fetch(server.url, { signal: stop.signal })).rejects.toMatchObject({
    code: 'aborted',
  });
});

test('a stream hands out chunks as they come and ends when it is closed', async () => {
  let closed = false;
  server.answer({
    handle(_request, response) {
      response.on('close', () => (closed = true));
      response.write('one');
    },
  });
  const stream = await createSafeStream(guard)(server.url);
  const chunks: string[] = [];
  for await (const chunk of stream.body) {
    chunks.push(Buffer.from(chunk).toString());
    break;
  }
  stream.close();
  expect(chunks).toEqual(['one']);
  await expect.poll(() => closed).toBe(true);
});

function packed(text: string): Answer {
  return { body: gzipSync(text), headers: { 'content-encoding': 'gzip' } };
}
