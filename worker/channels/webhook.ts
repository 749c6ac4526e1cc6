import { createHash, createHmac } from 'node:crypto';
import type { MessageKind, OutgoingMessage } from '#shared/alert/channel.ts';
import type { HttpChannel } from './channel.ts';
import { isoSeconds } from './facts.ts';
import { codeIn } from './verdict.ts';
import { JSON_HEADERS } from './wording.ts';

/** Standard Webhooks 1.0.0. One call whatever the length: machines want the whole, and receivers verify the raw body. */
const EVENT_TYPES = {
  firing: 'alert.firing',
  resolved: 'alert.resolved',
  renotify: 'alert.renotify',
  digest: 'alert.digest',
  test: 'alert.test',
  report: 'report.ready',
} as const satisfies Record<MessageKind, string>;

export const webhook: HttpChannel<'webhook'> = {
  render(channel, message, now) {
    const id = webhookId(message.key);
    const seconds = Math.floor(now / 1000);
    const body = webhookBody(message);
    const secrets = [channel.secret, channel.previousSecret].filter((secret) => secret !== '');
    return [
      {
        url: channel.url,
        headers: {
          ...JSON_HEADERS,
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          // Several signatures while a secret is being changed; receivers accept any.
          'webhook-signature': secrets
            .map((secret) => webhookSign({ id, seconds, body, secret }))
            .join(' '),
          ...(channel.bearer === '' ? {} : { authorization: `Bearer ${channel.bearer}` }),
        },
        body,
      },
    ];
  },

  judge: () => ({ ok: true }),
  judgeError: codeIn,
};

/** `v1,` + base64(HMAC-SHA256(key = the base64 part of `whsec_…`, `id.seconds.body`)). */
export function webhookSign(part: {
  id: string;
  seconds: number;
  body: string;
  secret: string;
}): string {
  const key = Buffer.from(part.secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${part.id}.${part.seconds}.${part.body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** The key as a header: the same for every repeat. A full stop would be ambiguous in what is signed. */
export function webhookId(key: string): string {
  if (/^[A-Za-z0-9_:-]{1,120}$/.test(key)) return key;
  return `msg_${createHash('sha256').update(key).digest('base64url')}`;
}

function webhookBody(message: OutgoingMessage): string {
  const { kind, severity, title, lines, url } = message;
  return JSON.stringify({
    type: EVENT_TYPES[kind],
    timestamp: isoSeconds(message.at),
    data: { ...message.data, severity, title, lines, url },
  });
}
