import type { IncomingHttpHeaders } from 'node:http';
import { allows, principalOf, SESSION_COOKIE, type AccessDeps } from '../http/access.ts';
import { isLoopbackHost, isSameOrigin } from '../http/security.ts';
import type { LiveServer } from './fan-out.ts';

/** How long a socket may outlive a right that ended elsewhere: by expiry, or on another server. */
const RECHECK_MS = 60_000;

const COOKIE = new RegExp(`(?:^|; )${SESSION_COOKIE}=([^;]{1,200})`);

/** Session id of a handshake's cookie. */
function sessionOf(headers: IncomingHttpHeaders): string | undefined {
  return COOKIE.exec(headers.cookie ?? '')?.[1];
}

/** True when these headers may watch, now. */
async function mayWatch(headers: IncomingHttpHeaders, access: AccessDeps): Promise<boolean> {
  const principal = await principalOf(headers, sessionOf(headers), access);
  return principal !== null && allows(principal, 'read');
}

/** The handshake: from our own page or from a program, and by somebody who may read. */
export async function mayConnect(
  headers: IncomingHttpHeaders,
  access: AccessDeps,
): Promise<boolean> {
  if (!isSameOrigin({ headers })) return false;
  if (access.open && !isLoopbackHost(headers.host)) return false;
  return mayWatch(headers, access);
}

export interface SocketAccess {
  /** A logout: the sockets of that session close, all others stay. */
  endSession(session: string): void;
  /** A password, member or token changed: whoever may not read any more is let go. */
  recheck(): Promise<void>;
  stop(): void;
}

/** Rights are checked at the handshake; this ends the sockets of those that end later. */
export function createSocketAccess(
  io: LiveServer,
  access: AccessDeps,
  onError: (error: Error) => void,
): SocketAccess {
  const recheck = async (): Promise<void> => {
    // Many tabs share a session: each is asked for once.
    const verdicts = new Map<string, Promise<boolean>>();
    for (const socket of io.sockets.sockets.values()) {
      const { headers } = socket.handshake;
      const key = `${headers.authorization ?? ''}\n${sessionOf(headers) ?? ''}`;
      const verdict = verdicts.get(key) ?? mayWatch(headers, access);
      verdicts.set(key, verdict);
      if (!(await verdict)) socket.disconnect(true);
    }
  };
  const timer = setInterval(() => {
    recheck().catch(onError);
  }, RECHECK_MS);
  return {
    endSession(session) {
      for (const socket of io.sockets.sockets.values())
        if (sessionOf(socket.handshake.headers) === session) socket.disconnect(true);
    },
    recheck,
    stop: () => clearInterval(timer),
  };
}
