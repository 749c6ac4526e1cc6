import { midOfWeiboUrl } from './bid.ts';
import {
  WEIBO,
  compact,
  isRecord,
  listOf,
  optional,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';
import { htmlToText } from './html.ts';

/** An entry of RSS, Atom or JSON Feed, reduced to what the three share. */
export interface FeedItem {
  id?: string | undefined;
  url?: string | undefined;
  title?: string | undefined;
  html?: string | undefined;
  createdAt?: unknown;
  author?: string | undefined;
  tags?: string[] | undefined;
  fetchedAt?: number | undefined;
}

/**
 * A feed entry as a post. RSSHub's Weibo routes: the description without its `<blockquote>` is the writer's own
 * words, the blockquote ` - 转发 @某人: 原文` what is reposted; the title (cut at 150) only serves where there is no
 * description. A link to weibo.com gives the mid, so that the same post from a crawler counts once.
 */
export function fromFeedItem(item: FeedItem): PostDraft {
  const mid = midOfWeiboUrl(item.url ?? '') ?? midOfWeiboUrl(item.id ?? '');
  const body = htmlToText(item.html ?? '');
  const own = body.own === '' ? htmlToText(item.title ?? '').own : body.own;
  return {
    id: mid ?? item.id ?? item.url,
    source: mid === undefined ? 'feed' : WEIBO,
    text: own,
    // Hot-search entries carry no time of their own: they are news of the moment they were fetched.
    createdAt: item.createdAt ?? item.fetchedAt,
    fetchedAt: item.fetchedAt,
    columns: { id: 'guid', text: 'description', createdAt: 'pubDate' },
    ...optional({
      author: compact({ name: item.author }),
      url: item.url,
      repostOf: body.quoted === '' ? undefined : quotedPost(body.quoted),
      tags: item.tags,
    }),
  };
}

/** An item of JSON Feed 1.1 (any RSSHub route with `?format=json`). */
export function fromJsonFeedItem(item: ForeignRecord): PostDraft {
  const authors: unknown[] = Array.isArray(item['authors']) ? item['authors'] : [item['author']];
  const author = authors.find(isRecord);
  const draft = fromFeedItem({
    id: textOf(item['id']),
    url: textOf(item['url']),
    title: textOf(item['title']),
    html: textOf(item['content_html']) ?? escaped(textOf(item['content_text'])),
    createdAt: item['date_published'],
    author: textOf(author?.['name']),
    tags: listOf(item['tags']),
  });
  return { ...draft, columns: { id: 'id', text: 'content_html', createdAt: 'date_published' } };
}

function escaped(text: string | undefined): string | undefined {
  return text?.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>');
}

function quotedPost(quoted: string): NonNullable<PostDraft['repostOf']> {
  const m = /^-? ?转发 ?@([^\s:：]{1,60})[:：]\s?/.exec(quoted);
  return m?.[1] === undefined
    ? { text: quoted }
    : { author: m[1], text: quoted.slice(m[0].length) };
}
