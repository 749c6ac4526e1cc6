import { describe, expect, test } from 'vitest';
import { midOfBid, midOfWeiboUrl } from '#shared/post/native/bid.ts';
import { countOf, regionOf } from '#shared/post/native/draft.ts';
import { recordsIn } from '#shared/post/native/envelope.ts';
import { htmlToText, looksLikeHtml } from '#shared/post/native/html.ts';
import { parsePost } from '#shared/post/parse-post.ts';

describe('bid to mid', () => {
  test.each([
    ['z0JH2lOMb', '3501756485200075'],
    ['0', undefined],
    ['zzzz-zzzz', undefined],
  ])('%s', (bid, mid) => {
    expect(midOfBid(bid)).toBe(mid);
  });

  test.each([
    ['https://weibo.com/1234567890/z0JH2lOMb', '3501756485200075'],
    ['https://weibo.com/1234567890/z0JH2lOMb?from=page', '3501756485200075'],
    ['https://m.weibo.cn/status/z0JH2lOMb', '3501756485200075'],
    ['https://m.weibo.cn/detail/5126000000000031', '5126000000000031'],
    ['https://weibo.com.evil.example/1/z0JH2lOMb', undefined],
    ['https://s.weibo.com/weibo?q=x', undefined],
  ])('%s', (url, mid) => {
    expect(midOfWeiboUrl(url)).toBe(mid);
  });
});

test.each([
  [12, 12],
  ['12', 12],
  ['1,204', 1_204],
  ['100万+', 1_000_000],
  ['178.2万', 1_782_000],
  ['1.2亿', 120_000_000],
  ['3.5w', 35_000],
  ['转发', undefined],
  ['', undefined],
  [-1, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('the count %j is %j', (written, figure) => {
  expect(countOf(written)).toBe(figure);
});

test('a region loses the words around it', () => {
  expect(['发布于 北京', '来自上海', 'IP属地：浙江', '广东'].map(regionOf)).toEqual([
    '北京',
    '上海',
    '浙江',
    '广东',
  ]);
});

describe('HTML to words', () => {
  test.each([
    ['5 < 6 且 a > b', '5 < 6 且 a > b'],
    ['甲<br>乙<br/>丙<p>丁</p>', '甲\n乙\n丙\n丁'],
    ['看<img alt="[允悲]" src="x">哭', '看[允悲]哭'],
    ["<img src='x' alt='[doge]'/>", '[doge]'],
    ['<script>alert(1)</script>好<style>p{}</style>', '好'],
    ['<!-- 藏 -->好', '好'],
    ['好<!-- 没有结尾', '好<!-- 没有结尾'],
    ['&lt;b&gt; &amp; &#20013;&#x6587; &unknown; &#9999999;', '<b> & 中文 &unknown; &#9999999;'],
    ['没关的<a href="x', '没关的<a href="x'],
    ['', ''],
  ])('%j', (html, words) => {
    expect(htmlToText(html).own).toBe(words);
  });

  test('what is quoted is somebody else’s', () => {
    expect(
      htmlToText('我的话<blockquote>甲<blockquote>乙</blockquote>丙</blockquote>还有我'),
    ).toEqual({
      own: '我的话还有我',
      quoted: '甲乙丙',
    });
  });

  test.each(['<', '<!--', '<a ', '&#', '<blockquote>', '<img alt="', '<script>'])(
    '1 MB of %j passes',
    (piece) => {
      const html = piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(htmlToText(html).own.length).toBeLessThanOrEqual(html.length);
      expect(looksLikeHtml(html)).toBeTypeOf('boolean');
    },
  );
});

describe('envelopes', () => {
  const post = { id: '1' };
  test.each([
    ['an array', [post], [post]],
    ['the push of weibo-crawler', { user: { id: 1 }, weibo: [post] }, [post]],
    ['a list of statuses', { statuses: [post], total_number: 1 }, [post]],
    ['a list under data', { ok: 1, data: { list: [post] } }, [post]],
    ['one post', post, [post]],
    ['nothing of use', null, [null]],
  ])('%s', (_, body, records) => {
    expect(recordsIn(body)).toEqual(records);
  });

  test('an id that has lost its digits in JSON is not trusted', () => {
    const status = {
      created_at: 'Mon Jan 20 21:04:00 +0800 2025',
      id: Number('5612814510546515491'),
      text: '好',
      user: {},
    };
    expect(parsePost(status, Date.parse('2025-02-01'))).toMatchObject({
      ok: false,
      rejection: { code: 'post/id-missing', field: 'idstr' },
    });
    expect(
      parsePost({ ...status, mid: '5612814510546515491' }, Date.parse('2025-02-01')),
    ).toMatchObject({
      ok: true,
      post: { source: 'weibo', id: '5612814510546515491' },
    });
  });
});
