import { describe, expect, test } from 'vitest';
import {
  CHANNEL_TYPES,
  channelSchema,
  keepSecrets,
  mapSecrets,
  publicSettings,
  SECRET_FIELDS,
  secretsOf,
} from '#shared/alert/channel.ts';
import { channelFromUrl } from '#shared/alert/channel-from-url.ts';
import { aChannel, WEBHOOK_SECRET } from './a-channel.ts';

describe.each(CHANNEL_TYPES)('%s', (type) => {
  test('has defaults for all that has a sensible one, and survives its own parse', () => {
    const channel = aChannel(type);
    expect(channel).toMatchObject({ lang: 'zh', enabled: true, fallback: null });
    expect(channelSchema.parse(channel)).toEqual(channel);
  });

  test('shows no secret', () => {
    const filled = { ...aChannel(type) } as Record<string, unknown>;
    for (const field of SECRET_FIELDS[type]) filled[field] = `secret-of-${field}`;
    const shown = publicSettings(filled as never);
    expect(JSON.stringify(shown.settings)).not.toContain('secret-of');
    expect(shown.hasSecret.toSorted()).toEqual([...SECRET_FIELDS[type]].toSorted());
    expect(shown.settings).not.toHaveProperty('id');
  });

  test('an edit without secrets keeps the stored ones', () => {
    const stored = aChannel(type);
    const { settings } = publicSettings(stored);
    const edit = { ...settings, type, id: stored.id, name: '新名字' };
    expect(channelSchema.parse(keepSecrets(edit, stored))).toEqual({ ...stored, name: '新名字' });
  });

  test('secrets can be sealed and opened again', () => {
    const channel = aChannel(type);
    const sealed = mapSecrets(type, channel, (secret) => `sealed(${secret})`);
    const opened = mapSecrets(type, sealed, (secret) => secret.slice(7, -1));
    expect(opened).toEqual(channel);
    for (const secret of secretsOf(channel)) {
      expect(Object.values(sealed)).toContain(`sealed(${secret})`);
    }
  });
});

test('secrets do not follow an edit to another address or type', () => {
  const stored = aChannel('webhook', { bearer: 'b-token' });
  const moved = keepSecrets({ type: 'webhook', url: 'https://elsewhere.example' }, stored);
  expect(moved).not.toHaveProperty('bearer');
  expect(keepSecrets({ type: 'alertmanager', url: stored.url }, stored)).not.toHaveProperty(
    'bearer',
  );
});

test('null removes a secret', () => {
  const stored = aChannel('webhook', { bearer: 'b-token' });
  const edit = { ...publicSettings(stored).settings, bearer: null };
  expect(keepSecrets(edit, stored)).toMatchObject({ bearer: '', secret: WEBHOOK_SECRET });
});

test.each<[string, Record<string, unknown>]>([
  ['webhook', { url: 'ftp://example.com' }],
  ['webhook', { url: 'https://' }],
  ['webhook', { secret: 'whsec_short' }],
  ['webhook', { bearer: 'a\r\nx: y' }],
  ['dingtalk', { token: 'a/../b' }],
  ['dingtalk', { token: '' }],
  ['telegram', { botToken: '1:a/../../x' }],
  ['telegram', { chatId: 'someone' }],
  ['ntfy', { topic: 'a/b' }],
  ['email', { to: [] }],
  ['email', { to: ['a@b.cn\r\nBcc: c@d.cn'] }],
  ['email', { host: 'smtp.example.com/x' }],
  ['email', { port: 0 }],
  ['pigeon', {}],
])('%s with %j is refused', (type, fields) => {
  const known = (CHANNEL_TYPES as readonly string[]).includes(type);
  const input = known ? { ...aChannel(type as 'ntfy'), ...fields } : { type, id: 'x', name: 'x' };
  expect(channelSchema.safeParse(input).success).toBe(false);
});

describe('the address copied from a robot’s settings page fills the form', () => {
  test.each<[string, string, Record<string, string>]>([
    [
      'https://oapi.dingtalk.com/robot/send?access_token=abc-1',
      'dingtalk',
      { baseUrl: 'https://oapi.dingtalk.com', token: 'abc-1' },
    ],
    [
      ' https://open.larksuite.com/open-apis/bot/v2/hook/a-b-c ',
      'feishu',
      { baseUrl: 'https://open.larksuite.com', token: 'a-b-c' },
    ],
    [
      'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-1',
      'wecom',
      { baseUrl: 'https://qyapi.weixin.qq.com', key: 'k-1' },
    ],
    [
      'https://hooks.slack.com/services/T0/B0/x',
      'slack',
      { url: 'https://hooks.slack.com/services/T0/B0/x' },
    ],
    [
      'https://api.telegram.org/bot12:A-b/sendMessage',
      'telegram',
      { baseUrl: 'https://api.telegram.org', botToken: '12:A-b' },
    ],
    ['https://sctapi.ftqq.com/SCT1a.send', 'serverchan', { sendKey: 'SCT1a' }],
    ['https://42.push.ft07.com/send/sctp42tX.send', 'serverchan', { sendKey: 'sctp42tX' }],
    [
      'https://api.day.app/K1/推送标题',
      'bark',
      { baseUrl: 'https://api.day.app', deviceKey: 'K1' },
    ],
    ['https://ntfy.sh/weimai', 'ntfy', { baseUrl: 'https://ntfy.sh', topic: 'weimai' }],
  ])('%s', (url, type, fields) => {
    expect(channelFromUrl(url)).toEqual({ type, fields });
    const missing = type === 'telegram' ? { chatId: '42' } : {};
    const input = { type, id: 'c1', name: 'x', ...fields, ...missing };
    expect(channelSchema.safeParse(input).success).toBe(true);
  });

  test.each(['', 'hello', 'https://example.com/hook', 'javascript:alert(1)'])(
    '%j is unknown',
    (text) => {
      expect(channelFromUrl(text)).toBeNull();
    },
  );
});
