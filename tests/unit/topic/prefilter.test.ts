import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from '#shared/post/normalise.ts';
import { createMatcher } from '#shared/topic/matcher.ts';
import { topicSchema, type TopicInput } from '#shared/topic/topic.ts';

const matcherOf = (topic: Partial<TopicInput>) =>
  createMatcher([topicSchema.parse({ id: 't', name: 'DeepSeek', ...topic })]);

describe('what a text as written may hold', () => {
  test.each([
    ['plain', '用DeepSeek写的', true],
    ['other case', '用dEEPseek写的', true],
    ['full width', 'ＤｅｅｐＳｅｅｋ太强', true],
    ['mathematical letters', '𝗗𝗲𝗲𝗽𝗦𝗲𝗲𝗸', true],
    ['a zero-width space inside', 'deep\u200bseek', true],
    ['a variation selector inside', 'deep\ufe0fseek', true],
    ['a reply marker inside', 'deep回复@小明:seek', true],
    ['a handle that names it', '@DeepSeek官方 又崩了', true],
    ['none of it', '今天天气不错，出去走走😀！', false],
    ['only a part', '深度学习 deep learning', false],
  ])('%s', (_, text, expected) => {
    expect(matcherOf({}).mayMatch(text)).toBe(expected);
  });

  test('a topic of punctuation or emoji looks at every text', () => {
    expect(matcherOf({ name: '🐳' }).mayMatch('今天天气不错')).toBe(true);
  });

  test('a topic of a query is found by the words of its query', () => {
    const matcher = matcherOf({ name: '芯片禁令', query: '(芯片 OR chip) AND 禁令' });
    expect(matcher.mayMatch('出口Chip管制')).toBe(true);
    expect(matcher.mayMatch('出口管制')).toBe(false);
  });

  test('what it turns away holds no alias after normalising', () => {
    const units = [
      ...'deskDESK深度回复r1tRT',
      ...'ｄＳ１éſKﬀ㏑①⼀：＠😀',
      ...' \t\n\u3000\u00a0\u00ad\u200b\u0301\ufe0f',
      ...'@:/-',
      '🄳',
      '𝐝',
      '🏻',
      '深\ufe00',
      '//@',
      '回复@',
      '&nbsp;',
      '&amp;',
      'http://',
      't.cn/',
      'www.',
      '{%#',
      '#%}',
    ];
    const written = fc.string({ unit: fc.constantFrom(...units), maxLength: 14 });
    const alias = fc
      .string({ unit: fc.constantFrom(...'deskr1深度回 -'), minLength: 1, maxLength: 4 })
      .filter((text) => text.trim() !== '');
    let held = 0;
    fc.assert(
      fc.property(written, fc.uniqueArray(alias, { minLength: 1, maxLength: 3 }), (text, names) => {
        const matcher = matcherOf({ name: names[0] ?? '', aliases: names.slice(1) });
        const { hits } = matcher.explain(normalise(text, (handle) => matcher.keepsHandle(handle)));
        if (hits.length === 0) return;
        held++;
        expect(matcher.mayMatch(text)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
    expect(held).toBeGreaterThan(1_000);
  });
});
