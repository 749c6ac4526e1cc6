import { createHash } from 'node:crypto';
import type { OutgoingMessage } from '#shared/alert/channel.ts';
import { WORDS } from './wording.ts';
import type { Lang } from './wording.ts';

type Item = Omit<OutgoingMessage, 'attachments'>;

const RANK = { critical: 0, warning: 1, ok: 2 } as const;

/** Several notifications as one message, when a channel may not be called often enough. Nothing is left out. */
export function mergeMessages(
  messages: readonly OutgoingMessage[],
  { key, lang, url }: { key: string; lang: Lang; url: string },
): OutgoingMessage {
  const words = WORDS[lang];
  // Worst first, else in the order they were queued.
  const sorted = messages.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  const worst = sorted[0]?.severity ?? 'ok';
  const links = new Set(messages.map((message) => message.url));
  return {
    key,
    kind: 'digest',
    title: words.digest(messages.length),
    lines: sorted.flatMap(({ severity, title, lines }) => [
      `【${words.severity[severity]}】${title}`,
      ...lines.slice(0, 1),
    ]),
    url: links.size === 1 ? (messages[0]?.url ?? url) : url,
    severity: worst,
    at: Math.max(...messages.map(({ at }) => at)),
    data: {
      items: messages.map(
        ({ key: itemKey, kind, severity, title, lines, url: link, at, data }) => ({
          key: itemKey,
          kind,
          severity,
          title,
          lines,
          url: link,
          at,
          data,
        }),
      ),
    },
  };
}

/** The key of a digest follows from what it holds, so that a repeat has the same one. */
export function digestKey(keys: readonly string[]): string {
  const text = JSON.stringify(keys.toSorted());
  return `digest_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`;
}

/** The notifications inside a digest; none for any other message. */
export function digestItems(message: OutgoingMessage): Item[] {
  return message.kind === 'digest' && Array.isArray(message.data.items)
    ? (message.data.items as Item[])
    : [];
}
