import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { type TestApp, startEmptyApp } from './support/app.ts';
import {
  findAccessibilityFaults,
  launchBrowser,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

/** What surrounds every page, on an empty store. */
describe.skipIf(chromium === undefined)('the shell', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startEmptyApp(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('an empty store opens the welcome page in both languages, without a complaint', async () => {
    for (const language of ['zh', 'en'] as const) {
      const { page, complaints, close } = await visit(browser, `${app.url}/`, { language });
      await page.waitForURL('**/welcome');
      await page.locator('.welcome-card').first().waitFor();
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await snap(page, `welcome-${language}`);
      expect(complaints).toEqual([]);
      await close();
    }
  });

  it('the first post over HTTP turns the welcome page live', async () => {
    const { page, close } = await visit(browser, `${app.url}/welcome`);
    await page.locator('.welcome-card').first().waitFor();
    const answer = await fetch(`${app.url}/api/v1/posts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'first',
        text: 'DeepSeek 今天的回答真的惊艳',
        createdAt: new Date().toISOString(),
      }),
    });
    expect(answer.status).toBe(202);
    await page.waitForURL('**/live', { timeout: 20_000 });
    await page.getByText('惊艳').first().waitFor();
    await close();
  });

  it('⌘K finds topics and pages by any of their names', async () => {
    const { page, close } = await visit(browser, `${app.url}/live`);
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('深度求索');
    await page.getByRole('option', { name: /DeepSeek/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/topics=deepseek/);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('reports');
    await page
      .getByRole('option', { name: /报告|Reports/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/reports');
    await close();
  });

  it('g and a letter go to a page, ? explains, and both can be turned off', async () => {
    const { page, close } = await visit(browser, `${app.url}/live`);
    await page.locator('h1').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/topics');
    await page.keyboard.press('?');
    const help = page.getByRole('dialog');
    await help.waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await help.getByRole('switch').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    expect(new URL(page.url()).pathname).toBe('/topics');
    await close();
  });

  it('language and theme change in place and survive a reload', async () => {
    const { page, close } = await visit(browser, `${app.url}/live`);
    await page.locator('h1').waitFor();
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('button', { name: /^Theme/ }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await close();
  });

  it('a first visit is Chinese; a browser that asks for another language is offered English, once', async () => {
    const first = { firstVisit: true, locale: 'en-US' };
    const { page, close } = await visit(browser, `${app.url}/topics`, first);
    const offer = page.getByRole('button', { name: 'Read this in English' });
    await offer.waitFor();
    // The page itself may come a moment after the frame around it.
    await page.locator('h1').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await snap(page, 'language-offer', false);
    await offer.click();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('button', { name: '切换到中文' }).click();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await offer.count()).toBe(0);
    await close();
  });

  it('the offer of English can be waved away for good, and a Chinese browser never sees it', async () => {
    const first = { firstVisit: true, locale: 'de-DE', width: 390, height: 844 };
    const { page, close } = await visit(browser, `${app.url}/topics`, first);
    await page.getByRole('button', { name: 'Keep Chinese' }).click();
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await page.locator('.language-offer').count()).toBe(0);
    await close();

    const chinese = await visit(browser, `${app.url}/topics`, {
      firstVisit: true,
      locale: 'zh-TW',
    });
    await chinese.page.locator('h1').waitFor();
    expect(await chinese.page.locator('.language-offer').count()).toBe(0);
    await chinese.close();
  });

  it('an unknown address says so and leads back', async () => {
    const { page, close } = await visit(browser, `${app.url}/live/nowhere`);
    await page.getByRole('link', { name: '到实时页', exact: true }).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await close();
  });
});
