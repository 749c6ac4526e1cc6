import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#shared/wire/errors.ts';
import type { AccessStore, Role } from '#shared/node/store/access.ts';
import { isLoopbackHost, refuseCrossSite } from './security.ts';

/** What a route asks for. `write` = analyst's work, `admin` = settings, members, tokens, demo removal. */
export type Access = 'public' | 'read' | 'ingest' | 'write' | 'admin';

/** Who is asking. */
export interface Principal {
  name: string;
  role: Role;
  /** Set for API tokens: what they may do instead of the role. */
  scope?: 'read' | 'ingest' | 'admin';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Default: GET and HEAD `read`, everything else `write`. */
    access?: Access;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export const SESSION_COOKIE = 'weimai_session';

export interface AccessDeps {
  access: AccessStore;
  /** True on loopback without a password: everybody who can connect is the owner. */
  open: boolean;
}

/** Looks who asks and refuses what the role or token scope does not allow; runs before any body is read. */
export function registerAccess(app: FastifyInstance, deps: AccessDeps): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    const wanted = accessOf(request);
    request.principal = await principalOf(request.headers, request.cookies[SESSION_COOKIE], deps);
    if (request.principal?.scope === undefined) refuseCrossSite(request);
    if (
      deps.open &&
      request.principal?.scope === undefined &&
      !isLoopbackHost(request.headers.host)
    ) {
      throw new AppError(
        'request/origin',
        'Without a password Weimai answers to local names only (localhost, 127.0.0.1).',
      );
    }
    if (wanted === 'public') return;
    if (!request.principal)
      throw new AppError(
        'auth/required',
        'Log in, or send an API token: Authorization: Bearer wm_…',
      );
    if (!allows(request.principal, wanted))
      throw new AppError('auth/forbidden', `This needs the right "${wanted}".`);
  });
}

function accessOf(request: FastifyRequest): Access {
  if (request.is404) return 'public';
  const set = request.routeOptions.config.access;
  if (set) return set;
  return request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write';
}

/** The owner on an open server, the bearer of a token, the member of a session, or nobody. */
export async function principalOf(
  headers: { authorization?: string | undefined },
  session: string | undefined,
  deps: AccessDeps,
): Promise<Principal | null> {
  const bearer = /^Bearer (\S{8,200})$/.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const token = await deps.access.findToken(bearer);
    return (
      token && {
        name: `token:${token.name}`,
        role: token.scope === 'admin' ? 'admin' : 'viewer',
        scope: token.scope,
      }
    );
  }
  if (deps.open) return { name: 'local', role: 'admin' };
  if (session === undefined) return null;
  return deps.access.findSession(session);
}

const BY_ROLE: Record<Role, ReadonlySet<Access>> = {
  viewer: new Set<Access>(['read']),
  analyst: new Set<Access>(['read', 'write', 'ingest']),
  admin: new Set<Access>(['read', 'write', 'ingest', 'admin']),
};
const BY_SCOPE: Record<'read' | 'ingest' | 'admin', ReadonlySet<Access>> = {
  read: new Set<Access>(['read']),
  ingest: new Set<Access>(['ingest']),
  admin: BY_ROLE.admin,
};

export function allows(principal: Principal, wanted: Access): boolean {
  if (wanted === 'public') return true;
  return principal.scope === undefined
    ? BY_ROLE[principal.role].has(wanted)
    : BY_SCOPE[principal.scope].has(wanted);
}
