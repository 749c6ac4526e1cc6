import { readFile } from 'node:fs/promises';
import { createPrior } from '#shared/mood/prior.ts';
import { defaultModelPath } from '#shared/node/model.ts';
import { normalise } from '#shared/post/normalise.ts';

export interface PriorBenchRow {
  name: string;
  /** Per CPU-second of this process. */
  perSecond: number;
  unit: string;
  note: string;
}

const ROUNDS = 7;
const SPANS = 20_000;
/** Mean length of the Weibo posts in spec/performance.md. */
const LENGTH = 71;

/** Spans per CPU-second of the n-gram prior; median of rounds, first one thrown away. */
export async function bench(): Promise<PriorBenchRow[]> {
  const prior = createPrior(await readFile(defaultModelPath()));
  const spans = texts().map((text) => normalise(text).text);
  const chars = spans.reduce((sum, text) => sum + text.length, 0) / spans.length;
  const classify = measure(() => {
    for (const text of spans) prior.classify(text, 0, text.length);
  });
  const explain = measure(() => {
    for (const text of spans) prior.explain(text, 0, text.length);
  });
  const note = `${chars.toFixed(0)} characters a span`;
  const rows = [
    { name: 'prior: classify', perSecond: classify, unit: 'spans/s', note },
    { name: 'prior: explain', perSecond: explain, unit: 'spans/s', note },
  ];
  for (const row of rows)
    process.stdout.write(`${row.name}  ${Math.round(row.perSecond)} ${row.unit}  (${row.note})\n`);
  return rows;
}

function measure(run: () => void): number {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) rates.push((SPANS * 1e6) / (user + system));
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

const PARTS = [
  '今天试了新手机',
  '拍照真的很清楚',
  '但是电池太差了',
  '客服一直不回',
  '我觉得还可以吧',
  '下次再也不买',
  '哈哈哈笑死',
  '明天发布会',
  '价格有点贵',
  '支持国产[赞]',
  '气死我了[怒]',
  '同意！',
  '有没有人知道',
  '性价比很高',
];

/** Seeded sentences of about the length of real posts, all different. */
function texts(): string[] {
  let state = 7;
  const next = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % n;
  };
  return Array.from({ length: SPANS }, (_, i) => {
    let text = String.fromCharCode(0x4e00 + (i % 2000));
    while (text.length < LENGTH) text += PARTS[next(PARTS.length)]! + '，。！ '[next(4)]!;
    return text;
  });
}
