import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { waitFor } from '../support/wait.ts';
import { type TestApp, startEmptyApp } from './support/app.ts';
import {
  findAccessibilityFaults,
  launchBrowser,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

const WORDS = {
  zh: {
    first: '第一天',
    open: '打开日历',
    month: '2025年1月',
    monday: '星期一',
    day: '2025年1月20日星期一',
    wrong: '请写成 2025-01-20 的样子',
  },
  en: {
    first: 'First day',
    open: 'Open the calendar',
    month: 'January 2025',
    monday: 'Monday',
    day: 'Monday, 20 January 2025',
    wrong: 'Write it like 2025-01-20',
  },
} as const;

/** Days and minutes are written and chosen in the product's language, whatever the browser speaks. */
describe.skipIf(chromium === undefined)('date fields', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startEmptyApp(), launchBrowser()]);
    const now = new Date().toISOString();
    await app.server?.send('POST', '/api/v1/posts', { id: '1', text: 'DeepSeek', createdAt: now });
    // An empty store would open the welcome page in place of the live one.
    await waitFor('the store to have a post', async () => {
      const meta = await app.server?.get<{ empty: boolean }>('/api/v1/meta');
      return meta?.empty === false;
    });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each(['zh', 'en'] as const)('type a day, or choose it by keyboard: %s', async (language) => {
    const words = WORDS[language];
    const { page, complaints, close } = await openCompare(language, 1280);
    const first = page.getByLabel(words.first, { exact: true });
    await first.fill('2025-01-20');
    await expect.poll(() => new URL(page.url()).searchParams.get('a')).toBe('2025-01-20');

    const calendar = page.locator('dialog.calendar');
    await opener(page, words.open).click();
    await calendar.getByText(words.month, { exact: true }).waitFor();
    expect(await calendar.locator('th').first().getAttribute('abbr')).toBe(words.monday);
    await focused(page, words.day);
    expect(await selected(calendar)).toBe(words.day);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await snap(page, `calendar-${language}`, false);

    await page.keyboard.press('PageDown');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await calendar.waitFor({ state: 'detached' });
    expect(await first.inputValue()).toBe('2025-02-18');
    await expect.poll(() => new URL(page.url()).searchParams.get('a')).toBe('2025-02-18');
    expect(await opener(page, words.open).evaluate((it) => it === document.activeElement)).toBe(
      true,
    );
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(['zh', 'en'] as const)('say what is wrong, and tidy other ways: %s', async (language) => {
    const words = WORDS[language];
    const { page, close } = await openCompare(language, 1280);
    const first = page.getByLabel(words.first, { exact: true });
    await first.fill('2025-02-30');
    await first.blur();
    await page.getByRole('alert').filter({ hasText: words.wrong }).waitFor();
    expect(await first.getAttribute('aria-invalid')).toBe('true');
    await first.fill('2025年1月2日');
    await first.blur();
    expect(await first.inputValue()).toBe('2025-01-02');
    expect(await page.getByRole('alert').count()).toBe(0);
    await close();
  });

  it('Escape closes the calendar and nothing around it', async () => {
    const { page, close } = await visit(browser, `${app.url}/live`);
    await page.getByRole('button', { name: '自定义范围' }).click();
    const range = page.getByRole('dialog', { name: '自定义范围' });
    await range.getByRole('button', { name: '打开日历' }).first().click();
    await page.locator('dialog.calendar').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog.calendar').waitFor({ state: 'detached' });
    expect(await range.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await range.waitFor({ state: 'detached' });
    await close();
  });

  it('a minute keeps its time of day when its day is chosen, and names the zone', async () => {
    const { page, close } = await visit(browser, `${app.url}/live`);
    await page.getByRole('button', { name: '自定义范围' }).click();
    const range = page.getByRole('dialog', { name: '自定义范围' });
    await range.getByText('时间按 Asia/Shanghai').waitFor();
    const from = range.getByLabel('从', { exact: true });
    await from.fill('2025-01-27 21:05');
    await range.getByRole('button', { name: '打开日历' }).first().click();
    await page.locator('dialog.calendar').getByText('21:05 · Asia/Shanghai').waitFor();
    await page.getByRole('gridcell', { name: '2025年1月20日星期一' }).click();
    expect(await from.inputValue()).toBe('2025-01-20 21:05');
    await close();
  });

  it('fits a phone', async () => {
    const { page, close } = await openCompare('zh', 390);
    await opener(page, WORDS.zh.open).click();
    const box = await page.locator('dialog.calendar').boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(390);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await snap(page, 'calendar-phone', false);
    await close();
  });

  async function openCompare(language: 'zh' | 'en', width: number) {
    const seen = await visit(browser, `${app.url}/reports/compare`, { language, width });
    await seen.page.getByLabel(WORDS[language].first, { exact: true }).waitFor();
    return seen;
  }
});

function opener(page: Page, name: string): Locator {
  return page.getByRole('button', { name }).first();
}

function selected(calendar: Locator): Promise<string | null> {
  return calendar.locator('td[aria-selected=true]').getAttribute('aria-label');
}

async function focused(page: Page, label: string): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
    .toBe(label);
}
