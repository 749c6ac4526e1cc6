import { z } from 'zod';

/**
 * Where notifications go: the configuration of each kind of channel, and the message handed to it.
 * Formats, limits and signatures of the providers: spec/channels.md. Base URLs are configurable so that
 * mirrors, self-hosted servers and local test receivers work.
 */
export const CHANNEL_TYPES = [
  'webhook',
  'alertmanager',
  'dingtalk',
  'feishu',
  'wecom',
  'slack',
  'telegram',
  'ntfy',
  'bark',
  'serverchan',
  'email',
] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

const common = {
  id: z.string().max(60),
  name: z.string().trim().min(1).max(120),
  /** Language of the messages sent here. */
  lang: z.enum(['zh', 'en']).default('zh'),
  enabled: z.boolean().default(true),
  /** Channel id that takes over when this one keeps failing. */
  fallback: z.string().max(60).nullable().default(null),
};

/** Form only; the address itself is checked when a request is made (shared/node/http). */
const httpUrl = z
  .string()
  .trim()
  .max(2000)
  .regex(/^https?:\/\/[^\s/]+(?:\/\S*)?$/i, 'must be an http or https URL');
/** Becomes part of a path or header: visible ASCII without the characters that end a path segment. */
const tokenText = z
  .string()
  .trim()
  .max(500)
  .regex(/^[A-Za-z0-9._~:=+-]*$/, 'letters, digits and . _ ~ : = + - only');
const requiredToken = tokenText.min(1);
const webhookSecret = z
  .string()
  .trim()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'whsec_ and the base64 of 24 to 64 bytes');

/** Who is called by name when it matters; the ids are the provider's own. */
const mention = z
  .object({
    ids: z
      .array(
        z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9_@.+-]{1,80}$/),
      )
      .max(20)
      .default([]),
    /** The provider's “everyone”. */
    all: z.boolean().default(false),
    /** `critical`: only when a critical incident opens or repeats. Resolutions never call anyone. */
    when: z.enum(['critical', 'always']).default('critical'),
  })
  .prefault({});
/** A word the robot's security settings ask for; added to the text where it is missing. */
const keyword = z.string().trim().max(40).default('');

const emailAddress = z.email().max(254);

export const channelSchema = z.discriminatedUnion('type', [
  /** Standard Webhooks 1.0.0: signed JSON to any receiver. */
  z.object({
    type: z.literal('webhook'),
    ...common,
    url: httpUrl,
    secret: webhookSecret,
    /** Signs too while receivers change over to the new secret. */
    previousSecret: z.union([z.literal(''), webhookSecret]).default(''),
    bearer: tokenText.default(''),
  }),
  /** The webhook body of Prometheus Alertmanager, version 4. */
  z.object({
    type: z.literal('alertmanager'),
    ...common,
    url: httpUrl,
    bearer: tokenText.default(''),
  }),
  z.object({
    type: z.literal('dingtalk'),
    ...common,
    baseUrl: httpUrl.default('https://oapi.dingtalk.com'),
    token: requiredToken,
    /** `SEC…` of the robot's signature setting; empty: not signed. */
    secret: tokenText.default(''),
    keyword,
    mention,
  }),
  z.object({
    type: z.literal('feishu'),
    ...common,
    /** Lark: https://open.larksuite.com */
    baseUrl: httpUrl.default('https://open.feishu.cn'),
    token: requiredToken,
    secret: tokenText.default(''),
    keyword,
    mention,
  }),
  z.object({
    type: z.literal('wecom'),
    ...common,
    baseUrl: httpUrl.default('https://qyapi.weixin.qq.com'),
    key: requiredToken,
    mention,
  }),
  /** Incoming webhook; the URL itself is the secret. */
  z.object({ type: z.literal('slack'), ...common, url: httpUrl, mention }),
  z.object({
    type: z.literal('telegram'),
    ...common,
    baseUrl: httpUrl.default('https://api.telegram.org'),
    botToken: requiredToken,
    /** Number of a chat (negative: a group) or @name of a public channel. */
    chatId: z
      .string()
      .trim()
      .regex(/^(?:-?\d{1,20}|@[A-Za-z0-9_]{3,64})$/),
    mention,
  }),
  z.object({
    type: z.literal('ntfy'),
    ...common,
    baseUrl: httpUrl.default('https://ntfy.sh'),
    topic: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9_-]{1,64}$/),
    token: tokenText.default(''),
  }),
  z.object({
    type: z.literal('bark'),
    ...common,
    baseUrl: httpUrl.default('https://api.day.app'),
    deviceKey: requiredToken,
    group: z.string().trim().max(40).default('weimai'),
  }),
  z.object({
    type: z.literal('serverchan'),
    ...common,
    /** Empty: the official address, which depends on the key. */
    baseUrl: z.union([z.literal(''), httpUrl]).default(''),
    sendKey: requiredToken,
  }),
  z.object({
    type: z.literal('email'),
    ...common,
    host: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9.:[\]-]{1,253}$/, 'a host name or address'),
    port: z.number().int().min(1).max(65_535).default(465),
    /** `tls`: from the first byte (465); `starttls`: required upgrade (587); `none`: a relay in one's own network. */
    security: z.enum(['tls', 'starttls', 'none']).default('tls'),
    user: z.string().max(254).default(''),
    password: z.string().max(500).default(''),
    from: emailAddress,
    to: z.array(emailAddress).min(1).max(50),
  }),
]);
export type Channel = z.infer<typeof channelSchema>;
export type ChannelOf<T extends ChannelType> = Extract<Channel, { type: T }>;
export type Mention = z.infer<typeof mention>;

