import type { Cell, ReportDocument, Table } from '#shared/report/document.ts';
import { formatCell, isNumeric } from '#shared/report/document.ts';
import { type TextStyle, textWidth, wrapText } from './pdf-text.ts';
import { limitLines } from './text-flow.ts';

export const CELL_PADDING = 4;
/** Lines of one cell; a post's text is cut long before (cleanText). */
const MOST_LINES = 14;
const NARROWEST_TEXT = 38;

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
  numeric: boolean;
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
  const isRigid = table.columns.map((_, index) => table.rows.some((row) => isStiff(row[index])));
  const natural = table.columns.map((column, index) => {
    const cells = table.rows.map((row) => cellWidth(row[index], document, style));
    return Math.max(longestWord(column.label, headStyle), ...cells) + 2 * CELL_PADDING;
  });
  const rigid = natural.map((wish, index) => (isRigid[index] ? wish : 0));
  const left = width - rigid.reduce((sum, part) => sum + part, 0);
  const soft = table.columns.map((column, index) => (isRigid[index] ? 0 : column.weight));
  const weights = soft.reduce((sum, weight) => sum + weight, 0);
  const softColumns = soft.filter((weight) => weight > 0).length;
  if (left < softColumns * NARROWEST_TEXT) return null;
  if (weights === 0) {
    // Only numbers: spread the spare room evenly.
    return rigid.map((part) => part + left / table.columns.length);
  }
  return shareRoom({ left, soft, natural, rigid });
}

/** Text columns by weight, but none wider than its content while another one starves. */
function shareRoom({
  left,
  soft,
  natural,
  rigid,
}: {
  left: number;
  soft: number[];
  natural: number[];
  rigid: number[];
}): number[] {
  const widths = [...rigid];
  let open = soft.flatMap((weight, index) => (weight > 0 ? [index] : []));
  let room = left;
  for (;;) {
    const weights = open.reduce((sum, index) => sum + soft[index]!, 0);
    const content = open.filter((index) => natural[index]! <= (room * soft[index]!) / weights);
    if (content.length === 0 || content.length === open.length) {
      for (const index of open) widths[index] = (room * soft[index]!) / weights;
      return widths;
    }
    for (const index of content) {
      widths[index] = Math.max(natural[index]!, NARROWEST_TEXT);
      room -= widths[index]!;
    }
    open = open.filter((index) => !content.includes(index));
  }
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
    numeric: table.columns.map((_, index) => table.rows.some((row) => isNumeric(row[index]))),
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
        numeric: isNumeric(cell),
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

/** A heading may wrap, though not inside a Latin word; Chinese keeps at least three characters together. */
function longestWord(label: string, style: TextStyle): number {
  const words = label
    .split(' ')
    .flatMap((word) => (/^[\u2e80-\uffff（）]+$/u.test(word) ? [word.slice(0, 3)] : [word]));
  return Math.max(0, ...words.map((word) => textWidth(word, style)));
}
