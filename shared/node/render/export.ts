import { Readable } from 'node:stream';
import type { Post } from '#shared/post/post.ts';
import { isoInZone, offsetAt } from '#shared/report/zone.ts';
import type { Series } from '#shared/wire/api.ts';
import type { Db } from '../postgres/pool.ts';
import { type ExportQuery, type ExportedPost, streamPosts } from '../store/export-posts.ts';
import { BOM, csvNumber, csvRow, csvText } from './csv.ts';
import { type XlsxValue, xlsxStream } from './xlsx-stream.ts';

export const EXPORT_FORMATS = ['ndjson', 'csv', 'xlsx', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  format: ExportFormat;
  /** Zone of the times in CSV and XLSX. */
  zone: string;
  /** Called after each block with the rows written so far. */
  onProgress?: (rows: number) => void;
}

export interface ExportFile {
  contentType: string;
  /** ASCII. */
  fileName: string;
  body: Readable;
}

const CONTENT_TYPES: Record<ExportFormat, string> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
};

/** Stored posts as a stream: any number of them in a few megabytes. NDJSON and JSON import again to the same counts. */
export function exportPosts(db: Db, query: ExportQuery, options: ExportOptions): ExportFile {
  return exportRows(
    'posts',
    eachPost(streamPosts(db, query), options),
    POST_COLUMNS,
    wirePost,
    options,
  );
}

/** A series as the screen got it (GET /series), one row per topic and step. */
export function exportSeries(series: Series, options: ExportOptions): ExportFile {
  const rows = series.topics.flatMap(({ topic, points }) =>
    points.map((point) => ({ ...point, topic, at: Date.parse(point.at) })),
  );
  return exportRows(
    'series',
    toAsync(rows),
    SERIES_COLUMNS,
    (row) => ({ ...row, at: new Date(row.at).toISOString() }),
    options,
  );
}

type Column<T> = [header: string, value: (row: T) => CellValue];
type CellValue = string | number | boolean | null | { at: number };

const POST_COLUMNS: Column<ExportedPost>[] = [
  ['source', (post) => post.source],
  ['id', (post) => post.id],
  ['createdAt', (post) => ({ at: post.createdAt })],
  ['text', (post) => post.text],
  ['authorId', (post) => post.author?.id ?? null],
  ['authorName', (post) => post.author?.name ?? null],
  ['followers', (post) => post.author?.followers ?? null],
  ['verified', (post) => post.author?.verified ?? null],
  ['region', (post) => post.author?.region ?? null],
  ['url', (post) => post.url ?? null],
  ['repostId', (post) => post.repostOf?.id ?? null],
  ['repostText', (post) => post.repostOf?.text ?? null],
  ['repostAuthor', (post) => post.repostOf?.author ?? null],
  ['reposts', (post) => post.counts?.reposts ?? null],
  ['comments', (post) => post.counts?.comments ?? null],
  ['likes', (post) => post.counts?.likes ?? null],
  ['tags', (post) => post.tags?.join(' ') ?? null],
  ['lang', (post) => post.lang ?? null],
  ['label', (post) => post.label],
  ['score', (post) => post.score],
  [
    'topics',
    (post) =>
      post.mentions.map(({ topic, label, score }) => `${topic} ${label} ${score}`).join('; '),
  ],
];

type SeriesRow = Omit<Series['topics'][number]['points'][number], 'at'> & {
  topic: string;
  at: number;
};
const SERIES_COLUMNS: Column<SeriesRow>[] = [
  ['topic', (row) => row.topic],
  ['at', (row) => ({ at: row.at })],
  ['n', (row) => row.n],
  ['positive', (row) => row.positive],
  ['neutral', (row) => row.neutral],
  ['negative', (row) => row.negative],
  ['mood', (row) => row.mood],
  ['moodLow', (row) => row.moodLow],
  ['moodHigh', (row) => row.moodHigh],
  ['authors', (row) => row.authors],
];

/** The canonical post of POST /api/v1/posts, with our findings in keys that an import ignores. */
function wirePost({ createdAt, label, score, mentions, ...post }: ExportedPost): object {
  const rest: Omit<Post, 'createdAt'> = post;
  return {
    ...rest,
    createdAt: new Date(createdAt).toISOString(),
    mood: { label, score },
    mentions,
  };
}

function exportRows<T>(
  name: string,
  rows: AsyncIterable<T>,
  columns: Column<T>[],
  toJson: (row: T) => object,
  options: ExportOptions,
): ExportFile {
  const headers = columns.map(([header]) => header);
  const chunks = (): AsyncIterable<string | Buffer> => {
    switch (options.format) {
      case 'ndjson':
        return inBlocks(rows, (row) => `${JSON.stringify(toJson(row))}\n`);
      case 'json':
        return jsonArray(rows, toJson);
      case 'csv':
        return inBlocks(
          rows,
          (row) => csvRow(columns.map(([, value]) => csvValue(value(row), options.zone))),
          BOM + csvRow(headers),
        );
      case 'xlsx':
        return xlsxStream(
          name,
          headers,
          mapRows(rows, (row) => columns.map(([, value]) => xlsxValue(value(row), options.zone))),
        );
    }
  };
  return {
    contentType: CONTENT_TYPES[options.format],
    fileName: `weimai-${name}.${options.format}`,
    body: Readable.from(chunks(), { objectMode: false }),
  };
}

async function* eachPost(
  blocks: AsyncIterable<ExportedPost[]>,
  { onProgress }: ExportOptions,
): AsyncGenerator<ExportedPost> {
  let rows = 0;
  for await (const block of blocks) {
    yield* block;
    rows += block.length;
    onProgress?.(rows);
  }
}

/** Joins rows to chunks of some 64 kB: a chunk a row would spend its time in stream bookkeeping. */
async function* inBlocks<T>(
  rows: AsyncIterable<T>,
  encode: (row: T) => string,
  head: string = '',
): AsyncGenerator<string> {
  let block = head;
  for await (const row of rows) {
    block += encode(row);
    if (block.length < 65_536) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

async function* jsonArray<T>(
  rows: AsyncIterable<T>,
  toJson: (row: T) => object,
): AsyncGenerator<string> {
  let separator = '[\n';
  yield* inBlocks(rows, (row) => {
    const item = separator + JSON.stringify(toJson(row));
    separator = ',\n';
    return item;
  });
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

async function* mapRows<T, U>(rows: AsyncIterable<T>, map: (row: T) => U): AsyncGenerator<U> {
  for await (const row of rows) yield map(row);
}

async function* toAsync<T>(rows: T[]): AsyncGenerator<T> {
  yield* rows;
}

function csvValue(value: CellValue, zone: string): string {
  if (value === null) return '';
  if (typeof value === 'object') return isoInZone(value.at, zone);
  return typeof value === 'string' ? csvText(value) : csvNumber(Number(value));
}

function xlsxValue(value: CellValue, zone: string): XlsxValue {
  if (value !== null && typeof value === 'object')
    return { wallMs: value.at + offsetAt(value.at, zone) };
  return value;
}
