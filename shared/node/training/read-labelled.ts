import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { MoodLabel } from '../../mood/mood.ts';
import { readCsv } from '../formats/csv.ts';
import { LOCAL_FILE_LIMITS, type RawRecord } from '../formats/format.ts';
import { readNdjson } from '../formats/lines.ts';
import { openBytes } from '../formats/open-bytes.ts';
import { decodeText, detectEncoding } from '../formats/text-encoding.ts';

export interface LabelledRow {
  id: string;
  text: string;
  label: MoodLabel;
  /** What the label is about, where the file says so. */
  target?: string;
}

export interface LabelledSet {
  /** File name without its endings: `smp_usual`. */
  name: string;
  rows: LabelledRow[];
  /** Rows whose label is none of ours on purpose (`other`: surprise). */
  leftOut: number;
  /** Rows without a usable text or label, counted. */
  rejected: number;
}

/** Spellings of the three labels; `other` is known and left out. */
const LABELS: Record<string, MoodLabel | 'other'> = {
  positive: 'positive',
  pos: 'positive',
  neutral: 'neutral',
  neu: 'neutral',
  negative: 'negative',
  neg: 'negative',
  other: 'other',
  积极: 'positive',
  正面: 'positive',
  中性: 'neutral',
  消极: 'negative',
  负面: 'negative',
};

/** Reads CSV with a header or JSON Lines, plain or .gz, with columns `text` and `label` (`id`, `target` or `topic`). */
export async function readLabelled(file: string): Promise<LabelledSet> {
  const set: LabelledSet = { name: setName(file), rows: [], leftOut: 0, rejected: 0 };
  let header: string[] | undefined;
  for await (const record of await open(file)) {
    if ('cells' in record && header === undefined) {
      header = record.cells.map((cell) => cell.trim().toLowerCase());
      if (!header.includes('text') || !header.includes('label'))
        throw new Error(`${file}: the header must name the columns text and label`);
      continue;
    }
    take(set, fieldsOf(record, header), record.index);
  }
  if (set.rows.length === 0) throw new Error(`${file}: no row with a text and a known label`);
  return set;
}

async function open(file: string): Promise<AsyncGenerator<RawRecord>> {
  const bytes = await openBytes(createReadStream(file), LOCAL_FILE_LIMITS);
  const text = decodeText(bytes.chunks, detectEncoding(bytes.head));
  const isJson = bytes.head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .startsWith('{');
  return isJson ? readNdjson(text) : readCsv(text);
}

function fieldsOf(record: RawRecord, header: string[] | undefined): Record<string, unknown> {
  if ('cells' in record)
    return Object.fromEntries(record.cells.map((cell, k) => [header?.[k] ?? '', cell]));
  if ('value' in record && typeof record.value === 'object' && record.value !== null)
    return record.value as Record<string, unknown>;
  return {};
}

function take(set: LabelledSet, fields: Record<string, unknown>, index: number): void {
  const { text, label: said } = fields;
  const label = typeof said === 'string' ? LABELS[said.trim().toLowerCase()] : undefined;
  if (typeof text !== 'string' || text.trim() === '' || label === undefined) {
    set.rejected += 1;
    return;
  }
  if (label === 'other') {
    set.leftOut += 1;
    return;
  }
  const target = fields['target'] ?? fields['topic'];
  set.rows.push({
    id: typeof fields['id'] === 'string' ? fields['id'] : String(index),
    text,
    label,
    ...(typeof target === 'string' && target !== '' ? { target } : {}),
  });
}

function setName(file: string): string {
  return path
    .basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.(?:csv|tsv|jsonl|ndjson|json|txt)$/, '');
}
