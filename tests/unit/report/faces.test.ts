import { pdftotext } from '../../support/requirements.ts';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderReport } from '#shared/node/render/render-report.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { type ReportLang, REPORT_LANGS } from '#shared/report/format.ts';
import { layoutReport } from '#shared/report/layout-report.ts';
import { type Report, reportSchema } from '#shared/report/report.ts';
import { aReportData, anEmptyReportData } from '../../builders/report-data.ts';
import {
  cellsOf,
  parseCsv,
  readGrid,
  readHtml,
  readMarkdown,
  readShown,
  readWorkbook,
  shownNumbers,
} from './read-faces.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const full = buildReport(aReportData(), { hash });
const empty = buildReport(anEmptyReportData(), { hash });
const hasPdfTools = pdftotext !== undefined;

async function face(
  report: Report,
  format: 'html' | 'pdf' | 'xlsx' | 'csv' | 'json' | 'md',
  lang: ReportLang,
): Promise<Buffer> {
  return (await renderReport(report, { format, lang })).body;
}

function pdfText(pdf: Buffer): string {
  return spawnSync('pdftotext', ['-layout', '-enc', 'UTF-8', '-', '-'], {
    input: pdf,
    maxBuffer: 1e8,
  }).stdout.toString('utf8');
}

/** CSV guards texts that look like formulas with an apostrophe; the reader takes it off again. */
const unguard = (field: string) => readShown(field.replace(/^'(?=[\s]*[=+\-@＝＋－＠])/, ''));

describe.each(REPORT_LANGS)('every face of a report in %s shows the same numbers', (lang) => {
  const document = layoutReport(full, { lang });
  const cells = cellsOf(document);

  test('there is something to compare', () => {
    expect(cells.filter((cell) => typeof cell === 'number').length).toBeGreaterThan(300);
  });
  test('HTML', async () => {
    expect(readHtml((await face(full, 'html', lang)).toString())).toEqual(cells);
  });
  test('Markdown', async () => {
    expect(readMarkdown((await face(full, 'md', lang)).toString())).toEqual(cells);
  });
  test('CSV', async () => {
    const grid = parseCsv((await face(full, 'csv', lang)).toString()).map((row) =>
      row.map(unguard),
    );
    expect(readGrid(grid, document)).toEqual(cells);
  });
  test('XLSX, in typed cells', async () => {
    const { sheets, pictures } = await readWorkbook(await face(full, 'xlsx', lang));
    expect(sheets).toHaveLength(12);
    expect(pictures.length).toBe(3);
    const grid = sheets.flatMap((sheet) => sheet.rows);
    expect(readGrid(grid, document)).toEqual(cells);
    expect(sheets.reduce((sum, sheet) => sum + sheet.formulas, 0)).toBe(0);
  });
  test('JSON: laid out again, it is the same document', async () => {
    const parsed = reportSchema.parse(JSON.parse((await face(full, 'json', lang)).toString()));
    expect(parsed).toEqual(full);
    expect(cellsOf(layoutReport(parsed, { lang }))).toEqual(cells);
  });
  test.skipIf(!hasPdfTools)('PDF, as pdftotext reads it', async () => {
    const found = countTokens(pdfText(await face(full, 'pdf', lang)));
    const wanted = countTokens(shownNumbers(document).join('\n'));
    const missing = [...wanted].filter(([token, times]) => (found.get(token) ?? 0) < times);
    expect(missing).toEqual([]);
  });
});

function countTokens(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [token] of text.matchAll(/[+−]?\d[\d,]*(?:\.\d+)?%?/g))
    counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

describe('the PDF', () => {
  test.skipIf(!hasPdfTools)(
    'holds Chinese, emoji and Latin as text that can be searched',
    async () => {
      const text = pdfText(await face(full, 'pdf', 'zh')).replace(/\s+/g, '');
      for (const words of [
        '摘要',
        '核心指标',
        '大事记',
        '重点预警与下期关注',
        '渠道表现',
        '热度TOP3',
        '服务器繁忙',
        '🚀',
        '😂',
        'DeepSeek',
        '27,937',
      ])
        expect(text).toContain(words);
    },
  );
  test.skipIf(!hasPdfTools)(
    'begins no line with closing punctuation and numbers its pages',
    async () => {
      const text = pdfText(await face(full, 'pdf', 'zh'));
      expect(text.split('\n').filter((line) => /^\s*[，。、；：？！）」』”]/.test(line))).toEqual(
        [],
      );
      const [, pages] = /第 1 页，共 (\d+) 页/.exec(text) ?? [];
      expect(Number(pages)).toBeGreaterThan(3);
      expect(text).toContain(`第 ${pages} 页，共 ${pages} 页`);
    },
  );
  test.skipIf(!hasPdfTools)('keeps words with ligatures, and digits after letters', async () => {
    const text = pdfText(await face(full, 'pdf', 'en'));
    for (const words of ['Key figures', 'zhihu 2025-01-27 03:10–03:40', '90% interval'])
      expect(text).toContain(words);
  });
  test('is the same in every run but for its time of making', async () => {
    const strip = (pdf: Buffer) =>
      pdf.toString('latin1').replace(/\/(CreationDate|ModDate) \([^)]*\)/g, '').length;
    expect(strip(await face(full, 'pdf', 'en'))).toBe(strip(await face(full, 'pdf', 'en')));
  });
});

describe('hostile posts', () => {
  test('stay text in HTML: no tag, script or address of theirs', async () => {
    const html = (await face(full, 'html', 'zh')).toString();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toMatch(/<script|<img|onerror=(?!alert\(1\)&gt;)|javascript:/i);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).not.toMatch(/\u202e|(?![\n])\p{Cc}/u);
  });
  test('need nothing from outside: no address but those of posts', async () => {
    const html = (await face(full, 'html', 'zh')).toString();
    expect(html).not.toMatch(/(src|href)="(?!https:\/\/weibo\.com\/|#)/);
  });
  test('become no formula in CSV', async () => {
    const fields = parseCsv((await face(full, 'csv', 'zh')).toString()).flat();
    const live = fields.filter(
      (field) => /^\s*[=+\-@＝＋－＠]/.test(field) && !/^-?\d+(\.\d+)?%?$/.test(field),
    );
    expect(live).toEqual([]);
    expect(fields.some((field) => field.startsWith("'=cmd|"))).toBe(true);
  });
  test('open no markup in Markdown', async () => {
    const markdown = (await face(full, 'md', 'zh')).toString();
    expect(markdown).not.toMatch(/<script|<img/);
    for (const row of markdown.split('\n').filter((line) => line.startsWith('|')))
      expect(row.endsWith(' |')).toBe(true);
  });
});

describe('a day without a post', () => {
  test.each(REPORT_LANGS)(
    'is reported in every format in %s, and never as zero mood',
    async (lang) => {
      for (const format of ['html', 'pdf', 'xlsx', 'csv', 'json', 'md'] as const)
        expect((await face(empty, format, lang)).length).toBeGreaterThan(1_000);
      expect(empty.kpis.find((kpi) => kpi.key === 'mood')?.value).toBeNull();
      expect(readHtml((await face(empty, 'html', lang)).toString())).toEqual(
        cellsOf(layoutReport(empty, { lang })),
      );
    },
  );
});

test('files are named for day, topics, version and format', async () => {
  const second = buildReport(aReportData({}, undefined), { hash, version: 2, earlier: full });
  expect((await renderReport(second, { format: 'md', lang: 'en' })).fileName).toBe(
    'weimai-2025-01-27-4-topics-v2.md',
  );
});
