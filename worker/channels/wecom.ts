import type { ChannelOf, OutgoingMessage } from '#shared/alert/channel.ts';
import type { HttpChannel } from './channel.ts';
import { escapeByTwin, linkTarget } from './escape.ts';
import { splitMessage } from './split.ts';
import { codeIn, judgeByCode } from './verdict.ts';
import { callsPeople, JSON_HEADERS, joinUrl, WORDS } from './wording.ts';

/** Group robot. Markdown 4096 bytes, text 2048 bytes (40058 beyond). */
const MARKDOWN_BYTES = 4000;
const TEXT_BYTES = 2000;
/** The only colours the dialect knows. */
const COLOURS = { critical: 'warning', warning: 'warning', ok: 'info' } as const;

export const wecom: HttpChannel<'wecom'> = {
  render(channel, message) {
    // “Everyone” exists in text messages only.
    const everyone = channel.mention.all && callsPeople(channel.mention, message);
    const bodies = everyone ? textBodies(channel, message) : markdownBodies(channel, message);
    const query = new URLSearchParams({ key: channel.key });
    return bodies.map((body) => ({
      url: joinUrl(channel.baseUrl, `/cgi-bin/webhook/send?${query.toString()}`),
      headers: JSON_HEADERS,
      body: JSON.stringify(body),
    }));
  },

  // 45009 (unverified): 20 a minute exceeded.
  judge: judgeByCode({ field: 'errcode', good: 0, rateCodes: { 45009: 60_000 } }),
  judgeError: codeIn,
};

function markdownBodies(channel: ChannelOf<'wecom'>, message: OutgoingMessage): unknown[] {
  const title = escapeByTwin(message.title);
  const url = linkTarget(message.url);
  const people = callsPeople(channel.mention, message) ? channel.mention.ids : [];
  const footer = [
    url === '' ? '' : `[${WORDS[channel.lang].view}](${url})`,
    people.map((id) => `<@${id}>`).join(''),
  ].filter((line) => line !== '');
  return splitMessage({
    lines: message.lines,
    maxBytes: MARKDOWN_BYTES,
    escape: escapeByTwin,
    separator: '\n> ',
    frame: (body, label) =>
      [
        `### <font color="${COLOURS[message.severity]}">${title}${label}</font>`,
        `> ${body}`,
        ...footer,
      ].join('\n'),
  }).map((content) => ({ msgtype: 'markdown', markdown: { content } }));
}

function textBodies(channel: ChannelOf<'wecom'>, message: OutgoingMessage): unknown[] {
  const mobiles = channel.mention.ids.filter((id) => /^\d{11}$/.test(id));
  return splitMessage({
    lines: message.lines,
    maxBytes: TEXT_BYTES,
    frame: (body, label) =>
      [`${message.title}${label}`, body, message.url].filter((line) => line !== '').join('\n'),
  }).map((content) => ({
    msgtype: 'text',
    text: {
      content,
      mentioned_list: ['@all', ...channel.mention.ids.filter((id) => !mobiles.includes(id))],
      mentioned_mobile_list: mobiles,
    },
  }));
}
