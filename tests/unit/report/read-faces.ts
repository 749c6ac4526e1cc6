import { XMLParser } from 'fast-xml-parser';
import { LOCAL_FILE_LIMITS } from '#shared/node/formats/format.ts';
import { openZip } from '#shared/node/formats/zip.ts';
import {
  type Cell,
  type ReportDocument,
  type Table,
  formatCell,
  kpiTable,
} from '#shared/report/document.ts';
import { NO_VALUE, round } from '#shared/report/format.ts';
import { textsOf } from '#shared/report/texts.ts';

/** A cell as any face must give it back: a number as shown, an empty one as null, a text as it is. */
export type ReadCell = string | number | null;

/** Cells of all tables of a document, in order; the KPI tiles count as a table. */
export function cellsOf(document: ReportDocument): ReadCell[] {
  return tablesOf(document).flatMap((table) =>
    table.rows.flat().map((cell) => expected(cell, document)),
  );
}

/** Cells as people read them, for faces without structure. */
export function shownNumbers(document: ReportDocument): string[] {
  return tablesOf(document)
    .flatMap((table) => table.rows.flat())
    .filter((cell) => cell.type !== 'text' && cell.value !== null)
    .map((cell) => formatCell(cell, document.lang, document.zone));
}

function tablesOf(document: ReportDocument): Table[] {
  const labels = textsOf(document.lang).kpi;
  return document.sections.flatMap((section) =>
    section.blocks.flatMap((block): Table[] => {
      if (block.kind === 'kpis') return [kpiTable(block.items, labels)];
      return block.kind === 'table' ? [block] : [];
    }),
  );
}

function expected(cell: Cell, document: ReportDocument): ReadCell {
  if (cell.type === 'text') return cell.value === NO_VALUE || cell.value === '' ? null : cell.value;
  if (cell.value === null) return null;
  if (cell.type === 'time') return formatCell(cell, document.lang, document.zone);
  if (cell.type === 'points') return round(cell.value * 100, 1);
  return cell.type === 'decimal' ? round(cell.value, cell.digits) : cell.value;
}

/** `−1,234.5%` → −12.345; texts stay texts. */
export function readShown(shown: string): ReadCell {
  if (shown === NO_VALUE || shown === '') return null;
  const plain = shown
    .replace(/ (pp|个百分点)$/, '')
    .replaceAll(',', '')
    .replace('−', '-');
  const match = /^([+-]?\d+(?:\.\d+)?)(%?)$/.exec(plain);
  if (!match) return shown;
  return match[2] === '%' ? round(Number(match[1]) / 100, 3) : Number(match[1]);
}

export function readHtml(html: string): ReadCell[] {
  const unescape = (text: string) =>
    text
      .replace(/<[^>]*>/g, '')
      .replace(
        /&(lt|gt|quot|#39|amp);/g,
        (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
      );
  const cells: ReadCell[] = [];
  const pattern =
    /<div class="kpi"><p class="label">(?<label>.*?)<\/p><p class="value">(?<value>.*?)<\/p>(?:<p class="interval">(?<interval>.*?)<\/p>)?<dl>(?<changes>.*?)<\/dl>|<td[^>]*>(?<cell>.*?)<\/td>/gs;
  for (const { groups = {} } of html.matchAll(pattern)) {
    if (groups['cell'] !== undefined) cells.push(readShown(unescape(groups['cell'])));
    else {
      cells.push(
        unescape(groups['label'] ?? ''),
        readShown(unescape(groups['value'] ?? '')),
        unescape(groups['interval'] ?? '') || null,
      );
      for (const [, change = ''] of (groups['changes'] ?? '').matchAll(/<dd>(.*?)<\/dd>/g))
        cells.push(readShown(unescape(change)));
    }
  }
  return cells;
}

export function readMarkdown(markdown: string): ReadCell[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
  const body = rows.filter((row, index) => !isRule(row) && !isRule(rows[index + 1] ?? ''));
  return body.flatMap((row) =>
    row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => readShown(unescapeMarkdown(cell))),
  );
}

const isRule = (row: string) => /^\|( -{3}:? \|)+$/.test(row);

function unescapeMarkdown(cell: string): string {
  return cell
    .replace(/^\[(.*)\]\(<.*>\)$/s, '$1')
    .replaceAll('&#64;', '@')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\\([^a-z0-9])/gi, '$1');
}

