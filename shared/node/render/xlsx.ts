import writeExcelFile, { type CellObject, type Image, type SheetData } from 'write-excel-file/node';
import {
  type Block,
  type Cell,
  type ReportDocument,
  type ReportSection,
  type Table,
  kpiTable,
  numericColumns,
} from '#shared/report/document.ts';
import { round } from '#shared/report/format.ts';
import { textsOf } from '#shared/report/texts.ts';
import { offsetAt } from '#shared/report/zone.ts';
import { chartPng } from './chart-picture.ts';
import { withLinkColumns } from './csv.ts';

const CHART_WIDTH = 860;
/** Default row height of the sheets, CSS pixels; pictures reserve rows by it. */
const ROW_HEIGHT = 20;
/** Columns that running text spans, and the width of those without a table, in Latin characters. */
const PARAGRAPH_COLUMNS = 8;
const NARROW = 12;
/** Excel's longest cell text. */
const LONGEST_TEXT = 32_767;

/** A workbook with one sheet per section: numbers and dates are typed cells, post text is text and never a formula. */
export async function renderXlsx(document: ReportDocument): Promise<Buffer> {
  const sheets = document.sections.map((section) => buildSheet(section, document));
  return writeExcelFile(sheets, { fontFamily: 'Microsoft YaHei', fontSize: 10 }).toBuffer();
}

function buildSheet(section: ReportSection, document: ReportDocument) {
  const data: SheetData = [
    [
      {
        value: `${section.number} ${section.title}`,
        type: String,
        fontWeight: 'bold',
        fontSize: 14,
      },
    ],
    [{ value: `${document.title} · ${document.subtitle}`, type: String, textColor: '#59636e' }],
    [],
  ];
  const images: Image[] = [];
  const widths: number[] = [];
  const paragraphs: CellObject[] = [];
  for (const block of section.blocks)
    addBlock(block, { data, images, widths, paragraphs, document });
  const room = Array.from(
    { length: PARAGRAPH_COLUMNS },
    (_, index) => widths[index] ?? NARROW,
  ).reduce((sum, width) => sum + width, 0);
  for (const cell of paragraphs)
    cell.height = 15 * Math.ceil(visualLength(String(cell.value)) / (0.9 * room));
  data.push([], [{ value: document.footer, type: String, textColor: '#59636e' }]);
  return {
    sheet: sheetName(`${section.number} ${section.title}`),
    data,
    images,
    columns: Array.from({ length: Math.max(widths.length, PARAGRAPH_COLUMNS) }, (_, index) => ({
      width: widths[index] ?? NARROW,
    })),
    showGridLines: false,
    orientation: 'landscape' as const,
  };
}

interface SheetParts {
  data: SheetData;
  images: Image[];
  widths: number[];
  /** Running text; its height is known once the widths are. */
  paragraphs: CellObject[];
  document: ReportDocument;
}

function addBlock(block: Block, sheet: SheetParts): void {
  const { data, document } = sheet;
  switch (block.kind) {
    case 'text':
      addParagraph(sheet, block.text, block.tone === 'lead');
      data.push([]);
      return;
    case 'heading':
      data.push([], [{ value: block.text, type: String, fontWeight: 'bold', fontSize: 12 }]);
      return;
    case 'list':
      for (const item of block.items) addParagraph(sheet, `• ${item}`);
      data.push([]);
      return;
    case 'kpis':
      addTable(kpiTable(block.items, textsOf(document.lang).kpi), sheet);
      return;
    case 'table':
      addTable(withLinkColumns(block, document.lang === 'zh' ? '链接' : 'Link'), sheet);
      return;
    case 'chart':
      addChart(block, sheet);
  }
}

/** Running text over the first columns. */
function addParagraph(
  { data, paragraphs }: SheetParts,
  text: string,
  isLead: boolean = false,
): void {
  const cell = {
    value: text,
    type: String,
    wrap: true,
    alignVertical: 'top' as const,
    columnSpan: PARAGRAPH_COLUMNS,
    ...(isLead && { fontWeight: 'bold' as const }),
  };
  paragraphs.push(cell);
  data.push([cell, ...Array.from({ length: PARAGRAPH_COLUMNS - 1 }, () => null)]);
}

