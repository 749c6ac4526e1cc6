import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command as evalCommand } from '#server/cli/eval.ts';
import { command as trainCommand } from '#server/cli/train.ts';
import { createPrior } from '#shared/mood/prior.ts';
import { fitCalibration, probabilities } from '#shared/node/training/calibrate.ts';
import {
  buildCorpus,
  foldOf,
  NEGATIVE,
  NEUTRAL,
  POSITIVE,
  trainingExamples,
} from '#shared/node/training/corpus.ts';
import { crossValidate, leaveOneSetOut } from '#shared/node/training/cross-validate.ts';
import { macroF1, measure } from '#shared/node/training/metrics.ts';
import { trainPrior } from '#shared/node/training/train-prior.ts';
import { readLabelled } from '#shared/node/training/read-labelled.ts';
import { moodOf, sampleBytes, sampleSet } from './samples.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'weimai-train-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const at = path.join(dir, name);
  await writeFile(at, content);
  return at;
}

function csvOf(set = sampleSet()): string {
  return `id,text,label\n${set.rows.map((row) => `${row.id},"${row.text}",${row.label}`).join('\n')}\n`;
}

describe('training', () => {
  test('gives the same bytes on every run', () => {
    expect(Buffer.from(sampleBytes()).equals(Buffer.from(sampleBytes()))).toBe(true);
  });

  test('never lets texts that share a long clause stand in different folds', () => {
    const clause = '这是一个很长很长的相同分句内容';
    const rows = Array.from({ length: 12 }, (_, i) => ({
      id: String(i),
      text:
        i % 2 === 0
          ? `第${'甲乙丙丁戊己'[i / 2]}条，${clause}！`
          : `别的话${'甲乙丙丁戊己'[(i - 1) / 2]}`,
      label: 'positive' as const,
    }));
    const { examples } = buildCorpus([{ name: 's', rows, leftOut: 0, rejected: 0 }]);
    const shared = examples.filter((example) => example.text.includes(clause));
    expect(new Set(shared.map((example) => example.group)).size).toBe(1);
    expect(new Set(examples.map((example) => example.group)).size).toBe(7);
  });

  test('counts texts that differ only in punctuation as the same for folds', () => {
    const rows = ['真好！', '真好。。。'].map((text, i) => ({
      id: String(i),
      text,
      label: 'positive' as const,
    }));
    const { examples } = buildCorpus([{ name: 's', rows, leftOut: 0, rejected: 0 }]);
    expect(examples[0]!.group).toBe(examples[1]!.group);
  });

  test('drops exact repeats and adds a copy without emoticons', () => {
    const rows = ['不错[哈哈]', '不错[哈哈]', '[哈哈]'].map((text, i) => ({
      id: String(i),
      text,
      label: 'positive' as const,
    }));
    const examples = trainingExamples(
      buildCorpus([{ name: 's', rows, leftOut: 0, rejected: 0 }]),
      () => true,
    );
    expect(examples.map((example) => example.text)).toEqual(['不错[哈哈]', '不错', '[哈哈]']);
  });

  test('a corrected label wins over the same texts labelled otherwise', () => {
    const text = '这个价格绝了';
    const set = sampleSet();
    set.rows.push({ id: 'x', text, label: 'negative' });
    const corrections = {
      ...sampleSet('c'),
      rows: [{ id: 'y', text, label: 'positive' as const }],
    };
    const train = (fixes?: typeof corrections): string =>
      moodOf(
        createPrior(
          trainPrior(buildCorpus([set], fixes), { version: 'x', bits: 14, fit: { epochs: 10 } }),
        ),
        text,
      );
    expect(train()).toBe('negative');
    expect(train(corrections)).toBe('positive');
  });
});

describe('calibration', () => {
  test('finds the temperature and the balance that made the labels', () => {
    const truth = { sharpness: 0.5, polarityBias: 0.3, neutralBias: -0.4 };
    const rows = [-4, -2, -1, 0, 1, 2, 4].flatMap((p) =>
      [-2, 0, 2].flatMap((u) => {
        const { positive, neutral, negative } = probabilities(p, u, truth);
        return (
          [
            [POSITIVE, positive],
            [NEUTRAL, neutral],
            [NEGATIVE, negative],
          ] as const
        ).map(([label, weight]) => ({ p, u, label, knowsNeutral: true, weight }));
      }),
    );
    const found = fitCalibration(rows);
    expect(found.sharpness).toBeCloseTo(truth.sharpness, 5);
    expect(found.polarityBias).toBeCloseTo(truth.polarityBias, 5);
    expect(found.neutralBias).toBeCloseTo(truth.neutralBias, 5);
  });
});

