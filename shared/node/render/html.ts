import {
  type Block,
  type Cell,
  type KpiItem,
  type ReportDocument,
  type Table,
  formatCell,
  numericColumns,
} from '#shared/report/document.ts';
import { textsOf } from '#shared/report/texts.ts';
import { chartSvg } from './chart-picture.ts';
import { HTML_STYLE } from './html-style.ts';

export interface HtmlOptions {
  /** How a chart becomes markup; default: inline SVG. E-mail uses pictures attached by content id. */
  chart?: (block: Extract<Block, { kind: 'chart' }>, index: number) => string;
}

/** Width charts are drawn for; they scale with the page. */
export const CHART_WIDTH = 860;

/**
 * One file that needs nothing else: styles inside, charts inside, no script. It is what the app previews and what
 * the browser prints. The policy in its head keeps it so even if a post's text should ever slip through unescaped.
 */
export function renderHtml(document: ReportDocument, options: HtmlOptions = {}): string {
  const chart =
    options.chart ??
    ((block) => chartSvg(block.config, { width: CHART_WIDTH, height: block.height }, block.alt));
  let charts = 0;
  const renderBlock = (block: Block): string => {
    switch (block.kind) {
      case 'text':
        return `<p class="${block.tone}">${escapeHtml(block.text)}</p>`;
      case 'heading':
        return `<h3>${escapeHtml(block.text)}</h3>`;
      case 'list':
        return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
      case 'kpis':
        return renderKpis(block.items, document);
      case 'table':
        return renderTable(block, document);
      case 'chart':
        return `<figure><figcaption>${escapeHtml(block.title)}</figcaption>${chart(block, charts++)}</figure>`;
    }
  };
  const sections = document.sections.map(
    (section) =>
      `<section id="${section.id}"><h2><span>${section.number}</span> ${escapeHtml(section.title)}</h2>\n${section.blocks.map(renderBlock).join('\n')}\n</section>`,
  );
  const contents = document.sections
    .map((section) => `<a href="#${section.id}">${section.number} ${escapeHtml(section.title)}</a>`)
    .join('');
  const title = `${document.title} · ${document.subtitle}`;
  return `<!doctype html>
<html lang="${document.lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header><p class="brand">微脉 Weimai</p><h1>${escapeHtml(document.title)}</h1><p class="subtitle">${escapeHtml(document.subtitle)}</p></header>
<nav aria-label="${textsOf(document.lang).contents}">${contents}</nav>
<main>
${sections.join('\n')}
</main>
<footer>${escapeHtml(document.footer)}</footer>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function renderKpis(items: KpiItem[], document: ReportDocument): string {
  const tiles = items.map((item) => {
    const changes = item.changes
      .map(
        (entry) =>
          `<div><dt>${escapeHtml(entry.label)}</dt><dd>${renderCell(entry.value, document)}</dd></div>`,
      )
      .join('');
    const interval =
      item.interval === '' ? '' : `<p class="interval">${escapeHtml(item.interval)}</p>`;
    return `<div class="kpi"><p class="label">${escapeHtml(item.label)}</p><p class="value">${renderCell(item.value, document)}</p>${interval}<dl>${changes}</dl></div>`;
  });
  return `<div class="kpis">${tiles.join('')}</div>`;
}

function renderTable(table: Table, document: ReportDocument): string {
  if (table.rows.length === 0) return `<p class="none">${escapeHtml(table.empty)}</p>`;
  const numeric = numericColumns(table);
  const head = table.columns
    .map(
      (column, index) =>
        `<th scope="col"${numeric[index] ? ' class="n"' : ''}>${escapeHtml(column.label)}</th>`,
    )
    .join('');
  const rows = table.rows.map(
    (row) =>
      `<tr>${row.map((cell, index) => `<td${numeric[index] ? ' class="n"' : ''}>${renderCell(cell, document)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function renderCell(cell: Cell, document: ReportDocument): string {
  const shown = escapeHtml(formatCell(cell, document.lang, document.zone));
  if (cell.type !== 'text' || cell.href === undefined) return shown;
  return `<a href="${escapeHtml(cell.href)}" rel="noopener noreferrer nofollow" target="_blank">${shown}</a>`;
}
