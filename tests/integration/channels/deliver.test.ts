import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, ChannelType } from '#shared/alert/channel.ts';
import { createAddressGuard } from '#shared/node/http/address-guard.ts';
import { createSafeFetch } from '#shared/node/http/safe-fetch.ts';
import type { ChannelDeps, HttpChannelType } from '#worker/channels/channel.ts';
import { send } from '#worker/channels/index.ts';
import { createMailer } from '#worker/channels/mailer.ts';
import {
  isDingTalkValid,
  isFeishuValid,
  isStandardWebhookValid,
  startReceiver,
} from '../../support/receiver.ts';
import type { Answer, Received, Receiver } from '../../support/receiver.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import type { SmtpSink } from '../../support/smtp-sink.ts';
import { aChannel, aMessage, WEBHOOK_SECRET } from '../../unit/channels/a-channel.ts';

let provider: Receiver;
const guard = createAddressGuard({ allow: ['127.0.0.1'] });
const safeFetch = createSafeFetch(guard);

/** A short timeout stands in for the real one, so that silence is noticed soon. */
function deps(fields: Partial<ChannelDeps> = {}): ChannelDeps {
  return {
    fetch: (url, request) => safeFetch(url, { ...request, timeoutMs: 400 }),
    now: Date.now,
    signal: new AbortController().signal,
    mailer: createMailer(guard, 1000),
    ...fields,
  };
}

beforeAll(async () => {
  provider = await startReceiver();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.requests.length = 0;
});

interface Case {
  path: string;
  ok: Answer;
  /** The provider's refusal with HTTP 200 or an error status, and its code. */
  refusal: Answer;
  code: string | undefined;
  isSigned?: (request: Received) => boolean;
}

const json = (body: object, status = 200): Answer => ({ status, body });
const CASES: { [T in HttpChannelType]: Case } = {
  webhook: {
    path: '/hook',
    ok: { status: 204, body: '' },
    refusal: json({ code: 7, message: 'bad signature' }, 401),
    code: '7',
    isSigned: (request) => isStandardWebhookValid(request, WEBHOOK_SECRET, Date.now()),
  },
  alertmanager: {
    path: '/hook',
    ok: { body: '' },
    refusal: { status: 400, body: 'no' },
    code: undefined,
  },
  dingtalk: {
    path: '/robot/send',
    ok: json({ errcode: 0, errmsg: 'ok' }),
    refusal: json({ errcode: 310000, errmsg: 'sign not match' }),
    code: '310000',
    isSigned: (request) => isDingTalkValid(request, 'SECtestsecret0123456789', Date.now()),
  },
  feishu: {
    path: '/open-apis/bot/v2/hook/feishu-token-1',
    ok: json({ code: 0, msg: 'success', data: {} }),
    refusal: json({ code: 19021, msg: 'sign match fail or timestamp is not within one hour' }),
    code: '19021',
    isSigned: (request) => isFeishuValid(request, 'testsecret0123456789', Date.now()),
  },
  wecom: {
    path: '/cgi-bin/webhook/send',
    ok: json({ errcode: 0, errmsg: 'ok' }),
    refusal: json({ errcode: 93000, errmsg: 'invalid webhook url' }),
    code: '93000',
  },
  slack: {
    path: '/hook',
    ok: { body: 'ok' },
    refusal: { status: 404, body: 'no_service' },
    code: 'no_service',
  },
  telegram: {
    path: '/bot123456:bot-token/sendMessage',
    ok: json({ ok: true, result: {} }),
    refusal: json({ ok: false, error_code: 403, description: 'bot was kicked' }, 403),
    code: '403',
  },
  ntfy: {
    path: '/',
    ok: json({ id: 'x1', event: 'message' }),
    refusal: json({ code: 40301, http: 403, error: 'forbidden' }, 403),
    code: '40301',
  },
  bark: {
    path: '/push',
    ok: json({ code: 200, message: 'success' }),
    refusal: json({ code: 400, message: 'failed to get device token' }, 400),
    code: '400',
  },
  serverchan: {
    path: '/SCT1234abcd.send',
    ok: json({ code: 0, message: '' }),
    refusal: json({ code: 40001, message: 'bad pushkey' }),
    code: '40001',
  },
};

function at(type: ChannelType): Channel {
  const byUrl = ['webhook', 'alertmanager', 'slack'].includes(type);
  return aChannel(type, byUrl ? { url: `${provider.url}/hook` } : { baseUrl: provider.url });
}

