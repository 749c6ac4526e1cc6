import type { Readable } from 'node:stream';
import { detectNative, isNoPost } from '#shared/post/native/detect.ts';
import { isRecord } from '#shared/post/native/draft.ts';
import { fromFeedItem } from '#shared/post/native/feed-item.ts';
import { parseDraft, parsePost, type ParseOptions } from '#shared/post/parse-post.ts';
import type { ParsedPost, RejectCode } from '#shared/post/post.ts';
import { guessMapping, rowMapper, type ColumnMapping, type DayTime } from './column-mapping.ts';
import { readCsv } from './csv.ts';
import { detectFormat } from './detect-format.ts';
import { parseFeed, FEED_MAX_LENGTH } from './feed.ts';
import {
  FormatError,
  RAW_MAX_LENGTH,
  UPLOAD_LIMITS,
  type ArchiveLimits,
  type FormatName,
  type RawRecord,
} from './format.ts';
import { readJson } from './json-stream.ts';
import { readEventStream, readNdjson } from './lines.ts';
import { openBytes } from './open-bytes.ts';
import { decodeText, detectEncoding } from './text-encoding.ts';
import { readXlsx } from './xlsx.ts';

export interface ReadOptions {
  format: FormatName | 'auto';
  /** File name; decides only what the bytes leave open. */
  name: string;
  now: number;
  /** Source of posts that do not name one; replaces the platform of native records. */
  source?: string;
  mapping?: ColumnMapping;
  dayTime?: DayTime;
  /** When the file was fetched (its modification time): what `3分钟前` is relative to. */
  fetchedAt?: number;
  limits?: ArchiveLimits;
  /** Told once, before the first row: what the file turned out to be. Also of a table whose columns are not understood. */
  onLayout?: (layout: FileLayout) => void;
}

export interface FileLayout {
  format: FormatName;
  /** Names in the header of a table; empty for everything else. */
  columns: string[];
  /** Which column fills which field; null where records say so themselves, as those of the known tools do. */
  mapping: ColumnMapping | null;
}

export interface ReadResult {
  /** 1-based: line of NDJSON, row of a table as a spreadsheet counts (header = 1), element of JSON and feeds. */
  index: number;
  /** Bytes of the input used so far, compressed where it is. */
  bytesRead: number;
  result: ParsedPost;
  /** The row as it stood, cut at 20,000 characters. */
  raw: string;
  /** The header row of a table, so that a file of rejected rows can be mended and imported again. */
  header?: string;
}

/**
 * Posts from a file or stream in any supported format, one result per row, in order, with bounded memory.
 * A bad row is a rejected result; only a file that cannot be read as a whole throws a `FormatError`.
 */
export async function* readPosts(
  stream: Readable,
  options: ReadOptions,
): AsyncGenerator<ReadResult> {
  const { head, chunks, bytesRead } = await openBytes(stream, options.limits ?? UPLOAD_LIMITS);
  const format = options.format === 'auto' ? detectFormat(head, options.name) : options.format;
  const text = () => decodeText(chunks, detectEncoding(head));
  const withBytes = (row: Omit<ReadResult, 'bytesRead'>): ReadResult => ({
    ...row,
    bytesRead: bytesRead(),
  });

  const isTable = format === 'csv' || format === 'tsv' || format === 'xlsx';
  if (!isTable) options.onLayout?.({ format, columns: [], mapping: null });
  if (format === 'feed') {
    for (const row of parseFeedRows(await wholeText(text()), options)) yield withBytes(row);
    return;
  }
  if (isTable) {
    const rows =
      format === 'xlsx'
        ? readXlsx(chunks, options.limits ?? UPLOAD_LIMITS)
        : readCsv(text(), format === 'tsv' ? '\t' : undefined);
    for await (const row of parseTable(rows, format, options)) yield withBytes(row);
    return;
  }
  const records = { json: readJson, ndjson: readNdjson, sse: readEventStream }[format](text());
  const parseOptions = parseOptionsOf(options);
  for await (const record of records) {
    if (!('value' in record)) yield withBytes(refusedRow(record));
    else if (!(isRecord(record.value) && isNoPost(record.value))) {
      yield withBytes({
        index: record.index,
        raw: record.raw,
        result: parsePost(record.value, options.now, parseOptions),
      });
    }
  }
}

