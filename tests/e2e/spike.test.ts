import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { waitFor } from '../support/wait.ts';
import { answer, channels, deliveries, incident, list } from './pages-fixtures.ts';
import { type TestApp, startDemoApp } from './support/app.ts';
import {
  type Look,
  findAccessibilityFaults,
  findNamelessCanvases,
  launchBrowser,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

interface Spikes {
  items: { id: string; topic: string; measure: string; startsAt: string; endsAt: string | null }[];
}

/** From "something happened" to "these are the posts", as a reader would go. */
describe.skipIf(chromium === undefined)('the spike page', () => {
  let app: TestApp;
  let browser: Browser;
  let spike: Spikes['items'][number];
  beforeAll(async () => {
    [app, browser] = await Promise.all([startDemoApp(), launchBrowser()]);
    spike = await waitFor(
      'a spike of DeepSeek that is over',
      async () => {
        const answer = await fetch(`${app.url}/api/v1/spikes?topics=deepseek`);
        // One that is over: while it lasts, posts still come in between two questions.
        return ((await answer.json()) as Spikes).items.find((found) => found.endsAt !== null);
      },
      150_000,
    );
  }, 360_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each<[string, Partial<Look>]>([
    ['zh-light-desktop', {}],
    ['en-dark-phone', { language: 'en', theme: 'dark', width: 390, height: 844 }],
    ['zh-dark-narrow', { theme: 'dark', width: 360, height: 740 }],
    ['en-light-wide', { language: 'en', width: 1920, height: 1080 }],
  ])('explains itself without a fault in %s', async (name, look) => {
    const { page, complaints, close } = await visit(
      browser,
      `${app.url}/spikes/${encodeURIComponent(spike.id)}`,
      look,
    );
    await page.locator('.spike-why').waitFor();
    await page.locator('.live-canvas canvas').first().waitFor();
    await page.locator('.rank').nth(1).waitFor();
    expect(await findNamelessCanvases(page)).toEqual([]);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await snap(page, `spike-${name}`);
    expect(complaints).toEqual([]);
    await close();
  });

  it('its chart is a table too, its figures a file', async () => {
    const { page, close } = await visit(
      browser,
      `${app.url}/spikes/${encodeURIComponent(spike.id)}`,
    );
    await page.locator('.live-canvas canvas').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载 CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^weimai-deepseek-.*\.csv$/);
    await page.getByRole('button', { name: '表格' }).click();
    await page.locator('.live-table tbody tr').nth(5).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await close();
  });

  it('a note is kept for the next reader and can be taken back', async () => {
    const at = `${app.url}/spikes/${encodeURIComponent(spike.id)}`;
    const { page, close } = await visit(browser, at);
    const note = () => page.getByRole('textbox', { name: '备注' });
    await note().fill('服务器过载 <i>已查明</i>');
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
    await page.getByRole('button', { name: '保存' }).click();
    expect((await saved).status()).toBe(200);
    await page.reload();
    await expect.poll(() => note().inputValue()).toBe('服务器过载 <i>已查明</i>');
    await note().fill('别的话');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('button', { name: '撤销' }).click();
    await expect.poll(() => note().inputValue()).toBe('服务器过载 <i>已查明</i>');
    await close();
  });

  it('a sign on the live chart leads to it, and its link to exactly as many posts as it names', async () => {
    const at = Date.parse(spike.startsAt);
    const span = `from=${new Date(at - 7_200_000).toISOString()}&to=${new Date(at + 7_200_000).toISOString()}`;
    const { page, close } = await visit(browser, `${app.url}/live?topics=deepseek&${span}`);
    const sign = page.locator('.live-marker-spike').first();
    await sign.waitFor();
    await sign.locator('a, button').first().click();
    if (!page.url().includes('/spikes/')) await page.locator('.popover a').first().click();
    await page.waitForURL('**/spikes/**');
    const link = page.locator('.spike-why a.button');
    const named = Number((await link.innerText()).replace(/\D/g, ''));
    expect(named).toBeGreaterThan(0);
    const listed = page.waitForResponse((answer) => /\/api\/v1\/posts\?/.test(answer.url()));
    await link.click();
    const { total } = (await (await listed).json()) as { total: number };
    expect(total).toBe(named);
    await close();
  });

  it.each([
    ['zh', '没有这次异动', '到实时页'],
    ['en', 'There is no such spike', 'To the live page'],
  ] as const)('an id that nobody knows says so and leads on: %s', async (language, title, way) => {
    const { page, close } = await visit(browser, `${app.url}/spikes/gone`, { language });
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await snap(page, `spike-none-${language}`, false);
    await page.getByRole('link', { name: way, exact: true }).click();
    await page.waitForURL('**/live');
    await close();
  });

  it('says who was told: per channel when, how fast, after how many retries', async () => {
    const { page, close } = await visit(browser, app.url);
    // The spike is the server's own; its channels, one of which had failed, would take the demo an hour.
    await page.route('**/api/v1/spikes/*', async (route) => {
      const detail = (await (await route.fetch()).json()) as object;
      await route.fulfill({ json: { ...detail, incidents: [incident.id] } });
    });
    await answer(page, {
      '/incidents': { body: list([{ ...incident, topic: 'deepseek' }]) },
      '/deliveries': { body: list(deliveries) },
      '/channels': { body: list(channels) },
    });
    await page.goto(`${app.url}/spikes/${encodeURIComponent(spike.id)}`);
    const told = page.getByRole('list', { name: '通知' }).getByRole('listitem');
    await told.nth(1).waitFor();
    expect(await told.allInnerTexts()).toEqual([
      expect.stringMatching(/钉钉-值班\s+21:02:04 \(0\.2 秒\)\s+已送达/),
      expect.stringMatching(/工单 Webhook\s+21:03:10 \(10 秒\) · 重试 1 次\s+失败/),
    ]);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await close();
  });
});
