import { decodeEntities } from '#shared/post/native/html.ts';
import {
  FormatError,
  RAW_MAX_LENGTH,
  RECORD_MAX_LENGTH,
  type ArchiveLimits,
  type RawRecord,
} from './format.ts';
import { decodeText } from './text-encoding.ts';
import { openZip, type Zip } from './zip.ts';

/** An upload is held in memory once, compressed. */
const XLSX_MAX_BYTES = 100_000_000;

/**
 * Rows of the first worksheet of an Excel workbook, as text cells. The sheet is inflated and cut into rows piece by
 * piece; only shared strings are held. Nothing in the file is executed or followed: no formulas, links or DTDs.
 */
export async function* readXlsx(
  chunks: AsyncIterable<Buffer>,
  limits: ArchiveLimits,
): AsyncGenerator<RawRecord> {
  const zip = openZip(await collect(chunks), limits);
  const strings = zip.has('xl/sharedStrings.xml') ? await readSharedStrings(zip) : [];
  const dateStyles = zip.has('xl/styles.xml')
    ? dateStylesOf(await readAll(zip, 'xl/styles.xml'))
    : new Set<number>();
  let index = 0;
  for await (const row of elements(zip, await firstSheet(zip), 'row')) {
    index = rowNumber(row) ?? index + 1;
    if (row.length > RECORD_MAX_LENGTH) {
      yield { index, raw: row.slice(0, RAW_MAX_LENGTH), refused: 'post/line-too-long' };
      continue;
    }
    const cells = cellsOf(row, strings, dateStyles);
    if (cells.some((cell) => cell !== ''))
      yield { index, raw: cells.join('\t').slice(0, RAW_MAX_LENGTH), cells };
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > XLSX_MAX_BYTES)
      throw new FormatError(
        'format/too-large',
        'An Excel file may have at most 100 MB: export it as CSV',
      );
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Path of the first sheet by workbook order; `sheet1.xml` where the workbook does not say. */
async function firstSheet(zip: Zip): Promise<string> {
  const usual = 'xl/worksheets/sheet1.xml';
  if (!zip.has('xl/workbook.xml') || !zip.has('xl/_rels/workbook.xml.rels')) return usual;
  const id = /<sheet\s[^>]{0,500}r:id="([^"]{1,50})"/.exec(
    await readAll(zip, 'xl/workbook.xml'),
  )?.[1];
  const relations = (await readAll(zip, 'xl/_rels/workbook.xml.rels')).split('<Relationship ');
  const target = relations.find((each) => each.includes(`Id="${id}"`));
  const path =
    target === undefined ? undefined : /Target="\/?(?:xl\/)?([^"]{1,200})"/.exec(target)?.[1];
  return path === undefined || !zip.has(`xl/${path}`) ? usual : `xl/${path}`;
}

async function readSharedStrings(zip: Zip): Promise<string[]> {
  const strings: string[] = [];
  for await (const item of elements(zip, 'xl/sharedStrings.xml', 'si'))
    strings.push(textRuns(item));
  return strings;
}

/** Number formats that show a date: the built-in ones and custom formats with y, d or h outside quotes and brackets. */
function dateStylesOf(styles: string): Set<number> {
  const custom = new Set<string>();
  for (const part of styles.split('<numFmt ').slice(1)) {
    const id = /numFmtId="(\d{1,6})"/.exec(part)?.[1];
    const code = /formatCode="([^"]{0,255})"/.exec(part)?.[1] ?? '';
    const letters = decodeEntities(code).replace(/"[^"]{0,255}"|\[[^\]]{0,255}\]|\\./g, '');
    if (id !== undefined && /[ydh]/i.test(letters)) custom.add(id);
  }
  const formats = styles
    .slice(Math.max(0, styles.indexOf('<cellXfs')))
    .split('<xf ')
    .slice(1);
  const dates = new Set<number>();
  for (const [style, format] of formats.entries()) {
    const id = /numFmtId="(\d{1,6})"/.exec(format)?.[1] ?? '0';
    if (isBuiltInDate(Number(id)) || custom.has(id)) dates.add(style);
  }
  return dates;
}

function isBuiltInDate(id: number): boolean {
  return (
    (id >= 14 && id <= 22) ||
    (id >= 27 && id <= 36) ||
    (id >= 45 && id <= 47) ||
    (id >= 50 && id <= 58)
  );
}

