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
import { htmlToText, looksLikeHtml } from './html.ts';

/**
 * NanmiCoder/MediaCrawler, Weibo contents and comments as JSON Lines. Counts are strings; since July 2026 the
 * author is a hash and a masked name. A comment's id lives in another number space than a post's, hence the prefix.
 */
export function fromMediaCrawler(item: ForeignRecord): PostDraft {
  const commentId = firstId(item['comment_id']);
  const noteId = firstId(item['note_id']);
  const isComment = commentId !== undefined;
  return {
    id: isComment ? `comment:${commentId}` : noteId,
    source: WEIBO,
    text: plain(item['content']),
    createdAt: textOf(item['create_time']) ?? item['create_date_time'],
    fetchedAt: typeof item['last_modify_ts'] === 'number' ? item['last_modify_ts'] : undefined,
    columns: {
      id: isComment ? 'comment_id' : 'note_id',
      text: 'content',
      createdAt: 'create_time',
    },
    ...optional({
      author: compact({
        id: firstId(item['user_id'], item['creator_hash']),
        name: textOf(item['nickname']),
        region: regionOf(item['ip_location']),
      }),
      url: textOf(item['note_url']),
      repostOf: isComment ? compact({ id: noteId }) : undefined,
      counts: compact({
        reposts: countOf(item['shared_count']),
        comments: countOf(item['comments_count']) ?? countOf(item['sub_comment_count']),
        likes: countOf(item['liked_count']) ?? countOf(item['comment_like_count']),
      }),
      tags: listOf(item['source_keyword']),
    }),
  };
}

function plain(text: unknown): unknown {
  return typeof text === 'string' && looksLikeHtml(text) ? htmlToText(text).own : text;
}
