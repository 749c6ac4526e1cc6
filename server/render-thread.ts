import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '#shared/node/root.ts';
import type { RenderedReport, ReportFormat } from '#shared/node/render/formats.ts';
import type { ReportLang } from '#shared/report/format.ts';
import type { Report } from '#shared/report/report.ts';

const LIMIT_MS = 60_000;

/** Draws a report in a thread; rejects after a minute. */
export function renderInThread(
  report: Report,
  options: { format: ReportFormat; lang: ReportLang },
  base: string,
): Promise<RenderedReport> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(path.join(projectRoot(), 'dist/node/render.mjs'), {
      workerData: { report, options, base },
    });
    const timer = setTimeout(() => {
      void thread.terminate();
      reject(new Error('drawing the report took longer than a minute'));
    }, LIMIT_MS);
    thread.once('message', (rendered: RenderedReport) => {
      clearTimeout(timer);
      resolve({ ...rendered, body: Buffer.from(rendered.body) });
    });
    thread.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
