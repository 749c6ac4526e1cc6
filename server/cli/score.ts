import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { PostMood } from '#shared/mood/mood.ts';
import { topicModelSchema } from '#shared/mood/topic-model.ts';
import { createEngine, loadEngineParts, type TopicWithModel } from '#shared/node/engine.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { parseQuery } from '#shared/topic/query.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import { EXIT, type CliIo, type Command } from './command.ts';

export const command: Command = {
  name: 'score',
  summary: 'mood toward each topic, JSON Lines in, JSON Lines out',
  usage: `weimai score [--topics FILE]

  stdin    one {"id","text"} per line
  stdout   one {"id","label","score","topics":[{"topic","label","score","evidence":[...]}]} per line, same order
  FILE     [{"id","name","aliases":[...],"exclude":[...]}]; without it the default topics

Lines that cannot be read are named on stderr; the exit code is then 3.`,
  run,
};

const lineSchema = z.object({ id: z.union([z.string(), z.number()]), text: z.string() });
/** Output is handed on in pieces of about this many UTF-16 units. */
const CHUNK = 64 * 1024;

async function run(args: string[], io: CliIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(`${command.usage}\n`);
    return EXIT.done;
  }
  const file = topicsFile(args);
  if (file === undefined) {
    io.stderr.write(`usage: ${command.usage}\n`);
    return EXIT.usage;
  }
  const topics =
    file === '' ? { ok: true as const, topics: defaultTopics() } : await readTopics(file);
  if (!topics.ok) {
    io.stderr.write(`weimai score: ${topics.message}\n`);
    return EXIT.usage;
  }
  const { scorer } = createEngine(await loadEngineParts(), topics.topics);
  return scoreLines(io, (text) => scorer.score(text));
}

/** Path given with --topics, '' without it, undefined when the arguments are wrong. */
function topicsFile(args: readonly string[]): string | undefined {
  const [flag = '', value, ...rest] = args;
  if (args.length === 0) return '';
  if (flag.startsWith('--topics=') && args.length === 1)
    return flag.slice('--topics='.length) || undefined;
  return flag === '--topics' && rest.length === 0 ? value : undefined;
}

type ReadTopics = { ok: true; topics: TopicWithModel[] } | { ok: false; message: string };

async function readTopics(file: string): Promise<ReadTopics> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return {
      ok: false,
      message: `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const parsed = topicFileSchema.safeParse(data);
  if (!parsed.success) {
    const lines = parsed.error.issues
      .slice(0, 10)
      .map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    return { ok: false, message: `${file} is no list of topics:\n${lines.join('\n')}` };
  }
  for (const topic of parsed.data) {
    const query = topic.query.trim() === '' ? undefined : parseQuery(topic.query);
    if (query?.ok === false) {
      return {
        ok: false,
        message: `${file}: query of ${topic.id}, character ${query.position + 1}: ${query.message}`,
      };
    }
  }
  return {
    ok: true,
    topics: parsed.data.map(({ model, ...topic }) => ({ ...topic, ...(model && { model }) })),
  };
}

/** Scoring needs no store, so any text may be an id here. */
const topicFileSchema = z.array(
  topicSchema.extend({
    id: z.string().min(1).max(200),
    /** As `weimai topics ls --json` gives it: what the topic learnt from its corrections. */
    model: topicModelSchema.optional(),
  }),
);

async function scoreLines(io: CliIo, score: (text: string) => PostMood): Promise<number> {
  let closed = false;
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no error.
    if (error.code === 'EPIPE') closed = true;
    else throw error;
  });
  let rejected = 0;
  let number = 0;
  let out = '';
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Infinity })) {
    number++;
    if (closed || io.signal.aborted) break;
    if (line.trim() === '') continue;
    const parsed = parseLine(number === 1 ? line.replace(/^\uFEFF/, '') : line);
    if ('message' in parsed) {
      rejected++;
      io.stderr.write(`weimai score: line ${number}: ${parsed.message}\n`);
      continue;
    }
    const { label, score: value, topics } = score(parsed.text);
    out += `${JSON.stringify({ id: parsed.id, label, score: value, topics })}\n`;
    if (out.length >= CHUNK) {
      await write(io, out);
      out = '';
    }
  }
  if (out !== '' && !closed) await write(io, out);
  return rejected > 0 ? EXIT.rejectedRows : EXIT.done;

  async function write(to: CliIo, text: string): Promise<void> {
    if (!closed && !to.stdout.write(text))
      await Promise.race([once(to.stdout, 'drain'), once(to.stdout, 'close')]);
  }
}

function parseLine(line: string): { id: string | number; text: string } | { message: string } {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (error) {
    return { message: `not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
  const parsed = lineSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return {
    message: `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not {"id","text"}'}`,
  };
}
