import { createHash } from 'node:crypto';
import { buildReport } from '../../report/build-report.ts';
import type { ReportQuery, ReportSource } from '../../report/report-data.ts';
import type { Report } from '../../report/report.ts';
import type { ReportsStore } from './reports.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Loads the facts, builds the next version of the report and stores it. */
export async function makeReport(
  deps: { source: ReportSource; reports: ReportsStore },
  query: ReportQuery,
  scheduleId?: string,
): Promise<Report> {
  const data = await deps.source.load(query);
  return deps.reports.save(
    query,
    (earlier) =>
      buildReport(data, { hash: sha256, version: (earlier?.cover.version ?? 0) + 1, earlier }),
    scheduleId,
  );
}