/** Fields that are stored sealed and never returned by the API. */
export const SECRET_FIELDS = {
  webhook: ['secret', 'previousSecret', 'bearer'],
  alertmanager: ['bearer'],
  dingtalk: ['token', 'secret'],
  feishu: ['token', 'secret'],
  wecom: ['key'],
  slack: ['url'],
  telegram: ['botToken'],
  ntfy: ['token'],
  bark: ['deviceKey'],
  serverchan: ['sendKey'],
  email: ['password'],
} as const satisfies { [T in ChannelType]: readonly (keyof ChannelOf<T> & string)[] };

const COMMON_FIELDS = ['type', ...Object.keys(common)];

/** A channel with `change` applied to every secret that is set; used to seal for the store and to open again. */
export function mapSecrets<T extends object>(
  type: ChannelType,
  channel: T,
  change: (secret: string, field: string) => string,
): T {
  const copy: Record<string, unknown> = Object.fromEntries(Object.entries(channel));
  for (const field of SECRET_FIELDS[type]) {
    const value = copy[field];
    if (typeof value === 'string' && value !== '') copy[field] = change(value, field);
  }
  return copy as T;
}

/** Every secret of a channel: what must not appear in logs, answers or error messages. */
export function secretsOf(channel: Channel): string[] {
  const found: string[] = [];
  mapSecrets(channel.type, channel, (secret) => {
    found.push(secret);
    return secret;
  });
  return found;
}

/** What the API shows of a channel: its own settings without secrets, and which secrets are set. */
export function publicSettings(channel: Channel): {
  settings: Record<string, unknown>;
  hasSecret: string[];
} {
  const hidden: readonly string[] = SECRET_FIELDS[channel.type];
  const entries = Object.entries(channel);
  return {
    settings: Object.fromEntries(
      entries.filter(([name]) => !hidden.includes(name) && !COMMON_FIELDS.includes(name)),
    ),
    hasSecret: entries
      .filter(([name, value]) => hidden.includes(name) && value !== '')
      .map(([name]) => name),
  };
}

/**
 * An edit as it comes from a form, completed with the secrets it left out. A secret sent empty stays as stored;
 * null removes it. Parse the result with `channelSchema`. Secrets never move to another type or another address:
 * otherwise an edit of the address alone would send them to its new owner.
 */
export function keepSecrets(
  edit: Record<string, unknown>,
  stored: Channel,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...edit };
  for (const field of SECRET_FIELDS[stored.type]) {
    if (merged[field] === null) merged[field] = '';
    else if (
      (merged[field] === undefined || merged[field] === '') &&
      sameDestination(edit, stored)
    ) {
      merged[field] = stored[field as keyof Channel];
    }
  }
  return merged;
}

function sameDestination(edit: Record<string, unknown>, stored: Channel): boolean {
  const was: Record<string, unknown> = { ...stored };
  const hidden: readonly string[] = SECRET_FIELDS[stored.type];
  return ['type', 'url', 'baseUrl', 'host', 'port'].every(
    (name) => hidden.includes(name) || edit[name] === undefined || edit[name] === was[name],
  );
}

export const MESSAGE_KINDS = [
  'firing',
  'resolved',
  'renotify',
  'digest',
  'test',
  'report',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** A rendered notification on its way out; plain text, every channel escapes it for its own markup. */
export interface OutgoingMessage {
  /** Idempotency key, the same on every repeat. */
  key: string;
  kind: MessageKind;
  title: string;
  /** Paragraphs, one a line. They may hold words of posts: hostile text. */
  lines: string[];
  /** The exact view in the app; empty where the app has no address for others. */
  url: string;
  severity: 'warning' | 'critical' | 'ok';
  /** Epoch ms of what is told (not of the sending). */
  at: number;
  /** Facts for machines (webhooks): JSON values. */
  data: Record<string, unknown>;
  attachments?: Attachment[];
}

export interface Attachment {
  name: string;
  contentType: string;
  body: Uint8Array;
}
