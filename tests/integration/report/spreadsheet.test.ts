import { soffice } from '../../support/requirements.ts';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BOM, csvRow, csvText } from '#shared/node/render/csv.ts';
import { renderReport } from '#shared/node/render/render-report.ts';
import { xlsxStream } from '#shared/node/render/xlsx-stream.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { aReportData } from '../../builders/report-data.ts';
import { dataFolder } from '../../support/requirements.ts';

/** A real spreadsheet judges (reliability.md M20): LibreOffice opens our files and says which cells are formulas. */
const office = soffice;
const folder = mkdtempSync(path.join(os.tmpdir(), 'weimai-office-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1,2)',
  '=WEBSERVICE("http://127.0.0.1/")',
  '=HYPERLINK("http://127.0.0.1/","x")',
  "=cmd|'/c calc'!A1",
  ' =1+1',
  '\t=1+1',
  '＝1+1',
  '"=1+1"',
  "'=1+1",
  '{=1+1}',
  '=1+1,=2+2',
  'a\r\n=1+1',
  ...(dataFolder
    ? (JSON.parse(
        readFileSync(path.join(dataFolder, 'hostile/naughty-strings.json'), 'utf8'),
      ) as string[])
    : []),
];

/** The file as flat XML of LibreOffice, where a formula is an attribute of its cell. */
function open(name: string, body: Buffer | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, body);
  const filter = name.endsWith('.csv') ? ['--infilter=CSV:44,34,76,1,,0,false,true,false'] : [];
  const { status, stderr } = spawnSync(
    office!,
    [
      `-env:UserInstallation=file://${folder}/profile`,
      '--headless',
      ...filter,
      '--convert-to',
      'fods',
      '--outdir',
      folder,
      file,
    ],
    { timeout: 120_000 },
  );
  if (status !== 0) throw new Error(stderr.toString());
  return readFileSync(path.join(folder, `${path.parse(name).name}.fods`), 'utf8');
}

const formulas = (fods: string) =>
  [...fods.matchAll(/table:formula="([^"]*)"/g)].map(([, formula]) => formula);

describe.skipIf(!office)('LibreOffice finds no formula', () => {
  test('in raw CSV it would: the check can fail', () => {
    expect(formulas(open('raw.csv', `${BOM}=1+1\r\n+1+1\r\n`)).length).toBeGreaterThan(0);
  });
  test('in guarded CSV fields', () => {
    expect(
      formulas(
        open(
          'guarded.csv',
          BOM + HOSTILE.map((text, index) => csvRow([String(index), csvText(text)])).join(''),
        ),
      ),
    ).toEqual([]);
  });
  test('in streamed XLSX cells, and every text is there', async () => {
    async function* rows() {
      for (const text of HOSTILE) yield [text, 1];
    }
    const chunks: Buffer[] = [];
    for await (const chunk of xlsxStream('posts', ['text', 'n'], rows())) chunks.push(chunk);
    const fods = open('stream.xlsx', Buffer.concat(chunks));
    expect(formulas(fods)).toEqual([]);
    expect(fods).toContain('=HYPERLINK(&quot;http://127.0.0.1/&quot;');
  });
  test.each(['csv', 'xlsx'] as const)('in the report as %s', async (format) => {
    const report = buildReport(aReportData(), {
      hash: (text) => createHash('sha256').update(text).digest('hex'),
    });
    const { body } = await renderReport(report, { format, lang: 'zh' });
    const fods = open(`report-${format}.${format}`, body);
    expect(formulas(fods)).toEqual([]);
    expect(fods).toContain('核心指标');
  });
});
