import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command } from '#server/cli/train-context.ts';
import { createContextModel } from '#shared/mood/context.ts';
import { createEngine, loadRuleParts, type EngineParts } from '#shared/node/engine.ts';
import { readTargeted } from '#shared/node/training/targeted-corpus.ts';
import { crossValidate, readRows, trainContext } from '#shared/node/training/train-context.ts';
import { labelIndex } from '#shared/node/training/render-targeted.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { topicSchema } from '#shared/topic/topic.ts';

let dir: string;
let parts: EngineParts;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'weimai-context-'));
  parts = await loadRuleParts();
});
afterAll(() => rm(dir, { recursive: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const at = path.join(dir, name);
  await mkdirFor(at);
  await writeFile(at, content);
  return at;
}
const mkdirFor = async (at: string): Promise<void> => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(path.dirname(at), { recursive: true });
};

const read = (files: string[]) => readTargeted(files, { dataFolder: dir, topics: defaultTopics() });

/** Made-up words that no table knows: 甑甑 is praise, 瓞瓞 blame; 豆包 and 面条 are only named. */
function teaching(): string {
  const lines: string[] = [];
  for (let i = 0; i < 60; i++) {
    const name = ['甲牌', '乙牌', '丙牌', '丁牌'][i % 4]!;
    const tail = '子丑寅卯辰巳午未申酉戌亥'[i % 12]!;
    lines.push(`plain\t${name}=p\t第${i}次说，${name}甑甑${tail}`);
    lines.push(`plain\t${name}=n\t第${i}回讲，${name}瓞瓞${tail}`);
    lines.push(`plain\t${name}=0\t${tail}时第${i}个路口有一家${name}`);
  }
  return lines.join('\n');
}

describe('files of labels per topic', () => {
  test('written posts: several targets, aliases, comments; a bad line is named', async () => {
    const at = await file(
      'w.tsv',
      '# comment\ncomparison\t甲=p;乙|阿乙=n\t甲比阿乙好\nplain\t丙=q\t丙来了\nplain\t丁=p\t\n',
    );
    const { examples, rejected } = await read([at]);
    expect(examples).toHaveLength(1);
    expect(examples[0]?.topics.map(({ aliases }) => aliases)).toEqual([['甲'], ['乙', '阿乙']]);
    expect([...(examples[0]?.labels.values() ?? [])]).toEqual([1, -1]);
    expect(rejected).toEqual([`${at}:3: "丙=q" is no TARGET=label`, `${at}:4: no text`]);
  });

  test('gold posts: the check half is never read; corrections: unknown topics are refused', async () => {
    const gold = await file(
      'g.jsonl',
      [
        {
          text: 'DeepSeek好',
          topics: [{ topic: 'deepseek', label: 'positive' }],
          split: 'develop',
        },
        { text: 'DeepSeek坏', topics: [{ topic: 'deepseek', label: 'negative' }], split: 'check' },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const corrections = await file(
      'c.jsonl',
      '{"text":"DeepSeek还行","topic":"deepseek","label":"positive"}\n{"text":"x","topic":"nobody","label":"neutral"}\nnot json\n',
    );
    const { examples, rejected } = await read([gold, corrections]);
    expect(examples.map(({ text }) => text)).toEqual(['DeepSeek好', 'DeepSeek还行']);
    expect(rejected).toEqual([
      `${corrections}:2: topic "nobody" or label "neutral" is not known`,
      `${corrections}:3: no text with a label per topic`,
    ]);
  });

  test('labels of public posts find their texts by id, or by row where a set has none', async () => {
    await file(
      'labelled/a.csv.gz',
      gzipSync('id,text,label\nx1,"豆包,真好",positive\nx2,没人要,negative\n'),
    );
    await file('unlabelled/b.csv', 'day,text\n1,第一行\n2,第二行的豆包\n');
    const at = await file(
      'p.labels.tsv',
      'labelled/a.csv.gz\tx1\t豆包\tp\nunlabelled/b.csv\t1\t豆包\t0\n',
    );
    const { examples, rejected } = await read([at]);
    expect(examples.map(({ set, text }) => [set, text])).toEqual([
      ['a', '豆包,真好'],
      ['b', '第二行的豆包'],
    ]);
    expect(rejected).toEqual([]);
  });
});

test('an aspect set: rows whose text holds the target, from the data folder', async () => {
  await file(
    'labelled/aspects.csv.gz',
    gzipSync(
      'id,text,target,label\n1,油耗真低,油耗,positive\n2,跑得真快,动力,positive\n3,空间小了,空间,negative\n',
    ),
  );
  const { examples, rejected } = await read(['labelled/aspects.csv.gz']);
  expect(
    examples.map(({ set, text, origin, labels }) => [set, text, origin, ...labels.values()]),
  ).toEqual([
    ['aspects', '油耗真低', 'aspect', 1],
    ['aspects', '空间小了', 'aspect', -1],
  ]);
  expect(rejected).toEqual([]);
});

/** A made-up word for little praises what had better be little and blames what had better be much; no other word tells. */
function sizes(): string {
  const less = ['噪音', '油耗', '体积', '故障率', '运费'];
  const more = ['空间', '音量', '动力', '容量', '折扣'];
  const lines: string[] = [];
  for (let i = 0; i < 60; i++) {
    lines.push(`aspect\t${less[i % 5]}=p\t第${i}回看，${less[i % 5]}齉${'子丑寅卯辰巳'[i % 6]}`);
    lines.push(`aspect\t${more[i % 5]}=n\t第${i}回看，${more[i % 5]}齉${'子丑寅卯辰巳'[i % 6]}`);
  }
  return lines.join('\n');
}

describe('training the context model', () => {
  test('learns that a word praises one kind of quantity and blames the other', async () => {
    const { examples } = await read([await file('sizes.tsv', sizes())]);
    const context = createContextModel(
      trainContext(readRows(examples, parts), { version: 'test' }),
    );
    // Names that the lesson did not hold.
    const topics = ['房租', '后排乘坐空间'].map((name, k) =>
      topicSchema.parse({ id: `q${k}`, name }),
    );
    const { scorer } = createEngine({ ...parts, context }, topics);
    expect(scorer.score('这回看，房租齉午').topics[0]?.label).toBe('positive');
    expect(scorer.score('这回看，后排乘坐空间齉午').topics[0]?.label).toBe('negative');
  });

  test('learns words that no table knows, and the same files give the same bytes', async () => {
    const { examples } = await read([await file('teach.tsv', teaching())]);
    const rows = readRows(examples, parts);
    expect(rows).toHaveLength(180);
    const bytes = trainContext(rows, { version: 'test' });
    expect(
      Buffer.from(trainContext(readRows(examples, parts), { version: 'test' })).equals(
        Buffer.from(bytes),
      ),
    ).toBe(true);
    const { scorer } = createEngine(
      { ...parts, context: createContextModel(bytes) },
      defaultTopics(),
    );
    expect(scorer.score('我说，豆包甑甑午').topics[0]?.label).toBe('positive');
    expect(scorer.score('我说，豆包瓞瓞午').topics[0]?.label).toBe('negative');
    expect(scorer.score('午时路口有一家豆包').topics[0]?.label).toBe('neutral');
  });

  test('cross-validation judges every mention once, by models that have not seen its text', async () => {
    const { examples } = await read([await file('teach.tsv', teaching())]);
    const rows = readRows(examples, parts);
    const answers = crossValidate(rows, { version: 'test' });
    expect(new Set(answers.map(({ row }) => row)).size).toBe(rows.length);
    const right = answers.filter(({ row, said }) => labelIndex(said) === row.label).length;
    expect(right / rows.length).toBeGreaterThan(0.9);
  });

  test('weimai train-context writes the model, says what it rejected, and refuses unknown flags', async () => {
    const at = await file('cli.tsv', `${teaching()}\nplain\tbad line\tx\n`);
    const out = path.join(dir, 'out.bin');
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr, env: {} };
    expect(await command.run([at, '-o', out, '--version', 'v1'], io as never)).toBe(3);
    expect(JSON.parse(String(stdout.read()))).toMatchObject({
      file: out,
      version: 'v1',
      mentions: 180,
    });
    expect(String(stderr.read())).toContain('cli.tsv:181');
    expect(createContextModel(await readFile(out)).version).toBe('v1');
    expect(await command.run(['--nonsense'], io as never)).toBe(2);
  });
});
