import type { ReportLang } from '#shared/report/format.ts';
import { layoutReport } from '#shared/report/layout-report.ts';
import type { Report } from '#shared/report/report.ts';
import { chartPng } from './chart-picture.ts';
import { CHART_WIDTH, renderHtml } from './html.ts';
import { type ReportFormat, type RenderedReport } from './formats.ts';
import { renderReport } from './render-report.ts';

export interface MailAttachment {
  filename: string;
  content: Buffer;
  contentType: string;
  /** Set for pictures inside the body. */
  cid?: string;
}

/** A report as nodemailer takes it: `transport.sendMail({ to, ...mail })`. */
export interface ReportMail {
  subject: string;
  /** For programs that show no HTML: the summary, and where to read on. */
  text: string;
  html: string;
  attachments: MailAttachment[];
}

/**
 * The HTML report as the body of a mail, with the files asked for attached. Charts are attached pictures (`cid:`):
 * mail programs strip inline SVG and data addresses.
 */
export async function renderMail(
  report: Report,
  options: {
    lang: ReportLang;
    formats: ReportFormat[];
    linkTo?: (postRef: string) => string;
    readOn?: string;
  },
): Promise<ReportMail> {
  const document = layoutReport(report, options);
  const pictures: MailAttachment[] = [];
  const html = renderHtml(document, {
    chart: (block, index) => {
      const cid = `chart-${index}@weimai`;
      pictures.push({
        filename: `chart-${index + 1}.png`,
        content: chartPng(block.config, { width: CHART_WIDTH, height: block.height }),
        contentType: 'image/png',
        cid,
      });
      return `<img src="cid:${cid}" width="${CHART_WIDTH}" alt="">`;
    },
  });
  const files: RenderedReport[] = [];
  for (const format of new Set(options.formats))
    files.push(await renderReport(report, { ...options, format }));
  return {
    subject: `${document.title} · ${document.subtitle}`,
    text: [report.cover.summary[options.lang], options.readOn].filter(Boolean).join('\n\n'),
    html,
    attachments: [
      ...pictures,
      ...files.map(({ fileName, body, contentType }) => ({
        filename: fileName,
        content: body,
        contentType,
      })),
    ],
  };
}
