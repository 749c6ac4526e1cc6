import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '#shared/node/http/retry-after.ts';
import type { HttpChannelType } from '#worker/channels/channel.ts';
import { judgeMailError } from '#worker/channels/email.ts';
import { HTTP_CHANNELS, judgeResponse } from '#worker/channels/index.ts';

const NOW = Date.UTC(2025, 0, 20);

function judge(
  type: HttpChannelType,
  status: number,
  text: string,
  headers: Record<string, string> = {},
) {
  return judgeResponse(HTTP_CHANNELS[type], { status, text, headers }, NOW);
}

describe('HTTP 200 counts only with the provider’s good code', () => {
  test.each<[HttpChannelType, string]>([
    ['dingtalk', '{"errcode":0,"errmsg":"ok"}'],
    ['feishu', '{"code":0,"msg":"success","data":{}}'],
    ['wecom', '{"errcode":0,"errmsg":"ok"}'],
    ['slack', 'ok'],
    ['telegram', '{"ok":true,"result":{}}'],
    ['ntfy', '{"id":"abc","event":"message"}'],
    ['bark', '{"code":200,"message":"success"}'],
    ['serverchan', '{"code":0,"message":""}'],
    ['webhook', ''],
    ['alertmanager', 'anything'],
  ])('%s: %s is sent', (type, text) => {
    expect(judge(type, 200, text)).toMatchObject({ sent: true, httpStatus: 200, answer: text });
  });

  test.each<[HttpChannelType, string, string, boolean, number | undefined]>([
    ['dingtalk', '{"errcode":310000,"errmsg":"sign not match"}', '310000', false, undefined],
    ['dingtalk', '{"errcode":460101,"errmsg":"too long"}', '460101', false, undefined],
    ['dingtalk', '{"errcode":130101,"errmsg":"send too fast"}', '130101', true, 600_000],
    ['feishu', '{"code":19021,"msg":"sign match fail"}', '19021', false, undefined],
    ['feishu', '{"code":19024,"msg":"Key Words Not Found"}', '19024', false, undefined],
    ['feishu', '{"code":11232,"msg":"frequency limited"}', '11232', true, 60_000],
    ['wecom', '{"errcode":40058,"errmsg":"invalid"}', '40058', false, undefined],
    ['wecom', '{"errcode":93000,"errmsg":"invalid webhook url"}', '93000', false, undefined],
    ['wecom', '{"errcode":45009,"errmsg":"api freq out of limit"}', '45009', true, 60_000],
    [
      'telegram',
      '{"ok":false,"error_code":400,"description":"chat not found"}',
      '400',
      false,
      undefined,
    ],
    ['bark', '{"code":400,"message":"device token not found"}', '400', false, undefined],
    ['serverchan', '{"code":40001,"message":"bad key"}', '40001', false, undefined],
  ])('%s: %s is failed with its code', (type, text, providerCode, retry, wait) => {
    const outcome = judge(type, 200, text);
    expect(outcome).toMatchObject({ sent: false, providerCode, retry, answer: text });
    expect('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined).toBe(wait);
  });

  test.each<HttpChannelType>([
    'dingtalk',
    'feishu',
    'wecom',
    'slack',
    'telegram',
    'ntfy',
    'bark',
    'serverchan',
  ])('%s: the page of a captive portal is not a delivery', (type) => {
    for (const text of ['<html>Sign in</html>', '', '[]', 'null', '{"errcode":null}', '{}']) {
      expect(judge(type, 200, text)).toMatchObject({ sent: false, reason: 'unreadable-answer' });
    }
  });
});

describe('other statuses', () => {
  test.each<[number, Record<string, string>, object]>([
    [302, { location: 'http://x' }, { reason: 'redirected', retry: false }],
    [400, {}, { reason: 'http-status', retry: false }],
    [401, {}, { reason: 'http-status', retry: false }],
    [404, {}, { reason: 'http-status', retry: false }],
    [408, {}, { reason: 'http-status', retry: true }],
    [410, {}, { reason: 'gone', retry: false, gone: true }],
    [429, { 'retry-after': '7' }, { reason: 'rate-limited', retry: true, retryAfterMs: 7000 }],
    [429, {}, { reason: 'rate-limited', retry: true }],
    [500, {}, { reason: 'http-status', retry: true }],
    [503, { 'retry-after': '120' }, { reason: 'http-status', retry: true, retryAfterMs: 120_000 }],
  ])('%i %j', (status, headers, expected) => {
    expect(judge('webhook', status, 'no', headers)).toMatchObject({
      sent: false,
      httpStatus: status,
      ...expected,
    });
  });

  test('Telegram says in the body how long to wait', () => {
    const text = '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}';
    expect(judge('telegram', 429, text)).toMatchObject({
      providerCode: '429',
      retry: true,
      retryAfterMs: 35_000,
    });
  });

  test('Slack’s one-word errors are its codes', () => {
    expect(judge('slack', 404, 'no_service')).toMatchObject({
      providerCode: 'no_service',
      retry: false,
    });
  });
});

test.each<[string | undefined, number | undefined]>([
  [undefined, undefined],
  ['0', 0],
  ['30', 30_000],
  [' 30 ', 30_000],
  ['999999999', 86_400_000],
  ['Mon, 20 Jan 2025 00:00:10 GMT', 10_000],
  ['Sun, 19 Jan 2025 00:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %j is %j ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

test.each<[object, object]>([
  [
    { responseCode: 450, response: '450 busy' },
    { retry: true, reason: 'provider-refused', providerCode: '450', answer: '450 busy' },
  ],
  [
    { responseCode: 550, response: '550 no such user' },
    { retry: false, providerCode: '550' },
  ],
  [{ code: 'EAUTH' }, { retry: false, reason: 'provider-refused' }],
  [{ code: 'ETIMEDOUT' }, { retry: true, reason: 'timeout' }],
  [{ code: 'ECONNECTION' }, { retry: true, reason: 'network' }],
])('the mail failure %j is judged by SMTP’s own word', (fields, expected) => {
  expect(judgeMailError(Object.assign(new Error('mail'), fields))).toMatchObject({
    sent: false,
    ...expected,
  });
});
