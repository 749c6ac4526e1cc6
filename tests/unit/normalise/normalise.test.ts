import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownWords } from '#shared/post/chain.ts';
import { normalise } from '#shared/post/normalise.ts';

describe('normalise', () => {
  test.each([
    ['full-width letters and marks', 'ＤｅｅｐＳｅｅｋ！', 'deepseek!'],
    ['zero-width and direction controls', 'Deep\u200bSeek\u202e', 'deepseek'],
    ['short links', '看http://t.cn/A6x 和t.cn/Rx[doge]', '看 和 [doge]'],
    ['names', '感谢@小王 的推荐', '感谢 的推荐'],
    ['reply heads', '回复@小王:说得对', '说得对'],
    ['chain heads', '说得对//@小李：好', '说得对//@:好'],
    ['old hashtags', '{%#国货之光#%}', '#国货之光#'],
    ['runs', '哈哈哈哈哈!!!!!😭😭😭😭😭', '哈哈哈!!!😭😭😭'],
    ['digits stay', '10000000 R1', '10000000 r1'],
    ['entities', 'a&amp;b&lt;c&nbsp;d', 'a&b<c d'],
    ['marks', 'De\u0301je\u0335', 'déje'],
    ['mail addresses are no names', 'a@b.com', 'a@b.com'],
    ['emoticons', '[微笑][doge]', '[微笑][doge]'],
    ['white space', 'a  \t b\n\n c', 'a b\nc'],
  ])('%s', (_name, original, expected) => {
    expect(normalise(original).text).toBe(expected);
  });

  test('a name that the caller keeps stays', () => {
    expect(normalise('@DeepSeek 又崩了 @小明 你看', (name) => name === 'deepseek').text).toBe(
      '@deepseek 又崩了 你看',
    );
  });

  test('every unit knows where it came from, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (original) => {
        const { text, offsets } = normalise(original);
        expect(offsets.length).toBe(text.length + 1);
        expect(offsets[text.length]).toBe(original.length);
        for (let i = 1; i <= text.length; i++)
          expect(offsets[i]).toBeGreaterThanOrEqual(offsets[i - 1] ?? 0);
      }),
    );
  });
});

describe('ownWords', () => {
  test.each([
    ['转发微博//@a:DeepSeek太强', 'bare', ''],
    ['//@a:DeepSeek太强', 'bare', ''],
    ['[doge]//@a:DeepSeek太强', 'bare', '[doge]'],
    ['说得对//@a:DeepSeek太强', 'comment', '说得对'],
    ['转发微博', 'bare', ''],
    ['DeepSeek太强', 'original', 'deepseek太强'],
  ])('%s is %s', (text, repost, words) => {
    const n = normalise(text);
    const own = ownWords(n);
    expect(own.repost).toBe(repost);
    if (words !== '') expect(n.text.slice(own.start, own.end)).toBe(words);
  });
});
