import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#shared/wire/errors.ts';

/** No inline code anywhere; HSTS and upgrades only behind TLS, or a page on http://LAN-IP is dead (reliability.md M9). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // The preview of a report, which brings a sandbox policy of its own.
  "frame-src 'self'",
  "connect-src 'self' ws: wss:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

export function registerSecurityHeaders(app: FastifyInstance, options: { tls: boolean }): void {
  app.addHook('onSend', async (request, reply) => {
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', POLICY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    // Browsers ignore it, with an error in the console, on a plain http://LAN-IP.
    if (options.tls || isLoopbackHost(request.headers.host))
      reply.header('cross-origin-opener-policy', 'same-origin');
    if (!String(reply.getHeader('content-security-policy')).includes("frame-ancestors 'self'"))
      reply.header('x-frame-options', 'DENY');
    if (options.tls) reply.header('strict-transport-security', 'max-age=31536000');
  });
}

/** True when the request's Origin (if any) is the address the page itself was loaded from. */
export function isSameOrigin(request: {
  headers: { origin?: string | undefined; host?: string | undefined };
}): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}

/** Names under which an open (password-less) server may be called: stops DNS rebinding. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (!host) return false;
  const name = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
  return (
    name === 'localhost' ||
    name === '::1' ||
    name.endsWith('.localhost') ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Cross-site writes are refused whatever cookie comes along. */
export function refuseCrossSite(request: FastifyRequest): void {
  if (SAFE.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if ((site !== undefined && site !== 'same-origin' && site !== 'none') || !isSameOrigin(request)) {
    throw new AppError('request/origin', 'This request comes from another site.');
  }
}
