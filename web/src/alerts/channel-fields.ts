import type { ChannelType } from '#shared/alert/channel.ts';
import type { Word } from '../i18n/words.ts';
import { words } from './channel-words.ts';

/** One input of a channel's form. `name` may point into an object: `mention.ids`. */
export interface ChannelField {
  name: string;
  label: Word;
  hint?: Word;
  kind: 'text' | 'secret' | 'number' | 'tags' | 'choice' | 'switch';
  options?: readonly { value: string; label: Word }[];
  required?: boolean;
  /** What a new channel begins with; the schema's own default. */
  initial: string | number | boolean | readonly string[];
  /** An example, not a value. */
  placeholder?: string;
}

const url: ChannelField = {
  name: 'url',
  label: words.fUrl,
  kind: 'text',
  required: true,
  initial: '',
  placeholder: 'https://example.org/hook',
};
const base = (initial: string): ChannelField => ({
  name: 'baseUrl',
  label: words.fBase,
  kind: 'text',
  required: initial !== '',
  initial,
});
const secret = (name: string, label: Word, more: Partial<ChannelField> = {}): ChannelField => ({
  name,
  label,
  kind: 'secret',
  initial: '',
  ...more,
});
const keyword: ChannelField = {
  name: 'keyword',
  label: words.fKeyword,
  hint: words.fKeywordHint,
  kind: 'text',
  initial: '',
};
const mention: readonly ChannelField[] = [
  {
    name: 'mention.ids',
    label: words.fMentionIds,
    hint: words.fMentionIdsHint,
    kind: 'tags',
    initial: [],
  },
  { name: 'mention.all', label: words.fMentionAll, kind: 'switch', initial: false },
  {
    name: 'mention.when',
    label: words.fMentionWhen,
    kind: 'choice',
    initial: 'critical',
    options: [
      { value: 'critical', label: words.mentionCritical },
      { value: 'always', label: words.mentionAlways },
    ],
  },
];

/** The kinds of `shared/alert/channel.ts`, the ones this audience uses most first. */
export const CHANNELS: Readonly<
  Record<ChannelType, { word: Word; fields: readonly ChannelField[] }>
> = {
  dingtalk: {
    word: words.tDingtalk,
    fields: [
      secret('token', words.fToken, { required: true }),
      secret('secret', words.fSign, { hint: words.fSignHint }),
      keyword,
      base('https://oapi.dingtalk.com'),
      ...mention,
    ],
  },
  feishu: {
    word: words.tFeishu,
    fields: [
      secret('token', words.fFeishuToken, { required: true }),
      secret('secret', words.fSign, { hint: words.fSignHint }),
      keyword,
      base('https://open.feishu.cn'),
      ...mention,
    ],
  },
  wecom: {
    word: words.tWecom,
    fields: [
      secret('key', words.fWecomKey, { required: true }),
      base('https://qyapi.weixin.qq.com'),
      ...mention,
    ],
  },
  email: {
    word: words.tEmail,
    fields: [
      {
        name: 'host',
        label: words.fHost,
        kind: 'text',
        required: true,
        initial: '',
        placeholder: 'smtp.example.org',
      },
      { name: 'port', label: words.fPort, kind: 'number', initial: 465 },
      {
        name: 'security',
        label: words.fSecurity,
        kind: 'choice',
        initial: 'tls',
        options: [
          { value: 'tls', label: words.secTls },
          { value: 'starttls', label: words.secStarttls },
          { value: 'none', label: words.secNone },
        ],
      },
      { name: 'user', label: words.fUser, kind: 'text', initial: '' },
      secret('password', words.fPassword),
      {
        name: 'from',
        label: words.fFrom,
        kind: 'text',
        required: true,
        initial: '',
        placeholder: 'weimai@example.org',
      },
      { name: 'to', label: words.fTo, kind: 'tags', required: true, initial: [] },
    ],
  },
  webhook: {
    word: words.tWebhook,
    fields: [
      url,
      secret('secret', words.fSecret, { required: true, hint: words.fWebhookSecretHint }),
      secret('previousSecret', words.fPrevious, { hint: words.fPreviousHint }),
      secret('bearer', words.fBearer),
    ],
  },
  alertmanager: {
    word: words.tAlertmanager,
    fields: [url, secret('bearer', words.fBearer)],
  },
  slack: {
    word: words.tSlack,
    fields: [secret('url', words.fSlackUrl, { required: true }), ...mention],
  },
  telegram: {
    word: words.tTelegram,
    fields: [
      secret('botToken', words.fBotToken, { required: true }),
      {
        name: 'chatId',
        label: words.fChatId,
        hint: words.fChatIdHint,
        kind: 'text',
        required: true,
        initial: '',
      },
      base('https://api.telegram.org'),
      ...mention,
    ],
  },
  ntfy: {
    word: words.tNtfy,
    fields: [
      { name: 'topic', label: words.fTopic, kind: 'text', required: true, initial: '' },
      secret('token', words.fAccessToken),
      base('https://ntfy.sh'),
    ],
  },
  bark: {
    word: words.tBark,
    fields: [
      secret('deviceKey', words.fDeviceKey, { required: true }),
      { name: 'group', label: words.fGroup, kind: 'text', initial: 'weimai' },
      base('https://api.day.app'),
    ],
  },
  serverchan: {
    word: words.tServerchan,
    fields: [secret('sendKey', words.fSendKey, { required: true }), base('')],
  },
};
export const CHANNEL_NAMES = Object.keys(CHANNELS) as ChannelType[];

export type FieldValues = Readonly<Record<string, unknown>>;

/** Values of a form: the stored settings, what is missing at its default; secrets are always empty. */
export function initialValues(
  type: ChannelType,
  settings: Readonly<Record<string, unknown>> = {},
): FieldValues {
  return Object.fromEntries(
    CHANNELS[type].fields.map((field) => [field.name, read(settings, field.name) ?? field.initial]),
  );
}

/** Back to the nested shape of the schema. */
export function nested(values: FieldValues): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const [head = '', tail] = name.split('.');
    if (tail === undefined) body[head] = value;
    else body[head] = { ...(body[head] as object | undefined), [tail]: value };
  }
  return body;
}

/** Required fields that hold nothing; a secret that is stored already counts as held. */
export function missingFields(
  type: ChannelType,
  values: FieldValues,
  stored: readonly string[],
): string[] {
  return CHANNELS[type].fields
    .filter((field) => {
      if (field.required !== true || stored.includes(field.name)) return false;
      const value = values[field.name];
      return Array.isArray(value) ? value.length === 0 : String(value ?? '').trim() === '';
    })
    .map((field) => field.name);
}

function read(settings: Readonly<Record<string, unknown>>, name: string): unknown {
  const [head = '', tail] = name.split('.');
  const value = settings[head];
  if (tail === undefined) return value;
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[tail]
    : undefined;
}
