import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildReport } from '#shared/report/build-report.ts';
import { reportMessage } from '#shared/report/digest.ts';
import { aReportData, anEmptyReportData } from '../../builders/report-data.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const options = {
  lang: 'zh',
  url: 'https://mood.example.org/reports/2025-01-27',
  key: 's1:2025-01-27:c1',
} as const;

test('a digest tells summary, key figures, strongest spikes and what to watch, and links the whole', () => {
  const report = buildReport(aReportData(), { hash });
  const message = reportMessage(report, options);
  expect(message).toMatchObject({
    key: 's1:2025-01-27:c1',
    kind: 'report',
    url: options.url,
    severity: 'warning',
  });
  expect(message.lines[0]).toBe(report.cover.summary.zh);
  expect(message.lines).toContain('提及 27,937 (较前一日 +61.3%)');
  expect(message.lines.filter((line) => line.startsWith('下期关注'))).toHaveLength(3);
});

test('a run caught up says so, and an empty day stays one line', () => {
  const message = reportMessage(buildReport(anEmptyReportData(), { hash }), {
    ...options,
    late: true,
  });
  expect(message.title).toContain('（补发）');
  expect(message.lines[0]).toContain('0 条提及');
  expect(message.lines.join()).not.toContain('情绪指数');
});