describe.each(Object.entries(CASES))('%s', (name, { path, ok, refusal, code, isSigned }) => {
  const type = name as HttpChannelType;

  test('delivers: right address, JSON body, valid signature, good code', async () => {
    provider.answer(ok);
    const result = await send(at(type), aMessage(), deps());
    expect(result).toMatchObject({ sent: true, httpStatus: ok.status ?? 200 });
    expect(provider.requests).toHaveLength(1);
    const [request] = provider.requests as [Received];
    expect(request).toMatchObject({ method: 'POST', path });
    expect(request.headers['content-type']).toContain('application/json');
    expect(request.body).toContain('DeepSeek 情绪骤降');
    if (isSigned) expect(isSigned(request)).toBe(true);
  });

  test('a refusal is failed for good, with the provider’s own answer', async () => {
    provider.answer(refusal);
    const result = await send(at(type), aMessage(), deps());
    const answer = typeof refusal.body === 'string' ? refusal.body : JSON.stringify(refusal.body);
    expect(result).toMatchObject({
      sent: false,
      retry: false,
      answer,
      httpStatus: refusal.status ?? 200,
    });
    expect(result.providerCode).toBe(code);
  });

  test.each<[string, Answer, object]>([
    [
      '429 with Retry-After',
      { status: 429, headers: { 'retry-after': '17' }, body: 'slow down' },
      { retry: true, reason: 'rate-limited', retryAfterMs: 17_000, answer: 'slow down' },
    ],
    ['a broken provider', { status: 503, body: 'down' }, { retry: true, reason: 'http-status' }],
    ['silence', { silent: true }, { retry: true, reason: 'timeout' }],
    ['a reset', { reset: 'at-once' }, { retry: true, reason: 'network' }],
    [
      'a reset in the answer',
      { body: 'half of it', reset: 'mid-body' },
      { retry: true, reason: 'network' },
    ],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      { retry: false, reason: 'redirected' },
    ],
    ['gone', { status: 410, body: '' }, { retry: false, reason: 'gone', gone: true }],
    [
      'an endless answer',
      { body: 'x'.repeat(1_100_000) },
      { retry: false, reason: 'answer-too-large' },
    ],
  ])('%s is failed', async (_name, answer, expected) => {
    provider.answer(answer);
    const result = await send(at(type), aMessage(), deps());
    expect(result).toMatchObject({ sent: false, partsSent: 0, ...expected });
    expect(provider.requests).toHaveLength(1);
  });

  test('a private address that is not allowed is never called', async () => {
    const strict = deps({ fetch: createSafeFetch(createAddressGuard()) });
    const result = await send(at(type), aMessage(), strict);
    expect(result).toMatchObject({ sent: false, retry: false, reason: 'address-refused' });
    expect(provider.requests).toHaveLength(0);
  });

  test('no secret is in the answer, even when the provider repeats the request', async () => {
    const channel = at(type);
    provider.answer({
      handle: (request, response) => {
        response.writeHead(400);
        response.end(
          `${request.path}?${request.query.toString()} ${JSON.stringify(request.headers)}`,
        );
      },
    });
    const result = await send(channel, aMessage(), deps());
    for (const secret of [
      WEBHOOK_SECRET,
      'ding-token-1',
      'feishu-token-1',
      'wecom-key-1',
      'bot-token',
      'SCT1234',
    ]) {
      expect(JSON.stringify(result)).not.toContain(secret);
    }
    expect(result.sent).toBe(false);
  });
});

test('a repeat after a lost answer has the same webhook-id and a signature of its own time', async () => {
  provider.answer({ reset: 'at-once' }, { body: '' });
  let now = Date.now() - 120_000;
  const clock = deps({ now: () => now });
  expect(await send(at('webhook'), aMessage(), clock)).toMatchObject({ sent: false, retry: true });
  now += 120_000;
  expect(await send(at('webhook'), aMessage(), clock)).toMatchObject({ sent: true });
  const [first, second] = provider.requests;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
  expect(second && isStandardWebhookValid(second, WEBHOOK_SECRET, Date.now())).toBe(true);
});

test('a long message arrives in parts; a failure says how many did', async () => {
  const lines = Array.from({ length: 400 }, (_, index) => `第 ${index} 条：大家都在等恢复`);
  provider.answer(
    json({ errcode: 0 }),
    json({ errcode: 0 }),
    json({ errcode: 45009, errmsg: 'freq' }),
  );
  const result = await send(at('wecom'), aMessage({ kind: 'digest', lines }), deps());
  expect(result).toMatchObject({ sent: false, partsSent: 2, retry: true, retryAfterMs: 60_000 });
  expect(provider.requests).toHaveLength(3);
});

test('a stop of the program interrupts a delivery and leaves it to be repeated', async () => {
  provider.answer({ silent: true });
  const stop = new AbortController();
  const sending = send(at('ntfy'), aMessage(), {
    ...deps({ signal: stop.signal }),
    fetch: safeFetch,
  });
  await provider.received(1);
  stop.abort();
  expect(await sending).toMatchObject({ sent: false, retry: true, reason: 'interrupted' });
});

