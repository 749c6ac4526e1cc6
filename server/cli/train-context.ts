import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { decodeContext } from '#shared/mood/context-format.ts';
import { CONTEXT_INPUTS } from '#shared/mood/context-features.ts';
import { loadRuleParts } from '#shared/node/engine.ts';
import { defaultContextPath } from '#shared/node/model.ts';
import { projectRoot } from '#shared/node/root.ts';
import { readTargeted } from '#shared/node/training/targeted-corpus.ts';
import { crossValidate, readRows, trainContext } from '#shared/node/training/train-context.ts';
import { renderTargeted } from '#shared/node/training/render-targeted.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { topicSchema, type Topic } from '#shared/topic/topic.ts';
import { type CliIo, type Command, EXIT } from './command.ts';
import { writeWhole } from './train.ts';

const USAGE = `weimai train-context [FILE...] [-o OUT.bin] [--data DIR] [--topics FILE] [--cv] [--version TEXT]

Trains the model that weighs the rules' evidence for each topic, from texts with a label per topic:
  NAME.tsv         phenomenon <TAB> TARGET=p;TARGET2|ALIAS=n <TAB> text        (p positive, n negative, 0 neutral)
  NAME.jsonl       gold posts (only those of the split "develop"), or corrections from weimai export corrections
  NAME.labels.tsv  set <TAB> id <TAB> topic <TAB> label, for public posts in the data folder
  NAME.csv.gz      an aspect set, columns text, target, label; a relative name is looked for in the data folder
Without FILE: everything in shared/mood/corpus, bdci_car, and the gold set's develop half.
The same files give the same bytes. Minutes on one core.

-o OUT.bin      where to write (default: the model that the program uses)
--data DIR      the folder of the public sets (default: WEIMAI_DATA or ../shared/data)
--topics FILE   topics that corrections name, JSON as weimai score takes it
--cv            measure by five folds instead of writing a model
--version TEXT  name of this model, ASCII

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with rejected rows.`;

export const command: Command = {
  name: 'train-context',
  summary: 'train the model that weighs evidence per topic',
  usage: USAGE,
  run,
};

export async function run(args: string[], io: CliIo): Promise<number> {
  let options;
  try {
    options = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string', short: 'o' },
        data: { type: 'string' },
        topics: { type: 'string' },
        cv: { type: 'boolean' },
        version: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    io.stderr.write(`weimai train-context: ${(error as Error).message}\n\n${USAGE}\n`);
    return EXIT.usage;
  }
  const { values, positionals } = options;
  if (values.help === true) {
    io.stdout.write(`${USAGE}\n`);
    return EXIT.done;
  }
  const files =
    positionals.length > 0
      ? positionals
      : [...CORPUS.map((name) => path.join(projectRoot(), name)), ASPECTS];
  const corpus = await readTargeted(files, {
    dataFolder: values.data ?? path.resolve(projectRoot(), '../shared/data'),
    topics: await knownTopics(values.topics),
  });
  for (const line of corpus.rejected) io.stderr.write(`rejected ${line}\n`);
  io.stderr.write(`${corpus.examples.length} texts\n`);
  const rows = readRows(corpus.examples, await loadRuleParts());
  const training = {
    version: values.version ?? 'unnamed',
    onProgress: (message: string) => io.stderr.write(`${message}\n`),
  };
  if (values.cv === true) io.stdout.write(renderTargeted(crossValidate(rows, training)));
  else {
    const bytes = trainContext(rows, training);
    const out = values.out ?? defaultContextPath();
    await writeWhole(out, bytes);
    const { version } = decodeContext(bytes, CONTEXT_INPUTS);
    io.stdout.write(
      `${JSON.stringify({ file: out, version, bytes: bytes.length, mentions: rows.length })}\n`,
    );
  }
  return corpus.rejected.length > 0 ? EXIT.rejectedRows : EXIT.done;
}

/** What the shipped model was trained on. */
const CORPUS = [
  ...Array.from({ length: 16 }, (_, k) => `shared/mood/corpus/written-${k + 1}.tsv`),
  ...Array.from({ length: 4 }, (_, k) => `shared/mood/corpus/clauses-${k + 1}.tsv`),
  'shared/mood/corpus/public.labels.tsv',
  'shared/mood/corpus/reviews.labels.tsv',
  'tests/fixtures/gold/gold.jsonl',
];

/** Public, in the data folder. */
const ASPECTS = 'labelled/bdci_car.csv.gz';

/** The topics of the gold set, and those of `file`. */
async function knownTopics(file?: string): Promise<Topic[]> {
  const read = async (at: string): Promise<Topic[]> =>
    topicSchema.array().parse(JSON.parse(await readFile(at, 'utf8')));
  return [
    ...defaultTopics(),
    ...(await read(path.join(projectRoot(), 'tests/fixtures/gold/topics.json'))),
    ...(file === undefined ? [] : await read(file)),
  ];
}
