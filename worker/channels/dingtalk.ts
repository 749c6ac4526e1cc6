import { createHmac } from 'node:crypto';
import type { ChannelOf } from '#shared/alert/channel.ts';
import type { HttpChannel } from './channel.ts';
import { escapeByTwin, linkTarget } from './escape.ts';
import { jsonBytes, splitMessage } from './split.ts';
import { codeIn, judgeByCode } from './verdict.ts';
import { callsPeople, JSON_HEADERS, joinUrl, missingKeyword, WORDS } from './wording.ts';

/** Custom robot, Markdown message. 20 000 bytes a message (460101 beyond); the rest is room for the JSON around it. */
const MAX_BYTES = 18_000;

export const dingtalk: HttpChannel<'dingtalk'> = {
  render(channel, message, now) {
    const at = callsPeople(channel.mention, message) ? channel.mention : { ids: [], all: false };
    const atMobiles = at.ids.filter((id) => /^\+?\d[\d-]{5,}$/.test(id));
    const url = linkTarget(message.url);
    const title = escapeByTwin(message.title);
    const footer = [
      url === '' ? '' : `[${WORDS[channel.lang].view}](${url})`,
      // A call shows only when the text names the person too.
      at.ids.map((id) => `@${id}`).join(' '),
      missingKeyword(channel.keyword, title),
    ].filter((line) => line !== '');
    const parts = splitMessage({
      lines: message.lines,
      maxBytes: MAX_BYTES,
      escape: escapeByTwin,
      separator: '\n\n',
      measure: jsonBytes,
      frame: (body, label) => [`### ${title}${label}`, body, ...footer].join('\n\n'),
    });
    return parts.map((text) => ({
      url: robotUrl(channel, now),
      headers: JSON_HEADERS,
      body: JSON.stringify({
        msgtype: 'markdown',
        markdown: { title, text },
        at: {
          atMobiles,
          atUserIds: at.ids.filter((id) => !atMobiles.includes(id)),
          isAtAll: at.all,
        },
      }),
    }));
  },

  // 130101 (unverified): too fast; the robot is then silenced for 10 minutes.
  judge: judgeByCode({ field: 'errcode', good: 0, rateCodes: { 130101: 600_000 } }),
  judgeError: codeIn,
};

/** base64(HMAC-SHA256(key = secret, `ms\nsecret`)). */
export function dingtalkSign(ms: number, secret: string): string {
  return createHmac('sha256', secret).update(`${ms}\n${secret}`).digest('base64');
}

function robotUrl(channel: ChannelOf<'dingtalk'>, now: number): string {
  const query = new URLSearchParams({ access_token: channel.token });
  if (channel.secret !== '') {
    query.set('timestamp', String(now));
    query.set('sign', dingtalkSign(now, channel.secret));
  }
  return joinUrl(channel.baseUrl, `/robot/send?${query.toString()}`);
}
