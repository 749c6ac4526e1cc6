import { jsonDepth } from '#shared/post/hygiene.ts';
import { RAW_MAX_LENGTH, RECORD_MAX_LENGTH, type RawRecord } from './format.ts';

/** One JSON value a line; `index` is the line number. Blank lines are passed over, longer than the limit refused. */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  for await (const { line, number, isCut } of readLines(text)) {
    if (isCut)
      yield { index: number, raw: line.slice(0, RAW_MAX_LENGTH), refused: 'post/line-too-long' };
    else if (line.trim() !== '') yield recordOfJson(line, number);
  }
}

/** Server-sent events as Mastodon streams them: `data: {…}` of `update` events; heartbeats and deletions carry no post. */
export async function* readEventStream(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  let event = 'update';
  for await (const { line, number, isCut } of readLines(text)) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    if (!line.startsWith('data:') || (event !== 'update' && event !== 'status.update')) continue;
    if (isCut)
      yield { index: number, raw: line.slice(0, RAW_MAX_LENGTH), refused: 'post/line-too-long' };
    else yield recordOfJson(line.slice(5), number);
  }
}

/** A JSON text as a record: depth is checked before parsing, and nothing here throws. */
export function recordOfJson(json: string, index: number): RawRecord {
  const raw = json.slice(0, RAW_MAX_LENGTH);
  if (jsonDepth(json) > 32) return { index, raw, refused: 'post/too-deep' };
  try {
    return { index, raw, value: JSON.parse(json) as unknown };
  } catch {
    // Row-level outcome: the row is kept and named, the file goes on.
    return { index, raw, refused: 'post/not-json' };
  }
}

interface Line {
  line: string;
  number: number;
  isCut: boolean;
}

/** Lines of a text of any length; a line beyond the limit is cut there and its rest thrown away as it arrives. */
async function* readLines(text: AsyncIterable<string>): AsyncGenerator<Line> {
  let buffer = '';
  let number = 1;
  let isCut = false;
  for await (const chunk of text) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      buffer += chunk.slice(from, end);
      from = end + 1;
      yield lineOf(buffer, number, isCut);
      buffer = '';
      isCut = false;
      number += 1;
    }
    buffer += chunk.slice(from);
    if (buffer.length > RECORD_MAX_LENGTH) {
      buffer = buffer.slice(0, RECORD_MAX_LENGTH);
      isCut = true;
    }
  }
  if (buffer !== '') yield lineOf(buffer, number, isCut);
}

function lineOf(buffer: string, number: number, isCut: boolean): Line {
  const line = buffer.endsWith('\r') ? buffer.slice(0, -1) : buffer;
  return { line, number, isCut: isCut || line.length > RECORD_MAX_LENGTH };
}