function rowNumber(row: string): number | undefined {
  const written = /^<row\s[^>]{0,200}?\br="(\d{1,8})"/.exec(row)?.[1];
  return written === undefined ? undefined : Number(written);
}

function cellsOf(
  row: string,
  strings: readonly string[],
  dateStyles: ReadonlySet<number>,
): string[] {
  const cells: string[] = [];
  for (const piece of row.split('<c ').slice(1)) {
    const head = piece.slice(0, piece.indexOf('>'));
    const column = columnOf(/\br="([A-Z]{1,3})\d/.exec(head)?.[1]) ?? cells.length;
    if (column > 1_000) continue;
    while (cells.length < column) cells.push('');
    cells[column] = cellText(piece, head, strings, dateStyles);
  }
  return cells;
}

function cellText(
  piece: string,
  head: string,
  strings: readonly string[],
  dateStyles: ReadonlySet<number>,
): string {
  const type = /\bt="([a-zA-Z]{1,12})"/.exec(head)?.[1];
  if (type === 'inlineStr') return textRuns(piece);
  const value = decodeEntities(between(piece, '<v>', '</v>') ?? '');
  if (type === 's') return strings[Number(value)] ?? '';
  if (type !== undefined && type !== 'n') return value;
  const style = Number(/\bs="(\d{1,6})"/.exec(head)?.[1] ?? -1);
  return dateStyles.has(style) ? dateText(Number(value)) : numberText(value);
}

/** Excel keeps 15 digits: a longer whole number is a broken id, and no id is better than one shared by ten posts. */
function numberText(value: string): string {
  const number = Number(value);
  if (!Number.isInteger(number)) return value;
  return Math.abs(number) >= 1e15 ? '' : String(number);
}

/** Days since 1899-12-30 in the writer's clock, which we take for China time, as `2025-01-20 21:04:00`. */
function dateText(serial: number): string {
  const ms = Math.round((serial - 25_569) * 86_400) * 1_000;
  if (!(Math.abs(ms) < 8e15)) return '';
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** All `<t>` runs of a string, without phonetic guides (`<rPh>`). */
function textRuns(xml: string): string {
  let text = '';
  for (const piece of xml.split('<t').slice(1)) {
    if (!/^[\s>]/.test(piece)) continue;
    const open = piece.indexOf('>');
    const end = piece.indexOf('</t>');
    if (open >= 0 && end > open) text += decodeEntities(piece.slice(open + 1, end));
  }
  return text.replace(/_x000D_/g, '');
}

function columnOf(letters: string | undefined): number | undefined {
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** Elements of one name, one after another, from an entry that may be larger than memory. */
async function* elements(zip: Zip, entry: string, name: string): AsyncGenerator<string> {
  const close = `</${name}>`;
  let buffer = '';
  for await (const chunk of decodeText(zip.read(entry), 'utf-8')) {
    buffer += chunk;
    let from = 0;
    for (let end = buffer.indexOf(close, from); end >= 0; end = buffer.indexOf(close, from)) {
      const start = lastOpening(buffer, name, from, end);
      if (start >= 0) yield buffer.slice(start, end);
      from = end + close.length;
    }
    buffer = buffer.slice(from);
    if (buffer.length > ELEMENT_MAX_LENGTH)
      throw new FormatError('format/broken', `The sheet holds an endless ${name}`);
  }
}

const ELEMENT_MAX_LENGTH = 8_000_000;

/** Start of the element that ends at `end`; empty elements (`<row/>`) before it are passed over. */
function lastOpening(buffer: string, name: string, from: number, end: number): number {
  const part = buffer.slice(from, end);
  const start = Math.max(part.lastIndexOf(`<${name} `), part.lastIndexOf(`<${name}>`));
  return start < 0 ? -1 : from + start;
}

function between(text: string, open: string, close: string): string | undefined {
  const start = text.indexOf(open);
  const end = text.indexOf(close, start + open.length);
  return start >= 0 && end >= 0 ? text.slice(start + open.length, end) : undefined;
}

async function readAll(zip: Zip, entry: string): Promise<string> {
  let text = '';
  for await (const chunk of decodeText(zip.read(entry), 'utf-8')) {
    text += chunk;
    if (text.length > ELEMENT_MAX_LENGTH)
      throw new FormatError('format/too-large', `${entry} is too large`);
  }
  return text;
}
