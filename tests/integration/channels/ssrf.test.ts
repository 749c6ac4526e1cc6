import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LookupAddress } from 'node:dns';
import { createAddressGuard, invalidAllowEntries } from '#shared/node/http/address-guard.ts';
import type { Resolver } from '#shared/node/http/address-guard.ts';
import { createSafeFetch, createSafeStream, FetchError } from '#shared/node/http/safe-fetch.ts';
import { startReceiver } from '../../support/receiver.ts';
import type { Receiver } from '../../support/receiver.ts';

/** Names an attacker could own, and what their name server would answer. */
const HOSTILE_NAMES: Record<string, string[]> = {
  'loopback.attacker.test': ['127.0.0.1'],
  'private.attacker.test': ['10.0.0.1'],
  'metadata.attacker.test': ['169.254.169.254'],
  'six.attacker.test': ['::1'],
  'mapped.attacker.test': ['::ffff:127.0.0.1'],
  'unspecified.attacker.test': ['0.0.0.0'],
  'unique-local.attacker.test': ['fd00:ec2::254'],
  'two-private.attacker.test': ['10.0.0.1', '127.0.0.1'],
  'nat64.attacker.test': ['64:ff9b::7f00:1'],
  '127.0.0.1.nip.test': ['127.0.0.1'],
};

