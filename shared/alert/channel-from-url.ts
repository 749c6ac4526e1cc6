import type { ChannelType } from './channel.ts';

/** Fields of a channel that can be read off the address a provider shows; the form fills itself in. */
export interface KnownAddress {
  type: ChannelType;
  fields: Record<string, string>;
}

/**
 * What people copy from a robot's settings page is its whole webhook address:
 * https://oapi.dingtalk.com/robot/send?access_token=abc → DingTalk with token abc. Null for anything unknown.
 */
export function channelFromUrl(text: string): KnownAddress | null {
  const url = text.trim();
  for (const { type, pattern, names } of ADDRESSES) {
    const found = pattern.exec(url);
    if (found) {
      const fields = names.map((name, index) => [name, found[index + 1] ?? ''] as const);
      return { type, fields: Object.fromEntries(fields) };
    }
  }
  return null;
}

/** Groups of the pattern in the order of `names`. */
const ADDRESSES: readonly { type: ChannelType; pattern: RegExp; names: readonly string[] }[] = [
  {
    type: 'dingtalk',
    pattern: /^(https?:\/\/[^/?#]{1,253})\/robot\/send\?access_token=([\w-]{1,200})/,
    names: ['baseUrl', 'token'],
  },
  {
    type: 'feishu',
    pattern: /^(https?:\/\/[^/?#]{1,253})\/open-apis\/bot\/v2\/hook\/([\w-]{1,200})/,
    names: ['baseUrl', 'token'],
  },
  {
    type: 'wecom',
    pattern: /^(https?:\/\/[^/?#]{1,253})\/cgi-bin\/webhook\/send\?key=([\w-]{1,200})/,
    names: ['baseUrl', 'key'],
  },
  {
    type: 'slack',
    pattern: /^(https:\/\/hooks\.slack\.com\/services\/\S{1,500})$/,
    names: ['url'],
  },
  {
    type: 'telegram',
    pattern: /^(https?:\/\/[^/?#]{1,253})\/bot(\d{1,20}:[\w-]{1,200})(?:\/|$)/,
    names: ['baseUrl', 'botToken'],
  },
  {
    type: 'serverchan',
    pattern: /^https:\/\/(?:sctapi\.ftqq\.com|\d{1,12}\.push\.ft07\.com\/send)\/(\w{1,200})\.send/,
    names: ['sendKey'],
  },
  {
    type: 'bark',
    pattern: /^(https:\/\/api\.day\.app)\/(\w{1,200})(?:\/|$)/,
    names: ['baseUrl', 'deviceKey'],
  },
  {
    type: 'ntfy',
    pattern: /^(https:\/\/ntfy\.sh)\/([\w-]{1,64})$/,
    names: ['baseUrl', 'topic'],
  },
];
