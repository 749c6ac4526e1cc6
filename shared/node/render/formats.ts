/** Faces of a report. Apart from the renderers: naming them must not load canvas and fonts (60 MB) into the server. */
export const REPORT_FORMATS = ['html', 'pdf', 'xlsx', 'csv', 'json', 'md'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface RenderedReport {
  contentType: string;
  body: Buffer;
  /** ASCII, safe in a Content-Disposition header and on every disk. */
  fileName: string;
}
