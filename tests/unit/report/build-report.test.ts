import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildReport } from '#shared/report/build-report.ts';
import { reportSchema } from '#shared/report/report.ts';
import { aReportData, anEmptyReportData } from '../../builders/report-data.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

test('the same facts give the same report to the last character', () => {
  const once = JSON.stringify(buildReport(aReportData(), { hash }));
  expect(JSON.stringify(buildReport(aReportData(), { hash }))).toBe(once);
});

test('prints', () => {
  const report = buildReport(aReportData(), { hash });
  reportSchema.parse(report);
  console.log(
    report.cover.summary,
    buildReport(anEmptyReportData(), { hash }).cover.summary,
    report.kpis,
    report.spikes.map((s) => s.explanation),
    report.alerts.outlook,
  );
});
