import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderMail } from '#shared/node/render/mail.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { aReportData } from '../../builders/report-data.ts';

const report = buildReport(aReportData(), {
  hash: (text) => createHash('sha256').update(text).digest('hex'),
});

test('a mail holds body, charts by content id and the files asked for, each once', async () => {
  const mail = await renderMail(report, {
    lang: 'zh',
    formats: ['pdf', 'xlsx', 'pdf'],
    readOn: 'https://mood.example.org/reports/2025-01-27',
  });
  expect(mail.subject).toContain('舆情日报');
  expect(mail.text).toContain('27,937');
  expect(mail.text).toContain('https://mood.example.org/reports/2025-01-27');
  const cids = [...mail.html.matchAll(/src="cid:([^"]+)"/g)].map(([, cid]) => cid);
  expect(mail.attachments.flatMap(({ cid }) => (cid === undefined ? [] : [cid]))).toEqual(cids);
  expect(cids).toHaveLength(3);
  expect(
    mail.attachments.filter(({ cid }) => cid === undefined).map(({ filename }) => filename),
  ).toEqual(['weimai-2025-01-27-4-topics.pdf', 'weimai-2025-01-27-4-topics.xlsx']);
  expect(mail.html).not.toContain('<svg');
});
