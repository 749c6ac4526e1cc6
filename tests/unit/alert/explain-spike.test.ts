import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ExplainedPost,
  explainSpike,
  isConcentrated,
  postsQuery,
} from '#shared/alert/explain-spike.ts';
import type { Spike } from '#shared/alert/spike.ts';
import { at } from './builders.ts';

const spike: Spike = {
  id: 'deepseek:1:volume',
  topic: 'deepseek',
  measure: 'volume',
  direction: 'up',
  startsAt: at(0),
  peakAt: at(5),
  endsAt: null,
  observed: 90,
  expected: 10,
  surprise: 9,
  windowMinutes: 10,
  n: 90,
};
let serial = 0;
function aPost(post: Partial<ExplainedPost> = {}): ExplainedPost {
  serial++;
  return {
    ref: `weibo:${serial}`,
    at: at(0) + serial * 1000,
    author: serial,
    label: 'neutral',
    words: [],
    root: null,
    text: `第${serial}条`,
    source: 'weibo',
    region: '广东',
    ...post,
  };
}
const many = (n: number, post: (i: number) => Partial<ExplainedPost>) =>
  Array.from({ length: n }, (_, i) => aPost(post(i)));
const COPY = 'DeepSeek今天又崩了，服务器一直繁忙，问了三次都没有回答，大家快来看看怎么回事';

const before = many(200, (i) => ({
  words: ['模型', ...(i < 4 ? ['禁令'] : [])],
  label: i % 5 === 0 ? 'negative' : 'positive',
  region: i % 2 ? '广东' : '北京',
}));
const during = [
  ...many(40, (i) => ({
    words: ['禁令', '模型'],
    label: 'negative',
    region: '上海',
    root: i < 30 ? 'weibo:root' : null,
  })),
  // One account pushes its word 20 times.
  ...many(20, () => ({
    words: ['优惠券'],
    author: 7,
    text: `${COPY}${'🔥'.repeat(serial % 4)} https://t.cn/${serial}`,
    source: 'toutiao',
  })),
  ...many(30, (i) => ({ words: ['模型'], label: i < 5 ? 'negative' : 'positive', region: null })),
];
const input = { spike, from: at(0), to: at(10), before, during };

describe('explainSpike', () => {
  const found = explainSpike(input);

  test('words rise by people, not by posts', () => {
    expect(found.words.map((word) => word.word)).toEqual(['禁令']);
    expect(found.words[0]).toMatchObject({ authors: 40, backgroundAuthors: 4, posts: 40 });
    expect(found.words[0]!.ratio).toBeCloseTo(40 / 71 / (4 / 200), 6);
  });
  test("the topic's own names are left out", () => {
    expect(explainSpike({ ...input, ownWords: ['禁令'] }).words).toEqual([]);
  });
  test('the most reposted root comes first, with its share', () => {
    expect(found.roots).toHaveLength(1);
    expect(found.roots[0]).toMatchObject({ root: 'weibo:root', posts: 30, authors: 30 });
    expect(found.roots[0]!.share).toBeCloseTo(30 / 90, 10);
  });
  test('a root inside the window is shown with its own words', () => {
    const root = aPost({ ref: 'weibo:origin', text: '原帖', at: at(1) });
    const reposts = many(3, () => ({ root: 'weibo:origin', at: at(2), text: '转发微博' }));
    expect(explainSpike({ ...input, during: [...reposts, root] }).roots[0]).toMatchObject({
      text: '原帖',
      posts: 4,
      postRef: 'weibo:origin',
      firstAt: at(1),
    });
  });
  test('copies with other emoji and links are one text', () => {
    expect(found.copies).toHaveLength(1);
    expect(found.copies![0]).toMatchObject({ posts: 20, authors: 1 });
    expect(found.copypastaShare).toBeCloseTo(20 / 90, 10);
  });
  test('concentration is the largest root or copy over the excess', () => {
    // 90 seen, 10 expected in 10 minutes: 80 too many, 30 of them one root.
    expect(found.concentration).toBeCloseTo(30 / 80, 10);
    expect(isConcentrated(found)).toBe(false);
    const campaign = explainSpike({ ...input, during: many(90, () => ({ root: 'weibo:root' })) });
    expect(campaign.concentration).toBe(1);
    expect(isConcentrated(campaign)).toBe(true);
  });
  test('counts people and posts', () => expect(found).toMatchObject({ posts: 90, authors: 71 }));
  test('negative share before and during, with intervals that do not meet', () => {
    expect(found.negativeBefore).toMatchObject({ share: 0.2, n: 200 });
    expect(found.negativeDuring.share).toBeCloseTo(0.5, 10);
    expect(found.negativeDuring.low).toBeGreaterThan(found.negativeBefore.high);
  });
  test('sources and regions against before; unknown regions are left out of the shares', () => {
    expect(found.sources).toMatchObject([
      { name: 'weibo', n: 70, shareBefore: 1 },
      { name: 'toutiao', n: 20, shareBefore: 0 },
    ]);
    expect(found.regions[0]).toMatchObject({ name: '上海', n: 40, shareBefore: 0 });
    expect(found.regions.reduce((sum, region) => sum + region.share, 0)).toBeCloseTo(1, 10);
  });
  test('the same rows in any order give the same explanation', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(during, { minLength: during.length }),
        fc.shuffledSubarray(before, { minLength: before.length }),
        (shuffled, background) => {
          expect(explainSpike({ ...input, during: shuffled, before: background })).toEqual(found);
        },
      ),
      { numRuns: 10 },
    );
  });
  test('no posts and no background are said plainly', () => {
    const empty = explainSpike({ ...input, during: [], before: [] });
    expect(empty).toMatchObject({
      words: [],
      roots: [],
      posts: 0,
      authors: 0,
      concentration: 0,
      copypastaShare: 0,
      sources: [],
    });
    expect(empty.negativeDuring).toEqual({ share: 0, low: 0, high: 1, n: 0 });
  });
  test('each item opens its posts by one query', () => {
    const query = postsQuery(found, { word: '禁令' });
    expect(query).toEqual({
      topic: 'deepseek',
      from: new Date(at(0)).toISOString(),
      to: new Date(at(10)).toISOString(),
      word: '禁令',
    });
    expect(during.filter((post) => post.words.includes(query['word']!))).toHaveLength(
      found.words[0]!.posts!,
    );
  });
});
