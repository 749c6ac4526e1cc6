import { createHmac } from 'node:crypto';
import type { OutgoingMessage } from '#shared/alert/channel.ts';
import type { HttpChannel } from './channel.ts';
import { linkTarget } from './escape.ts';
import { jsonBytes, splitMessage } from './split.ts';
import { codeIn, judgeByCode } from './verdict.ts';
import { callsPeople, JSON_HEADERS, joinUrl, missingKeyword, WORDS } from './wording.ts';

/** Custom robot of Feishu or Lark, card message. The documents say 20 KB for the whole request. */
const MAX_BYTES = 16_000;
const COLOURS = { critical: 'red', warning: 'orange', ok: 'green' } as const;

export const feishu: HttpChannel<'feishu'> = {
  render(channel, message, now) {
    const parts = splitMessage({
      lines: message.lines,
      maxBytes: MAX_BYTES,
      measure: jsonBytes,
      // Title and label travel with the body and are taken apart again: the card has a header of its own.
      frame: (body, label) => `${message.title}${label}\n${body}`,
    });
    const seconds = Math.floor(now / 1000);
    const signature =
      channel.secret === ''
        ? {}
        : { timestamp: String(seconds), sign: feishuSign(seconds, channel.secret) };
    const words = WORDS[channel.lang];
    const keyword = missingKeyword(channel.keyword, message.title);
    const url = linkTarget(message.url);
    return parts.map((text) => {
      const [title = '', ...body] = text.split('\n');
      // plain_text is shown as it is: posts need no escaping here.
      const elements: unknown[] = [plain(body.join('\n'))];
      const people = calls(channel.mention, message);
      if (people !== '') elements.push({ tag: 'div', text: { tag: 'lark_md', content: people } });
      if (keyword !== '') elements.push(plain(keyword));
      if (url !== '') {
        const button = { tag: 'button', text: { tag: 'plain_text', content: words.view } };
        elements.push({ tag: 'action', actions: [{ ...button, url, type: 'primary' }] });
      }
      return {
        url: joinUrl(channel.baseUrl, `/open-apis/bot/v2/hook/${channel.token}`),
        headers: JSON_HEADERS,
        body: JSON.stringify({
          ...signature,
          msg_type: 'interactive',
          card: {
            config: { wide_screen_mode: true },
            header: {
              title: { tag: 'plain_text', content: title },
              template: COLOURS[message.severity],
            },
            elements,
          },
        }),
      };
    });
  },

  // 11232: 100 a minute or 5 a second exceeded.
  judge: judgeByCode({ field: 'code', good: 0, rateCodes: { 11232: 60_000 } }),
  judgeError: codeIn,
};

/** base64(HMAC-SHA256(key = `seconds\nsecret`, message empty)): unlike DingTalk, nothing but the key differs. */
export function feishuSign(seconds: number, secret: string): string {
  return createHmac('sha256', `${seconds}\n${secret}`).digest('base64');
}

function plain(content: string): unknown {
  return { tag: 'div', text: { tag: 'plain_text', content } };
}

function calls(mention: Parameters<typeof callsPeople>[0], message: OutgoingMessage): string {
  if (!callsPeople(mention, message)) return '';
  const ids = mention.all ? ['all', ...mention.ids] : mention.ids;
  return ids.map((id) => `<at id=${id}></at>`).join(' ');
}
