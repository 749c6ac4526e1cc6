import { type Cell, type ReportDocument, type Table, kpiTable } from '#shared/report/document.ts';
import { round } from '#shared/report/format.ts';
import { textsOf } from '#shared/report/texts.ts';
import { formatCell } from '#shared/report/document.ts';

/** Excel in China reads a CSV as GBK unless this stands first. */
export const BOM = '\ufeff';
const CRLF = '\r\n';

/** Signs with which a spreadsheet starts a formula, full-width ones included (ASVS 1.2.10). */
const FORMULA = /^[\s\u00a0\u3000]*[=+\-@＝＋－＠]|^[\t\r\n\0]/;

/**
 * A text as a CSV field: a quote sign in front of what could become a formula (`=1+1` → `'=1+1`), quotes around what
 * holds a separator. For numbers use {@link csvNumber}: a negative one is no formula.
 */
export function csvText(text: string): string {
  const plain = text.replaceAll('\0', '');
  const guarded = FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",;\r\n\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export function csvNumber(value: number | null): string {
  return value === null ? '' : String(value);
}

/** One row with its line end. */
export function csvRow(fields: string[]): string {
  return fields.join(',') + CRLF;
}

/** All tables of the report under each other, each below the number and title of its section. */
export function renderCsv(document: ReportDocument): string {
  const t = textsOf(document.lang);
  const out = [BOM, csvRow([csvText(document.title)]), csvRow([csvText(document.subtitle)])];
  for (const section of document.sections) {
    out.push(CRLF, csvRow([String(section.number), csvText(section.title)]));
    for (const block of section.blocks) {
      if (block.kind === 'text') out.push(csvRow([csvText(block.text)]));
      if (block.kind === 'heading') out.push(CRLF, csvRow([csvText(block.text)]));
      if (block.kind === 'list') out.push(...block.items.map((item) => csvRow([csvText(item)])));
      if (block.kind === 'kpis') out.push(csvTable(kpiTable(block.items, t.kpi), document));
      if (block.kind === 'table') out.push(csvTable(block, document));
    }
  }
  out.push(CRLF, csvRow([csvText(document.footer)]));
  return out.join('');
}

function csvTable(table: Table, document: ReportDocument): string {
  if (table.rows.length === 0) return csvRow([csvText(table.empty)]);
  const { columns, rows } = withLinkColumns(table, document.lang === 'zh' ? '链接' : 'Link');
  return [
    csvRow(columns.map((column) => csvText(column.label))),
    ...rows.map((row) => csvRow(row.map((cell) => csvCell(cell, document)))),
  ].join('');
}

/** Numbers with a plain point and sign and no separators; shares as percent, which Excel reads as a number too. */
function csvCell(cell: Cell, document: ReportDocument): string {
  if (cell.type === 'text') return csvText(cell.value);
  if (cell.value === null) return '';
  switch (cell.type) {
    case 'count':
      return String(cell.value);
    case 'decimal':
      return round(cell.value, cell.digits).toFixed(cell.digits);
    case 'share':
      return `${round(cell.value * 100, 1).toFixed(1)}%`;
    case 'points':
      return round(cell.value * 100, 1).toFixed(1);
    case 'time':
      return formatCell(cell, document.lang, document.zone);
  }
}

/** A table whose links stand in columns of their own, for faces whose cells cannot be clicked. */
export function withLinkColumns(table: Table, label: string): Table {
  const linked = table.columns.map((_, index) =>
    table.rows.some((row) => row[index]?.type === 'text' && row[index].href !== undefined),
  );
  const widen = <T>(items: T[], extra: (item: T) => T): T[] =>
    items.flatMap((item, index) => (linked[index] ? [item, extra(item)] : [item]));
  return {
    ...table,
    columns: widen(table.columns, () => ({ label, weight: 3 })),
    rows: table.rows.map((row) =>
      widen(row, (cell) => ({
        type: 'text',
        value: cell.type === 'text' ? (cell.href ?? '') : '',
      })),
    ),
  };
}
