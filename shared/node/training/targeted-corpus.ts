/**
 * Texts with a label per topic, for the context model. Kinds of files, told apart by their endings:
 *
 *     NAME.tsv         written posts:      phenomenon <TAB> TARGET=p;TARGET|ALIAS=n <TAB> text
 *     clauses-N.tsv    the same, of clauses as they stand in reviews
 *     NAME.jsonl       gold posts:         {"text","topics":[{"topic","label"}],"split"}: only split "develop" is read
 *                      or corrections:     {"text","topic","label"}, as `weimai export corrections` writes them
 *     NAME.labels.tsv  labels of public posts that stay where they are: set <TAB> id <TAB> topic <TAB> label
 *     NAME.csv(.gz)    a public set of aspects, columns text,target,label: rows whose text holds the target
 *
 * Labels are p, 0, n (or the whole words). Lines that begin with # are comments.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Topic } from '../../topic/topic.ts';
import { TOPIC_LIMITS, topicSchema } from '../../topic/topic.ts';
import { readCsv } from '../formats/csv.ts';
import { LOCAL_FILE_LIMITS } from '../formats/format.ts';
import { openBytes } from '../formats/open-bytes.ts';
import { decodeText, detectEncoding } from '../formats/text-encoding.ts';
import { readLabelled } from './read-labelled.ts';

/** One text, the topics to look for, and the label (-1, 0, 1) of each topic that has one. */
export interface TargetedExample {
  /** File, or public set. */
  set: string;
  text: string;
  topics: readonly Topic[];
  labels: ReadonlyMap<string, number>;
  phenomena: readonly string[];
  /** Written for this (posts, or clauses about parts of things), of the gold set or a correction, a public post (most have no opinion), a part of a product in a review, a row of an aspect set. */
  origin: 'written' | 'clause' | 'gold' | 'public' | 'review' | 'aspect';
}

export interface TargetedCorpus {
  examples: TargetedExample[];
  /** `file:line: what is wrong`. */
  rejected: string[];
}

/** A file whose labels are those of whole reviews. */
const REVIEWS = /reviews[^/]*\.labels\.tsv$/;

/** Written clauses rather than posts. */
const CLAUSES = /^clauses/;

const LABELS: Record<string, number> = {
  p: 1,
  n: -1,
  '0': 0,
  positive: 1,
  negative: -1,
  neutral: 0,
};

/** `dataFolder` holds the public sets that .labels.tsv files speak of; `topics` are those that .jsonl files name by id. */
export async function readTargeted(
  files: readonly string[],
  sources: { dataFolder: string; topics: readonly Topic[] },
): Promise<TargetedCorpus> {
  const corpus: TargetedCorpus = { examples: [], rejected: [] };
  for (const file of files) {
    if (/\.csv(?:\.gz)?$/.test(file)) {
      await readAspects(path.resolve(sources.dataFolder, file), corpus);
      continue;
    }
    const lines = (await readFile(file, 'utf8')).split('\n');
    const name = path.basename(file).replace(/\.(?:labels\.tsv|tsv|jsonl)$/, '');
    if (file.endsWith('.labels.tsv')) await readLabels(file, lines, sources.dataFolder, corpus);
    else if (file.endsWith('.jsonl')) readJsonLines(file, name, lines, sources.topics, corpus);
    else readWritten(file, name, lines, corpus);
  }
  return corpus;
}

function readWritten(
  file: string,
  name: string,
  lines: readonly string[],
  corpus: TargetedCorpus,
): void {
  lines.forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const [phenomenon = '', targets = '', text = ''] = line.split('\t');
    const labels = new Map<string, number>();
    const topics: Topic[] = [];
    for (const [k, target] of targets.split(';').entries()) {
      const at = target.lastIndexOf('=');
      const label = LABELS[target.slice(at + 1)];
      const names = target.slice(0, Math.max(0, at)).split('|');
      if (label === undefined || names.some((alias) => alias === '')) {
        corpus.rejected.push(`${file}:${index + 1}: "${target}" is no TARGET=label`);
        continue;
      }
      topics.push(topicOf(`t${k}`, names));
      labels.set(`t${k}`, label);
    }
    if (text === '') corpus.rejected.push(`${file}:${index + 1}: no text`);
    else if (labels.size > 0)
      corpus.examples.push({
        set: name,
        text,
        topics,
        labels,
        phenomena: [phenomenon],
        origin: CLAUSES.test(name) ? 'clause' : 'written',
      });
  });
}

