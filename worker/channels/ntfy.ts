import type { HttpChannel } from './channel.ts';
import { linkTarget } from './escape.ts';
import { splitMessage } from './split.ts';
import { codeIn, jsonObject } from './verdict.ts';
import { JSON_HEADERS, joinUrl, WORDS } from './wording.ts';

/** JSON to the server's root. 4096 bytes a message; longer ones would become attachments. */
const MAX_BYTES = 3800;
const PRIORITY = { critical: 5, warning: 4, ok: 3 } as const;
const TAGS = { critical: 'rotating_light', warning: 'warning', ok: 'white_check_mark' } as const;

export const ntfy: HttpChannel<'ntfy'> = {
  render(channel, message) {
    const url = linkTarget(message.url);
    const link =
      url === ''
        ? {}
        : { click: url, actions: [{ action: 'view', label: WORDS[channel.lang].view, url }] };
    const parts = splitMessage({
      lines: message.lines,
      maxBytes: MAX_BYTES,
      frame: (body, label) => `${message.title}${label}\n${body}`,
    });
    return parts.map((text) => {
      const [title = '', ...body] = text.split('\n');
      return {
        url: joinUrl(channel.baseUrl, '/'),
        headers: {
          ...JSON_HEADERS,
          ...(channel.token === '' ? {} : { authorization: `Bearer ${channel.token}` }),
        },
        body: JSON.stringify({
          topic: channel.topic,
          title,
          message: body.join('\n'),
          priority: PRIORITY[message.severity],
          tags: [TAGS[message.severity]],
          ...link,
        }),
      };
    });
  },

  judge: (text) =>
    typeof jsonObject(text)?.id === 'string'
      ? { ok: true }
      : { ok: false, reason: 'unreadable-answer', retry: false },

  judgeError: codeIn,
};
