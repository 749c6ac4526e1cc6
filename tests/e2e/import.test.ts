import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { type TestApp, startEmptyApp } from './support/app.ts';
import {
  findAccessibilityFaults,
  launchBrowser,
  type Look,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

const TABLE = `wann,was,wer
2020-02-03 10:00,钟南山说口罩要戴好,甲
2020-02-03 10:05,口罩买不到，气死了,乙
gestern,时间坏了,丙
2020-02-03 10:05,口罩买不到，气死了,乙
`;

/** Files of others: columns nobody announced, damage, history of years ago. */
describe.skipIf(chromium === undefined)('importing a file', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startEmptyApp(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const drop = (page: Page, name: string, content: string | Buffer) =>
    page.locator('input[type=file]').setInputFiles({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(content),
    });
  const cardOf = (page: Page, name: string) =>
    page.locator('.sources-import', { hasText: name }).first();

  const LOOKS: readonly Look[] = [
    { theme: 'light', language: 'zh', width: 1280, height: 900 },
    { theme: 'dark', language: 'en', width: 390, height: 844 },
  ];
  for (const look of LOOKS) {
    const name = `${look.language}-${look.theme}-${look.width}`;
    it(`a table of unknown columns is understood by choosing them (${name})`, async () => {
      const { page, complaints, close } = await visit(browser, `${app.url}/sources/import`, look);
      await page.locator('.sources-drop').waitFor();
      const file = `odd-${look.language}.csv`;
      await drop(page, file, TABLE);
      const card = cardOf(page, file);
      await card.locator('.field-error').waitFor({ timeout: 20_000 });
      await card.locator('select').nth(0).selectOption('was');
      await expect.poll(() => card.locator('select').nth(0).isEnabled()).toBe(true);
      await card.locator('select').nth(1).selectOption('wann');
      // Two posts and one said twice; the day of the third cannot be read.
      await card.locator('.sources-examples li').first().waitFor();
      expect(await card.locator('.sources-numbers').textContent()).toMatch(/4 .*3 .*1 .*[13] /);
      expect(await card.textContent()).toContain('口罩买不到');
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await snap(page, `import-mapped-${name}`);
      await card.locator('.button-primary').click();
      await card.locator('.badge-accent').waitFor({ timeout: 30_000 });
      await expect.poll(() => card.locator('a[download]').count()).toBe(1);
      expect(complaints).toEqual([]);
      await close();
    });
  }

  it('a file that is none is named as such, in words', async () => {
    const { page, close } = await visit(browser, `${app.url}/sources/import`);
    await page.locator('.sources-drop').waitFor();
    await drop(page, 'noise.csv', Buffer.from([0, 1, 2, 250, 251, 13, 10, 0, 7]));
    const card = cardOf(page, 'noise.csv');
    await card.getByText('认不出这是什么文件').waitFor({ timeout: 20_000 });
    // It cannot become anything, so it can go.
    await card.getByRole('button', { name: '移除' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '移除' }).click();
    await card.waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.sources-drop').waitFor();
    expect(await page.getByText('noise.csv').count()).toBe(0);
    await close();
  });

  it('an import that is not over cannot be removed, and the posts of a removed one stay', async () => {
    const form = new FormData();
    form.append(
      'file',
      new Blob(['text,created_at\n移走以后还在的帖子,2020-02-04 09:00\n']),
      'gone.csv',
    );
    const api = (path: string, init: RequestInit = {}) => fetch(`${app.url}/api/v1${path}`, init);
    const uploaded = (await (await api('/imports', { method: 'POST', body: form })).json()) as {
      id: string;
      state: string;
    };
    expect(uploaded.state).toBe('ready');
    const early = await api(`/imports/${uploaded.id}`, { method: 'DELETE' });
    expect(early.status).toBe(409);
    expect(await early.json()).toMatchObject({ code: 'import/not-over' });
    const started = await api(`/imports/${uploaded.id}/start`, { method: 'POST' });
    expect(started.status, await started.clone().text()).toBe(200);
    await expect
      .poll(
        async () => {
          const { state, counted } = (await (await api(`/imports/${uploaded.id}`)).json()) as {
            state: string;
            counted: number;
          };
          return [state, counted];
        },
        { timeout: 20_000 },
      )
      .toEqual(['done', 1]);
    expect((await api(`/imports/${uploaded.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api(`/imports/${uploaded.id}`)).status).toBe(404);
    const posts = (await (await api('/posts?q=移走以后&from=2020-02-01&to=2020-03-01')).json()) as {
      items: unknown[];
    };
    expect(posts.items).toHaveLength(1);
  });

  it('history of years ago can be tried on: a new topic is previewed where posts are', async () => {
    const { page, close } = await visit(browser, `${app.url}/topics/~new`);
    await page.getByLabel('名称').fill('口罩');
    await page.locator('.topics-sample').first().waitFor({ timeout: 20_000 });
    expect(await page.locator('.topics-preview').textContent()).toContain('2020年');
    // All figures of today are zero: the list says why, and where the posts are.
    await page.goto(`${app.url}/topics`);
    await page.locator('.topics-next').getByText('2020年').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.goto(`${app.url}/posts`);
    await page.getByRole('button', { name: '全部时间' }).click();
    await page.locator('.posts-item').first().waitFor();
    expect(await page.locator('.posts-item').first().textContent()).toContain('2020年');
    await close();
  });
});
