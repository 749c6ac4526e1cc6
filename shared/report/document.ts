import type { ChartConfig } from './charts.ts';
import {
  NO_VALUE,
  type ReportLang,
  formatClock,
  formatCount,
  formatDateTime,
  formatDecimal,
  formatPoints,
  formatShare,
} from './format.ts';

/**
 * A report laid out in one language, for any face: HTML, PDF, XLSX, CSV and Markdown walk over the same blocks and
 * print the same cells. Numbers stay numbers until a face writes them.
 */
export interface ReportDocument {
  lang: ReportLang;
  zone: string;
  title: string;
  subtitle: string;
  sections: ReportSection[];
  /** Printed small on every page: query hash, version, data as of. */
  footer: string;
  demo: boolean;
}

export interface ReportSection {
  id: string;
  /** 1-12. */
  number: number;
  title: string;
  blocks: Block[];
}

export type Block =
  | { kind: 'text'; tone: 'lead' | 'body' | 'note' | 'warning'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'kpis'; items: KpiItem[] }
  | Table
  | { kind: 'chart'; title: string; alt: string; height: number; config: ChartConfig }
  | { kind: 'list'; items: string[] };

export interface KpiItem {
  label: string;
  value: Cell;
  /** `90% 区间 … 至 …`; empty for a count. */
  interval: string;
  changes: { label: string; value: Cell }[];
}

export interface Table {
  kind: 'table';
  columns: Column[];
  rows: Cell[][];
  /** Printed in place of a table without rows. */
  empty: string;
}

export interface Column {
  label: string;
  /** Share of the width, relative to the other columns. */
  weight: number;
}

export type Cell =
  | { type: 'text'; value: string; href?: string; tone?: 'positive' | 'neutral' | 'negative' }
  | { type: 'count'; value: number | null }
  | { type: 'decimal'; value: number | null; digits: number; signed: boolean }
  | { type: 'share'; value: number | null; signed: boolean }
  /** Difference of two shares, shown in percentage points. */
  | { type: 'points'; value: number | null }
  | { type: 'time'; value: number | null; style: 'minute' | 'clock' };

export const text = (value: string): Cell => ({ type: 'text', value });
export const link = (value: string, href: string | null): Cell =>
  href === null ? text(value) : { type: 'text', value, href };
export const count = (value: number | null): Cell => ({ type: 'count', value });
export const decimal = (value: number | null, digits: number): Cell => ({
  type: 'decimal',
  value,
  digits,
  signed: false,
});
export const signed = (value: number | null, digits: number): Cell => ({
  type: 'decimal',
  value,
  digits,
  signed: true,
});
export const share = (value: number | null): Cell => ({ type: 'share', value, signed: false });
export const change = (value: number | null): Cell => ({ type: 'share', value, signed: true });
export const points = (value: number | null): Cell => ({ type: 'points', value });
export const minute = (value: number | null): Cell => ({ type: 'time', value, style: 'minute' });

/** A cell as a person reads it: the one place where a report's number becomes text. */
export function formatCell(cell: Cell, lang: ReportLang, zone: string): string {
  if (cell.type === 'text') return cell.value;
  if (cell.value === null) return NO_VALUE;
  switch (cell.type) {
    case 'count':
      return formatCount(cell.value);
    case 'decimal':
      return formatDecimal(cell.value, cell.digits, cell.signed);
    case 'share':
      return formatShare(cell.value, cell.signed);
    case 'points':
      return formatPoints(cell.value, lang);
    case 'time':
      return cell.style === 'clock'
        ? formatClock(cell.value, zone)
        : formatDateTime(cell.value, zone);
  }
}

/** Columns that hold nothing but numbers stand right; words, and words mixed with numbers, left. */
export function numericColumns(table: Table): boolean[] {
  return table.columns.map((_, index) => table.rows.every((row) => isNumeric(row[index])));
}

function isNumeric(cell: Cell | undefined): boolean {
  return cell !== undefined && cell.type !== 'text' && cell.type !== 'time';
}

/** KPIs as a table, for the faces that have no tiles. */
export function kpiTable(
  items: KpiItem[],
  labels: { name: string; value: string; interval: string },
): Table {
  const changes = items[0]?.changes.map((entry) => entry.label) ?? [];
  return {
    kind: 'table',
    empty: '',
    columns: [
      { label: labels.name, weight: 3 },
      { label: labels.value, weight: 2 },
      { label: labels.interval, weight: 3 },
      ...changes.map((label) => ({ label, weight: 2 })),
    ],
    rows: items.map((item) => [
      text(item.label),
      item.value,
      text(item.interval),
      ...item.changes.map((entry) => entry.value),
    ]),
  };
}
