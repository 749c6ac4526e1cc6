import { parseArgs } from 'node:util';
import { loadEngineParts } from '#shared/node/engine.ts';
import { loadPrior } from '#shared/node/model.ts';
import { buildCorpus } from '#shared/node/training/corpus.ts';
import {
  crossValidate,
  evaluateModel,
  learningCurve,
  leaveOneSetOut,
  type EvaluationRow,
} from '#shared/node/training/cross-validate.ts';
import { evaluateScorer } from '#shared/node/training/evaluate-scorer.ts';
import { readLabelled, type LabelledSet } from '#shared/node/training/read-labelled.ts';
import { renderCurve, renderEvaluation } from '#shared/node/training/render-evaluation.ts';
import { type CliIo, type Command, EXIT } from './command.ts';

const USAGE = `weimai eval FILE... [--cv 5 | --loso | --curve] [--scorer prior|targeted] [--model FILE] [--json]

Measures on labelled files (as for weimai train): accuracy, macro-F1, confusion, calibration, per set.

(nothing)            the shipped model as it is. Only honest on files that it was not trained on
--cv K               cross-validation: K models, each judged on texts that it and their near copies were kept from
--curve              learning curve: models of 6 to 100 % of four fifths, judged on the last fifth
--loso               leave one set out: each set judged by a model of the others
--scorer targeted    the whole scorer, with each row's target as its topic (rows without one: the whole post)
--model FILE         other weights than the shipped ones
--json               everything as JSON on stdout instead of tables

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with rejected rows.`;

export const command: Command = {
  name: 'eval',
  summary: 'measure the mood model on labelled files',
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
    io.stderr.write(`weimai eval: ${options}\n\n${USAGE}\n`);
    return EXIT.usage;
  }
  const sets: LabelledSet[] = [];
  for (const file of options.files) sets.push(await readLabelled(file));
  const rejected = sets.reduce((sum, set) => sum + set.rejected, 0);
  if (options.how === 'curve') {
    const points = learningCurve(buildCorpus(sets), {
      version: 'learning-curve',
      onProgress: (message) => io.stderr.write(`${message}\n`),
    });
    io.stdout.write(
      options.json ? `${JSON.stringify({ how: 'curve', points })}\n` : renderCurve(points),
    );
    return rejected > 0 ? EXIT.rejectedRows : EXIT.done;
  }
  const rows = await evaluate(sets, options, (message) => io.stderr.write(`${message}\n`));
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ how: options.how, scorer: options.scorer, sets: rows, rejected })}\n`
      : renderEvaluation(rows),
  );
  if (rejected > 0) io.stderr.write(`weimai eval: ${rejected} rows could not be used\n`);
  return rejected > 0 ? EXIT.rejectedRows : EXIT.done;
}

interface EvalArguments {
  files: string[];
  how: 'model' | 'cv' | 'loso' | 'curve';
  folds: number;
  scorer: 'prior' | 'targeted';
  model?: string;
  json: boolean;
}

async function evaluate(
  sets: LabelledSet[],
  options: EvalArguments,
  onProgress: (message: string) => void,
): Promise<EvaluationRow[]> {
  if (options.scorer === 'targeted') {
    const parts = await loadEngineParts();
    const prior = options.model === undefined ? parts.prior : await loadPrior(options.model);
    return evaluateScorer(sets, { ...parts, prior });
  }
  const corpus = buildCorpus(sets);
  if (options.how === 'cv')
    return crossValidate(corpus, options.folds, { version: 'cross-validation', onProgress });
  if (options.how === 'loso')
    return leaveOneSetOut(corpus, { version: 'leave-one-set-out', onProgress });
  return evaluateModel(corpus, await loadPrior(options.model));
}

function parse(args: string[]): EvalArguments | 'help' | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        cv: { type: 'string' },
        loso: { type: 'boolean', default: false },
        curve: { type: 'boolean', default: false },
        scorer: { type: 'string', default: 'prior' },
        model: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    if (positionals.length === 0) return 'name at least one labelled file';
    const { scorer } = values;
    if (scorer !== 'prior' && scorer !== 'targeted') return '--scorer is prior or targeted';
    const folds = values.cv === undefined ? 0 : Number(values.cv);
    if (values.cv !== undefined && !(Number.isInteger(folds) && folds >= 2 && folds <= 20))
      return '--cv takes a number of folds from 2 to 20';
    const ways = [values.cv !== undefined, values.loso, values.curve].filter(Boolean).length;
    if (ways > 1) return '--cv, --loso and --curve exclude each other';
    if (values.loso && positionals.length < 2) return '--loso needs at least two files';
    if (scorer === 'targeted' && ways > 0)
      return '--scorer targeted judges a model that exists (--model), it does not train';
    return {
      files: positionals,
      how: values.curve ? 'curve' : values.loso ? 'loso' : folds > 0 ? 'cv' : 'model',
      folds,
      scorer,
      json: values.json,
      ...(values.model === undefined ? {} : { model: values.model }),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
