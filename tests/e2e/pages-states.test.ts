import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '#shared/node/render/html.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { layoutReport } from '#shared/report/layout-report.ts';
import { aReportData } from '../builders/report-data.ts';
import { chromium } from '../support/requirements.ts';
import {
  type Answer,
  accuracy,
  backtest,
  blockedAuthors,
  answer,
  channels,
  deliveries,
  feeds,
  imports,
  incident,
  incidents,
  learnt,
  list,
  problem,
  reports,
  rescores,
  rule,
  schedules,
  silences,
  sources,
} from './pages-fixtures.ts';
import { type TestApp, startEmptyApp } from './support/app.ts';
import {
  findAccessibilityFaults,
  launchBrowser,
  type Look,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

const build = { hash: (text: string) => String(text.length) };
const report = buildReport(aReportData(), {
  ...build,
  version: 2,
  earlier: buildReport(aReportData({}), build),
});

const DATA: Readonly<Record<string, Answer>> = {
  '/incidents': { body: list(incidents) },
  '/incidents/inc-1': { body: incident },
  '/rules': { body: list([rule]) },
  '/rules/backtest': { body: backtest },
  '/deliveries': { body: list(deliveries) },
  '/channels': { body: list(channels) },
  '/silences': { body: list(silences) },
  '/reports': { body: list(reports) },
  '/report-schedules': { body: list(schedules) },
  '/accuracy': { body: accuracy },
  '/topics/deepseek/model': { body: learnt },
  '/rescores': { body: list(rescores) },
  '/imports': { body: list(imports) },
  '/feeds': { body: list(feeds) },
  '/sources': { body: list(sources) },
  '/blocked-authors': { body: list(blockedAuthors) },
};

/** Pages in states that take a server hours to reach, or that it should never reach. */
describe.skipIf(chromium === undefined)('states of the pages', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    const running = process.env['WEIMAI_E2E_URL'];
    app =
      running === undefined
        ? await startEmptyApp()
        : { url: running, server: null, stop: async () => undefined };
    browser = await launchBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Opens a page over these answers and gives it time to draw. */
  const open = async (
    path: string,
    answers: Readonly<Record<string, Answer>>,
    look: Partial<Look> = {},
  ) => {
    const seen = await visit(browser, `${app.url}/favicon.svg`, look);
    await answer(seen.page, answers);
    // Only the page itself is judged, not the stop on the way that set the language.
    seen.complaints.length = 0;
    await seen.page.goto(app.url + path);
    await seen.page.locator('h1').waitFor();
    return seen;
  };

  const LOOKS: readonly (Partial<Look> & { name: string })[] = [
    { name: 'zh-light' },
    { name: 'en-dark-phone', language: 'en', theme: 'dark', width: 390, height: 844 },
  ];
  const PAGES: readonly [name: string, path: string, wait: string][] = [
    ['alerts', '/alerts', '.alerts-banner'],
    ['incidents', '/alerts/incidents', '.alerts-lanes'],
    ['incident', '/alerts/incidents/inc-1', '.alerts-chart'],
    ['silences', '/alerts/silences', 'tbody tr'],
    ['channels', '/alerts/channels', '.alerts-channel'],
    ['reports', '/reports', 'tbody tr'],
    ['schedules', '/reports/schedules', 'tbody tr'],
    ['topic-quality', '/topics/deepseek', '.topics-confusion'],
    ['recounts', '/topics', '.topics-recount'],
    ['imports', '/sources/import', '.sources-examples'],
    ['sources-blocked', '/sources', '.panel-flush tbody tr'],
    ['feeds-failing', '/sources/feeds', 'tbody tr'],
  ];
  for (const look of LOOKS) {
    it(`are accessible and fit with hostile names (${look.name})`, async () => {
      for (const [name, path, wait] of PAGES) {
        const { page, complaints, close } = await open(path, DATA, look);
        await page.locator(wait).first().waitFor();
        expect(await findAccessibilityFaults(page), path).toEqual([]);
        expect(await overflow(page), path).toBeLessThanOrEqual(0);
        expect(await page.locator('img[src="x"]').count(), 'post text became HTML').toBe(0);
        await snap(page, `${name}-${look.name}`);
        expect(complaints, path).toEqual([]);
        await close();
      }
    });
  }

  it('a topic says how right it is, what it learnt, and that its history is recounted', async () => {
    const { page, close } = await open('/topics/deepseek', DATA);
    const accuracyPanel = page.locator('section', { hasText: '判断准确度' });
    await accuracyPanel.getByText('81%').first().waitFor();
    expect(await accuracyPanel.textContent()).toContain('90% 区间 74% 至 87%');
    const model = page.locator('section', { hasText: '从改判中学习' });
    expect(await model.textContent()).toContain('+6.1 个百分点');
    expect(await model.getByText('使用中').count()).toBe(1);
    // Found again after any reload, and only this topic's.
    await page.reload();
    await page.locator('.topics-recount').waitFor();
    expect(await page.locator('.topics-recount').count()).toBe(1);
    expect(await page.locator('.topics-recount').textContent()).toContain('4,000 / 12,000');
    await close();
  });

  it('learning is told with its outcome, also when nothing was gained or it failed', async () => {
    const collecting = {
      ...learnt,
      model: null,
      reason: 'never-learnt',
      learntAt: null,
      before: null,
      after: null,
    };
    const { page, close } = await open('/topics/deepseek', {
      ...DATA,
      '/topics/deepseek/model': { body: { ...collecting, labelsNow: 12 } },
    });
    const model = page.locator('section', { hasText: '从改判中学习' });
    await model.getByText('再核对 48 帖').waitFor();
    expect(await model.getByRole('button', { name: '从改判学习' }).isDisabled()).toBe(true);
    await close();

    const ready = await open('/topics/deepseek', {
      ...DATA,
      '/topics/deepseek/model': { body: collecting },
      'POST /topics/deepseek/learn': problem(500, 'server/internal'),
    });
    const button = ready.page.getByRole('button', { name: '从改判学习' });
    await button.click();
    await ready.page.getByText('req-test-1').waitFor();
    await ready.page.unrouteAll();
    await answer(ready.page, {
      'POST /topics/deepseek/learn': {
        body: { ...learnt, model: null, reason: 'no-sure-gain', gain: -0.016 },
      },
    });
    await button.click();
    await ready.page.getByText('提升不确定').waitFor();
    await ready.page.getByText('−1.6 个百分点').waitFor();
    await ready.close();
  });

  it('a refused form says why in the language of the page, beside the field', async () => {
    const refusal = {
      status: 400,
      body: {
        type: 'about:blank',
        title: 'x',
        status: 400,
        detail: 'x',
        code: 'request/invalid',
        requestId: 'req-test-1',
        errors: [
          { field: '/name', message: 'Too big: expected string to have <=120 characters' },
          { field: '/topics', message: 'is unknown' },
        ],
      },
    };
    for (const [language, near, rest] of [
      ['zh', '最多 120 个字符', '不存在'],
      ['en', 'must have 120 characters at most', 'is unknown'],
    ] as const) {
      const { page, close } = await open(
        '/reports/schedules',
        { 'GET /report-schedules': { body: list([]) }, 'POST /report-schedules': refusal },
        { language },
      );
      await page.locator('.empty-action button').click();
      await page.locator('dialog input').first().fill('x');
      await page.keyboard.press('Enter');
      await page.locator('dialog .field-error').first().waitFor();
      expect(await page.locator('dialog .field .field-error').first().textContent()).toContain(
        near,
      );
      // The field without a control of its own is told as well.
      expect(await page.locator('dialog .field-error').last().textContent()).toContain(rest);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await close();
    }
  });

  it('an incident of a rule that is gone is shown without its chart', async () => {
    const { page, complaints, close } = await open('/alerts/incidents/inc-1', {
      ...DATA,
      '/rules': { body: list([]) },
    });
    await page.locator('.alerts-events').waitFor();
    expect(await page.locator('.alerts-chart').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('a report is shown in a frame without scripts, with every format to download', async () => {
    for (const look of LOOKS) {
      const { page, close } = await visit(browser, `${app.url}/favicon.svg`, look);
      await page.route('**/api/v1/reports/2025-01-27**', (route) => {
        const html = new URL(route.request().url()).searchParams.get('format') === 'html';
        return route.fulfill({
          contentType: html ? 'text/html; charset=utf-8' : 'application/json',
          body: html ? renderHtml(layoutReport(report, { lang: 'zh' })) : JSON.stringify(report),
        });
      });
      await page.goto(`${app.url}/reports/2025-01-27`);
      const frame = page.locator('iframe.reports-frame');
      await frame.waitFor();
      expect(await frame.getAttribute('sandbox')).not.toContain('allow-scripts');
      expect(await frame.getAttribute('sandbox')).not.toContain('allow-same-origin');
      expect(await page.locator('.reports-downloads a[download]').count()).toBe(6);
      expect(
        (await findAccessibilityFaults(page)).filter((fault) =>
          fault.targets.every((target) => !target.startsWith('iframe')),
        ),
      ).toEqual([]);
      await snap(page, `report-${look.name}`);
      await close();
    }
  });

  it('two days stand side by side, figure by figure', async () => {
    const other = { ...report, kpis: report.kpis.map((kpi) => ({ ...kpi, value: 1 })) };
    const { page, close } = await open('/reports/compare?a=2025-01-26&b=2025-01-27', {
      '/reports/2025-01-26': { body: other },
      '/reports/2025-01-27': { body: report },
    });
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(8);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await snap(page, 'compare');
    await close();
  });

  it('a failed answer says what failed and gives the request id; the rest of the page stays', async () => {
    for (const path of ['/rules', '/channels', '/sources', '/feeds', '/imports', '/system']) {
      const where =
        {
          '/rules': '/alerts/rules',
          '/channels': '/alerts/channels',
          '/sources': '/sources',
          '/feeds': '/sources/feeds',
          '/imports': '/sources/import',
          '/system': '/system',
        }[path] ?? path;
      const { page, close } = await open(where, { [path]: problem(500, 'server/internal') });
      await page.locator('.error-state').first().waitFor();
      expect(await page.locator('.error-state').first().textContent()).toContain('req-test-1');
      expect(await page.locator('nav').count()).toBeGreaterThan(0);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await close();
    }
  });

  it('every empty list says what it is for and what to do next', async () => {
    const empty = { body: list([]) };
    const cases: readonly [path: string, answers: Record<string, Answer>][] = [
      ['/topics', { '/topics': empty }],
      ['/sources', { '/sources': empty }],
      ['/sources/feeds', { '/feeds': empty }],
      ['/sources/keys', { '/tokens': empty }],
      ['/sources/dead-letter', { '/dead-letters': empty }],
      ['/alerts', { '/rules': empty, '/incidents': empty, '/channels': empty }],
      ['/alerts/rules', { '/rules': empty }],
      ['/alerts/silences', { '/silences': empty }],
      ['/alerts/channels', { '/channels': empty }],
      ['/reports', { '/reports': empty }],
      ['/reports/schedules', { '/report-schedules': empty }],
    ];
    for (const [path, answers] of cases) {
      const { page, close } = await open(path, answers);
      await page.locator('.empty-title').first().waitFor();
      expect(
        (await page.locator('.empty-title').first().textContent())?.length,
        path,
      ).toBeGreaterThan(3);
      await close();
    }
  });

  it('viewers see, but are offered nothing that would be refused', async () => {
    const meta = await (await fetch(`${app.url}/api/v1/meta`)).json();
    const viewer = {
      ...(meta as object),
      empty: false,
      auth: { required: true, setup: false, user: { name: 'guest', role: 'viewer' } },
    };
    for (const [path, forbidden] of [
      ['/alerts/channels', 'button:has-text("添加渠道")'],
      ['/sources/import', '.sources-drop'],
      ['/reports/schedules', 'button:has-text("新建定时")'],
      ['/topics', 'a:has-text("新建专题")'],
    ] as const) {
      const { page, close } = await open(path, { ...DATA, '/meta': { body: viewer } });
      await page.waitForTimeout(600);
      expect(await page.locator(forbidden).count(), path).toBe(0);
      await close();
    }
  });
});
