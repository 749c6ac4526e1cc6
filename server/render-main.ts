import { parentPort, workerData } from 'node:worker_threads';
import { renderReport, type RenderOptions } from '#shared/node/render/render-report.ts';
import type { Report } from '#shared/report/report.ts';

/** A thread of its own for drawing a report: PDF and charts take a second of CPU that HTTP and sockets must not wait for. */
const { report, options, base } = workerData as {
  report: Report;
  options: Omit<RenderOptions, 'linkTo'>;
  base: string;
};
parentPort?.postMessage(
  await renderReport(report, {
    ...options,
    linkTo: (ref) => `${base}/posts?open=${encodeURIComponent(ref)}`,
  }),
);
