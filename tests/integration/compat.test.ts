import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '#shared/node/root.ts';
import { startInProcess, type InProcessServer } from '../support/in-process.ts';

let server: InProcessServer;
let tokens: Record<'ingest' | 'read', string>;
const push = readFileSync(
  path.join(projectRoot(), 'tests/fixtures/formats/weibo-crawler.json'),
  'utf8',
);
const posts = (JSON.parse(push) as { weibo: { id: number }[] }).weibo.length;

beforeAll(async () => {
  server = await startInProcess({ WEIMAI_ADMIN_PASSWORD: 'correct horse' });
  const make = async (scope: 'ingest' | 'read'): Promise<string> =>
    (await server.store.access.createToken(scope, scope, null)).token;
  tokens = { ingest: await make('ingest'), read: await make('read') };
});
afterAll(() => server?.close());

/** fetch refuses a GET with a body; the crawler's Python client does not. */
function send(
  method: string,
  route: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${server.url}${route}`,
      {
        method,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

describe('/compat/weibo-crawler', () => {
  test.each(['GET', 'POST'])(
    '%s with the crawler’s body puts every post into the queue',
    async (method) => {
      const before = server.ingest.taken;
      const answer = await send(method, '/compat/weibo-crawler', push, {
        'api-token': tokens.ingest,
      });
      expect(answer.status, answer.body).toBe(200);
      expect(JSON.parse(answer.body)).toEqual({ accepted: posts, rejected: [], rejectedTotal: 0 });
      expect(server.ingest.taken).toBe(before + posts);
    },
  );

  test.each([
    ['no token', {}, 401],
    ['an unknown token', { 'api-token': 'wm_live_nobody' }, 401],
    ['a token for reading', () => ({ 'api-token': tokens.read }), 403],
  ])('%s is refused', async (_name, headers, status) => {
    const given = typeof headers === 'function' ? headers() : headers;
    const answer = await send(
      'GET',
      '/compat/weibo-crawler',
      push,
      given as Record<string, string>,
    );
    expect(answer.status).toBe(status);
  });

  test.each([
    ['an empty body', '', 400, 'request/not-json'],
    ['half a body', push.slice(0, 100), 400, 'request/not-json'],
    ['depth 40', `${'['.repeat(40)}${']'.repeat(40)}`, 400, 'request/invalid'],
  ])('%s is refused by name', async (_name, body, status, code) => {
    const answer = await send('GET', '/compat/weibo-crawler', body, { 'api-token': tokens.ingest });
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, code]);
  });

  test('a record that is none is named, the others count', async () => {
    const mixed = JSON.stringify({ weibo: [{ id: 1 }, ...JSON.parse(push).weibo] });
    const answer = await send('GET', '/compat/weibo-crawler', mixed, {
      'api-token': tokens.ingest,
    });
    expect(JSON.parse(answer.body)).toMatchObject({ accepted: posts, rejected: [{ index: 0 }] });
  });

  test('other GET routes are as they were', async () => {
    const headers = { authorization: `Bearer ${tokens.read}` };
    expect((await send('GET', '/api/v1/topics', '', headers)).status).toBe(200);
    expect((await send('GET', '/livez', '{"not": "read"}')).status).toBe(200);
  });
});
