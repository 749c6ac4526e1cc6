import {
  type Block,
  type Cell,
  type ReportDocument,
  type Table,
  formatCell,
  kpiTable,
  numericColumns,
} from '#shared/report/document.ts';
import { textsOf } from '#shared/report/texts.ts';

/** The report as Markdown (GitHub tables). Post text is escaped: no markup of its own, no HTML, no mention. */
export function renderMarkdown(document: ReportDocument): string {
  const parts = [`# ${escapeMarkdown(document.title)}`, escapeMarkdown(document.subtitle)];
  for (const section of document.sections) {
    parts.push(`## ${section.number} ${escapeMarkdown(section.title)}`);
    for (const block of section.blocks) {
      const rendered = renderBlock(block, document);
      if (rendered !== '') parts.push(rendered);
    }
  }
  parts.push('---', escapeMarkdown(document.footer));
  return `${parts.join('\n\n')}\n`;
}

export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#|~!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/\b(https?|ftp):/g, '$1\\:');
}

function renderBlock(block: Block, document: ReportDocument): string {
  switch (block.kind) {
    case 'text':
      return block.tone === 'warning'
        ? `> **${escapeMarkdown(block.text)}**`
        : escapeMarkdown(block.text);
    case 'heading':
      return `### ${escapeMarkdown(block.text)}`;
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'kpis':
      return renderTable(kpiTable(block.items, textsOf(document.lang).kpi), document);
    case 'table':
      return renderTable(block, document);
    case 'chart':
      // The table below holds the chart's numbers.
      return '';
  }
}

function renderTable(table: Table, document: ReportDocument): string {
  if (table.rows.length === 0) return `*${escapeMarkdown(table.empty)}*`;
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(table.columns.map((column) => escapeMarkdown(column.label))),
    row(numericColumns(table).map((right) => (right ? '---:' : '---'))),
    ...table.rows.map((cells) => row(cells.map((cell) => renderCell(cell, document)))),
  ].join('\n');
}

function renderCell(cell: Cell, document: ReportDocument): string {
  const shown = escapeMarkdown(formatCell(cell, document.lang, document.zone));
  if (cell.type !== 'text' || cell.href === undefined) return shown;
  return `[${shown}](<${cell.href.replace(/[<>|]/g, encodeURIComponent)}>)`;
}