const resolver: Resolver = (host, done) => {
  const name = host.replace(/\.$/, '');
  const answers = /(?:^|\.)localhost$/.test(name) ? ['127.0.0.1', '::1'] : HOSTILE_NAMES[name];
  if (answers) done(null, answers.map(asAddress));
  else done(Object.assign(new Error(`ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), []);
};

function asAddress(address: string): LookupAddress {
  return { address, family: address.includes(':') ? 6 : 4 };
}

/** PORT stands for the victim's real port on 127.0.0.1: a payload that passes the guard would hit it. */
const PAYLOADS = [
  'http://127.0.0.1:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://127.255.255.254:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.0x0.0x0.0x1:PORT/',
  'http://0X7F.1:PORT/',
  'http://2130706433:PORT/',
  'http://017700000001:PORT/',
  'http://0177.0.0.01:PORT/',
  'http://0177.0.0x0.1:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://00000000.0.0.1:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://127。0。0。1:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http://ⓛocalhost:PORT/',
  'http://anything.localhost:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::]:PORT/',
  'http://[::ffff:0:127.0.0.1]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://[fec0::1]:PORT/',
  'http://[fc00::1]:PORT/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[ff02::1]:PORT/',
  'http://[2001:db8::1]:PORT/',
  'http://[100::1]:PORT/',
  'http://[5f00::1]:PORT/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/iam/',
  'http://0xa9fea9fe/latest/meta-data/',
  'http://2852039166/',
  'http://169.254.170.2/v2/credentials',
  'http://192.0.0.192/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://user:pass@127.0.0.1:PORT/',
  'http://example.com@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT#@example.com/',
  'http://127.0.0.1:PORT\\@example.com/',
  'http:\\\\127.0.0.1:PORT\\',
  'http:127.0.0.1:PORT/',
  ' \thttp://127.0.0.1:PORT/\n',
  'https://127.0.0.1:PORT/',
  'file:///etc/passwd',
  'ftp://127.0.0.1:PORT/',
  'gopher://127.0.0.1:PORT/_GET%20/',
  'dict://127.0.0.1:PORT/info',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'ws://127.0.0.1:PORT/',
  'unix:/var/run/docker.sock',
  '//127.0.0.1:PORT/',
  '127.0.0.1:PORT',
  '',
  ...Object.keys(HOSTILE_NAMES).map((name) => `http://${name}:PORT/`),
];

let victim: Receiver;
beforeAll(async () => {
  victim = await startReceiver();
});
afterAll(() => victim.close());

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'reached',
    (error: unknown) => (error instanceof FetchError ? error.code : `unexpected ${String(error)}`),
  );
}

describe('a private address is never called', () => {
  const guard = createAddressGuard({ resolver });
  const fetch = createSafeFetch(guard, { timeoutMs: 2000 });
  const stream = createSafeStream(guard);

  test('the table holds at least 64 payloads', () => {
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(64);
  });

  test.each(PAYLOADS)('%j is refused', async (payload) => {
    const url = payload.replace('PORT', String(victim.port));
    expect(await codeOf(fetch(url, { maxRedirects: 3 }))).toBe('refused');
    expect(await codeOf(stream(url))).toBe('refused');
    expect(victim.requests).toHaveLength(0);
  });

  test('the message names the host and never the path or query, which may be the secret', async () => {
    const failure = await fetch('http://10.1.2.3/robot/send?access_token=topsecret').catch(
      (error: unknown) => error as FetchError,
    );
    expect((failure as FetchError).message).toContain('10.1.2.3');
    expect((failure as FetchError).message).not.toContain('topsecret');
  });
});

test('control: without the guard the same table does reach the victim', async () => {
  const open = createSafeFetch(createAddressGuard({ allow: ['0.0.0.0/0', '::/0'], resolver }), {
    timeoutMs: 300,
  });
  const control = await startReceiver();
  for (const payload of PAYLOADS.filter((text) => text.includes('PORT'))) {
    await codeOf(open(payload.replace('PORT', String(control.port))));
  }
  expect(control.requests.length).toBeGreaterThanOrEqual(20);
  await control.close();
}, 60_000);

describe('every step on the way is judged', () => {
  test('a redirect to a private address is refused, whatever its spelling', async () => {
    const door = await startReceiver('127.0.0.2');
    const fetch = createSafeFetch(createAddressGuard({ allow: ['127.0.0.2'], resolver }));
    for (const location of [
      `http://127.0.0.1:${victim.port}/`,
      `http://0x7f000001:${victim.port}/`,
      `http://loopback.attacker.test:${victim.port}/`,
      `//127.0.0.1:${victim.port}/`,
      'file:///etc/passwd',
    ]) {
      door.answer({ status: 302, headers: { location }, body: '' });
      expect(await codeOf(fetch(door.url, { maxRedirects: 3 }))).toBe('refused');
    }
    expect(victim.requests).toHaveLength(0);
    await door.close();
  });

  test('a name that changes its answer after the check gains nothing: it is asked once a connection', async () => {
    const open = await startReceiver('127.0.0.2', victim.port);
    const answers = ['127.0.0.2', '127.0.0.1'];
    let asked = 0;
    const rebinding: Resolver = (_host, done) => {
      done(null, [asAddress(answers[Math.min(asked++, 1)] ?? '')]);
    };
    const guard = createAddressGuard({ allow: ['127.0.0.2'], resolver: rebinding });
    const fetch = createSafeFetch(guard);
    const url = `http://rebind.attacker.test:${open.port}/`;
    expect((await fetch(url)).status).toBe(200);
    expect(asked).toBe(1);
    expect(await codeOf(fetch(url))).toBe('refused');
    expect(open.requests).toHaveLength(1);
    expect(victim.requests).toHaveLength(0);
    await open.close();
  });

  test('of a mixed answer only the allowed addresses are used', async () => {
    const open = await startReceiver('127.0.0.2', victim.port);
    const mixed: Resolver = (_host, done) => done(null, ['127.0.0.1', '127.0.0.2'].map(asAddress));
    const guard = createAddressGuard({ allow: ['127.0.0.2'], resolver: mixed });
    expect((await createSafeFetch(guard)(`http://mixed.test:${open.port}/`)).status).toBe(200);
    expect(open.requests).toHaveLength(1);
    expect(victim.requests).toHaveLength(0);
    await open.close();
  });

  test('credentials do not follow a redirect to another origin', async () => {
    const [first, second] = [await startReceiver('127.0.0.2'), await startReceiver('127.0.0.3')];
    first.answer({ status: 301, headers: { location: `${second.url}/feed` }, body: '' });
    const fetch = createSafeFetch(createAddressGuard({ allow: ['127.0.0.0/8'] }));
    const headers = { Authorization: 'Bearer t', 'if-none-match': '"x"' };
    const answer = await fetch(first.url, { headers, maxRedirects: 1 });
    expect(answer).toMatchObject({ status: 200, url: `${second.url}/feed`, moved: true });
    expect(second.requests[0]?.headers).toMatchObject({ 'if-none-match': '"x"' });
    expect(second.requests[0]?.headers).not.toHaveProperty('authorization');
    await Promise.all([first.close(), second.close()]);
  });
});

describe('the allow-list', () => {
  test.each([
    ['an address', ['127.0.0.1'], 'http://127.0.0.1:PORT/'],
    ['a range', ['127.0.0.0/8'], 'http://0x7f.1:PORT/'],
    ['a host name', ['ntfy.lan'], 'http://NTFY.lan:PORT/'],
    ['everything below a name', ['.lan'], 'http://alerts.lan:PORT/'],
    ['an address behind a name', ['127.0.0.1/32'], 'http://alerts.lan:PORT/'],
  ])('lets %s through', async (_name, allow, url) => {
    const guard = createAddressGuard({
      allow,
      resolver: (_h, done) => done(null, [asAddress('127.0.0.1')]),
    });
    const answer = await createSafeFetch(guard)(url.replace('PORT', String(victim.port)));
    expect(answer.status).toBe(200);
  });

  test('a listed name does not open its look-alikes', async () => {
    const guard = createAddressGuard({
      allow: ['lan', '.ntfy.lan'],
      resolver: (_h, done) => done(null, [asAddress('127.0.0.1')]),
    });
    for (const host of ['evil-ntfy.lan', 'ntfy.lan.attacker.test', 'ntfy.lan']) {
      expect(await codeOf(createSafeFetch(guard)(`http://${host}:${victim.port}/`))).toBe(
        'refused',
      );
    }
  });

  test('entries that mean nothing are named', () => {
    expect(
      invalidAllowEntries([
        '10.0.0.0/8',
        '::1',
        'ntfy.lan',
        '.lan',
        '10.0.0.0/99',
        'a b',
        'http://x',
      ]),
    ).toEqual(['10.0.0.0/99', 'a b', 'http://x']);
  });
});
