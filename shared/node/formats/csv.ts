import { RAW_MAX_LENGTH, RECORD_MAX_LENGTH, type RawRecord } from './format.ts';

/**
 * RFC 4180 rows from text of any size, forgiving what crawlers and Excel really write: a quote inside an unquoted
 * cell is a character, text behind a closing quote is kept, rows may be ragged, line ends may be mixed. A quoted
 * cell may hold line breaks; one that never closes ends as a refused row at the length limit, not at memory's end.
 * `index` is the row's number as a spreadsheet shows it: the header is row 1.
 */
export async function* readCsv(
  text: AsyncIterable<string>,
  delimiter?: string,
): AsyncGenerator<RawRecord> {
  let splitter: CsvSplitter | undefined;
  for await (const chunk of text) {
    splitter ??= new CsvSplitter(delimiter ?? guessDelimiter(chunk));
    yield* splitter.push(chunk);
  }
  if (splitter) yield* splitter.end();
}

/** The sign that stands most often in the header line outside quotes. */
function guessDelimiter(text: string): string {
  const header = (text.split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = [',', '\t', ';', '|'].map((sign) => [sign, header.split(sign).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** Finds row ends incrementally: every character is looked at a bounded number of times whatever the chunking. */
class CsvSplitter {
  readonly #delimiter: string;
  #buffer = '';
  /** Start of the current row, and how far it has been looked at. */
  #start = 0;
  #scan = 0;
  #inQuotes = false;
  #hasQuotes = false;
  #isSkipping = false;
  #index = 1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  *push(chunk: string): Generator<RawRecord> {
    this.#buffer = this.#buffer.slice(this.#start) + chunk;
    this.#scan -= this.#start;
    this.#start = 0;
    for (let end = this.#nextRowEnd(false); end >= 0; end = this.#nextRowEnd(false))
      yield* this.#row(end);
    if (this.#buffer.length - this.#start > RECORD_MAX_LENGTH) yield* this.#giveUp();
  }

  *end(): Generator<RawRecord> {
    if (this.#nextRowEnd(true) >= 0 || this.#buffer.length > this.#start)
      yield* this.#row(this.#buffer.length);
  }

  /** Index of the line feed that ends the current row, −1 while it is not in the buffer. */
  #nextRowEnd(isLast: boolean): number {
    const text = this.#buffer;
    let lineEnd = text.indexOf('\n', this.#scan);
    while (this.#scan < text.length) {
      if (this.#inQuotes) {
        if (!this.#closeQuotes(isLast)) return -1;
        continue;
      }
      if (lineEnd >= 0 && lineEnd < this.#scan) lineEnd = text.indexOf('\n', this.#scan);
      const limit = lineEnd < 0 ? text.length : lineEnd;
      // The slice bounds the search to this line; without it a file without quotes would be searched whole per row.
      const quote = text.slice(this.#scan, limit).indexOf('"');
      if (quote < 0) {
        this.#scan = limit;
        return lineEnd;
      }
      const at = this.#scan + quote;
      this.#hasQuotes = true;
      this.#inQuotes = at === this.#start || text[at - 1] === this.#delimiter;
      this.#scan = at + 1;
    }
    return -1;
  }

  /** Moves behind the next quote; false where the buffer ends before it is clear what that quote means. */
  #closeQuotes(isLast: boolean): boolean {
    const close = this.#buffer.indexOf('"', this.#scan);
    const isUnclear = close >= 0 && close + 1 === this.#buffer.length && !isLast;
    if (close < 0 || isUnclear) {
      this.#scan = close < 0 ? this.#buffer.length : close;
      return false;
    }
    const isEscaped = this.#buffer.charCodeAt(close + 1) === QUOTE;
    this.#scan = close + (isEscaped ? 2 : 1);
    this.#inQuotes = isEscaped;
    return true;
  }

  *#row(end: number): Generator<RawRecord> {
    const index = this.#index;
    const raw = withoutReturn(this.#buffer.slice(this.#start, end));
    const hasQuotes = this.#hasQuotes;
    this.#start = end + 1;
    this.#scan = this.#start;
    this.#hasQuotes = false;
    this.#inQuotes = false;
    if (this.#isSkipping) {
      this.#isSkipping = false;
      return;
    }
    this.#index += 1;
    if (raw === '') return;
    if (raw.length > RECORD_MAX_LENGTH) {
      yield { index, raw: raw.slice(0, RAW_MAX_LENGTH), refused: 'post/line-too-long' };
      return;
    }
    const cells = hasQuotes ? splitQuoted(raw, this.#delimiter) : raw.split(this.#delimiter);
    yield { index, raw: raw.slice(0, RAW_MAX_LENGTH), cells };
  }

  /** The row is too long to be one: it is refused, and reading goes on behind the next line feed. */
  *#giveUp(): Generator<RawRecord> {
    if (!this.#isSkipping) {
      yield {
        index: this.#index,
        raw: this.#buffer.slice(this.#start, this.#start + RAW_MAX_LENGTH),
        refused: 'post/line-too-long',
      };
      this.#index += 1;
    }
    this.#isSkipping = true;
    this.#inQuotes = false;
    this.#buffer = '';
    this.#start = 0;
    this.#scan = 0;
  }
}

const QUOTE = 0x22;

function splitQuoted(row: string, delimiter: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= row.length) {
    let cell = '';
    if (row.charCodeAt(at) === QUOTE) {
      at += 1;
      for (let close = row.indexOf('"', at); ; close = row.indexOf('"', at)) {
        if (close < 0) {
          cell += row.slice(at);
          at = row.length;
          break;
        }
        cell += row.slice(at, close);
        at = close + 1;
        if (row.charCodeAt(at) !== QUOTE) break;
        cell += '"';
        at += 1;
      }
    }
    const end = row.indexOf(delimiter, at);
    cell += row.slice(at, end < 0 ? row.length : end);
    cells.push(cell);
    if (end < 0) return cells;
    at = end + 1;
  }
  return cells;
}

function withoutReturn(row: string): string {
  return row.endsWith('\r') ? row.slice(0, -1) : row;
}