/** Rows of a CSV (RFC 4180), the byte order mark taken off. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy;
  for (const [, field = '', end = ''] of csv.replace(/^\ufeff/, '').matchAll(pattern)) {
    rows.at(-1)!.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows;
}

/** Cells of the tables, found below their header rows; link columns are the face's own and left out. */
export function readGrid(grid: ReadCell[][], document: ReportDocument): ReadCell[] {
  const link = document.lang === 'zh' ? '链接' : 'Link';
  const cells: ReadCell[] = [];
  let at = 0;
  for (const table of tablesOf(document)) {
    if (table.rows.length === 0) continue;
    const labels = table.columns.map((column) => column.label || null);
    const isHeader = (row: ReadCell[]) =>
      JSON.stringify(row.filter((label) => label !== link)) === JSON.stringify(labels);
    while (at < grid.length && !isHeader(grid[at]!)) at++;
    const header = grid[at++] ?? [];
    for (let row = 0; row < table.rows.length; row++, at++)
      cells.push(
        ...header
          .map((label, index) => [label, grid[at]?.[index] ?? null] as const)
          .filter(([label]) => label !== link)
          .map(([, cell]) => cell),
      );
  }
  return cells;
}

export interface Workbook {
  sheets: { name: string; rows: ReadCell[][]; formulas: number }[];
  pictures: string[];
}

/** Typed cells of a workbook, read from its XML: numbers as numbers, dates (style with a date format) as text. */
export async function readWorkbook(file: Buffer): Promise<Workbook> {
  const zip = openZip(file, LOCAL_FILE_LIMITS);
  const text = async (name: string) => {
    const chunks: Buffer[] = [];
    for await (const chunk of zip.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    trimValues: false,
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => ['row', 'c', 'si', 'sheet', 'xf', 'numFmt'].includes(name),
  });
  const styles = parser.parse(await text('xl/styles.xml')).styleSheet;
  const formats = new Map<string, string>(
    (styles.numFmts?.numFmt ?? []).map((entry: Xml) => [entry['@numFmtId'], entry['@formatCode']]),
  );
  const isDate = styles.cellXfs.xf.map((xf: Xml) =>
    /y+.*d+/.test(formats.get(xf['@numFmtId']!) ?? ''),
  );
  const shared: string[] = zip.has('xl/sharedStrings.xml')
    ? (parser.parse(await text('xl/sharedStrings.xml')).sst.si ?? []).map((item: { t: unknown }) =>
        textOf(item.t),
      )
    : [];
  const names = parser.parse(await text('xl/workbook.xml')).workbook.sheets.sheet as Xml[];
  const sheets = [];
  for (const [index, { '@name': name = '' }] of names.entries()) {
    const xml = await text(`xl/worksheets/sheet${index + 1}.xml`);
    const rows = (parser.parse(xml).worksheet.sheetData.row ?? []) as { c?: XmlCell[] }[];
    sheets.push({
      name,
      rows: rows.map((row) => (row.c ?? []).map((cell) => readXlsxCell(cell, shared, isDate))),
      formulas: (xml.match(/<f[ >]/g) ?? []).length,
    });
  }
  const pictures = names.flatMap((_, index) =>
    [1, 2, 3].map((number) => `xl/media/sheet${index + 1}-image${number}.png`),
  );
  return { sheets, pictures: pictures.filter((picture) => zip.has(picture)) };
}

type Xml = Record<string, string>;
interface XmlCell {
  '@t'?: string;
  '@s'?: string;
  v?: unknown;
  is?: { t: unknown };
}

function readXlsxCell(cell: XmlCell, shared: string[], isDate: boolean[]): ReadCell {
  if (cell['@t'] === 'inlineStr') return textOf(cell.is?.t) || null;
  if (cell.v === undefined) return null;
  const value = textOf(cell.v);
  if (cell['@t'] === 's') return readShownText(shared[Number(value)] ?? '');
  if (!isDate[Number(cell['@s'] ?? 0)]) return Number(value);
  return new Date(Math.round((Number(value) - 25_569) * 86_400_000))
    .toISOString()
    .slice(0, 16)
    .replace('T', ' ');
}

function textOf(node: unknown): string {
  if (node !== null && typeof node === 'object')
    return String((node as { '#text'?: unknown })['#text'] ?? '');
  return node === undefined ? '' : String(node);
}

function readShownText(text: string): ReadCell {
  return text === NO_VALUE || text === '' ? null : text;
}
