import Fastify from 'fastify';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chooseCoding, registerCompression } from '#server/http/compress.ts';

describe('the coding of an answer', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['GZIP', 'gzip'],
    ['br ; q=0.0', null],
    ['identity', null],
    [undefined, null],
  ] as const)('%s → %s', (accepted, expected) => {
    expect(chooseCoding(accepted)).toBe(expected);
  });
});

describe('compressed answers', () => {
  const long = { text: '服务器繁忙'.repeat(500) };
  const app = Fastify();
  registerCompression(app);
  app.get('/long', async () => long);
  app.get('/short', async () => ({ ok: true }));
  app.post('/long', async () => long);
  const ask = (method: 'GET' | 'POST', url: string, coding: string) =>
    app.inject({ method, url, headers: { 'accept-encoding': coding } });

  it('hold the same JSON in either coding, with its length and what it depends on', async () => {
    const br = await ask('GET', '/long', 'gzip, br');
    const gz = await ask('GET', '/long', 'gzip');
    expect(JSON.parse(brotliDecompressSync(br.rawPayload).toString())).toEqual(long);
    expect(JSON.parse(gunzipSync(gz.rawPayload).toString())).toEqual(long);
    expect(br.headers).toMatchObject({
      'content-encoding': 'br',
      'content-length': String(br.rawPayload.length),
      vary: 'accept-encoding',
    });
  });

  it.each([
    ['a short answer', 'GET', '/short', 'br'],
    ['the answer to a write', 'POST', '/long', 'br'],
    ['an answer for someone who takes no coding', 'GET', '/long', 'identity'],
  ] as const)('%s stays as it is', async (_name, method, url, coding) => {
    const answer = await ask(method, url, coding);
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.json()).toEqual(url === '/long' ? long : { ok: true });
  });
});
