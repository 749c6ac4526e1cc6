import { midOfBid } from './bid.ts';
import {
  WEIBO,
  compact,
  countOf,
  firstId,
  isRecord,
  listOf,
  optional,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';

/**
 * dataabc/weibo-crawler, a row of its CSV. The id ends with a TAB (so that Excel keeps its digits); the author is
 * the folder, not a column; `日期` may be a day only while `完整日期` has the clock.
 */
export function fromCrawlerRow(row: ForeignRecord): PostDraft {
  return {
    id: firstId(row['id'], bidOf(row['bid'])),
    source: WEIBO,
    text: row['正文'],
    createdAt: textOf(row['完整日期']) ?? row['日期'],
    columns: { id: 'id', text: '正文', createdAt: '完整日期' },
    ...optional({
      author: compact({ id: firstId(row['用户id']), name: textOf(row['用户昵称']) }),
      repostOf: compact({
        id: firstId(row['源微博id']),
        text: textOf(row['源微博正文']),
        author: textOf(row['源用户昵称']),
      }),
      counts: compact({
        reposts: countOf(row['转发数']),
        comments: countOf(row['评论数']),
        likes: countOf(row['点赞数']),
      }),
      tags: listOf(row['话题']),
    }),
  };
}

/** dataabc/weibo-crawler, one element of `$.weibo[]` in its JSON and in its HTTP push. */
export function fromCrawlerItem(item: ForeignRecord): PostDraft {
  const userId = firstId(item['user_id']);
  const bid = textOf(item['bid']);
  return {
    id: firstId(item['id'], bidOf(bid)),
    source: WEIBO,
    text: item['text'],
    createdAt: textOf(item['full_created_at']) ?? item['created_at'],
    columns: { id: 'id', text: 'text', createdAt: 'created_at' },
    ...optional({
      author: compact({ id: userId, name: textOf(item['screen_name']) }),
      url:
        userId !== undefined && bid !== undefined
          ? `https://weibo.com/${userId}/${bid}`
          : undefined,
      repostOf: originalOf(item['retweet']),
      counts: compact({
        reposts: countOf(item['reposts_count']),
        comments: countOf(item['comments_count']),
        likes: countOf(item['attitudes_count']),
      }),
      tags: listOf(item['topics']),
    }),
  };
}

function originalOf(value: unknown): PostDraft['repostOf'] | undefined {
  if (!isRecord(value)) return undefined;
  return compact({
    id: firstId(value['id'], bidOf(value['bid'])),
    text: textOf(value['text']),
    author: textOf(value['screen_name']),
  });
}

function bidOf(value: unknown): string | undefined {
  const bid = textOf(value);
  return bid === undefined ? undefined : midOfBid(bid);
}
