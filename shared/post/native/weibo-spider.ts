import { midOfBid } from './bid.ts';
import {
  WEIBO,
  compact,
  countOf,
  firstId,
  optional,
  recordOf,
  regionOf,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';

/** nghuyong/WeiboSpider JSON Lines; `crawl_time` is epoch seconds. */
export function fromWeiboSpider(item: ForeignRecord): PostDraft {
  const user = recordOf(item['user']);
  const bid = textOf(item['mblogid']);
  const fetchedAt = item['crawl_time'];
  return {
    id: firstId(item['_id'], bid === undefined ? undefined : midOfBid(bid)),
    source: WEIBO,
    text: item['content'],
    createdAt: item['created_at'],
    fetchedAt: typeof fetchedAt === 'number' ? fetchedAt * 1_000 : undefined,
    columns: { id: '_id', text: 'content', createdAt: 'created_at' },
    ...optional({
      author: compact({
        id: firstId(user['_id']),
        name: textOf(user['nick_name']),
        followers: countOf(user['followers_count']),
        verified: typeof user['verified'] === 'boolean' ? user['verified'] : undefined,
        region: regionOf(item['ip_location']),
      }),
      url: textOf(item['url']),
      repostOf: compact({ id: firstId(item['retweet_id']) }),
      counts: compact({
        reposts: countOf(item['reposts_count']),
        comments: countOf(item['comments_count']),
        likes: countOf(item['attitudes_count']),
      }),
      tags: compactTags(item['keyword']),
    }),
  };
}

function compactTags(keyword: unknown): string[] | undefined {
  const tag = textOf(keyword);
  return tag === undefined ? undefined : [tag];
}
