import { type ZipEntry, zipStream } from './zip-stream.ts';

/** A date on the report's clock: epoch ms already shifted by the zone. */
export interface WallDate {
  wallMs: number;
}
export type XlsxValue = string | number | boolean | null | WallDate;

/** Rows of one sheet, its header included. */
export const SHEET_ROWS = 1_048_576;
const LONGEST_TEXT = 32_767;
/** Days from 1899-12-30, where Excel's calendar begins, to 1970-01-01. */
const EPOCH_DAYS = 25_569;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/**
 * A workbook written as its rows arrive, for exports of any length. Post text is an inline string: no spreadsheet
 * reads a formula out of it. Beyond a sheet's 1,048,576 rows the next sheet goes on, with the header repeated.
 */
export function xlsxStream(
  sheet: string,
  header: string[],
  rows: AsyncIterable<XlsxValue[]>,
  rowsPerSheet: number = SHEET_ROWS,
): AsyncGenerator<Buffer> {
  return zipStream(workbook(sheet, header, rows, rowsPerSheet));
}

async function* workbook(
  sheet: string,
  header: string[],
  rows: AsyncIterable<XlsxValue[]>,
  rowsPerSheet: number,
): AsyncGenerator<ZipEntry> {
  const reader = rows[Symbol.asyncIterator]();
  const state: Cursor = { reader, next: await reader.next() };
  const names: string[] = [];
  do {
    names.push(names.length === 0 ? sheet : `${sheet} ${names.length + 1}`);
    yield {
      name: `xl/worksheets/sheet${names.length}.xml`,
      data: sheetXml(header, state, rowsPerSheet),
    };
  } while (!state.next.done);
  yield { name: '[Content_Types].xml', data: [contentTypes(names.length)] };
  yield { name: '_rels/.rels', data: [packageRelations()] };
  yield { name: 'xl/workbook.xml', data: [workbookXml(names)] };
  yield { name: 'xl/_rels/workbook.xml.rels', data: [workbookRelations(names.length)] };
  yield { name: 'xl/styles.xml', data: [stylesXml()] };
}

interface Cursor {
  reader: AsyncIterator<XlsxValue[]>;
  next: IteratorResult<XlsxValue[]>;
}

async function* sheetXml(
  header: string[],
  state: Cursor,
  rowsPerSheet: number,
): AsyncGenerator<string> {
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
  yield rowXml(header, STYLE.head);
  let block: string[] = [];
  for (let row = 1; row < rowsPerSheet && !state.next.done; row++) {
    block.push(rowXml(state.next.value, 0));
    if (block.length === 200) {
      yield block.join('');
      block = [];
    }
    state.next = await state.reader.next();
  }
  yield `${block.join('')}</sheetData></worksheet>`;
}

function rowXml(values: XlsxValue[], style: number): string {
  return `<row>${values.map((value) => cellXml(value, style)).join('')}</row>`;
}

/** Cells without an address follow one another; an empty one keeps its place. */
function cellXml(value: XlsxValue, style: number): string {
  const styled = style === 0 ? '' : ` s="${style}"`;
  if (value === null || value === '') return `<c${styled}/>`;
  if (typeof value === 'string') {
    const text = xmlText(
      value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 1)}…` : value,
    );
    return `<c${styled} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
  }
  if (typeof value === 'number')
    return Number.isFinite(value) ? `<c${styled}><v>${value}</v></c>` : `<c${styled}/>`;
  if (typeof value === 'boolean') return `<c${styled} t="b"><v>${value ? 1 : 0}</v></c>`;
  return `<c s="${STYLE.date}"><v>${value.wallMs / 86_400_000 + EPOCH_DAYS}</v></c>`;
}

/** What XML 1.0 cannot hold: control characters but tab and line ends, lone surrogates, two non-characters. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

function xmlText(text: string): string {
  return (
    text
      .replace(FORBIDDEN, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // _x000D_ is Excel's own escape: without this, a post that says so would become a line break.
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
  );
}

const STYLE = { head: 1, date: 2 } as const;

function stylesXml(): string {
  return `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="10"/><name val="Microsoft YaHei"/></font><font><b/><sz val="10"/><name val="Microsoft YaHei"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`;
}

function contentTypes(sheets: number): string {
  const type = (part: string, kind: string) =>
    `<Override PartName="/xl/${part}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type('workbook', 'sheet.main')}${type('styles', 'styles')}${numbers(
    sheets,
  )
    .map((n) => type(`worksheets/sheet${n}`, 'worksheet'))
    .join('')}</Types>`;
}

function packageRelations(): string {
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
}

function workbookXml(names: string[]): string {
  const sheets = names.map(
    (name, index) =>
      `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets.join('')}</sheets></workbook>`;
}

function workbookRelations(sheets: number): string {
  const relation = (id: number, kind: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${numbers(sheets)
    .map((n) => relation(n, 'worksheet', `worksheets/sheet${n}.xml`))
    .join('')}${relation(sheets + 1, 'styles', 'styles.xml')}</Relationships>`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
