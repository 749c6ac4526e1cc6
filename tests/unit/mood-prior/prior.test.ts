import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createPrior } from '#shared/mood/prior.ts';
import { decodePrior, encodePrior, PriorFormatError } from '#shared/mood/prior-format.ts';
import { defaultModelPath, loadPrior } from '#shared/node/model.ts';
import { normalise } from '#shared/post/normalise.ts';
import { moodOf, sampleBytes, samplePrior } from './samples.ts';

const shipped = createPrior(readFileSync(defaultModelPath()));

describe('the shipped model', () => {
  test.each([
    ['太垃圾了，再也不买了', 'negative'],
    ['真的太好用了，强烈推荐', 'positive'],
    ['发布会将于明天下午两点举行', 'neutral'],
    ['今天好开心[哈哈][太开心]', 'positive'],
    ['又加班到十二点[泪][抓狂]', 'negative'],
  ])('%s is %s', (text, label) => {
    expect(moodOf(shipped, text)).toBe(label);
  });

  test('is what loadPrior reads by default', async () => {
    expect((await loadPrior()).version).toBe(shipped.version);
  });

  test('stays small', () => {
    expect(readFileSync(defaultModelPath()).length).toBeLessThanOrEqual(2 * 1024 * 1024 + 1024);
  });
});

describe('probabilities', () => {
  const sumOf = (text: string): number => {
    const { positive, neutral, negative } = shipped.classify(text, 0, text.length);
    return positive + neutral + negative;
  };

  test.each([
    ['empty', ''],
    ['a lone high surrogate', '\ud83d'],
    ['a lone low surrogate', '好\udc00坏'],
    ['10,000 characters', '太好了'.repeat(3334)],
    ['only brackets', '[[[]]][['.repeat(50)],
    ['an emoticon cut by the end', '好[哈'],
    ['control characters', '\u0000\u0001\u001f'],
  ])('sum to 1 and are finite for %s', (_name, text) => {
    expect(sumOf(text)).toBeCloseTo(1, 10);
  });

  test('sum to 1 for any string and any span of it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.nat(80),
        fc.nat(80),
        (text, a, b) => {
          const start = Math.min(a, b, text.length);
          const end = Math.min(Math.max(a, b), text.length);
          const { positive, neutral, negative } = shipped.classify(text, start, end);
          expect(positive + neutral + negative).toBeCloseTo(1, 10);
          expect(Math.min(positive, neutral, negative)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test('an empty span is neutral', () => {
    expect(shipped.classify('太好了', 1, 1)).toEqual({ positive: 0, neutral: 1, negative: 0 });
  });

  test('a span is judged without its surroundings', () => {
    const alone = shipped.classify('太好了', 0, 3);
    expect(shipped.classify('垃圾太好了垃圾', 2, 5)).toEqual(alone);
  });

  test('a long text after a short one leaves nothing behind', () => {
    const first = shipped.classify('还行吧', 0, 3);
    shipped.classify('垃圾'.repeat(5000), 0, 10_000);
    expect(shipped.classify('还行吧', 0, 3)).toEqual(first);
  });
});

describe('parts of an opened text', () => {
  const UNITS = [
    '太',
    '好',
    '了',
    '垃',
    '圾',
    '[',
    ']',
    '1',
    '2',
    ' ',
    ',',
    '!',
    '~',
    '\ud83d',
    '\ude00',
    '☀',
  ];

  test('are judged exactly as if read alone, masked or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...UNITS), { maxLength: 40 }),
        fc.nat(40),
        fc.nat(40),
        fc.array(fc.nat(1), { maxLength: 40 }),
        (units, a, b, marks) => {
          const text = units.join('');
          const mask = Uint8Array.from(units, (_, i) => marks[i] ?? 0);
          const start = Math.min(a, b, text.length);
          const end = Math.min(Math.max(a, b), text.length);
          shipped.open(text, 0, text.length, mask);
          expect(shipped.classifyPart(start, end)).toEqual(
            shipped.classify(text, start, end, mask),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('masked names carry no polarity', () => {
  const withMask = (text: string, name: string): { text: string; mask: Uint8Array } => {
    const mask = new Uint8Array(text.length);
    const at = text.indexOf(name);
    mask.fill(1, at, at + name.length);
    return { text, mask };
  };
  const judge = (template: string, name: string) => {
    const { text, mask } = withMask(template.replace('X', name), name);
    return shipped.classify(text, 0, text.length, mask);
  };

  test.each(['X真香', '再也不买X了', 'X明天发布', 'X'])(
    '%s is the same for every name',
    (template) => {
      const reference = judge(template, '华为');
      for (const name of ['小米', '垃圾', '快乐星球', 'gpt-4o', '[哈哈]'])
        expect(judge(template, name)).toEqual(reference);
    },
  );
});

describe('explain', () => {
  test.each([
    '太好用了[哈哈]',
    '客服态度差，再也不来了！！！',
    'gpt-4o 也不过如此 2025',
    '好',
    '😀😀太棒了',
  ])('adds up to the log-odds of %s', (original) => {
    const { text } = normalise(original);
    const { positive, negative } = shipped.classify(text, 0, text.length);
    const effects = shipped.explain(text, 0, text.length);
    expect(effects).toHaveLength(text.length);
    const sum = effects.reduce((a, b) => a + b, 0);
    expect(sum + shipped.bias).toBeCloseTo(Math.log(positive / negative), 3);
  });

  test('gives a masked name only what its surroundings give every name', () => {
    const mask = Uint8Array.of(1, 1, 0, 0, 0);
    const a = shipped.explain('华为太好了', 0, 5, mask);
    expect(shipped.explain('垃圾太好了', 0, 5, mask)).toEqual(a);
  });
});

describe('the file', () => {
  const trained = sampleBytes();

  test('survives a round trip', () => {
    const bytes = trained;
    expect(encodePrior(decodePrior(bytes))).toEqual(bytes);
  });

  test('can be read at any offset of a larger buffer', () => {
    const bytes = trained;
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(createPrior(shifted.subarray(3)).version).toBe('sample');
  });

  const damaged = (change: (bytes: Uint8Array) => Uint8Array) => (): unknown =>
    createPrior(change(Uint8Array.from(trained)));

  test.each([
    ['one flipped bit', (b: Uint8Array) => b.fill(b[5000]! ^ 1, 5000, 5001), /checksum/],
    ['a missing end', (b: Uint8Array) => b.subarray(0, b.length - 4), /checksum/],
    ['another kind of file', (b: Uint8Array) => b.fill(0x50, 0, 4), /not a weimai model/],
    ['a later format', (b: Uint8Array) => b.fill(9, 4, 5), /format 9/],
    ['no bytes', () => new Uint8Array(0), /not a weimai model/],
  ])('is refused with a reason: %s', (_name, change, reason) => {
    expect(damaged(change)).toThrow(PriorFormatError);
    expect(damaged(change)).toThrow(reason);
  });

  test('that is missing is named in the error', async () => {
    await expect(loadPrior('/nowhere/prior.bin')).rejects.toThrow('/nowhere/prior.bin');
  });
});

test('a model of own-written rows learns them', () => {
  const prior = samplePrior();
  expect(moodOf(prior, '这本书太棒了')).toBe('positive');
  expect(moodOf(prior, '酒店垃圾')).toBe('negative');
  expect(moodOf(prior, '耳机有两种颜色')).toBe('neutral');
});
