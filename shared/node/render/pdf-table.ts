import type { Cell, ReportDocument, Table } from '#shared/report/document.ts';
import { formatCell, numericColumns } from '#shared/report/document.ts';
import { type TextStyle, textWidth, wrapText } from './pdf-text.ts';
import { limitLines } from './text-flow.ts';

export const CELL_PADDING = 4;
/** Lines of one cell; a post's text is cut long before (cleanText). */
const MOST_LINES = 14;
/** Longer words (addresses) may break. */
const LONGEST_WORD = 62;

export interface TableLayout {
  style: TextStyle;
  headStyle: TextStyle;
  lineHeight: number;
  widths: number[];
  numeric: boolean[];
  head: string[][];
  rows: LaidCell[][];
}

export interface LaidCell {
  lines: string[];
  href: string | null;
}

/** Fits a table into `width` points: numbers never break, words share what is left, the type shrinks if it must. */
export function layoutTable(table: Table, document: ReportDocument, width: number): TableLayout {
  for (let size = 8.5; ; size -= 0.5) {
    const style: TextStyle = { size };
    const headStyle: TextStyle = { size: size - 0.5, bold: true, color: '#59636e' };
    const widths = columnWidths(table, document, { width, style, headStyle });
    if (widths === null && size > 6) continue;
    return fillTable(table, document, {
      style,
      headStyle,
      widths: widths ?? table.columns.map(() => width / table.columns.length),
    });
  }
}

function columnWidths(
  table: Table,
  document: ReportDocument,
  { width, style, headStyle }: { width: number; style: TextStyle; headStyle: TextStyle },
): number[] | null {
  const weights = table.columns.reduce((sum, column) => sum + column.weight, 0);
  const columns = table.columns.map((column, index) => {
    const cells = table.rows.map((row) => cellWidth(row[index], document, style));
    const natural = Math.max(longestWord(column.label, headStyle), ...cells) + 2 * CELL_PADDING;
    const fair = (width * column.weight) / weights;
    const stiff = table.rows.every((row) => isStiff(row[index]));
    const numbers = table.rows.map((row) =>
      isStiff(row[index]) ? cellWidth(row[index], document, style) : 0,
    );
    const piece = longestPiece(table, index, { style, headStyle });
    const least = Math.min(natural, Math.max(piece, ...numbers) + 2 * CELL_PADDING);
    return { natural, fair, stiff, least, weight: column.weight };
  });
  const sum = (pick: (column: (typeof columns)[number]) => number) =>
    columns.reduce((total, column) => total + pick(column), 0);
  const softNeed = sum((column) => (column.stiff ? 0 : Math.min(column.natural, column.fair)));
  const wished = sum((column) => (column.stiff ? Math.max(column.natural, column.fair) : 0));
  const least = sum((column) => (column.stiff ? column.natural : 0));
  // Numbers spread to their fair share of the page, and draw together as far as words need the room.
  const give =
    wished === least ? 0 : Math.max(0, Math.min(1, (width - softNeed - least) / (wished - least)));
  const rigid = columns.map((column) =>
    column.stiff
      ? column.natural + give * (Math.max(column.natural, column.fair) - column.natural)
      : 0,
  );
  const left = width - rigid.reduce((total, part) => total + part, 0);
  if (left < sum((column) => (column.stiff ? 0 : column.least)) - 0.001) return null;
  if (columns.every((column) => column.stiff))
    return rigid.map((part) => part + left / table.columns.length);
  return shareRoom(columns, rigid, left);
}

interface ColumnWish {
  /** Width at which nothing wraps. */
  natural: number;
  /** Width at which no word breaks. */
  least: number;
  stiff: boolean;
  weight: number;
}

/** Text columns by weight; none below its longest word, none beyond its content while another one wraps. */
function shareRoom(columns: ColumnWish[], rigid: number[], left: number): number[] {
  const widths = [...rigid];
  let room = left;
  let open = columns.flatMap((column, index) => (column.stiff ? [] : [index]));
  while (open.length > 0) {
    const weights = open.reduce((sum, index) => sum + columns[index]!.weight, 0);
    const fair = (index: number) => (room * columns[index]!.weight) / weights;
    const narrow = open.filter((index) => fair(index) < columns[index]!.least);
    const done =
      narrow.length > 0 ? narrow : open.filter((index) => fair(index) >= columns[index]!.natural);
    if (done.length === 0 || (narrow.length === 0 && done.length === open.length)) {
      for (const index of open) widths[index] = fair(index);
      return widths;
    }
    const taken = done.map((index) =>
      narrow.length > 0 ? columns[index]!.least : columns[index]!.natural,
    );
    done.forEach((index, at) => (widths[index] = taken[at]!));
    room -= taken.reduce((sum, width) => sum + width, 0);
    open = open.filter((index) => !done.includes(index));
  }
  return widths;
}

function fillTable(
  table: Table,
  document: ReportDocument,
  { style, headStyle, widths }: { style: TextStyle; headStyle: TextStyle; widths: number[] },
): TableLayout {
  const inner = (index: number) => widths[index]! - 2 * CELL_PADDING;
  return {
    style,
    headStyle,
    lineHeight: style.size * 1.45,
    widths,
    numeric: numericColumns(table),
    head: table.columns.map((column, index) => wrapText(column.label, inner(index), headStyle)),
    rows: table.rows.map((row) =>
      row.map((cell, index) => ({
        lines: limitLines(
          // Rounding may leave a stiff cell a hair too narrow: numbers are never broken.
          isStiff(cell)
            ? [formatCell(cell, document.lang, document.zone)]
            : wrapText(formatCell(cell, document.lang, document.zone), inner(index), style),
          MOST_LINES,
        ),
        href: cell.type === 'text' ? (cell.href ?? null) : null,
      })),
    ),
  };
}

/** Numbers and times stay in one line. */
function isStiff(cell: Cell | undefined): boolean {
  return cell !== undefined && cell.type !== 'text';
}

function cellWidth(cell: Cell | undefined, document: ReportDocument, style: TextStyle): number {
  return cell ? textWidth(formatCell(cell, document.lang, document.zone), style) : 0;
}

/** A heading may wrap at spaces and brackets, and Chinese within more than six characters. */
function longestWord(label: string, style: TextStyle): number {
  const words = label
    .split(/ |(?=[（(])/u)
    .flatMap((word) => (word.length > 6 && word > '\u2e80' ? [word.slice(0, 4)] : [word]));
  return Math.max(0, ...words.map((word) => textWidth(word, style)));
}

/** Widest piece of a text column that should not break: a Latin word, or a few hanzi. */
function longestPiece(
  table: Table,
  index: number,
  styles: { style: TextStyle; headStyle: TextStyle },
): number {
  const label = table.columns[index]?.label ?? '';
  let widest = longestWord(label, styles.headStyle);
  for (const row of table.rows) {
    const cell = row[index];
    if (cell?.type !== 'text') continue;
    for (const word of cell.value.match(/[A-Za-z0-9.,:/_-]+|\p{Script=Han}{1,3}/gu) ?? [])
      widest = Math.max(widest, textWidth(word, styles.style));
  }
  return Math.min(widest, LONGEST_WORD);
}
