import type { ChannelOf } from '#shared/alert/channel.ts';
import type { HttpChannel } from './channel.ts';
import { escapeMarkdown, linkTarget } from './escape.ts';
import { splitMessage } from './split.ts';
import { codeIn, judgeByCode } from './verdict.ts';
import { JSON_HEADERS, joinUrl, WORDS } from './wording.ts';

/** ServerChan (Turbo and 3). No size limit is documented; long pushes are opened as a page. */
const MAX_BYTES = 18_000;
/** Characters of a title and of the short text on the phone. */
const TITLE_LENGTH = 32;
const SHORT_LENGTH = 64;

export const serverchan: HttpChannel<'serverchan'> = {
  render(channel, message) {
    const url = linkTarget(message.url);
    const parts = splitMessage({
      lines: message.lines,
      maxBytes: MAX_BYTES,
      escape: escapeMarkdown,
      separator: '\n\n',
      frame: (body, label) =>
        [
          `### ${escapeMarkdown(message.title)}${label}`,
          body,
          ...(url === '' ? [] : [`[${WORDS[channel.lang].view}](${url})`]),
        ].join('\n\n'),
    });
    return parts.map((desp) => ({
      url: sendUrl(channel),
      headers: JSON_HEADERS,
      body: JSON.stringify({
        title: shorten(message.title, TITLE_LENGTH),
        desp,
        short: shorten(message.lines[0] ?? '', SHORT_LENGTH),
      }),
    }));
  },

  judge: judgeByCode({ field: 'code', good: 0 }),

  judgeError: codeIn,
};

/** Keys `sctp<N>t…` belong to version 3, which has an address per user. */
export function sendUrl(channel: ChannelOf<'serverchan'>): string {
  const version3 = /^sctp(\d{1,12})t/.exec(channel.sendKey);
  const base = version3 ? `https://${version3[1]}.push.ft07.com/send` : 'https://sctapi.ftqq.com';
  const own = version3 ? joinUrl(channel.baseUrl, '/send') : channel.baseUrl;
  return joinUrl(channel.baseUrl === '' ? base : own, `/${channel.sendKey}.send`);
}

function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
