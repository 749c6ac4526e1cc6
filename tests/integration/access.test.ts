import type {} from '@fastify/swagger';
import http from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '#server/http/access.ts';
import { startInProcess, type InProcessServer } from '../support/in-process.ts';

/** The decision for every route. A new route gets a line here, or this file fails. */
const DECISIONS: Record<Access, string> = {
  public: `
    GET /livez  GET /readyz  GET /api/v1/meta  GET /api/v1/openapi.json
    POST /api/v1/login  POST /api/v1/logout  POST /api/v1/setup
    GET /compat/weibo-crawler  POST /compat/weibo-crawler`,
  read: `
    GET /metrics  GET /api/v1/live  GET /api/v1/series  GET /api/v1/words  GET /api/v1/system  GET /api/v1/settings
    GET /api/v1/topics  GET /api/v1/topics/{id}  GET /api/v1/topics/{id}/rescore  GET /api/v1/rescores  GET /api/v1/topics/{id}/model  POST /api/v1/topics/preview  POST /api/v1/score
    GET /api/v1/posts  GET /api/v1/posts/facets  GET /api/v1/posts/{ref}  GET /api/v1/corrections  GET /api/v1/accuracy  GET /api/v1/blocked-authors  GET /api/v1/notes
    GET /api/v1/rules  GET /api/v1/rules/{id}  POST /api/v1/rules/backtest  GET /api/v1/incidents  GET /api/v1/incidents/{id}
    GET /api/v1/spikes  GET /api/v1/spikes/{id}  GET /api/v1/silences  POST /api/v1/silences/preview
    GET /api/v1/channels  GET /api/v1/channels/{id}  GET /api/v1/deliveries
    GET /api/v1/sources  GET /api/v1/dead-letters  GET /api/v1/feeds
    GET /api/v1/imports  GET /api/v1/imports/{id}  GET /api/v1/imports/{id}/rejected
    GET /api/v1/reports  GET /api/v1/reports/{day}  GET /api/v1/reports/{day}/versions  GET /api/v1/report-schedules
    GET /api/v1/export/posts  GET /api/v1/export/series
    POST /api/v1/password`,
  ingest: `
    POST /api/v1/posts  POST /api/v1/imports  POST /api/v1/imports/{id}/check  POST /api/v1/imports/{id}/start  POST /api/v1/imports/{id}/pause
    POST /api/v1/imports/{id}/resume  POST /api/v1/imports/{id}/cancel  DELETE /api/v1/imports/{id}`,
  write: `
    POST /api/v1/topics  PATCH /api/v1/topics/{id}  DELETE /api/v1/topics/{id}
    POST /api/v1/topics/{id}/rescore  DELETE /api/v1/topics/{id}/rescore  DELETE /api/v1/topics/{id}/rescore/{job}
    POST /api/v1/topics/{id}/learn  DELETE /api/v1/topics/{id}/model  PUT /api/v1/posts/{ref}/labels/{topic}  POST /api/v1/posts/{ref}/block-author  DELETE /api/v1/blocked-authors/{author}
    POST /api/v1/notes  DELETE /api/v1/notes/{id}
    POST /api/v1/rules  PATCH /api/v1/rules/{id}  DELETE /api/v1/rules/{id}
    POST /api/v1/incidents/{id}/acknowledge  POST /api/v1/incidents/{id}/notes  PATCH /api/v1/spikes/{id}
    POST /api/v1/silences  DELETE /api/v1/silences/{id}
    POST /api/v1/channels  PATCH /api/v1/channels/{id}  DELETE /api/v1/channels/{id}  POST /api/v1/channels/{id}/test
    POST /api/v1/deliveries/{id}/resend  POST /api/v1/dead-letters/{id}/retry  DELETE /api/v1/dead-letters/{id}
    POST /api/v1/feeds  PATCH /api/v1/feeds/{id}  DELETE /api/v1/feeds/{id}
    POST /api/v1/report-schedules  PATCH /api/v1/report-schedules/{id}  DELETE /api/v1/report-schedules/{id}
    POST /api/v1/reports/{day}/regenerate`,
  admin: `
    PATCH /api/v1/settings  POST /api/v1/demo  DELETE /api/v1/demo
    GET /api/v1/members  POST /api/v1/members  PATCH /api/v1/members/{name}  DELETE /api/v1/members/{name}
    GET /api/v1/tokens  POST /api/v1/tokens  DELETE /api/v1/tokens/{id}`,
};
const decisionOf = new Map(
  Object.entries(DECISIONS).flatMap(([access, list]) =>
    list
      .trim()
      .split(/\s{2,}/)
      .map((route) => [route, access as Access]),
  ),
);
const CALLERS = [
  'none',
  'viewer',
  'analyst',
  'admin',
  'token:read',
  'token:ingest',
  'token:admin',
] as const;
type Caller = (typeof CALLERS)[number];
const ALLOWED: Record<Access, readonly Caller[]> = {
  public: CALLERS,
  read: ['viewer', 'analyst', 'admin', 'token:read', 'token:admin'],
  ingest: ['analyst', 'admin', 'token:ingest', 'token:admin'],
  write: ['analyst', 'admin', 'token:admin'],
  admin: ['admin', 'token:admin'],
};
const PASSWORD = 'correct horse battery';

