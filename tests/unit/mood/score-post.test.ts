import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { EvidenceCollector } from '#shared/mood/combine.ts';
import { PATTERN_EXAMPLES } from '#shared/mood/patterns.ts';
import { labelOf } from '#shared/mood/mood.ts';
import { judge, type Clause } from '#shared/mood/reading.ts';
import type { Scorer } from '#shared/mood/score-post.ts';
import { normalise } from '#shared/post/normalise.ts';
import { createEngine, loadEngineParts } from '#shared/node/engine.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';

let scorer: Scorer;
beforeAll(async () => {
  scorer = createEngine(await loadEngineParts(), defaultTopics()).scorer;
});

const WORDS = [
  'DeepSeek',
  '文心一言',
  '豆包',
  '比',
  '不',
  '没有',
  '好用',
  '垃圾',
  '，',
  '。',
  '？',
  '！',
  '但是',
  '呵呵',
  '都说',
  '希望',
  '[doge]',
  '#',
  '//@a:',
  '//@b:豆包 //@c:Kimi',
  '被',
  '吊打',
  '😭',
  '“',
  '”',
  '以前',
  '现在',
  '我',
  'so bad',
  '强得离谱',
  '难道',
  '\ud800',
  '\n',
  'x',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join('')),
  fc.string({ unit: 'binary' }),
);

function checkMood(input: string): void {
  const mood = scorer.score(input);
  expect(Math.abs(mood.score)).toBeLessThanOrEqual(1);
  expect(mood.label).toBe(labelOf(mood.score));
  for (const topic of mood.topics) {
    expect(Math.abs(topic.score)).toBeLessThanOrEqual(1);
    expect(topic.label).toBe(labelOf(topic.score));
    expect(topic.evidence.reduce((sum, part) => sum + part.effect, 0)).toBeCloseTo(topic.score, 9);
    for (const part of topic.evidence) expect(part.text).toBe(input.slice(part.start, part.end));
  }
}

describe('scorer', () => {
  test('effects add up to the score, spans quote the original, labels follow scores, whatever the text', () => {
    fc.assert(fc.property(text, checkMood), { numRuns: 500 });
  });

  test('10,000 characters of anything give finite scores', () => {
    for (const unit of [
      '[',
      '#',
      '“',
      '//@',
      '但,',
      '不',
      '没有不',
      '以前现在',
      'a\u0301',
      '\ufdfa',
      'DeepSeek',
      'DeepSeek比文心一言好,',
      '吗?',
      '呵呵',
      'http://',
      '\ud800',
      '😭',
      '是',
    ]) {
      checkMood(`DeepSeek${unit.repeat(10_000)}`.slice(0, 10_000));
    }
  });

  test('a text without topics has a mood of its own and no topic entries', () => {
    const mood = scorer.score('今天的晚饭太好吃了，开心！');
    expect(mood).toMatchObject({ label: 'positive', topics: [], repost: 'original' });
  });

  test('the same text always gives the same answer', () => {
    const input = 'DeepSeek比文心一言强，但是服务器老崩[怒]';
    const first = JSON.stringify(scorer.score(input));
    scorer.score('別的文字 @someone http://t.cn/x');
    expect(JSON.stringify(scorer.score(input))).toBe(first);
  });

  test('a known repost without own words is bare even where the text shows no chain', () => {
    const mood = scorer.analyse('转发微博', { repostOf: { text: 'DeepSeek真好用' } });
    expect(mood).toMatchObject({ repost: 'bare', label: 'neutral', score: 0 });
  });

  test('mentions() agrees with the topics that are scored', () => {
    for (const input of ['DeepSeek', 'NDS', '转发//@a:豆包', '深思熟虑', '@DeepSeek 又崩了']) {
      expect(scorer.mentions(input)).toBe(scorer.score(input).topics.length > 0);
    }
  });
});

describe('gold set', () => {
  test('has 600 posts and more, two topics in a third of them, 25 of each phenomenon', () => {
    const posts = readFileSync(new URL('../../fixtures/gold/gold.jsonl', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { topics: unknown[]; phenomena: string[] });
    expect(posts.length).toBeGreaterThanOrEqual(600);
    expect(
      posts.filter((post) => post.topics.length > 1).length / posts.length,
    ).toBeGreaterThanOrEqual(1 / 3);
    const counts = new Map<string, number>();
    for (const name of posts.flatMap((post) => post.phenomena))
      counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const [name, count] of counts) expect(count, name).toBeGreaterThanOrEqual(25);
  });
});

describe('patterns', () => {
  test.each(PATTERN_EXAMPLES)('$name reads $example', ({ regex, example }) => {
    expect(regex.test(example)).toBe(true);
  });

  test('whatever a pattern finds in the corpus holds the characters that it says it needs', () => {
    const corpus = new URL('../../../shared/mood/corpus/', import.meta.url);
    const clauses = readdirSync(corpus)
      .filter((name) => name.startsWith('written'))
      .flatMap((name) => readFileSync(new URL(name, corpus), 'utf8').split('\n'))
      .flatMap((line) => normalise(line.split('\t')[2] ?? '').text.split(/[,。.!?;]/));
    const found = clauses.flatMap((clause) =>
      PATTERN_EXAMPLES.filter(({ regex }) => regex.test(clause)).map(({ name, needs }) => ({
        name,
        clause,
        isNeeded: needs.every((any) => [...any].some((character) => clause.includes(character))),
      })),
    );
    expect(new Set(found.map(({ name }) => name)).size).toBe(PATTERN_EXAMPLES.length);
    expect(found.filter(({ isNeeded }) => !isNeeded)).toEqual([]);
  });
});

test('a collector takes more entries than its buffers hold at first', () => {
  const clause: Clause = {
    index: 0,
    start: 0,
    end: 700,
    mark: '',
    sentence: 0,
    hashtag: false,
    cues: [],
    bits: 0,
    mentions: [],
    judgements: [],
    prior: undefined,
  };
  for (let k = 0; k < 601; k++)
    judge(clause, 'eval', k % 2 === 0 ? 1 : -1, 'lexicon', { start: k, end: k + 1 }).shares = [
      { topic: 0, factor: 1 },
    ];
  const collector = new EvidenceCollector();
  collector.open(
    { text: '', clauses: [clause], bits: 0, given: [] },
    '好'.repeat(700),
    Int32Array.from({ length: 701 }, (_, k) => k),
  );
  const { score, evidence } = collector.collect(0);
  expect(evidence).toHaveLength(601);
  expect(evidence.reduce((sum, { effect }) => sum + effect, 0)).toBeCloseTo(score, 9);
  expect(new Set(evidence.map(({ start }) => start)).size).toBe(601);
});
