import { PDFDocument, type SKRSContext2D } from '@napi-rs/canvas';
import {
  type Block,
  type KpiItem,
  type ReportDocument,
  type Table,
  formatCell,
} from '#shared/report/document.ts';
import { fill, textsOf } from '#shared/report/texts.ts';
import { drawChart } from './chart-picture.ts';
import { registerFonts } from './fonts.ts';
import { CELL_PADDING, type TableLayout, layoutTable } from './pdf-table.ts';
import { type TextStyle, drawLine, textWidth, wrapText } from './pdf-text.ts';

/** A4 in points. */
const PAGE = { width: 595, height: 842 };
const MARGIN = { left: 48, right: 48, top: 60, bottom: 56 };
const WIDTH = PAGE.width - MARGIN.left - MARGIN.right;
const BOTTOM = PAGE.height - MARGIN.bottom;
/** Charts are designed for the screen's 860 px; on paper their 11 px type becomes 7.6 pt. */
const CHART_SCALE = 0.69;

const INK = '#1f2328';
const MUTED = '#59636e';
const ACCENT = '#005fb8';
const WARNING = '#c84c00';
const RULE = '#d5dae0';

type Draw = (context: SKRSContext2D) => void;

/** Pages under construction: what is drawn where, painted once the number of pages is known. */
interface Flow {
  pages: Draw[][];
  /** Next free y on the last page. */
  y: number;
}

/** The report as PDF/A4: embedded fonts, text that can be searched and copied, charts as vectors, links that work. */
export function renderPdf(document: ReportDocument): Buffer {
  registerFonts();
  const flow: Flow = { pages: [[]], y: MARGIN.top - 14 };
  addTitle(flow, document);
  for (const section of document.sections) {
    // A section's title never stands alone at the foot of a page.
    ensureRoom(flow, 46 + leastHeight(section.blocks[0]));
    addSectionTitle(flow, section.number, section.title);
    section.blocks.forEach((block, index) =>
      addBlock(flow, block, document, section.blocks[index + 1]),
    );
  }
  return paint(flow, document);
}

function paint(flow: Flow, document: ReportDocument): Buffer {
  const t = textsOf(document.lang);
  const pdf = new PDFDocument({
    title: `${document.title} ${document.subtitle}`,
    author: 'Weimai 微脉',
    subject: document.footer,
    creator: 'Weimai',
  });
  flow.pages.forEach((draws, index) => {
    // Its declared type lacks members that the object has (1.0.11).
    const context = pdf.beginPage(PAGE.width, PAGE.height) as SKRSContext2D;
    for (const draw of draws) draw(context);
    addFrame(context, document, index, fill(t.page, String(index + 1), String(flow.pages.length)));
    pdf.endPage();
  });
  return pdf.close();
}

/** Running head from the second page on, foot on every page. */
function addFrame(
  context: SKRSContext2D,
  document: ReportDocument,
  index: number,
  page: string,
): void {
  const small: TextStyle = { size: 7.5, color: MUTED };
  if (index > 0) {
    drawLine(context, document.title, { x: MARGIN.left, y: 36 }, small);
    drawRight(context, document.subtitle, PAGE.width - MARGIN.right, 36, small);
    drawRule(context, 43, RULE, 0.5);
  }
  drawRule(context, PAGE.height - 42, RULE, 0.5);
  drawLine(context, document.footer, { x: MARGIN.left, y: PAGE.height - 29 }, small);
  drawRight(context, page, PAGE.width - MARGIN.right, PAGE.height - 29, small);
}

function addTitle(flow: Flow, document: ReportDocument): void {
  const title: TextStyle = { size: 22, bold: true };
  const brand: TextStyle = { size: 9.5, bold: true, color: ACCENT };
  const subtitle: TextStyle = { size: 12, color: MUTED };
  put(flow, (context) =>
    drawLine(context, '微脉 Weimai', { x: MARGIN.left, y: MARGIN.top - 6 }, brand),
  );
  flow.y = MARGIN.top + 6;
  addLines(flow, wrapText(document.title, WIDTH, title), title, 1.3);
  flow.y += 4;
  addLines(flow, wrapText(document.subtitle, WIDTH, subtitle), subtitle, 1.4);
  flow.y += 6;
}

/** Height without which a block cannot begin. */
function leastHeight(block: Block | undefined): number {
  if (block?.kind === 'chart') return chartHeight(block) + 26;
  return block?.kind === 'kpis' ? 110 : 64;
}

function addSectionTitle(flow: Flow, number: number, title: string): void {
  const style: TextStyle = { size: 13, bold: true };
  flow.y += 16;
  const { y } = flow;
  put(flow, (context) => {
    drawLine(context, String(number), { x: MARGIN.left, y: y + 12 }, { ...style, color: ACCENT });
    drawLine(context, title, { x: MARGIN.left + (number > 9 ? 22 : 15), y: y + 12 }, style);
    drawRule(context, y + 18, INK, 1);
  });
  flow.y += 26;
}