function routesOf(server: InProcessServer): string[] {
  const { paths } = server.app.swagger() as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => `${method.toUpperCase()} ${path}`)
      .filter((route) => !isPage(route)),
  );
}
/** Addresses that open the app's page; they hold no data. */
const isPage = (route: string): boolean =>
  /^GET \/([a-z]*(\/\{\*\}|\/\*)?|favicon\.ico)$/.test(route) &&
  !/^GET \/(livez|readyz|metrics)$/.test(route);

/** What the router itself holds, documented or not: `printRoutes` is its tree, four characters a level. */
function registeredRoutes(server: InProcessServer): string[] {
  const path: string[] = [];
  return server.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const found = /^([\s│]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line);
      if (found === null) return [];
      const [, indent = '', part = '', methods = ''] = found;
      path.length = indent.length / 4;
      path.push(part);
      const route = path.join('').replaceAll(/:(\w+)/g, '{$1}');
      return methods
        .split(', ')
        .filter((method) => method !== '' && method !== 'HEAD')
        .map((method) => `${method} ${route}`);
    })
    .filter((route) => !/^GET (\*|\/(?!api|compat|livez|readyz|metrics))/.test(route));
}

/** A request with a Host header of our choice, which fetch does not allow. */
function raw(
  server: InProcessServer,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${server.url}${path}`, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

function connectSocket(server: InProcessServer, headers: Record<string, string>): Socket {
  return io(server.url, { transports: ['websocket'], extraHeaders: headers, reconnection: false });
}
const outcome = (socket: Socket): Promise<'connected' | 'refused'> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', () => resolve('refused'));
  });

describe('with a password', () => {
  let server: InProcessServer;
  const headersOf = new Map<Caller, Record<string, string>>();

  beforeAll(async () => {
    server = await startInProcess({ WEIMAI_ADMIN_PASSWORD: PASSWORD });
    const { access } = server.store;
    headersOf.set('none', {});
    for (const role of ['viewer', 'analyst'] as const) await access.addMember(role, role, PASSWORD);
    for (const role of ['viewer', 'analyst', 'admin'] as const)
      headersOf.set(role, await login(server, role));
    for (const scope of ['read', 'ingest', 'admin'] as const)
      headersOf.set(`token:${scope}`, {
        authorization: `Bearer ${(await access.createToken(scope, scope, null)).token}`,
      });
  });
  afterAll(() => server?.close());

  async function login(on: InProcessServer, name: string): Promise<Record<string, string>> {
    const answer = await on.send('POST', '/api/v1/login', { name, password: PASSWORD });
    expect(answer.status).toBe(200);
    return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  }

  test('every route has a decision, and every decision a route', () => {
    const routes = routesOf(server);
    expect(routes.filter((route) => !decisionOf.has(route))).toEqual([]);
    expect([...decisionOf.keys()].filter((route) => !routes.includes(route))).toEqual([]);
  });

  test('no route of the router escapes the walk below', () => {
    expect(registeredRoutes(server).sort()).toEqual(routesOf(server).sort());
  });

  test('a HEAD is asked who it is, like the GET it stands for', async () => {
    const open: string[] = [];
    for (const route of routesOf(server).filter((each) => each.startsWith('GET '))) {
      if (decisionOf.get(route) === 'public') continue;
      const path = route.slice(4).replaceAll(/\{[^}]*\}/g, 'nobody');
      const { status } = await server.send('HEAD', path);
      if (status !== 401) open.push(`${route}: ${status}`);
    }
    expect(open).toEqual([]);
  });

  test.each(CALLERS)('%s may do what it may, and nothing else', async (caller) => {
    const wrong: string[] = [];
    for (const route of routesOf(server)) {
      const decision = decisionOf.get(route);
      if (decision === undefined || decision === 'public') continue;
      const [method = '', path = ''] = route.split(' ');
      const answer = await server.send(
        method,
        path.replaceAll(/\{[^}]*\}/g, 'nobody'),
        undefined,
        headersOf.get(caller),
      );
      await answer.arrayBuffer();
      const refused = answer.status === 401 || answer.status === 403;
      // Changing one's own password is a member's own affair: a token has none, and its try is a wrong password.
      if (
        refused === ALLOWED[decision].includes(caller) &&
        !(answer.status === 401 && path.endsWith('/password'))
      )
        wrong.push(`${route}: ${answer.status}`);
      if (answer.status >= 500 && answer.status !== 503) wrong.push(`${route}: ${answer.status}`);
      if (
        refused &&
        answer.status !== (caller === 'none' ? 401 : 403) &&
        !path.endsWith('/password')
      )
        wrong.push(`${route}: ${answer.status} for ${caller}`);
    }
    expect(wrong).toEqual([]);
  });

  test('the page itself, its files and the login open without a session', async () => {
    const page = await server.send('GET', '/');
    expect([200, 404]).toContain(page.status);
    if (page.status === 404) return; // built without pages
    const html = await page.text();
    const script = /src="(\/assets\/[^"]+)"/.exec(html)?.[1] ?? '';
    for (const path of [script, '/login', '/topics/deepseek', '/favicon.svg'])
      expect([path, (await server.send('GET', path)).status]).toEqual([path, 200]);
  });

  test.each([
    ['Origin of another site', { origin: 'http://evil.example' }],
    ['Origin null', { origin: 'null' }],
    ['Origin of the same host on another port', { origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { 'sec-fetch-site': 'same-site' }],
  ])('a write with %s is refused whatever cookie comes along', async (_name, headers) => {
    const answer = await raw(
      server,
      '/api/v1/topics',
      { ...headersOf.get('admin'), ...headers, 'content-type': 'text/plain' },
      'POST',
    );
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, 'request/origin']);
  });

  test('a form of another site cannot write either: only JSON is read', async () => {
    const answer = await raw(
      server,
      '/api/v1/notes',
      {
        ...headersOf.get('admin'),
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': '0',
      },
      'POST',
    );
    expect([400, 415]).toContain(answer.status);
  });

  test('the socket takes a session from the same origin, and nothing else', async () => {
    const cases: [Record<string, string>, 'connected' | 'refused'][] = [
      [{ ...headersOf.get('viewer'), origin: server.url }, 'connected'],
      [{ ...headersOf.get('viewer') }, 'connected'],
      [{ ...headersOf.get('token:read') }, 'connected'],
      [{ ...headersOf.get('viewer'), origin: 'http://evil.example' }, 'refused'],
      [{ ...headersOf.get('token:ingest') }, 'refused'],
      [{ cookie: 'weimai_session=forged' }, 'refused'],
      [{}, 'refused'],
    ];
    for (const [headers, expected] of cases) {
      const socket = connectSocket(server, headers);
      expect([headers.origin ?? headers.cookie?.slice(0, 8) ?? '', await outcome(socket)]).toEqual([
        headers.origin ?? headers.cookie?.slice(0, 8) ?? '',
        expected,
      ]);
      socket.close();
    }
  });

  test('logging out ends the session and its sockets', async () => {
    const headers = await login(server, 'viewer');
    const socket = connectSocket(server, headers);
    expect(await outcome(socket)).toBe('connected');
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await server.send('POST', '/api/v1/logout', undefined, headers)).status).toBe(200);
    await gone;
    expect((await server.send('GET', '/api/v1/topics', undefined, headers)).status).toBe(401);
    const again = connectSocket(server, headers);
    expect(await outcome(again)).toBe('refused');
    again.close();
  });

  test('logging out leaves the sockets of every other session alone', async () => {
    const mine = await login(server, 'viewer');
    const theirs = await login(server, 'viewer');
    const [own, other, program] = [mine, theirs, headersOf.get('token:read') ?? {}].map((headers) =>
      connectSocket(server, headers),
    ) as [Socket, Socket, Socket];
    // Listened to at once: a later one may be connected before an earlier one was waited for.
    expect(await Promise.all([own, other, program].map(outcome))).toEqual(
      Array.from({ length: 3 }, () => 'connected'),
    );
    const gone = new Promise((resolve) => own.once('disconnect', resolve));
    await server.send('POST', '/api/v1/logout', undefined, mine);
    await gone;
    // A round trip after the cut: had the others been cut as well, it would not come back.
    for (const socket of [other, program]) {
      expect(await socket.timeout(5_000).emitWithAck('topic:watch', { topics: [] })).toMatchObject({
        ok: true,
      });
      socket.close();
    }
  });

  test('a removed token, a removed member and a new password end their sockets, and only theirs', async () => {
    const { access } = server.store;
    const admin = headersOf.get('admin');
    const made = await access.createToken('screen', 'read', null);
    await access.addMember('leaver', 'viewer', PASSWORD);
    await access.addMember('changer', 'viewer', PASSWORD);
    const leaver = { cookie: `weimai_session=${(await access.login('leaver', PASSWORD)).session}` };
    const changer = {
      cookie: `weimai_session=${(await access.login('changer', PASSWORD)).session}`,
    };
    const cases: [Record<string, string>, () => Promise<Response>][] = [
      [
        { authorization: `Bearer ${made.token}` },
        () => server.send('DELETE', `/api/v1/tokens/${made.id}`, undefined, admin),
      ],
      [leaver, () => server.send('DELETE', '/api/v1/members/leaver', undefined, admin)],
      [
        changer,
        () => server.send('PATCH', '/api/v1/members/changer', { password: 'another horse' }, admin),
      ],
    ];
    const watching = connectSocket(server, admin ?? {});
    expect(await outcome(watching)).toBe('connected');
    for (const [headers, end] of cases) {
      const socket = connectSocket(server, headers);
      expect(await outcome(socket)).toBe('connected');
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      expect((await end()).status).toBeLessThan(300);
      await gone;
    }
    expect(watching.connected).toBe(true);
    watching.close();
  });

  test('whoever changes the own password goes on in a new session; the old one is over', async () => {
    await server.store.access.addMember('renewer', 'analyst', PASSWORD);
    const old = {
      cookie: `weimai_session=${(await server.store.access.login('renewer', PASSWORD)).session}`,
    };
    const answer = await server.send(
      'POST',
      '/api/v1/password',
      { current: PASSWORD, next: 'a new long phrase' },
      old,
    );
    const fresh = { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    expect((await server.send('GET', '/api/v1/topics', undefined, old)).status).toBe(401);
    expect((await server.send('GET', '/api/v1/topics', undefined, fresh)).status).toBe(200);
  });

  test('a new password ends every session of its member', async () => {
    const headers = await login(server, 'viewer');
    await server.store.access.setMember('viewer', { password: PASSWORD });
    expect((await server.send('GET', '/api/v1/topics', undefined, headers)).status).toBe(401);
  });

  test('tokens end when they expire or are removed', async () => {
    const { access } = server.store;
    const expired = await access.createToken('old', 'read', Date.now() - 1);
    const removed = await access.createToken('gone', 'read', null);
    await access.removeToken(removed.id);
    for (const { token } of [expired, removed])
      expect(
        (
          await server.send('GET', '/api/v1/topics', undefined, {
            authorization: `Bearer ${token}`,
          })
        ).status,
      ).toBe(401);
  });

  test('guessing a password is stopped after five tries, also for names that do not exist', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++)
      statuses.push(
        (await server.send('POST', '/api/v1/login', { name: `nobody${i}`, password: 'x' })).status,
      );
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.slice(5)).toEqual([429, 429]);
    const right = await server.send('POST', '/api/v1/login', { name: 'admin', password: PASSWORD });
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('open on loopback', () => {
  let server: InProcessServer;
  beforeAll(async () => {
    server = await startInProcess();
  });
  afterAll(() => server?.close());

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]',
    '127.0.0.1@evil.example',
  ])('a request for the name %s is refused (DNS rebinding)', async (host) => {
    for (const path of ['/api/v1/topics', '/api/v1/meta', '/'])
      expect([path, (await raw(server, path, { host })).status]).toEqual([path, 403]);
    const socket = connectSocket(server, { host });
    expect(await outcome(socket)).toBe('refused');
    socket.close();
  });

  test.each(['localhost', '127.0.0.1:7700', '[::1]:7700', 'weimai.localhost'])(
    'local name %s is served',
    async (host) => {
      expect((await raw(server, '/api/v1/topics', { host })).status).toBe(200);
    },
  );

  test('everybody who can connect is the owner; a wrong token is nobody', async () => {
    expect((await server.send('GET', '/api/v1/tokens')).status).toBe(200);
    expect(
      (
        await server.send('GET', '/api/v1/topics', undefined, {
          authorization: 'Bearer wm_live_wrong',
        })
      ).status,
    ).toBe(401);
  });
});

describe('the first password', () => {
  test('an address that others can reach is refused at start while nobody could log in', async () => {
    await expect(startInProcess({ HOST: '0.0.0.0' })).rejects.toThrow(/WEIMAI_ADMIN_PASSWORD/);
  });

  test('set on loopback it opens that address, where everybody logs in; loopback stays open', async () => {
    const local = await startInProcess();
    const body = { name: 'owner', password: PASSWORD };
    expect((await local.send('POST', '/api/v1/setup', body)).status).toBe(201);
    expect((await local.send('POST', '/api/v1/setup', body)).status).toBe(409);
    expect((await local.send('GET', '/api/v1/members')).status).toBe(200);
    const reachable = await startInProcess({ HOST: '0.0.0.0' }, async () => local.database.url);
    expect((await reachable.send('GET', '/api/v1/topics')).status).toBe(401);
    expect((await reachable.send('POST', '/api/v1/login', body)).status).toBe(200);
    await reachable.close();
    await local.close();
  });

  test('where only an admin token exists, setting it takes that token, not being first', async () => {
    const local = await startInProcess();
    const { access } = local.store;
    const ingest = (await access.createToken('crawler', 'ingest', null)).token;
    const through = async (): Promise<string> => local.database.url;
    await expect(startInProcess({ HOST: '0.0.0.0' }, through)).rejects.toThrow(/no password/);
    const admin = (await access.createToken('owner', 'admin', null)).token;
    const reachable = await startInProcess({ HOST: '0.0.0.0' }, through);
    const setup = (token?: string): Promise<Response> =>
      reachable.send(
        'POST',
        '/api/v1/setup',
        { name: 'owner', password: PASSWORD },
        token === undefined ? {} : { authorization: `Bearer ${token}` },
      );
    expect(await (await reachable.send('GET', '/api/v1/meta')).json()).toMatchObject({
      auth: { setup: true },
    });
    expect([(await setup()).status, (await setup(ingest)).status]).toEqual([401, 401]);
    expect(await access.hasMembers()).toBe(false);
    expect((await setup(admin)).status).toBe(201);
    await reachable.close();
    await local.close();
  });
});
