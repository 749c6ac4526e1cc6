import { normalise } from '#shared/post/normalise.ts';
import type { LabelledSet } from '#shared/node/training/read-labelled.ts';
import { buildCorpus } from '#shared/node/training/corpus.ts';
import { trainPrior } from '#shared/node/training/train-prior.ts';
import { createPrior, type Prior } from '#shared/mood/prior.ts';

const SUBJECTS = [
  '这手机',
  '这家店',
  '新版本',
  '昨天的电影',
  '客服',
  '这本书',
  '酒店',
  '外卖',
  '耳机',
  '他们家的面',
];
const GOOD = [
  '真好用',
  '太棒了',
  '很满意',
  '超级喜欢',
  '值得推荐',
  '好看极了[哈哈]',
  '又快又稳[赞]',
  '物超所值',
];
const BAD = [
  '太难用了',
  '垃圾',
  '再也不买了',
  '失望透顶',
  '差评',
  '慢得要命[怒]',
  '坏了三次[泪]',
  '一点都不值',
];
const PLAIN = [
  '明天发布',
  '今天上市',
  '在三楼',
  '共有五章',
  '周一开门',
  '下午到货',
  '有两种颜色',
  '已经更新',
];

/** Own-written rows: every subject with every ending. */
export function sampleSet(name = 'sample'): LabelledSet {
  const rows = SUBJECTS.flatMap((subject, s) =>
    (
      [
        ['positive', GOOD],
        ['negative', BAD],
        ['neutral', PLAIN],
      ] as const
    ).flatMap(([label, endings]) =>
      endings.map((ending, e) => ({
        id: `${label}-${s}-${e}`,
        text: `${subject}${ending}`,
        label,
      })),
    ),
  );
  return { name, rows, leftOut: 0, rejected: 0 };
}

export function samplePrior(): Prior {
  return createPrior(sampleBytes());
}

/** Trained anew on every call: determinism is tested with it. */
export function sampleBytes(): Uint8Array {
  return trainPrior(buildCorpus([sampleSet()]), {
    version: 'sample',
    bits: 14,
    fit: { epochs: 10 },
  });
}

/** Most probable class of a text as received. */
export function moodOf(prior: Prior, original: string): string {
  const { text } = normalise(original);
  const result = prior.classify(text, 0, text.length);
  return Object.entries(result).sort((a, b) => b[1] - a[1])[0]![0];
}
