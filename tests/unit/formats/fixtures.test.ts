import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPosts, type ReadOptions, type ReadResult } from '#shared/node/formats/read-posts.ts';
import type { Post } from '#shared/post/post.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/formats');
const NOW = Date.parse('2025-02-01T00:00:00+08:00');
const at = (iso: string) => Date.parse(iso);

async function read(name: string, options: Partial<ReadOptions> = {}): Promise<ReadResult[]> {
  const stream = createReadStream(join(FOLDER, name));
  const results: ReadResult[] = [];
  for await (const row of readPosts(stream, { format: 'auto', name, now: NOW, ...options })) {
    results.push(row);
  }
  return results;
}

async function postsOf(name: string, options: Partial<ReadOptions> = {}): Promise<Post[]> {
  const results = await read(name, options);
  return results.map(({ result }) => {
    if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.rejection)}`);
    return result.post;
  });
}

describe('weibo-crawler', () => {
  test('CSV: the TAB behind the id goes, quotes and line breaks stay, originals are told from own words', async () => {
    const [first, repost, empty] = await read('weibo-crawler.csv');
    expect(first).toMatchObject({
      index: 2,
      result: {
        ok: true,
        post: {
          source: 'weibo',
          id: '5126000000000001',
          text: '深夜试了一下DeepSeek，\n写周报一句废话都没有，"真香"！ #国货之光#',
          createdAt: at('2025-01-20T21:04:00+08:00'),
          counts: { likes: 12, comments: 3, reposts: 1 },
          tags: ['国货之光'],
        },
      },
    });
    expect(repost).toMatchObject({
      result: {
        post: {
          text: '转发微博',
          repostOf: { id: '5126000000000001', author: '阿木说芯片', text: '原来中国团队也能做到' },
        },
      },
    });
    expect(empty?.result).toMatchObject({
      ok: false,
      rejection: { code: 'post/text-missing', field: '正文' },
    });
    expect(empty?.raw).toContain('5126000000000003');
    expect(empty?.header).toContain('完整日期');
  });

  test('JSON: numbers of every spelling, the retweet apart', async () => {
    const [first, second] = await postsOf('weibo-crawler.json');
    expect(first).toMatchObject({
      id: '5126000000000011',
      createdAt: at('2025-01-27T21:10:00+08:00'),
      author: { id: '1000001', name: '小林同学' },
      url: 'https://weibo.com/1000001/PbA1cDeGa',
    });
    expect(second).toMatchObject({
      text: '说得对//@阿木说芯片:先让它喘口气',
      counts: { likes: 1_000_000 },
      repostOf: { id: '5126000000000010', text: '排队排到明年' },
    });
  });
});

test('weibo-search CSV: author, badge, region, tags', async () => {
  const [first, second] = await postsOf('weibo-search.csv');
  expect(first).toMatchObject({
    id: '5126000000000021',
    createdAt: at('2025-01-22T07:45:00+08:00'),
    author: { id: '3000001', name: '茶馆老板', verified: true, region: '广东' },
    tags: ['豆包', 'AI'],
    counts: { reposts: 4, comments: 1, likes: 20 },
  });
  expect(second).toMatchObject({
    author: { verified: false, region: '北京' },
    repostOf: { id: '5126000000000021' },
  });
});

test('MediaCrawler: contents before and after July 2026, comments under their own ids', async () => {
  const [hashed, older] = await postsOf('media-crawler-contents.jsonl');
  expect(hashed).toMatchObject({
    id: '5126000000000031',
    createdAt: 1_737_378_240_000,
    author: { id: 'ab12', name: '某***' },
    counts: { likes: 12, comments: 3, reposts: 1 },
    tags: ['Kimi'],
  });
  expect(older).toMatchObject({
    text: '今天的@某人 说得好&妙',
    author: { id: '4000001', region: '北京' },
    counts: { likes: 12_000 },
  });
  const [comment] = await postsOf('media-crawler-comments.jsonl');
  expect(comment).toMatchObject({
    id: 'comment:5126000000009001',
    repostOf: { id: '5126000000000031' },
    counts: { likes: 7, comments: 2 },
  });
});

test('WeiboSpider: a relative time counts from crawl_time', async () => {
  const [first, second] = await postsOf('weibo-spider.jsonl');
  expect(first).toMatchObject({
    id: '5126000000000041',
    author: { id: '5000001', name: '股海小舟', verified: true, followers: 880, region: '上海' },
    url: 'https://weibo.com/5000001/PbA1cDeJa',
  });
  expect(second?.createdAt).toBe(1_737_604_800_000 - 180_000);
});

describe('Weibo API', () => {
  test('statuses list, with the original of a repost', async () => {
    const [first, repost] = await postsOf('weibo-api-statuses.json');
    expect(first).toMatchObject({
      id: '5126000000000051',
      text: '求一份DeepSeek提示词清单。',
      createdAt: at('2025-01-20T21:04:00+08:00'),
      author: {
        id: '1404000001',
        name: '阿芒',
        followers: 1_204,
        verified: false,
        region: '北京 朝阳区',
      },
    });
    expect(repost?.repostOf).toEqual({
      id: '5126000000000051',
      text: '求一份DeepSeek提示词清单。',
      author: '阿芒',
    });
  });

  test('push envelopes add; deletions pass by', async () => {
    expect((await postsOf('weibo-api-push.ndjson')).map((post) => post.id)).toEqual([
      '5126000000000053',
    ]);
  });

  test('ajax: raw text before HTML', async () => {
    const [post] = await postsOf('weibo-ajax.json');
    expect(post).toMatchObject({
      text: '除夕快乐[烟花]\n国产大模型给了个大礼包',
      author: { id: '6000001', verified: true, region: '浙江' },
      url: 'https://weibo.com/6000001/PbA1cDeKa',
    });
  });

  test('m.weibo.cn cards: HTML to words, emoticon from alt, 万 and 亿, relative time from the fetch', async () => {
    const [post] = await postsOf('m-weibo-cards.json', {
      fetchedAt: at('2025-01-28T09:00:00+08:00'),
    });
    expect(post).toMatchObject({
      id: '5126000000000071',
      text: '排了十分钟[允悲]还是服务器繁忙\n先睡了 …',
      createdAt: at('2025-01-27T12:03:00+08:00'),
      author: { followers: 35_000, region: '江苏' },
      counts: { reposts: 1_782_000, comments: 1_000_000, likes: 120_000_000 },
    });
    const [unknown] = await read('m-weibo-cards.json');
    expect(unknown?.result).toMatchObject({
      ok: false,
      rejection: { code: 'post/time-invalid', field: 'created_at' },
    });
  });
});

describe('feeds', () => {
  test('RSSHub Weibo: own words without the blockquote, mid from the link', async () => {
    const [repost, escaped, hot] = await postsOf('rsshub-weibo.xml');
    expect(repost).toMatchObject({
      source: 'weibo',
      text: '今天体验了DeepSeek，停不下来[允悲]',
      repostOf: { author: '某人', text: '原文在此，大家来看' },
      createdAt: at('2025-01-20T13:04:00Z'),
      author: { name: '作者甲' },
      tags: ['DeepSeek', 'AI'],
    });
    expect(repost?.id).toMatch(/^\d{16}$/);
    expect(escaped?.text).toBe('转义的 粗体 与 5 < 6');
    expect(hot).toMatchObject({ source: 'feed', text: '热搜：国产大模型登顶', createdAt: NOW });
  });

  test('the same post from RSS and JSON Feed has one identity', async () => {
    const [rss] = await postsOf('rsshub-weibo.xml');
    const [json] = await postsOf('rsshub-weibo.json');
    expect(json).toEqual({ ...rss, tags: ['DeepSeek'] });
  });

  test('Atom: html and xhtml content, alternate link', async () => {
    const [html, xhtml] = await postsOf('feed.atom');
    expect(html).toMatchObject({
      id: 'urn:uuid:1',
      text: '第一段\n第二段',
      url: 'https://a.example/1?a=1&b=2',
      createdAt: at('2025-01-20T13:04:00Z'),
      author: { name: '编辑部' },
      tags: ['科技'],
    });
    expect(xhtml?.text).toBe('你好\n世界');
  });
});

test('Mastodon: statuses and boosts from JSON, updates from the event stream', async () => {
  const [status, boost] = await postsOf('mastodon.json');
  expect(status).toMatchObject({
    source: 'mastodon',
    id: 'https://m.example/users/a/statuses/113860000000000001',
    text: 'R1 is wild\n开源万岁',
    lang: 'zh',
    tags: ['deepseek'],
    counts: { reposts: 1, likes: 2, comments: 0 },
  });
  expect(boost?.repostOf).toMatchObject({ text: 'R1 is wild\n开源万岁', author: 'a' });
  expect(await postsOf('mastodon.sse')).toEqual([status]);
});

test('Jetstream: posts of both versions, a wrong client clock replaced, other events passed by', async () => {
  const [first, future, second] = await postsOf('jetstream.ndjson');
  expect(first).toMatchObject({
    source: 'bluesky',
    id: 'at://did:plc:abc/app.bsky.feed.post/3lg1',
    createdAt: at('2025-01-20T13:03:59Z'),
    lang: 'zh',
  });
  expect(future?.createdAt).toBe(at('2025-01-20T13:04:00Z'));
  expect(second).toMatchObject({
    id: 'at://did:plc:xyz/app.bsky.feed.post/3lg3',
    text: '第二版信封',
  });
});

describe('our own format', () => {
  test('JSON, NDJSON and CSV hold the same posts', async () => {
    const json = await postsOf('canonical.json', { source: 'import' });
    expect(json).toHaveLength(2);
    expect(await postsOf('canonical.ndjson', { source: 'import' })).toEqual(json);
    expect(await postsOf('canonical.csv', { source: 'import' })).toEqual(json);
  });
});

describe('tables of unknown origin', () => {
  test('usual column names are understood; rows without an id get one from their content', async () => {
    const [first, other, again] = await postsOf('generic.tsv');
    expect(first).toMatchObject({ text: '你好', author: { name: '甲' }, source: 'import' });
    expect(other?.id).not.toBe(first?.id);
    expect(again?.id).toBe(first?.id);
  });

  test('GBK as Excel saves it is read', async () => {
    expect((await postsOf('excel-gbk.csv'))[0]?.text).toBe('从Excel导出的中文表格');
  });

  test('a column that is not there is named with those that are', async () => {
    await expect(
      postsOf('generic.tsv', { mapping: { text: 'words', createdAt: '发布时间' } }),
    ).rejects.toThrow(/"words".*发布时间, 昵称, 内容/);
  });
});

test('every fixture gives at least one post by itself', async () => {
  for (const name of readdirSync(FOLDER)) {
    const results = await read(name, { fetchedAt: NOW });
    expect(
      results.some(({ result }) => result.ok),
      name,
    ).toBe(true);
    expect(results.at(-1)?.bytesRead, name).toBeGreaterThan(0);
  }
});
