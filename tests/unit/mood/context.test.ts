import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  addTrees,
  emptyTrees,
  orderOf,
  TREE_LEAVES,
  type Trees,
} from '#shared/mood/boosted-trees.ts';
import { CONTEXT_INPUTS } from '#shared/mood/context-features.ts';
import {
  ContextFormatError,
  decodeContext,
  encodeContext,
  type ContextWeights,
} from '#shared/mood/context-format.ts';
import { createContextModel } from '#shared/mood/context.ts';
import { scoreOfProbabilities } from '#shared/mood/combine.ts';
import { FeatureReader } from '#shared/mood/features.ts';
import { labelOf, likelihoodOf } from '#shared/mood/mood.ts';
import type { Scorer } from '#shared/mood/score-post.ts';
import { loadContext } from '#shared/node/model.ts';
import { createEngine, loadEngineParts } from '#shared/node/engine.ts';
import { boost } from '#shared/node/training/boost.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { topicSchema } from '#shared/topic/topic.ts';

/** A tree that asks whether input 0 is above one half, and whether input 1 is above -2; its other questions are idle. */
const STUMP: Trees = {
  inputs: Uint8Array.of(0, 1, 0, 0, 0),
  thresholds: Int32Array.from([0.5, -2, Infinity, Infinity, Infinity], orderOf),
  leaves: Int16Array.from(
    { length: 2 * TREE_LEAVES },
    (_, k) => [-4, 12, 8, 16, 20, 0, 40, -8][k] ?? 99,
  ),
  unit: 0.25,
};

/** Polarity and neutral of one row. */
function sumsOf(trees: Trees, inputs: Float32Array): number[] {
  const sums = new Float64Array(2);
  addTrees(trees, inputs, sums);
  return [...sums];
}

function weights(): ContextWeights {
  return {
    version: 'test-1',
    bits: 4,
    inputs: CONTEXT_INPUTS,
    polarityUnit: 0.25,
    neutralUnit: 0.5,
    linear: {
      polarityBias: 0.1,
      evidence: 1,
      strongEvidence: 0.5,
      wholePolarity: 0.3,
      neutralBias: 0.2,
      wholeNeutral: 0.4,
      evidenceNeutral: -0.5,
      wholePolarNeutral: -0.1,
      ownPolarity: 0.2,
      wholeAmongOthers: 0.05,
      ownAmongOthers: 0.05,
      ownNeutral: 0.1,
    },
    temperature: 1,
    slots: Uint32Array.from({ length: 16 }, (_, k) => k * 65_537),
    trees: STUMP,
  };
}

describe('the file of the context model', () => {
  test('comes back as it was written', () => {
    expect(decodeContext(encodeContext(weights()), CONTEXT_INPUTS)).toEqual(weights());
  });

  test('a flipped bit anywhere is noticed', () => {
    const bytes = encodeContext(weights());
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x10;
      expect(() => decodeContext(damaged, CONTEXT_INPUTS), `byte ${at}`).toThrow(
        ContextFormatError,
      );
    }
  });

  test('a cut file, another file and a model of other inputs are refused in words', () => {
    const bytes = encodeContext(weights());
    expect(() => decodeContext(bytes.subarray(0, 40), CONTEXT_INPUTS)).toThrow('damaged');
    expect(() => decodeContext(new Uint8Array(64), CONTEXT_INPUTS)).toThrow('not a weimai');
    expect(() => decodeContext(bytes, CONTEXT_INPUTS + 1)).toThrow('weimai train-context');
  });

  test('a missing file is named', async () => {
    await expect(loadContext('/nowhere/context.bin')).rejects.toThrow('/nowhere/context.bin');
  });
});

