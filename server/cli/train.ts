import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { decodePrior } from '#shared/mood/prior-format.ts';
import { defaultModelPath } from '#shared/node/model.ts';
import { buildCorpus, type Corpus } from '#shared/node/training/corpus.ts';
import { readLabelled, type LabelledSet } from '#shared/node/training/read-labelled.ts';
import { trainPrior } from '#shared/node/training/train-prior.ts';
import { type CliIo, type Command, EXIT } from './command.ts';

const USAGE = `weimai train FILE... [-o OUT.bin] [--corrections FILE] [--version TEXT]

Trains the mood model from labelled files: CSV with a header or JSON Lines, plain or .gz, with the columns
text and label (positive, neutral, negative; rows labelled other are left out). One file is one set.
The same files give the same bytes. About a minute for 200,000 texts on one core.

-o OUT.bin           where to write (default: the model that the program uses)
--corrections FILE   corrected labels, JSON Lines {"text","topic","label"}; each counts as five rows
--version TEXT       name of this model, ASCII (default: a fingerprint of the texts)

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with rejected rows.`;

export const command: Command = {
  name: 'train',
  summary: 'train the mood model from labelled files',
  usage: USAGE,
  run,
};

export async function run(args: string[], io: CliIo): Promise<number> {
  const options = parse(args);
  if (options === 'help') {
    io.stdout.write(`${USAGE}\n`);
    return EXIT.done;
  }
  if (typeof options === 'string') {
    io.stderr.write(`weimai train: ${options}\n\n${USAGE}\n`);
    return EXIT.usage;
  }
  const sets: LabelledSet[] = [];
  for (const file of options.files) sets.push(await readLabelled(file));
  const corrections = options.corrections ? await readLabelled(options.corrections) : undefined;
  for (const set of corrections ? [...sets, corrections] : sets)
    io.stderr.write(
      `${set.name}: ${set.rows.length} rows, ${set.leftOut} left out, ${set.rejected} rejected\n`,
    );
  const corpus = buildCorpus(sets, corrections);
  const bytes = trainPrior(corpus, {
    version: options.version ?? fingerprint(corpus),
    onProgress: (message) => io.stderr.write(`${message}\n`),
  });
  await writeWhole(options.out, bytes);
  io.stdout.write(
    `${JSON.stringify({ file: options.out, version: decodePrior(bytes).version, bytes: bytes.length, rows: corpus.examples.length })}\n`,
  );
  const rejected = [...sets, ...(corrections ? [corrections] : [])].some((set) => set.rejected > 0);
  return rejected ? EXIT.rejectedRows : EXIT.done;
}

interface TrainArguments {
  files: string[];
  out: string;
  corrections?: string;
  version?: string;
}

function parse(args: string[]): TrainArguments | 'help' | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string', short: 'o' },
        corrections: { type: 'string' },
        version: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    if (positionals.length === 0) return 'name at least one labelled file';
    if (values.version !== undefined && !/^[\x21-\x7e]{1,60}$/.test(values.version))
      return '--version takes 1 to 60 ASCII characters without spaces';
    return {
      files: positionals,
      out: values.out ?? defaultModelPath(),
      ...(values.corrections === undefined ? {} : { corrections: values.corrections }),
      ...(values.version === undefined ? {} : { version: values.version }),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A reader never sees half a model. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, file);
}

/** Short name of what a model was trained on: sets, rows and an FNV-1a hash over texts and labels. */
function fingerprint(corpus: Corpus): string {
  let hash = 0x811c_9dc5;
  for (const { text, label } of corpus.examples) {
    hash = Math.imul(hash ^ label, 0x0100_0193);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  }
  return `s${corpus.sets.length}-r${corpus.examples.length}-${(hash >>> 0).toString(16).padStart(8, '0')}`;
}
