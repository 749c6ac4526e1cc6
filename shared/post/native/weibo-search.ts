import { midOfBid } from './bid.ts';
import {
  WEIBO,
  compact,
  countOf,
  firstId,
  listOf,
  optional,
  regionOf,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';

/** dataabc/weibo-search, a row of its CSV; times to the minute, China time. */
export function fromSearchRow(row: ForeignRecord): PostDraft {
  const userId = firstId(row['user_id']);
  const bid = textOf(row['bid']);
  return {
    id: firstId(row['id'], bid === undefined ? undefined : midOfBid(bid)),
    source: WEIBO,
    text: row['微博正文'],
    createdAt: row['发布时间'],
    columns: { id: 'id', text: '微博正文', createdAt: '发布时间' },
    ...optional({
      author: compact({
        id: userId,
        name: textOf(row['用户昵称']),
        verified: verifiedOf(row['user_authentication']),
        region: regionOf(row['ip']),
      }),
      url:
        userId !== undefined && bid !== undefined
          ? `https://weibo.com/${userId}/${bid}`
          : undefined,
      repostOf: compact({ id: firstId(row['retweet_id']) }),
      counts: compact({
        reposts: countOf(row['转发数']),
        comments: countOf(row['评论数']),
        likes: countOf(row['点赞数']),
      }),
      tags: listOf(row['话题']),
    }),
  };
}

/** `普通用户` is what the tool writes for everybody without a badge. */
function verifiedOf(value: unknown): boolean | undefined {
  const badge = textOf(value);
  return badge === undefined ? undefined : badge !== '普通用户';
}