describe('trees', () => {
  test('the answers above or not are the bits of the leaf', () => {
    expect(sumsOf(STUMP, Float32Array.of(0.5, -2))).toEqual([-1, 3]);
    expect(sumsOf(STUMP, Float32Array.of(0.6, -2))).toEqual([2, 4]);
    expect(sumsOf(STUMP, Float32Array.of(0.5, -1.9))).toEqual([5, 0]);
    expect(sumsOf(STUMP, Float32Array.of(0.6, 7))).toEqual([10, -2]);
  });

  test('orders grow with the numbers, and differences of two fit 32 bits', () => {
    const float = fc.float({ noNaN: true });
    fc.assert(
      fc.property(float, float, (a, b) => {
        const difference = orderOf(a) - orderOf(b);
        if (a > b) expect(difference).toBeGreaterThanOrEqual(0);
        if (a > b + 1e-6 * Math.abs(b) + 1e-30) expect(difference).toBeGreaterThan(0);
        expect(difference | 0).toBe(difference);
      }),
    );
  });

  test('learn what only two inputs together tell', () => {
    const inputs = Array.from({ length: 800 }, (_, i) => Float32Array.of(i % 2, (i >> 1) % 2));
    const labels = inputs.map(([a, b]) => (a === b ? 1 : -1));
    const nothing = new Float64Array(inputs.length);
    const trees = boost(
      { inputs, labels, weights: labels.map(() => 1), polarity: nothing, neutral: nothing },
      { rounds: 30, rate: 0.3 },
    );
    for (const [a, b, sign] of [
      [0, 0, 1],
      [1, 1, 1],
      [0, 1, -1],
      [1, 0, -1],
    ] as const)
      expect(Math.sign(sumsOf(trees, Float32Array.of(a, b))[0]!)).toBe(sign);
  });

  test('the same rows give the same trees', () => {
    const inputs = Array.from({ length: 300 }, (_, i) => Float32Array.of(i % 7, i % 5, i % 3));
    const rows = {
      inputs,
      labels: inputs.map((_, i) => (i % 3) - 1),
      weights: inputs.map(() => 1),
      polarity: new Float64Array(300),
      neutral: new Float64Array(300),
    };
    expect(boost(rows)).toEqual(boost(rows));
  });
});

const probability = fc
  .tuple(
    fc.double({ min: 0.001, max: 1, noNaN: true }),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
  )
  .map(([a, b, c]) => ({
    positive: a / (a + b + c),
    neutral: b / (a + b + c),
    negative: c / (a + b + c),
  }));