/** What has the label is a kind of thing (`动力`); only texts that name it so can be read toward it. */
async function readAspects(file: string, corpus: TargetedCorpus): Promise<void> {
  const { name, rows } = await readLabelled(file);
  for (const { text, target, label } of rows) {
    if (target === undefined || !text.includes(target)) continue;
    corpus.examples.push({
      set: name,
      text,
      topics: [topicOf('t0', [target])],
      labels: new Map([['t0', LABELS[label]!]]),
      phenomena: [],
      origin: 'aspect',
    });
  }
}

const lineSchema = z.union([
  z.object({
    text: z.string(),
    topics: z.array(z.object({ topic: z.string(), label: z.string() })),
    phenomena: z.array(z.string()).default([]),
    split: z.string(),
  }),
  z.object({ text: z.string(), topic: z.string(), label: z.string() }).transform((line) => ({
    text: line.text,
    topics: [{ topic: line.topic, label: line.label }],
    phenomena: [],
    split: DEVELOP,
  })),
]);
/** The half of the gold set that may be learnt from. */
const DEVELOP = 'develop';

function readJsonLines(
  file: string,
  name: string,
  lines: readonly string[],
  topics: readonly Topic[],
  corpus: TargetedCorpus,
): void {
  const known = new Set(topics.map(({ id }) => id));
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const parsed = lineSchema.safeParse(jsonOf(line));
    if (!parsed.success) {
      corpus.rejected.push(`${file}:${index + 1}: no text with a label per topic`);
      return;
    }
    const { text, phenomena, split } = parsed.data;
    if (split !== DEVELOP) return;
    const labels = new Map<string, number>();
    for (const { topic, label } of parsed.data.topics) {
      const number = LABELS[label];
      if (number === undefined || !known.has(topic))
        corpus.rejected.push(
          `${file}:${index + 1}: topic "${topic}" or label "${label}" is not known`,
        );
      else labels.set(topic, number);
    }
    if (labels.size > 0)
      corpus.examples.push({ set: name, text, topics, labels, phenomena, origin: 'gold' });
  });
}

/** Undefined where the line is no JSON; the schema then refuses it by its number. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function readLabels(
  file: string,
  lines: readonly string[],
  dataFolder: string,
  corpus: TargetedCorpus,
): Promise<void> {
  const bySet = new Map<string, Map<string, { topic: string; label: number }[]>>();
  lines.forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const [set = '', id = '', topic = '', said = ''] = line.split('\t');
    const label = LABELS[said];
    if (topic === '' || label === undefined) {
      corpus.rejected.push(`${file}:${index + 1}: not set, id, topic, label`);
      return;
    }
    const ids = bySet.get(set) ?? new Map<string, { topic: string; label: number }[]>();
    bySet.set(set, ids);
    ids.set(id, [...(ids.get(id) ?? []), { topic, label }]);
  });
  for (const [set, ids] of bySet) {
    for await (const { id, text } of readPublic(path.join(dataFolder, set))) {
      const labelled = ids.get(id);
      if (labelled === undefined) continue;
      corpus.examples.push({
        set: path.basename(set).replace(/\..*$/, ''),
        text,
        topics: labelled.map(({ topic }, k) => topicOf(`t${k}`, [topic])),
        labels: new Map(labelled.map(({ label }, k) => [`t${k}`, label])),
        phenomena: [],
        origin: REVIEWS.test(file) ? 'review' : 'public',
      });
    }
  }
}

/** Rows of a public set: `id` where it has such a column, else the row's number from 0. */
async function* readPublic(file: string): AsyncGenerator<{ id: string; text: string }> {
  const bytes = await openBytes(createReadStream(file), LOCAL_FILE_LIMITS);
  const decoded = decodeText(bytes.chunks, detectEncoding(bytes.head));
  let header: string[] | undefined;
  let row = 0;
  for await (const record of readCsv(decoded)) {
    if (!('cells' in record)) continue;
    if (header === undefined) {
      header = record.cells.map((cell) => cell.trim().toLowerCase());
      continue;
    }
    const cells = record.cells;
    const at = header.indexOf('id');
    yield {
      id: at === -1 ? String(row) : (cells[at] ?? ''),
      text: cells[header.indexOf('text')] ?? '',
    };
    row++;
  }
}

function topicOf(id: string, names: readonly string[]): Topic {
  const short = names.map((name) => name.slice(0, TOPIC_LIMITS.aliasLength));
  return topicSchema.parse({ id, name: short[0], aliases: short });
}
