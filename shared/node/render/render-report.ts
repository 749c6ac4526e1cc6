import type { ReportLang } from '#shared/report/format.ts';
import { layoutReport } from '#shared/report/layout-report.ts';
import type { Report } from '#shared/report/report.ts';
import { renderCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPdf } from './pdf.ts';
import type { RenderedReport, ReportFormat } from './formats.ts';
import { renderXlsx } from './xlsx.ts';

export interface RenderOptions {
  format: ReportFormat;
  lang: ReportLang;
  /** Address of a post in this installation. */
  linkTo?: (postRef: string) => string;
}

const CONTENT_TYPES: Record<ReportFormat, string> = {
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
};

/** One face of a report. All faces but JSON are drawn from the same laid-out document. */
export async function renderReport(
  report: Report,
  options: RenderOptions,
): Promise<RenderedReport> {
  return {
    contentType: CONTENT_TYPES[options.format],
    body: await bodyOf(report, options),
    fileName: reportFileName(report, options.format),
  };
}

async function bodyOf(report: Report, options: RenderOptions): Promise<Buffer> {
  if (options.format === 'json') return Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
  const document = layoutReport(report, options);
  switch (options.format) {
    case 'html':
      return Buffer.from(renderHtml(document));
    case 'pdf':
      return renderPdf(document);
    case 'xlsx':
      return renderXlsx(document);
    case 'csv':
      return Buffer.from(renderCsv(document));
    case 'md':
      return Buffer.from(renderMarkdown(document));
  }
}

/** `weimai-2025-01-27-deepseek-v2.pdf` */
export function reportFileName(report: Report, format: ReportFormat): string {
  const { day, lastDay, topics, version } = report.cover;
  const name = topics.length === 1 ? topics[0]!.id : `${topics.length}-topics`;
  const period = day === lastDay ? day : `${day}-to-${lastDay}`;
  const revision = version > 1 ? `-v${version}` : '';
  return `weimai-${period}-${name.replace(/[^a-z0-9_-]/gi, '')}${revision}.${format}`;
}