describe('score of probabilities', () => {
  test('has the label of the likeliest class, but for praise and blame that are about as likely', () => {
    fc.assert(
      fc.property(probability, (p) => {
        const score = scoreOfProbabilities(p);
        const best = Math.max(p.positive, p.negative);
        const isMixed = Math.abs(p.positive - p.negative) < 0.14 * (p.positive + p.negative);
        const likeliest =
          p.neutral >= best || isMixed
            ? 'neutral'
            : p.positive > p.negative
              ? 'positive'
              : 'negative';
        fc.pre(Math.abs(p.neutral - best) > 1e-6);
        fc.pre(isMixed || Math.abs(p.positive - p.negative) > 0.15 * (p.positive + p.negative));
        if (!isMixed || p.neutral >= best) expect(labelOf(score)).toBe(likeliest);
        expect(Math.abs(score)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('goes through 0, without a jump, where praise and blame change places', () => {
    const at = (positive: number) =>
      scoreOfProbabilities({ positive, neutral: 0.02, negative: 0.98 - positive });
    expect(at(0.49)).toBe(0);
    expect(Math.abs(at(0.491) - at(0.489))).toBeLessThan(0.01);
    expect(labelOf(at(0.52))).toBe('neutral');
    expect(labelOf(at(0.7))).toBe('positive');
  });

  test('meets the border of the neutral zone from both sides, and 1 where nothing else is likely', () => {
    const at = (positive: number) =>
      scoreOfProbabilities({ positive, neutral: 1 - positive, negative: 0 });
    expect(at(0.4999)).toBeCloseTo(0.2, 3);
    expect(at(0.5001)).toBeCloseTo(0.2, 3);
    expect(at(1)).toBe(1);
    expect(scoreOfProbabilities({ positive: 0.2, neutral: 0.6, negative: 0.2 })).toBe(0);
  });

  test('is antisymmetric: praise and blame change places, the score its sign', () => {
    fc.assert(
      fc.property(probability, (p) => {
        fc.pre(p.positive !== p.negative);
        const turned = { positive: p.negative, neutral: p.neutral, negative: p.positive };
        expect(scoreOfProbabilities(turned)).toBeCloseTo(-scoreOfProbabilities(p), 9);
      }),
    );
  });

  test('likelihoodOf is one half at the border and 1 at the end', () => {
    expect(likelihoodOf(0.2)).toBe(0.5);
    expect(likelihoodOf(-1)).toBe(1);
    expect(likelihoodOf(0.6)).toBeCloseTo(0.75, 9);
  });
});

describe('the shipped model', () => {
  let rules: Scorer;
  let full: Scorer;
  beforeAll(async () => {
    const { context, ...parts } = await loadEngineParts();
    rules = createEngine(parts, defaultTopics()).scorer;
    full = createEngine({ ...parts, context }, defaultTopics()).scorer;
  });

  test.each([
    ['【快讯】DeepSeek今日发布新版本，支持长文本输入', 'neutral'],
    ['今晚在图书馆用豆包查资料，旁边的人一直抖腿，烦死了', 'neutral'],
    ['DeepSeek太好用了，回不去了', 'positive'],
    ['文心一言答非所问，浪费我一下午', 'negative'],
  ])('%s → %s', (text, label) => {
    expect(full.score(text).topics[0]?.label).toBe(label);
  });

  test('shows the words it read: effects of clauses stand beside those of rules', () => {
    const [topic] = full.score('DeepSeek又崩了，急死个人，什么时候能修好').topics;
    const spoken = topic?.evidence.filter(({ rule }) => rule === 'context') ?? [];
    expect(spoken.length).toBeGreaterThan(0);
    for (const part of spoken) expect(part.text).not.toBe('');
  });

  test('a topic that only others name, further down the chain, is not judged', () => {
    const text = '哈哈哈 //@甲:豆包真不错 //@乙:Kimi垃圾 //@丙:文心一言';
    const moods = full.score(text).topics;
    expect(moods.map(({ topic }) => topic)).toEqual(['doubao', 'kimi', 'ernie']);
    expect(moods.slice(1)).toMatchObject([
      { score: 0, label: 'neutral', evidence: [] },
      { score: 0, label: 'neutral', evidence: [] },
    ]);
  });

  test('a topic named twice, and other topics beside it, change nothing about a bare repost', () => {
    const text = '转发微博//@a:DeepSeek吊打文心一言';
    expect(full.score(text).topics).toEqual(rules.score(text).topics);
  });
});

test('a topic that shares all its names with another is scored as if it were alone', async () => {
  const parts = await loadEngineParts();
  const named = (id: string) => topicSchema.parse({ id, name: `话题${id}`, aliases: ['小深'] });
  const alone = createEngine(parts, [named('a')]).scorer;
  const both = createEngine(parts, [named('a'), named('b')]).scorer;
  for (const text of [
    '小深真的好用，强烈推荐给大家',
    '小深又在胡说八道，差评！ //@甲: 小深不错啊',
    '用了小深，还是豆包好',
  ]) {
    const [only] = alone.score(text).topics;
    for (const topic of both.score(text).topics) expect({ ...topic, topic: 'a' }).toEqual(only);
  }
});

test('a model without trees or n-grams leaves the rules their say', () => {
  const bare = { ...weights(), slots: new Uint32Array(16), bits: 4 };
  const model = createContextModel(encodeContext({ ...bare, trees: emptyTrees(0) }));
  const clause = {
    index: 0,
    start: 0,
    end: 4,
    mark: '',
    sentence: 0,
    hashtag: false,
    cues: [],
    bits: 0,
    mentions: [{ topic: 0, start: 0, end: 2, sense: 0 }],
    prior: { positive: 0.6, neutral: 0.3, negative: 0.1 },
    judgements: [
      {
        kind: 'eval' as const,
        clause: 0,
        start: 2,
        end: 4,
        value: 2,
        parts: [{ rule: 'lexicon', start: 2, end: 4, effect: 2 }],
        object: false,
        shares: [{ topic: 0, factor: 1 }],
      },
    ],
  };
  const symbols = new FeatureReader();
  symbols.readSymbols('豆包好用', 0, 4, Uint8Array.of(1, 1, 0, 0));
  model.open(
    { text: '豆包好用', clauses: [clause], bits: 0, given: [] },
    { positive: 0.5, neutral: 0.25, negative: 0.25 },
    symbols,
  );
  expect(model.weigh(1)).toBeUndefined();
  const weighed = model.weigh(0);
  if (weighed === undefined) throw new Error('not weighed');
  const squash = (x: number) => x / Math.hypot(1, x);
  expect(weighed.rules).toBeCloseTo(squash(2) + 0.5 * squash(2 / 3), 5);
  // What the trained model says of the post, and of the clause that names the topic.
  expect(weighed.whole).toBeCloseTo(0.3 * 0.25 + 0.2 * 0.5, 5);
  expect(weighed.polarity).toBeCloseTo(weighed.rules + weighed.whole + 0.1, 5);
});
