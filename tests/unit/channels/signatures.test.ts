import { expect, test } from 'vitest';
import { dingtalkSign } from '#worker/channels/dingtalk.ts';
import { feishuSign } from '#worker/channels/feishu.ts';
import { renderCalls } from '#worker/channels/index.ts';
import { webhookId, webhookSign } from '#worker/channels/webhook.ts';
import { aChannel, aMessage, WEBHOOK_SECRET } from './a-channel.ts';

// Vectors of spec/channels.md; the Standard Webhooks one is the reference repository's own.
test('DingTalk signs `ms\\nsecret` with the secret', () => {
  const sign = dingtalkSign(1_737_331_200_000, 'SECtestsecret0123456789');
  expect(sign).toBe('erkDgiT8RMW9Sa20R7+T/vU+XbHiy+ZZcOhEAlr/xko=');
});

test('Feishu signs nothing with `seconds\\nsecret`', () => {
  const sign = feishuSign(1_737_331_200, 'testsecret0123456789');
  expect(sign).toBe('YYRrf/plsWyIOvfVEnZErg49bOVkGZXv6EAXLoa975k=');
});

test('Standard Webhooks signs id, seconds and body', () => {
  const sign = webhookSign({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    seconds: 1_614_265_330,
    body: '{"test": 2432232314}',
    secret: WEBHOOK_SECRET,
  });
  expect(sign).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('the DingTalk signature is encoded in the URL as the provider reads it', () => {
  const [call] = renderCalls(aChannel('dingtalk'), aMessage(), 1_737_331_200_000);
  expect(call?.url).toBe(
    'https://oapi.dingtalk.com/robot/send?access_token=ding-token-1&timestamp=1737331200000' +
      '&sign=erkDgiT8RMW9Sa20R7%2BT%2FvU%2BXbHiy%2BZZcOhEAlr%2Fxko%3D',
  );
});

test('Feishu carries seconds as a string beside the signature', () => {
  const [call] = renderCalls(aChannel('feishu'), aMessage(), 1_737_331_200_999);
  expect(JSON.parse(call?.body ?? '')).toMatchObject({
    timestamp: '1737331200',
    sign: 'YYRrf/plsWyIOvfVEnZErg49bOVkGZXv6EAXLoa975k=',
    msg_type: 'interactive',
  });
});

test.each(['dingtalk', 'feishu'] as const)('%s without a secret is not signed', (type) => {
  const [call] = renderCalls(aChannel(type, { secret: '' }), aMessage(), 1_737_331_200_000);
  expect(`${call?.url} ${call?.body}`).not.toContain('sign');
});

test('while a webhook secret changes, old and new both sign', () => {
  const previousSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const [call] = renderCalls(
    aChannel('webhook', { previousSecret }),
    aMessage(),
    1_737_331_200_000,
  );
  expect(call?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
});

test('the webhook id is the same at every attempt, only the timestamp moves', () => {
  const at = (now: number) => renderCalls(aChannel('webhook'), aMessage(), now)[0]?.headers ?? {};
  expect(at(1_000_000)['webhook-id']).toBe('inc1:firing:c1');
  expect(at(9_000_000)['webhook-id']).toBe('inc1:firing:c1');
  expect(at(9_000_000)['webhook-timestamp']).toBe('9000');
});

test.each(['a.b', '换行\n', 'x'.repeat(121), ''])('the key %j becomes a safe header', (key) => {
  expect(webhookId(key)).toMatch(/^msg_[A-Za-z0-9_-]{43}$/);
});