function addBlock(
  flow: Flow,
  block: Block,
  document: ReportDocument,
  next: Block | undefined,
): void {
  switch (block.kind) {
    case 'text':
      return addText(flow, block);
    case 'heading':
      return addHeading(flow, block.text, next);
    case 'list':
      return addList(flow, block.items);
    case 'kpis':
      return addKpis(flow, block.items, document);
    case 'table':
      return addTable(flow, block, document);
    case 'chart':
      return addChart(flow, block);
  }
}

function addText(flow: Flow, { tone, text }: Extract<Block, { kind: 'text' }>): void {
  if (tone === 'lead' || tone === 'warning') return addBox(flow, tone, text);
  const style: TextStyle = tone === 'note' ? { size: 7.5, color: MUTED } : { size: 9.5 };
  addLines(flow, wrapText(text, WIDTH, style), style, 1.5);
  flow.y += 4;
}

/** Shaded paragraph with a bar at its left: the summary, or a warning. */
function addBox(flow: Flow, tone: 'lead' | 'warning', text: string): void {
  const style: TextStyle = { size: tone === 'lead' ? 10.5 : 9 };
  const lines = wrapText(text, WIDTH - 26, style);
  const height = lines.length * style.size * 1.6 + 12;
  ensureRoom(flow, height + 6);
  const { y } = flow;
  const [bar, ground] = tone === 'lead' ? [ACCENT, '#f3f7fc'] : [WARNING, '#fdf4ee'];
  put(flow, (context) => {
    context.fillStyle = ground;
    context.fillRect(MARGIN.left, y, WIDTH, height);
    context.fillStyle = bar;
    context.fillRect(MARGIN.left, y, 3, height);
    lines.forEach((line, index) =>
      drawLine(
        context,
        line,
        { x: MARGIN.left + 14, y: y + 5 + (index + 0.78) * style.size * 1.6 },
        style,
      ),
    );
  });
  flow.y += height + 6;
}

function addHeading(flow: Flow, text: string, next: Block | undefined): void {
  const style: TextStyle = { size: 10, bold: true };
  ensureRoom(flow, 22 + leastHeight(next));
  flow.y += 6;
  addLines(flow, wrapText(text, WIDTH, style), style, 1.5);
  flow.y += 1;
}

function addList(flow: Flow, items: string[]): void {
  const style: TextStyle = { size: 9 };
  for (const item of items) {
    const lines = wrapText(item, WIDTH - 12, style);
    ensureRoom(flow, lines.length * style.size * 1.5);
    const y = flow.y;
    put(flow, (context) => {
      context.fillStyle = ACCENT;
      context.beginPath();
      context.arc(MARGIN.left + 3, y + style.size * 0.78, 1.5, 0, 2 * Math.PI);
      context.fill();
    });
    addLines(flow, lines, style, 1.5, 12);
    flow.y += 2;
  }
  flow.y += 4;
}

function addKpis(flow: Flow, items: KpiItem[], document: ReportDocument): void {
  const gap = 6;
  const width = (WIDTH - gap * (items.length - 1)) / items.length;
  const label: TextStyle = { size: 7.5, color: MUTED };
  const labels = items.map((item) => wrapText(item.label, width - 14, label));
  const labelLines = Math.max(...labels.map((lines) => lines.length));
  const height = 76 + labelLines * 11;
  ensureRoom(flow, height + 8);
  const { y } = flow;
  put(flow, (context) => {
    items.forEach((item, index) => {
      const x = MARGIN.left + index * (width + gap);
      context.strokeStyle = RULE;
      context.lineWidth = 0.75;
      context.beginPath();
      context.roundRect(x, y, width, height, 4);
      context.stroke();
      (labels[index] ?? []).forEach((line, row) =>
        drawLine(context, line, { x: x + 7, y: y + 13 + row * 11 }, label),
      );
      let at = y + 13 + labelLines * 11;
      const value = formatCell(item.value, document.lang, document.zone);
      drawLine(
        context,
        value,
        { x: x + 7, y: at + 10 },
        fitted(value, width - 14, { size: 16, bold: true }),
      );
      if (item.interval !== '')
        drawLine(
          context,
          item.interval,
          { x: x + 7, y: at + 22 },
          fitted(item.interval, width - 14, { size: 7, color: MUTED }),
        );
      at += 34;
      for (const entry of item.changes) {
        const change = formatCell(entry.value, document.lang, document.zone);
        const changeStyle: TextStyle = { size: 7.5, bold: true };
        const room = width - 16 - textWidth(change, changeStyle);
        drawLine(
          context,
          entry.label,
          { x: x + 7, y: at },
          fitted(entry.label, room, { size: 7, color: MUTED }),
        );
        drawRight(context, change, x + width - 7, at, changeStyle);
        at += 12;
      }
    });
  });
  flow.y += height + 8;
}

