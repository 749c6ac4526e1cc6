import { describe, expect, test } from 'vitest';
import { groupCopies } from '#shared/series/near-duplicates.ts';

const rows = (...texts: string[]) => texts.map((text, i) => ({ at: i, ref: `w:${i}`, text }));

describe('groupCopies', () => {
  const base = '英伟达芯片禁令升级，国产算力迎来重大机遇，建议大家重点关注这几家公司';
  test('small changes stay one text', () => {
    expect(
      groupCopies(
        rows(
          base,
          `${base}！！！🔥🔥`,
          `@小明 ${base} https://t.cn/A6xyz`,
          base.replace('几家', '三家'),
        ),
      ),
    ).toEqual([0, 0, 0, 0]);
  });
  test('other texts on the same matter are others', () => {
    const other = '听说禁令又升级了，我买的显卡会不会涨价啊，有没有懂的朋友说一下';
    expect(groupCopies(rows(base, other))).toEqual([0, 1]);
  });
  test('short texts are never compared', () => {
    expect(groupCopies(rows('哈哈哈哈', '哈哈哈哈', '转发微博'))).toEqual([-1, -1, -1]);
  });
  test('the earliest leads, in whatever order they come', () => {
    const later = { at: 5, ref: 'w:b', text: base };
    const first = { at: 1, ref: 'w:a', text: base };
    expect(groupCopies([later, first])).toEqual([1, 1]);
  });
  test('hostile text costs little and breaks nothing', () => {
    const hostile = [
      'http://'.repeat(5000),
      '@'.repeat(20_000),
      '\uD800'.repeat(1000),
      '👩‍👩‍👧'.repeat(500),
      'a'.repeat(100_000),
    ];
    expect(groupCopies(rows(...hostile))).toHaveLength(hostile.length);
  });
});