function addTable(table: Table, { data, widths, document }: SheetParts): void {
  if (table.rows.length === 0) {
    data.push([{ value: table.empty, type: String, textColor: '#59636e' }], []);
    return;
  }
  const numeric = numericColumns(table);
  data.push(
    table.columns.map((column, index) => ({
      value: column.label,
      type: String,
      fontWeight: 'bold',
      backgroundColor: '#eef2f6',
      bottomBorderStyle: 'thin',
      wrap: true,
      align: numeric[index] ? 'right' : 'left',
      ...(!numeric[index] && { indent: 1 }),
    })),
  );
  for (const row of table.rows)
    data.push(row.map((cell, index) => toCell(cell, document.zone, numeric[index] ?? false)));
  data.push([]);
  table.columns.forEach((column, index) => {
    const longest = Math.max(
      visualLength(column.label),
      ...table.rows.map((row) => cellLength(row[index])),
    );
    widths[index] = Math.max(widths[index] ?? 10, Math.min(60, longest + 2));
  });
}

function addChart(block: Extract<Block, { kind: 'chart' }>, { data, images }: SheetParts): void {
  data.push([{ value: block.title, type: String, fontWeight: 'bold' }]);
  const scale = 2;
  images.push({
    content: chartPng(block.config, { width: CHART_WIDTH, height: block.height }, scale),
    contentType: 'image/png',
    width: CHART_WIDTH * scale,
    height: block.height * scale,
    // Twice the pixels at twice the density: the size on the sheet stays CHART_WIDTH.
    dpi: 96 * scale,
    anchor: { row: data.length + 1, column: 1 },
    title: block.title,
    description: block.alt,
  });
  const rows = Math.ceil((block.height + 12) / ROW_HEIGHT);
  for (let index = 0; index < rows; index++)
    data.push([{ value: '', type: String, height: ROW_HEIGHT * 0.75 }]);
}

function toCell(cell: Cell, zone: string, right: boolean): CellObject | null {
  if (cell.type === 'text')
    return {
      value: cell.value.slice(0, LONGEST_TEXT),
      type: String,
      wrap: cell.value.length > 40,
      indent: 1,
      alignVertical: 'top',
    };
  if (cell.value === null) return null;
  const number = (value: number, format: string): CellObject => ({
    value,
    type: Number,
    format,
    align: right ? 'right' : 'left',
    alignVertical: 'top',
  });
  switch (cell.type) {
    case 'count':
      return number(cell.value, '#,##0');
    case 'decimal': {
      const plain = cell.digits === 0 ? '#,##0' : `#,##0.${'0'.repeat(cell.digits)}`;
      return number(
        round(cell.value, cell.digits),
        cell.signed ? `+${plain};-${plain};${plain}` : plain,
      );
    }
    case 'share':
      return number(cell.value, cell.signed ? '+0.0%;-0.0%;0.0%' : '0.0%');
    case 'points':
      return number(round(cell.value * 100, 1), '+0.0;-0.0;0.0');
    case 'time':
      return {
        // A sheet knows no zone: its clock is the report's.
        value: new Date(cell.value + offsetAt(cell.value, zone)),
        type: Date,
        format: cell.style === 'clock' ? 'hh:mm' : 'yyyy-mm-dd hh:mm',
        align: 'left',
        indent: 1,
        alignVertical: 'top',
      };
  }
}

function cellLength(cell: Cell | undefined): number {
  if (!cell) return 0;
  if (cell.type === 'text') return visualLength(cell.value);
  return cell.type === 'time' ? 16 : 9;
}

/** Width in Latin characters: a hanzi takes two. */
function visualLength(text: string): number {
  let length = 0;
  for (const sign of text) length += sign > '\u2e80' ? 2 : 1;
  return length;
}

/** Excel allows 31 characters and none of `[]:*?/\`. */
function sheetName(title: string): string {
  return title
    .replace(/[[\]:*?/\\：]/g, ' ')
    .slice(0, 31)
    .trim();
}
