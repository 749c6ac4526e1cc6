import { isRecord, recordOf, type ForeignRecord, type PostDraft } from './draft.ts';
import { fromJsonFeedItem } from './feed-item.ts';
import { fromJetstream, isJetstream, isJetstreamNoise } from './jetstream.ts';
import { fromMastodon } from './mastodon.ts';
import { fromMediaCrawler } from './media-crawler.ts';
import { fromCrawlerItem, fromCrawlerRow } from './weibo-crawler.ts';
import { fromSearchRow } from './weibo-search.ts';
import { fromWeiboSpider } from './weibo-spider.ts';
import { fromWeiboStatus, statusOfEnvelope } from './weibo-status.ts';

export const NATIVE_FORMATS = [
  'weibo-crawler-csv',
  'weibo-crawler-json',
  'weibo-search-csv',
  'media-crawler',
  'weibo-spider',
  'weibo-api',
  'weibo-api-push',
  'weibo-card',
  'json-feed',
  'mastodon',
  'jetstream',
] as const;
export type NativeFormat = (typeof NATIVE_FORMATS)[number];

/** Which known tool wrote this record, told by the keys that only it writes; undefined for a canonical post. */
export function detectNative(record: ForeignRecord): NativeFormat | undefined {
  return MARKS.find(([, isWrittenBy]) => isWrittenBy(record))?.[0];
}

/** The record of a known tool as a draft for `parsePost`; undefined where no mapper knows it. */
export function draftOfNative(record: ForeignRecord): PostDraft | undefined {
  const format = detectNative(record);
  return format === undefined ? undefined : MAPPERS[format](record);
}

/** Valid events of a stream that carry no new post (Jetstream likes, account events, deletions by push). */
export function isNoPost(record: ForeignRecord): boolean {
  const format = detectNative(record);
  if (format === 'jetstream') return isJetstreamNoise(record);
  if (format === 'weibo-card') return !isRecord(record['mblog']);
  return (
    format === 'weibo-api-push' && isRecord(record['text']) && record['text']['event'] === 'delete'
  );
}

const has = (record: ForeignRecord, ...keys: string[]) =>
  keys.every((key) => record[key] !== undefined);

/** Order matters: the most particular keys first. */
const MARKS: readonly (readonly [NativeFormat, (record: ForeignRecord) => boolean])[] = [
  ['weibo-crawler-csv', (r) => has(r, '正文') && (has(r, '完整日期') || has(r, '日期'))],
  ['weibo-search-csv', (r) => has(r, '微博正文', '发布时间')],
  [
    'media-crawler',
    (r) => has(r, 'note_id') && (has(r, 'create_time') || has(r, 'create_date_time')),
  ],
  ['weibo-spider', (r) => has(r, 'mblogid') && (has(r, 'crawl_time') || has(r, '_id'))],
  ['jetstream', isJetstream],
  ['weibo-card', (r) => has(r, 'card_type')],
  [
    'json-feed',
    (r) => has(r, 'date_published') && (has(r, 'content_html') || has(r, 'content_text')),
  ],
  [
    'weibo-api-push',
    (r) => statusOfEnvelope(r) !== undefined || (isRecord(r['text']) && has(r['text'], 'event')),
  ],
  ['mastodon', (r) => has(r, 'created_at', 'account') && (has(r, 'content') || has(r, 'reblog'))],
  [
    'weibo-crawler-json',
    (r) => has(r, 'created_at', 'screen_name') && (has(r, 'user_id') || has(r, 'bid')),
  ],
  [
    'weibo-api',
    (r) =>
      has(r, 'created_at') &&
      ['idstr', 'mid', 'mblogid', 'bid', 'retweeted_status', 'user'].some((key) => has(r, key)),
  ],
];

const MAPPERS: Readonly<Record<NativeFormat, (record: ForeignRecord) => PostDraft>> = {
  'weibo-crawler-csv': fromCrawlerRow,
  'weibo-crawler-json': fromCrawlerItem,
  'weibo-search-csv': fromSearchRow,
  'media-crawler': fromMediaCrawler,
  'weibo-spider': fromWeiboSpider,
  'weibo-api': fromWeiboStatus,
  'weibo-api-push': (record) => fromWeiboStatus(statusOfEnvelope(record) ?? {}),
  'weibo-card': (record) => fromWeiboStatus(recordOf(record['mblog'])),
  'json-feed': fromJsonFeedItem,
  mastodon: fromMastodon,
  jetstream: fromJetstream,
};