describe('e-mail', () => {
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink();
  });
  afterAll(() => sink.close());
  beforeEach(() => {
    sink.mails.length = 0;
    for (const name of Object.keys(sink.refuse)) Reflect.deleteProperty(sink.refuse, name);
  });

  function mailChannel(fields: Record<string, unknown> = {}): Channel {
    return aChannel('email', {
      host: '127.0.0.1',
      port: sink.port,
      security: 'none',
      to: ['ops@example.com', 'zhang@example.com'],
      ...fields,
    });
  }

  test('arrives as text and HTML with the attachment, for everyone named', async () => {
    const pdf = {
      name: '日报.pdf',
      contentType: 'application/pdf',
      body: Buffer.from('%PDF-1.7 fake'),
    };
    const message = aMessage({ attachments: [pdf], lines: ['<b>阈值</b> -20'] });
    const result = await send(mailChannel(), message, deps());
    expect(result).toMatchObject({ sent: true, providerCode: '250', answer: '250 queued as 1' });
    const [mail] = sink.mails;
    expect(mail).toMatchObject({
      from: 'weimai@example.com',
      to: ['ops@example.com', 'zhang@example.com'],
    });
    const source = mail?.data ?? '';
    expect(source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(source).toMatch(/^Message-ID: <[0-9a-f]{32}@example\.com>\r$/m);
    expect(source).toContain('multipart/alternative');
    expect(source).toContain('Content-Type: application/pdf');
    expect(source).toContain(Buffer.from('%PDF-1.7 fake').toString('base64'));
    expect(decodedParts(source)).toContain('&lt;b&gt;阈值&lt;/b&gt; -20');
    expect(decodedParts(source)).toContain('DeepSeek 情绪骤降');
  });

  test('a repeat has the same Message-ID', async () => {
    await send(mailChannel(), aMessage(), deps());
    await send(mailChannel(), aMessage(), deps());
    const ids = sink.mails.map(({ data }) => /^Message-ID: (.+)\r$/m.exec(data)?.[1]);
    expect(ids[0]).toBeDefined();
    expect(ids[1]).toBe(ids[0]);
  });

  test.each<[string, SmtpSink['refuse'], Record<string, unknown>, object]>([
    [
      'an unknown person',
      { RCPT: '550 no such user' },
      {},
      { retry: false, providerCode: '550', answer: '550 no such user' },
    ],
    ['a full box', { RCPT: '452 try later' }, {}, { retry: true, providerCode: '452' }],
    [
      'a refused text',
      { '.': '554 spam' },
      {},
      { retry: false, providerCode: '554', answer: '554 spam' },
    ],
    [
      'a wrong password',
      { AUTH: '535 bad credentials' },
      { user: 'u', password: 'hunter22' },
      { retry: false, providerCode: '535' },
    ],
  ])('%s is failed with the server’s own words', async (_name, refuse, fields, expected) => {
    Object.assign(sink.refuse, refuse);
    const result = await send(mailChannel(fields), aMessage(), deps());
    expect(result).toMatchObject({ sent: false, reason: 'provider-refused', ...expected });
    expect(JSON.stringify(result)).not.toContain('hunter22');
    expect(sink.mails).toHaveLength(0);
  });

  test('a server that cannot be upgraded gets no mail when STARTTLS is asked for', async () => {
    const result = await send(mailChannel({ security: 'starttls' }), aMessage(), deps());
    expect(result).toMatchObject({ sent: false, retry: false });
    expect(sink.mails).toHaveLength(0);
  });

  test('a server that is down is tried again', async () => {
    const gone = await startSmtpSink();
    await gone.close();
    const result = await send(mailChannel({ port: gone.port }), aMessage(), deps());
    expect(result).toMatchObject({ sent: false, retry: true, reason: 'network' });
  });

  test('a private mail server is refused unless allowed', async () => {
    const strict = deps({ mailer: createMailer(createAddressGuard(), 1000) });
    const result = await send(mailChannel(), aMessage(), strict);
    expect(result).toMatchObject({ sent: false, retry: false, reason: 'address-refused' });
  });

  test('a stop of the program interrupts a mail under way at once', async () => {
    const silent = createServer(() => stop.abort());
    const stop = new AbortController();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const result = await send(mailChannel({ port }), aMessage(), {
      ...deps({ signal: stop.signal }),
      mailer: createMailer(guard, 60_000),
    });
    expect(result).toMatchObject({ sent: false, retry: true, reason: 'interrupted' });
    // Ends only when the connection has been closed.
    await new Promise((resolve) => silent.close(resolve));
  });

  test('without a mailer it says so', async () => {
    const { mailer: _none, ...without } = deps();
    expect(await send(mailChannel(), aMessage(), without)).toMatchObject({
      reason: 'not-available',
    });
  });
});

/** Every base64 or quoted-printable part of a mail as text. */
function decodedParts(source: string): string {
  return source
    .split(/\r\n\r\n/)
    .map((part) => {
      const lines = part.split('\r\n').filter((line) => !line.startsWith('--'));
      const packed = lines.join('');
      if (/^[A-Za-z0-9+/=]{8,}$/.test(packed))
        return Buffer.from(packed, 'base64').toString('utf8');
      const bytes = lines
        .join('\n')
        .replace(/=\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_match, hex: string) =>
          String.fromCharCode(parseInt(hex, 16)),
        );
      return Buffer.from(bytes, 'latin1').toString('utf8');
    })
    .join('\n');
}
