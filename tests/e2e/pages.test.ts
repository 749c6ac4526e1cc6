import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { type TestApp, startDemoApp } from './support/app.ts';
import {
  findAccessibilityFaults,
  findNamelessCanvases,
  launchBrowser,
  type Look,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

/** Where a thing stands once it stands still: the back-test answers meanwhile, and the chart fits its scale to it. */
async function settled(locator: Locator): ReturnType<Locator['boundingBox']> {
  let box = await locator.boundingBox();
  await expect
    .poll(
      async () => {
        const before = JSON.stringify(box);
        box = await locator.boundingBox();
        return JSON.stringify(box) === before;
      },
      { interval: 500, timeout: 15_000 },
    )
    .toBe(true);
  return box;
}

const PAGES: readonly [name: string, path: string, wait: string][] = [
  ['topics', '/topics', 'tbody tr'],
  ['topic', '/topics/deepseek', '.topics-sample'],
  ['posts', '/posts', '.posts-item'],
  ['post', '/posts?topic=deepseek', '.posts-item'],
  ['sources', '/sources', '.sources-stats'],
  ['import', '/sources/import', '.sources-drop'],
  ['feeds', '/sources/feeds', '.panel'],
  ['keys', '/sources/keys', '.sources-code'],
  ['dead-letters', '/sources/dead-letter', '.panel'],
  ['rule', '/alerts/rules/~new?topic=deepseek&kind=mood', '.alerts-verdict'],
  ['system', '/system', '.system-verdict'],
  ['settings', '/settings', '.settings-form'],
  ['settings-data', '/settings/data', '.settings-form'],
  ['members', '/settings/members', '.panel'],
  ['tokens', '/settings/tokens', '.sources-code'],
  ['security', '/settings/security', '.panel'],
  ['docs', '/docs', '.docs-route'],
];
const LOOKS: readonly Look[] = [
  { theme: 'light', language: 'zh', width: 1280, height: 900 },
  { theme: 'dark', language: 'en', width: 390, height: 844 },
];

/** Every page but Live, over the real server with the demo playing. */
describe.skipIf(chromium === undefined)('the pages', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startDemoApp(), launchBrowser()]);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  for (const look of LOOKS) {
    const name = `${look.language}-${look.theme}-${look.width}`;
    it(`are accessible, fit and complain of nothing (${name})`, { timeout: 240_000 }, async () => {
      for (const [page, path, wait] of PAGES) {
        const seen = await visit(browser, app.url + path, look);
        await seen.page.locator(wait).first().waitFor({ timeout: 30_000 });
        await seen.page.waitForTimeout(400);
        expect(await findAccessibilityFaults(seen.page), path).toEqual([]);
        expect(await findNamelessCanvases(seen.page), path).toEqual([]);
        expect(await overflow(seen.page), path).toBeLessThanOrEqual(0);
        await snap(seen.page, `${page}-${name}`, page !== 'docs');
        expect(seen.complaints, path).toEqual([]);
        await seen.close();
      }
    });
  }

  it('a label is corrected by keyboard, counted, and taken back within ten seconds', async () => {
    const { page, close } = await visit(browser, `${app.url}/posts?topic=deepseek&range=24h`);
    await page.locator('.posts-item').first().waitFor();
    await page.keyboard.press('j');
    const item = page.locator('.posts-item[data-current=true]');
    await item.waitFor();
    const before = await item.locator('.posts-mention').first().textContent();
    const key = before?.includes('负面') === true ? '1' : '3';
    await page.keyboard.press(key);
    await item.locator('.badge-accent').first().waitFor();
    await page.locator('.toast button').first().click();
    await item.locator('.badge-accent').first().waitFor({ state: 'detached' });
    expect(await item.locator('.posts-mention').first().textContent()).toBe(before);
    await close();
  });

  it('the drawer opens from the keyboard, is in the address, and gives the focus back', async () => {
    const { page, close } = await visit(browser, `${app.url}/posts`);
    await page.locator('.posts-item').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.posts-detail').waitFor();
    expect(page.url()).toContain('post=');
    await page.keyboard.press('Escape');
    await page.locator('.posts-detail').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('post=');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain(
      'posts-item-text',
    );
    await close();
  });

  it('a search that does not read is told with its column and never sent', async () => {
    const { page, close } = await visit(browser, `${app.url}/posts`);
    await page.locator('.posts-item').first().waitFor();
    await page.locator('.posts-search-input').fill('(芯片 OR');
    await page.locator('#posts-search-error').waitFor();
    expect(await page.locator('#posts-search-error').textContent()).toContain('7');
    await page.locator('.posts-search-input').fill('芯片 OR 英伟达');
    await page.waitForURL('**q=**');
    await close();
  });

  it('a threshold moves by arrow key and by dragging, and the back-test follows', async () => {
    const { page, close } = await visit(
      browser,
      `${app.url}/alerts/rules/~new?topic=deepseek&kind=mood`,
    );
    await page.locator('.alerts-verdict').waitFor({ timeout: 30_000 });
    const line = page.locator('.alerts-line-critical');
    const field = page.locator('.alerts-thresholds input').first();
    const start = Number(await field.inputValue());
    await line.focus();
    await page.keyboard.press('ArrowUp');
    expect(Number(await field.inputValue())).toBe(start + 1);
    const box = await settled(line.locator('line'));
    if (box === null) throw new Error('the threshold is not on screen');
    await page.mouse.move(box.x + 80, box.y);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + 12, { steps: 4 });
    await page.mouse.up();
    expect(Number(await field.inputValue())).toBeLessThan(start + 1);
    await close();
  });

  it('a rule is made, switched off and deleted', async () => {
    const { page, close } = await visit(
      browser,
      `${app.url}/alerts/rules/~new?topic=deepseek&kind=volume`,
    );
    await page.locator('.alerts-verdict').waitFor({ timeout: 30_000 });
    await page.getByLabel('名称').fill('端到端规则');
    await page.getByRole('button', { name: '保存规则' }).click();
    await page.waitForURL('**/alerts/rules');
    const row = page.locator('tr', { hasText: '端到端规则' });
    await row.locator('input[type=checkbox]').uncheck();
    await row.getByText('已停用').waitFor();
    await row.getByRole('button', { name: '端到端规则' }).click();
    await page.getByRole('button', { name: '删除规则' }).click();
    await page.locator('dialog').getByRole('button', { name: '删除规则' }).click();
    await page.waitForURL('**/alerts/rules');
    expect(await page.locator('tr', { hasText: '端到端规则' }).count()).toBe(0);
    await close();
  });

  it('a topic is tried out before it is saved, then made and deleted', async () => {
    const { page, close } = await visit(browser, `${app.url}/topics/~new`);
    await page.getByLabel('名称').fill('服务器繁忙');
    await page.locator('.topics-sample').first().waitFor({ timeout: 20_000 });
    expect(await page.locator('.topics-sample mark').first().textContent()).toBe('服务器繁忙');
    await page.getByRole('button', { name: '保存，只用于新帖' }).click();
    await page.getByRole('button', { name: '删除专题' }).click();
    await page.locator('dialog').getByRole('button', { name: '删除专题' }).click();
    await page.waitForURL('**/topics');
    await page.locator('tbody tr').first().waitFor();
    await expect.poll(() => page.locator('tr', { hasText: '服务器繁忙' }).count()).toBe(0);
    await close();
  });

  // Last: with real posts in the store the clock leaves the demo's time.
  it('a file is checked first, imported on demand, and its faulty rows can be had', async () => {
    const { page, close } = await visit(browser, `${app.url}/sources/import`);
    await page.locator('.sources-drop').waitFor();
    const rows = [
      {
        id: `e2e-${Date.now()}`,
        source: 'e2e',
        text: 'DeepSeek 很稳',
        createdAt: '2025-01-27T09:00:00+08:00',
      },
      { id: 'no-text', source: 'e2e', text: '', createdAt: '2025-01-27T09:00:00+08:00' },
    ];
    await page.locator('input[type=file]').setInputFiles({
      name: 'e2e.ndjson',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
    });
    const card = page.locator('.sources-import', { hasText: 'e2e.ndjson' }).first();
    await card.getByText('待确认').waitFor({ timeout: 20_000 });
    expect(await card.locator('.sources-numbers').textContent()).toContain('1 有误');
    await card.getByRole('button', { name: '开始导入' }).click();
    await card.getByText('已完成').waitFor({ timeout: 30_000 });
    expect(await card.getByRole('link', { name: '下载错误行' }).count()).toBe(1);
    await close();
  });
});