describe('metrics', () => {
  test('macro-F1 is the mean of the classes', () => {
    // F1: 2·2/(3+3), 2·1/(2+1), 2·1/(1+2)
    expect(
      macroF1([
        [2, 0, 1],
        [1, 1, 0],
        [0, 0, 1],
      ]),
    ).toBeCloseTo((4 / 6 + 2 / 3 + 2 / 3) / 3, 10);
  });

  test('the sign counts on opinions only, and 0 is no sign', () => {
    const judged = [
      { label: POSITIVE, said: NEUTRAL, polarity: 0.1, confidence: 0.5 },
      { label: NEGATIVE, said: NEGATIVE, polarity: 0, confidence: 0.5 },
      { label: NEUTRAL, said: NEUTRAL, polarity: 0.9, confidence: 0.5 },
    ];
    expect(measure(judged).polarityAccuracy).toBe(0.5);
    expect(measure(judged).accuracy).toBeCloseTo(2 / 3);
  });

  test('a coin that says to be 90 % sure is 40 points off', () => {
    const judged = Array.from({ length: 100 }, (_, i) => ({
      label: i % 2 === 0 ? POSITIVE : NEGATIVE,
      said: POSITIVE,
      polarity: 0.9,
      confidence: 0.9,
    }));
    expect(measure(judged).calibrationError).toBeCloseTo(0.4);
  });
});

describe('evaluation', () => {
  test('cross-validation judges every row once', () => {
    const rows = crossValidate(buildCorpus([sampleSet()]), 3, { version: 'x', bits: 14 });
    expect(rows[0]).toMatchObject({ set: 'sample', rows: sampleSet().rows.length });
    expect(rows[0]!.polarityAccuracy).toBeGreaterThan(0.7);
  });

  test('leave one set out does not train on the set it judges', () => {
    const other = sampleSet('turned');
    for (const row of other.rows) row.text = `${row.text}，完`;
    for (const row of other.rows)
      if (row.label !== 'neutral') row.label = row.label === 'positive' ? 'negative' : 'positive';
    const rows = leaveOneSetOut(buildCorpus([sampleSet(), other]), { version: 'x', bits: 14 });
    for (const row of rows) expect(row.polarityAccuracy).toBeLessThan(0.5);
  });

  test('folds are even', () => {
    const sizes = [0, 0, 0, 0, 0];
    for (let group = 0; group < 10_000; group++) sizes[foldOf(group, 5)]! += 1;
    for (const size of sizes) expect(Math.abs(size - 2000)).toBeLessThan(200);
  });
});

describe('labelled files', () => {
  test.each([
    ['a.csv', 'id,text,label\n1,"好,很""好""",positive\n2,坏,negative\n'],
    ['b.csv', '\uFEFFlabel,text\npositive,"好,很""好"""\nnegative,坏\n'],
    ['c.jsonl', '{"text":"好,很\\"好\\"","label":"positive"}\n{"text":"坏","label":"neg"}\n'],
  ])('%s is read', async (name, content) => {
    const set = await readLabelled(await file(name, content));
    expect(set.name).toBe(name.split('.')[0]);
    expect(set.rows.map(({ text, label }) => [text, label])).toEqual([
      ['好,很"好"', 'positive'],
      ['坏', 'negative'],
    ]);
  });

  test('gzip is looked through; other labels are left out, unknown ones rejected', async () => {
    const csv = 'text,label\n好,positive\n啊,other\n嗯,maybe\n,negative\n';
    const set = await readLabelled(await file('d.csv.gz', gzipSync(csv)));
    expect(set).toMatchObject({ name: 'd', leftOut: 1, rejected: 2 });
  });

  test('a file without the columns is an error that names it', async () => {
    await expect(readLabelled(await file('e.csv', 'a,b\n1,2\n'))).rejects.toThrow(
      /e\.csv.*text and label/,
    );
  });
});

describe('commands', () => {
  async function call(command: typeof trainCommand, args: string[]) {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const code = await command.run(args, {
      stdin: new PassThrough(),
      stdout,
      stderr,
      env: {},
      signal: new AbortController().signal,
    });
    return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
  }

  test('train writes a model that eval reads', async () => {
    const data = await file('sample.csv', csvOf());
    const out = path.join(dir, 'out.bin');
    const trained = await call(trainCommand, [data, '-o', out, '--version', 'v1']);
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.out)).toMatchObject({
      file: out,
      version: 'v1',
      rows: sampleSet().rows.length,
    });
    expect(createPrior(await readFile(out)).version).toBe('v1');
    const judged = await call(evalCommand, [data, '--model', out, '--json']);
    expect(judged.code).toBe(0);
    expect(JSON.parse(judged.out).sets[0]).toMatchObject({ set: 'sample', polarityAccuracy: 1 });
    const table = await call(evalCommand, [data, '--model', out]);
    expect(table.out).toMatch(/sample\s+240\s+100\.0/);
  });

  test.each([
    ['train', trainCommand, []],
    ['train', trainCommand, ['--nonsense']],
    ['eval', evalCommand, []],
    ['eval', evalCommand, ['x.csv', '--cv', '1']],
    ['eval', evalCommand, ['x.csv', '--loso']],
    ['eval', evalCommand, ['x.csv', '--scorer', 'magic']],
  ])('%s refuses wrong usage with exit 2', async (_name, command, args) => {
    const { code, out, err } = await call(command, args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('weimai');
  });

  test('rejected rows give exit 3', async () => {
    const data = await file('bad.csv', `${csvOf()}x,有字没标签,\n`);
    const { code } = await call(trainCommand, [data, '-o', path.join(dir, 'bad.bin')]);
    expect(code).toBe(3);
  });
});
