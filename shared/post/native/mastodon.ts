import {
  compact,
  countOf,
  firstId,
  isRecord,
  optional,
  recordOf,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';
import { htmlToText } from './html.ts';

/** A Mastodon status. Ids repeat between servers, so the identity is the status's global address (`uri`). */
export function fromMastodon(status: ForeignRecord): PostDraft {
  const account = recordOf(status['account']);
  const reblog = status['reblog'];
  return {
    id: firstId(status['uri'], status['url'], status['id']),
    source: 'mastodon',
    // A boost has no words of its own; like on Weibo, it is a repost with an empty comment.
    text:
      isRecord(reblog) && textOf(status['content']) === undefined
        ? 'Repost'
        : wordsOf(status['content']),
    createdAt: status['created_at'],
    columns: { id: 'uri', text: 'content', createdAt: 'created_at' },
    ...optional({
      author: compact({
        id: firstId(account['url'], account['acct'], account['id']),
        name: textOf(account['display_name']) ?? textOf(account['acct']),
        followers: countOf(account['followers_count']),
      }),
      url: textOf(status['url']),
      repostOf: originalOf(reblog),
      counts: compact({
        reposts: countOf(status['reblogs_count']),
        comments: countOf(status['replies_count']),
        likes: countOf(status['favourites_count']),
      }),
      tags: tagsOf(status['tags']),
      lang: textOf(status['language']),
    }),
  };
}

function wordsOf(content: unknown): unknown {
  return typeof content === 'string' ? htmlToText(content).own : content;
}

function originalOf(reblog: unknown): PostDraft['repostOf'] | undefined {
  if (!isRecord(reblog)) return undefined;
  const text = wordsOf(reblog['content']);
  return compact({
    id: firstId(reblog['uri'], reblog['url'], reblog['id']),
    text: typeof text === 'string' ? textOf(text) : undefined,
    author: textOf(recordOf(reblog['account'])['acct']),
  });
}

function tagsOf(tags: unknown): string[] | undefined {
  if (!Array.isArray(tags)) return undefined;
  const names = tags
    .map((tag) => textOf(recordOf(tag)['name']))
    .filter((name) => name !== undefined);
  return names.length > 0 ? names : undefined;
}
