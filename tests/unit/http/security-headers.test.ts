import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { registerSecurityHeaders } from '#server/http/security.ts';

async function headersOf(host: string, tls: boolean): Promise<Record<string, unknown>> {
  const app = Fastify();
  registerSecurityHeaders(app, { tls });
  app.get('/', async () => 'ok');
  const { headers } = await app.inject({ url: '/', headers: { host } });
  await app.close();
  return headers;
}

it('every answer forbids inline code, framing and sniffing', async () => {
  const headers = await headersOf('127.0.0.1:7700', false);
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

it.each([
  ['127.0.0.1:7700', false, 'same-origin', undefined],
  // A browser would write an error for it on plain HTTP from elsewhere.
  ['192.168.1.20:7700', false, undefined, undefined],
  ['weimai.example', true, 'same-origin', 'max-age=31536000'],
])('%s, TLS %s: opener policy %s, HSTS %s', async (host, tls, opener, hsts) => {
  const headers = await headersOf(host, tls);
  expect(headers['cross-origin-opener-policy']).toBe(opener);
  expect(headers['strict-transport-security']).toBe(hsts);
});
