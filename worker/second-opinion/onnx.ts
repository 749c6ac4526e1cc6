import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { MOOD_LABELS } from '#shared/mood/mood.ts';
import type { Asker } from './asker.ts';
import { createBertTokenizer } from './bert-tokens.ts';

/**
 * What stands beside NAME.onnx as NAME.json. The model takes one text and topic as a pair and gives three logits.
 * Only the tokenizer of BERT for Chinese is built in; anything else is a matter for an HTTP endpoint.
 */
const modelSchema = z.object({
  tokenizer: z.object({
    kind: z.literal('bert'),
    /** vocab.txt, relative to the JSON file. */
    vocabulary: z.string().min(1),
  }),
  /** Names of the model's int64 inputs of shape [1, tokens]; those it lacks are left out. */
  inputs: z.object({
    ids: z.string().min(1),
    mask: z.string().min(1).optional(),
    types: z.string().min(1).optional(),
  }),
  /** Name of the output of shape [1, 3]. */
  output: z.string().min(1),
  /** Which mood each logit stands for. */
  labels: z
    .array(z.enum(MOOD_LABELS))
    .length(3)
    .refine((labels) => new Set(labels).size === 3, 'must name each mood once'),
  maxTokens: z.number().int().min(8).max(512).default(128),
});

/** The part of onnxruntime-node that is used. It is no dependency: about 250 MB, for those who want it. */
interface Onnx {
  InferenceSession: {
    create(file: string, options: { intraOpNumThreads: number }): Promise<OnnxSession>;
  };
  Tensor: new (type: 'int64', data: BigInt64Array, dims: number[]) => unknown;
}
interface OnnxSession {
  run(feeds: Record<string, unknown>): Promise<Record<string, { data: ArrayLike<number> }>>;
  release?(): Promise<void>;
}

const PACKAGE = 'onnxruntime-node';

/** `runtime`: name of the package to load, another one in tests. */
export async function createOnnxAsker(file: string, runtime: string = PACKAGE): Promise<Asker> {
  const onnx = await loadRuntime(runtime);
  const model = await readModel(file.replace(/\.onnx$/, '') + '.json');
  const vocabulary = path.resolve(path.dirname(file), model.tokenizer.vocabulary);
  const tokenizer = createBertTokenizer(await readFile(vocabulary, 'utf8'));
  // One thread: the cores belong to counting.
  const session = await onnx.InferenceSession.create(file, { intraOpNumThreads: 1 });
  const { inputs, output, labels, maxTokens } = model;

  return {
    name: `model ${path.basename(file)}`,
    async ask(questions, signal) {
      const scores = new Map<string, number>();
      for (const { id, text, topic } of questions) {
        // Between texts, as a running inference cannot be stopped. What is known by then still counts.
        if (signal.aborted) break;
        const score = await scoreOf(text, topic.name);
        if (score !== undefined) scores.set(id, score);
      }
      return scores;
    },
    close: async () => session.release?.(),
  };

  /** Batches gain nothing on a CPU (spec/performance.md, section 3), so texts go one by one and unpadded. */
  async function scoreOf(text: string, topic: string): Promise<number | undefined> {
    const { ids, types } = tokenizer.encode(text, topic, maxTokens);
    const tensor = (values: number[]): unknown =>
      new onnx.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const answer = await session.run({
      [inputs.ids]: tensor(ids),
      ...(inputs.mask === undefined ? {} : { [inputs.mask]: tensor(ids.map(() => 1)) }),
      ...(inputs.types === undefined ? {} : { [inputs.types]: tensor(types) }),
    });
    const logits = answer[output]?.data;
    if (logits?.length !== 3) throw new Error(`the model has no output ${output} of three logits`);
    return polarity(Array.from(logits, Number));
  }

  /** p(positive) - p(negative); undefined for logits that are no numbers. */
  function polarity(logits: number[]): number | undefined {
    const top = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp(logit - top));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const of = (label: 'positive' | 'negative'): number =>
      (weights[labels.indexOf(label)] ?? Number.NaN) / total;
    const score = of('positive') - of('negative');
    return Number.isFinite(score) ? score : undefined;
  }
}

async function loadRuntime(name: string): Promise<Onnx> {
  try {
    const module = (await import(name)) as Onnx & { default?: Onnx };
    return module.default ?? module;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(
      `WEIMAI_SECOND_OPINION_MODEL needs the package ${name}, which Weimai does not bring: npm i ${name}`,
      { cause },
    );
  }
}

async function readModel(file: string): Promise<z.infer<typeof modelSchema>> {
  const parsed = modelSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`${file} does not describe a model: ${lines.join('; ')}`);
}
