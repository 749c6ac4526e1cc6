import type { HttpChannel } from './channel.ts';
import { linkTarget } from './escape.ts';
import { jsonBytes, splitMessage } from './split.ts';
import { codeIn, judgeByCode } from './verdict.ts';
import { JSON_HEADERS, joinUrl } from './wording.ts';

/** Bark v2 `POST /push`. Apple's push service takes about 4 KB in all. */
const MAX_BYTES = 3600;
/** `timeSensitive` breaks through focus modes. */
const LEVEL = { critical: 'timeSensitive', warning: 'active', ok: 'passive' } as const;

export const bark: HttpChannel<'bark'> = {
  render(channel, message) {
    const url = linkTarget(message.url);
    const parts = splitMessage({
      lines: message.lines,
      maxBytes: MAX_BYTES - jsonBytes(url),
      measure: jsonBytes,
      frame: (body, label) => `${message.title}${label}\n${body}`,
    });
    return parts.map((text) => {
      const [title = '', ...body] = text.split('\n');
      return {
        url: joinUrl(channel.baseUrl, '/push'),
        headers: JSON_HEADERS,
        body: JSON.stringify({
          device_key: channel.deviceKey,
          title,
          body: body.join('\n'),
          level: LEVEL[message.severity],
          group: channel.group,
          ...(url === '' ? {} : { url }),
        }),
      };
    });
  },

  judge: judgeByCode({ field: 'code', good: 200 }),

  judgeError: codeIn,
};
