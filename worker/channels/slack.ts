import type { HttpChannel } from './channel.ts';
import { escapeSlack, linkTarget } from './escape.ts';
import { clip, splitMessage } from './split.ts';
import { callsPeople, JSON_HEADERS, WORDS } from './wording.ts';

/** Incoming webhook. A section holds 3000 characters, a header 150; bytes are never fewer than characters. */
const SECTION_BYTES = 2900;
const HEADER_BYTES = 150;
const SLACK_CALLS = { all: '<!channel>' } as const;

export const slack: HttpChannel<'slack'> = {
  render(channel, message) {
    const called = callsPeople(channel.mention, message)
      ? [
          ...(channel.mention.all ? [SLACK_CALLS.all] : []),
          ...channel.mention.ids.map((id) => `<@${id}>`),
        ].join(' ')
      : '';
    const url = linkTarget(message.url);
    return splitMessage({
      lines: message.lines,
      maxBytes: SECTION_BYTES,
      frame: (body, label) =>
        `${clip(message.title, HEADER_BYTES - label.length)}${label}\n${body}`,
    }).map((text) => {
      const [title = '', ...rest] = text.split('\n');
      const body = rest.join('\n');
      // plain_text neither links nor calls: posts need no escaping inside blocks.
      const blocks: unknown[] = [{ type: 'header', text: { type: 'plain_text', text: title } }];
      if (body !== '') blocks.push({ type: 'section', text: { type: 'plain_text', text: body } });
      if (called !== '') blocks.push({ type: 'section', text: { type: 'mrkdwn', text: called } });
      if (url !== '') {
        const label = { type: 'plain_text', text: WORDS[channel.lang].view };
        blocks.push({ type: 'actions', elements: [{ type: 'button', text: label, url }] });
      }
      return {
        url: channel.url,
        headers: JSON_HEADERS,
        body: JSON.stringify({ text: escapeSlack(title), blocks }),
      };
    });
  },

  judge: (text) =>
    text.trim() === 'ok'
      ? { ok: true, code: 'ok' }
      : { ok: false, reason: 'unreadable-answer', retry: false },

  /** Errors are one word: `no_service`, `invalid_blocks`, `channel_is_archived`. */
  judgeError: (text) => (/^[a-z_]{1,60}$/.test(text.trim()) ? { code: text.trim() } : {}),
};
