import { channelSchema } from '#shared/alert/channel.ts';
import type { ChannelOf, ChannelType, OutgoingMessage } from '#shared/alert/channel.ts';

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What each type cannot do without; `url` stands in for every provider's address. */
const REQUIRED: { [T in ChannelType]: Record<string, unknown> } = {
  webhook: { url: 'https://hooks.example.com/in', secret: WEBHOOK_SECRET },
  alertmanager: { url: 'https://hooks.example.com/am' },
  dingtalk: { token: 'ding-token-1', secret: 'SECtestsecret0123456789' },
  feishu: { token: 'feishu-token-1', secret: 'testsecret0123456789' },
  wecom: { key: 'wecom-key-1' },
  slack: { url: 'https://hooks.slack.com/services/T0/B0/xyz' },
  telegram: { botToken: '123456:bot-token', chatId: '-100123' },
  ntfy: { topic: 'weimai' },
  bark: { deviceKey: 'bark-key-1' },
  serverchan: { sendKey: 'SCT1234abcd' },
  email: { host: 'smtp.example.com', from: 'weimai@example.com', to: ['ops@example.com'] },
};

export function aChannel<T extends ChannelType>(
  type: T,
  fields: Record<string, unknown> = {},
): ChannelOf<T> {
  const input: Record<string, unknown> = {
    type,
    id: `c-${type}`,
    name: type,
    ...REQUIRED[type],
    ...fields,
  };
  return channelSchema.parse(input) as ChannelOf<T>;
}

export function aMessage(fields: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    key: 'inc1:firing:c1',
    kind: 'firing',
    title: 'DeepSeek 情绪骤降',
    lines: ['情绪指数 -31（阈值 -20，15 分钟 214 条）', '上升词：算力、限流'],
    url: 'https://weimai.example.com/spikes/s1?from=1&to=2',
    severity: 'critical',
    at: 1_737_378_240_000,
    data: { incidentId: 'inc1', ruleId: 'r1', topic: 'deepseek', kind: 'mood' },
    ...fields,
  };
}
