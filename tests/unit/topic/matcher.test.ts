import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from '#shared/post/normalise.ts';
import { buildAutomaton, HitBuffer } from '#shared/topic/automaton.ts';
import { createMatcher } from '#shared/topic/matcher.ts';
import { topicSchema, type TopicInput } from '#shared/topic/topic.ts';

function matcherOf(...topics: TopicInput[]) {
  return createMatcher(topics.map((topic) => topicSchema.parse(topic)));
}
function found(text: string, ...topics: TopicInput[]): string[] {
  const n = normalise(text);
  return matcherOf(...topics)
    .match(n)
    .map((hit) => n.text.slice(hit.start, hit.end));
}

describe('automaton', () => {
  test('finds exactly what a naive search finds', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '好', '用'),
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '好', '用', 'x'), maxLength: 40 }),
        (patterns, text) => {
          const hits = new HitBuffer();
          const automaton = buildAutomaton(patterns);
          const count = automaton.scan(text, 0, text.length, hits);
          const got = Array.from(
            { length: count },
            (_, k) => `${hits.data[2 * k]}@${hits.data[2 * k + 1]}`,
          ).sort();
          const expected: string[] = [];
          patterns.forEach((pattern, index) => {
            for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1))
              expected.push(`${index}@${at + pattern.length}`);
          });
          expect(got).toEqual(expected.sort());
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('matcher', () => {
  const deepseek: TopicInput = {
    id: 'ds',
    name: 'DeepSeek',
    aliases: ['DS', 'deep seek', '深度求索'],
  };
  const apple: TopicInput = { id: 'apple', name: '苹果', exclude: ['苹果醋'] };

  test.each([
    ['Latin aliases at word boundaries only', 'NDS和DSL和DS', [deepseek], ['ds']],
    ['Chinese characters are boundaries', '用DS写', [deepseek], ['ds']],
    [
      'spaces of an alias may be missing, doubled or hyphens',
      'deepseek deep  seek deep-seek',
      [deepseek],
      ['deepseek', 'deep seek', 'deep-seek'],
    ],
    ['a version number may follow a longer name', 'DeepSeek3 DS3', [deepseek], ['deepseek']],
    ['full-width letters', 'ＤｅｅｐＳｅｅｋ', [deepseek], ['deepseek']],
    ['an excluded phrase is no hit, the word elsewhere is', '苹果醋和苹果', [apple], ['苹果']],
    [
      'the longest alias wins',
      '华为云发布',
      [
        { id: 'a', name: '华为' },
        { id: 'b', name: '华为云' },
      ] as TopicInput[],
      ['华为云'],
    ],
    [
      'an alias of two topics hits both',
      '豆包',
      [
        { id: 'a', name: '豆包' },
        { id: 'b', name: 'x', aliases: ['豆包'] },
      ] as TopicInput[],
      ['豆包', '豆包'],
    ],
    ['a name with a slash is two names', '百度', [{ id: 'a', name: '文心一言 / 百度' }], ['百度']],
  ])('%s', (_name, text, topics, expected) => {
    expect(found(text, ...topics)).toEqual(expected);
  });

  test.each([
    ['DeepSeek 在招聘', []],
    ['DeepSeek 发布', ['deepseek']],
  ])('a query narrows the aliases: %s', (text, expected) => {
    expect(
      found(text, { id: 'q', name: 'DeepSeek', query: '(DeepSeek OR 深度求索) AND NOT 招聘' }),
    ).toEqual(expected);
  });

  test('says why something is no hit', () => {
    const { refused } = matcherOf(deepseek, apple).explain(normalise('NDS 苹果醋'));
    expect(refused.map(({ why, by }) => [why, by])).toEqual([
      ['inside-word', 'nds'],
      ['excluded', '苹果醋'],
    ]);
  });

  test('10,000 aliases find the one that is there', () => {
    const topics = Array.from({ length: 10_000 }, (_, k) =>
      topicSchema.parse({ id: `t${k}`, name: `品牌${k}号` }),
    );
    const hits = createMatcher(topics).match(normalise('听说品牌777号不错'));
    expect(hits.map((hit) => hit.topic)).toEqual([777]);
  });
});
