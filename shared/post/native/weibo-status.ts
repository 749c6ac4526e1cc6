import { midOfBid } from './bid.ts';
import {
  WEIBO,
  compact,
  countOf,
  firstId,
  isRecord,
  optional,
  recordOf,
  regionOf,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';
import { htmlToText, looksLikeHtml } from './html.ts';

/** Weibo open API status, weibo.com ajax status and m.weibo.cn mblog: one shape with three dialects. */
export function fromWeiboStatus(status: ForeignRecord): PostDraft {
  const user = recordOf(status['user']);
  const userId = firstId(user['idstr'], user['id']);
  const bid = textOf(status['mblogid']) ?? textOf(status['bid']);
  return {
    id: statusId(status),
    source: WEIBO,
    text: statusText(status),
    createdAt: status['created_at'],
    columns: { id: 'idstr', text: 'text', createdAt: 'created_at' },
    ...optional({
      author: compact({
        id: userId,
        name: textOf(user['screen_name']),
        followers: countOf(user['followers_count']) ?? countOf(user['followers_count_str']),
        verified: verifiedOf(user),
        region: regionOf(status['region_name']) ?? textOf(user['location']),
      }),
      url:
        userId !== undefined && bid !== undefined
          ? `https://weibo.com/${userId}/${bid}`
          : undefined,
      repostOf: originalOf(status['retweeted_status']),
      counts: compact({
        reposts: countOf(status['reposts_count']),
        comments: countOf(status['comments_count']),
        likes: countOf(status['attitudes_count']),
      }),
    }),
  };
}

/** A push of the Weibo API: `{"id":…,"text":{"type":"status","event":"add","status":{…}}}`. */
export function statusOfEnvelope(record: ForeignRecord): ForeignRecord | undefined {
  const status = recordOf(record['text'])['status'];
  return isRecord(status) ? status : undefined;
}

function statusId(status: ForeignRecord): string | undefined {
  const bid = textOf(status['mblogid']) ?? textOf(status['bid']);
  return firstId(
    status['idstr'],
    status['id'],
    status['mid'],
    bid === undefined ? undefined : midOfBid(bid),
  );
}

function statusText(status: ForeignRecord): unknown {
  const raw = status['text_raw'];
  if (typeof raw === 'string' && raw.trim() !== '') return raw;
  const long = recordOf(status['longText'])['longTextContent'];
  const text = typeof long === 'string' && long.trim() !== '' ? long : status['text'];
  return typeof text === 'string' && looksLikeHtml(text) ? withoutMore(htmlToText(text).own) : text;
}

/** m.weibo.cn cuts long posts near 140 characters and ends them with a link `...全文`. */
function withoutMore(text: string): string {
  return text.replace(/(?:\.{3}|…)全文$/, '…');
}

function originalOf(value: unknown): PostDraft['repostOf'] | undefined {
  if (!isRecord(value)) return undefined;
  const text = statusText(value);
  return compact({
    id: statusId(value),
    text: typeof text === 'string' ? textOf(text) : undefined,
    author: textOf(recordOf(value['user'])['screen_name']),
  });
}

function verifiedOf(user: ForeignRecord): boolean | undefined {
  if (typeof user['verified'] === 'boolean') return user['verified'];
  return typeof user['verified_type'] === 'number' ? user['verified_type'] >= 0 : undefined;
}