type Row = Omit<ReadResult, 'bytesRead'>;

/** The first row is the header; it says once for the whole file whether a known tool wrote it. */
async function* parseTable(
  rows: AsyncIterable<RawRecord>,
  format: FormatName,
  options: ReadOptions,
): AsyncGenerator<Row> {
  let header: string | undefined;
  let parseCells: ((cells: string[]) => ParsedPost) | undefined;
  for await (const row of rows) {
    if (!('cells' in row)) yield refusedRow(row);
    else if (parseCells === undefined) {
      header = row.raw;
      parseCells = tableParser(
        row.cells.map((cell) => cell.trim()),
        format,
        options,
      );
    } else {
      yield {
        index: row.index,
        raw: row.raw,
        result: parseCells(row.cells),
        ...(header === undefined ? {} : { header }),
      };
    }
  }
}

function tableParser(
  header: string[],
  format: FormatName,
  options: ReadOptions,
): (cells: string[]) => ParsedPost {
  const { now } = options;
  const isNative =
    options.mapping === undefined && detectNative(recordOfCells(header, header)) !== undefined;
  const mapping = isNative ? null : (options.mapping ?? guessMapping(header));
  options.onLayout?.({ format, columns: header, mapping });
  if (mapping === null) {
    const parseOptions = parseOptionsOf(options);
    return (cells) => parsePost(recordOfCells(header, cells), now, parseOptions);
  }
  const toDraft = rowMapper(header, mapping, options);
  return (cells) => parseDraft(toDraft(cells), now);
}

function recordOfCells(
  header: readonly string[],
  cells: readonly string[],
): Record<string, string> {
  const record: Record<string, string> = Object.create(null) as Record<string, string>;
  // Missing cells are empty, so that a ragged row is still known as the tool's.
  for (const [column, name] of header.entries()) record[name] = cells[column] ?? '';
  return record;
}

function* parseFeedRows(xml: string, options: ReadOptions): Generator<Row> {
  const { fetchedAt = options.now } = options;
  for (const [index, item] of parseFeed(xml).entries()) {
    const result = parseDraft(
      fromFeedItem({ ...item, fetchedAt }),
      options.now,
      parseOptionsOf(options),
    );
    yield { index: index + 1, raw: JSON.stringify(item).slice(0, RAW_MAX_LENGTH), result };
  }
}

async function wholeText(text: AsyncIterable<string>): Promise<string> {
  let whole = '';
  for await (const piece of text) {
    whole += piece;
    if (whole.length > FEED_MAX_LENGTH)
      throw new FormatError('format/too-large', 'The feed is larger than 20 MB');
  }
  return whole;
}

function parseOptionsOf(options: ReadOptions): ParseOptions {
  const { source, fetchedAt } = options;
  return {
    ...(source === undefined ? {} : { defaultSource: source }),
    ...(fetchedAt === undefined ? {} : { fetchedAt }),
  };
}

function refusedRow(record: RawRecord): Row {
  const code: RejectCode = 'refused' in record ? record.refused : 'post/unreadable';
  return {
    index: record.index,
    raw: record.raw,
    result: { ok: false, rejection: { code, message: REFUSALS[code] ?? 'The row cannot be read' } },
  };
}

const REFUSALS: Partial<Record<RejectCode, string>> = {
  'post/not-json': 'This is no valid JSON',
  'post/too-deep': 'JSON nests deeper than 32 levels',
  'post/line-too-long': 'The row is longer than 262,144 characters (an unclosed quote?)',
};