/** The style at a size that lets the text fit; never larger. */
function fitted(text: string, width: number, style: TextStyle): TextStyle {
  const natural = textWidth(text, style);
  return natural <= width
    ? style
    : { ...style, size: Math.max(4.5, (style.size * width) / natural) };
}

function addTable(flow: Flow, table: Table, document: ReportDocument): void {
  if (table.rows.length === 0)
    return addText(flow, { kind: 'text', tone: 'note', text: table.empty });
  const layout = layoutTable(table, document, WIDTH);
  const headHeight = Math.max(...layout.head.map((lines) => lines.length)) * layout.lineHeight + 5;
  const rowHeight = (index: number) =>
    Math.max(...layout.rows[index]!.map((cell) => cell.lines.length)) * layout.lineHeight + 5;
  ensureRoom(flow, headHeight + rowHeight(0));
  addTableHead(flow, layout, headHeight);
  layout.rows.forEach((_, index) => {
    const height = rowHeight(index);
    if (flow.y + height > BOTTOM) {
      newPage(flow);
      addTableHead(flow, layout, headHeight);
    }
    addTableRow(flow, layout, index, height);
  });
  flow.y += 8;
}

function addTableHead(flow: Flow, layout: TableLayout, height: number): void {
  const { y } = flow;
  const lowest = y + height - 5;
  put(flow, (context) => {
    let x = MARGIN.left;
    layout.head.forEach((lines, index) => {
      const width = layout.widths[index]!;
      lines.forEach((line, row) => {
        // Headings stand on the line above the first row, however many lines they take.
        const baseline = lowest - (lines.length - row - 0.78) * layout.lineHeight;
        if (layout.numeric[index])
          drawRight(context, line, x + width - CELL_PADDING, baseline, layout.headStyle);
        else drawLine(context, line, { x: x + CELL_PADDING, y: baseline }, layout.headStyle);
      });
      x += width;
    });
    drawRule(context, y + height, '#8b949e', 0.75);
  });
  flow.y += height;
}

function addTableRow(flow: Flow, layout: TableLayout, index: number, height: number): void {
  const { y } = flow;
  put(flow, (context) => {
    let x = MARGIN.left;
    layout.rows[index]!.forEach((cell, column) => {
      const width = layout.widths[column]!;
      const style = cell.href === null ? layout.style : { ...layout.style, color: ACCENT };
      cell.lines.forEach((line, row) => {
        const baseline = y + 2.5 + (row + 0.78) * layout.lineHeight;
        if (layout.numeric[column])
          drawRight(context, line, x + width - CELL_PADDING, baseline, style);
        else drawLine(context, line, { x: x + CELL_PADDING, y: baseline }, style);
      });
      if (cell.href !== null) context.annotateLinkUrl(x, y, x + width, y + height, cell.href);
      x += width;
    });
    drawRule(context, y + height, '#e4e7eb', 0.5);
  });
  flow.y += height;
}

function addChart(flow: Flow, block: Extract<Block, { kind: 'chart' }>): void {
  const title: TextStyle = { size: 9, bold: true };
  const height = chartHeight(block);
  ensureRoom(flow, height + 26);
  addLines(flow, [block.title], title, 1.5);
  const { y } = flow;
  put(flow, (context) =>
    drawChart(context, block.config, {
      x: MARGIN.left,
      y,
      width: WIDTH / CHART_SCALE,
      height: height / CHART_SCALE,
      scale: CHART_SCALE,
    }),
  );
  flow.y += height + 10;
}

function chartHeight(block: Extract<Block, { kind: 'chart' }>): number {
  return block.height * CHART_SCALE * 0.9;
}

/** Lines of running text; a page may end between any two. */
function addLines(
  flow: Flow,
  lines: string[],
  style: TextStyle,
  leading: number,
  indent: number = 0,
): void {
  const height = style.size * leading;
  for (const line of lines) {
    ensureRoom(flow, height);
    const at = { x: MARGIN.left + indent, y: flow.y + style.size * (0.5 * leading + 0.36) };
    put(flow, (context) => drawLine(context, line, at, style));
    flow.y += height;
  }
}

function ensureRoom(flow: Flow, height: number): void {
  if (flow.y + height > BOTTOM) newPage(flow);
}

function newPage(flow: Flow): void {
  flow.pages.push([]);
  flow.y = MARGIN.top;
}

function put(flow: Flow, draw: Draw): void {
  flow.pages.at(-1)!.push(draw);
}

function drawRight(
  context: SKRSContext2D,
  text: string,
  right: number,
  y: number,
  style: TextStyle,
): void {
  drawLine(context, text, { x: right - textWidth(text, style), y }, style);
}

function drawRule(context: SKRSContext2D, y: number, color: string, thickness: number): void {
  context.fillStyle = color;
  context.fillRect(MARGIN.left, y, WIDTH, thickness);
}
