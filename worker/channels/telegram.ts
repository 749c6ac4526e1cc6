import type { BodyVerdict, HttpChannel } from './channel.ts';
import { escapeHtml, escapeTelegram, linkTarget } from './escape.ts';
import { splitMessage } from './split.ts';
import { jsonObject } from './verdict.ts';
import { callsPeople, JSON_HEADERS, joinUrl, WORDS } from './wording.ts';

/** Bot API `sendMessage`, HTML mode. 4096 characters; bytes are never fewer than characters. */
const MAX_BYTES = 4000;

export const telegram: HttpChannel<'telegram'> = {
  render(channel, message) {
    const url = linkTarget(message.url);
    const called = callsPeople(channel.mention, message)
      ? channel.mention.ids.map((id) => (id.startsWith('@') ? id : `@${id}`)).join(' ')
      : '';
    const footer = [
      url === '' ? '' : `<a href="${escapeHtml(url)}">${WORDS[channel.lang].view}</a>`,
      called,
    ].filter((line) => line !== '');
    return splitMessage({
      lines: message.lines,
      maxBytes: MAX_BYTES,
      escape: escapeTelegram,
      frame: (body, label) =>
        [`<b>${escapeTelegram(message.title)}</b>${label}`, body, ...footer].join('\n'),
    }).map((text) => ({
      url: joinUrl(channel.baseUrl, `/bot${channel.botToken}/sendMessage`),
      headers: JSON_HEADERS,
      body: JSON.stringify({
        chat_id: channel.chatId,
        text,
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        disable_notification: message.severity === 'ok',
      }),
    }));
  },

  judge(text): BodyVerdict {
    const body = jsonObject(text);
    if (typeof body?.ok !== 'boolean') {
      return { ok: false, reason: 'unreadable-answer', retry: false };
    }
    if (body.ok) return { ok: true };
    return { ok: false, reason: 'provider-refused', retry: false, ...this.judgeError(text) };
  },

  judgeError(text) {
    const body = jsonObject(text);
    const parameters = body?.parameters as { retry_after?: unknown } | undefined;
    const seconds = parameters?.retry_after;
    return {
      ...(typeof body?.error_code === 'number' ? { code: String(body.error_code) } : {}),
      ...(typeof seconds === 'number' && seconds >= 0 && seconds <= 86_400
        ? { retryAfterMs: seconds * 1000 }
        : {}),
    };
  },
};
