import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { answer } from './pages-fixtures.ts';
import { type TestApp, startEmptyApp } from './support/app.ts';
import {
  findAccessibilityFaults,
  launchBrowser,
  type Look,
  overflow,
  snap,
  visit,
} from './support/browser.ts';

const PASSWORD = 'correct horse battery';
const LOOKS: readonly Look[] = [
  { theme: 'light', language: 'zh', width: 1280, height: 900 },
  { theme: 'dark', language: 'en', width: 390, height: 844 },
];

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=username]').fill('admin');
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('h1').waitFor();
  await page.locator('.access').waitFor({ state: 'detached' });
}

describe.skipIf(chromium === undefined)('signing in', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startTestServer({ workers: 0, env: { WEIMAI_ADMIN_PASSWORD: PASSWORD } }),
      launchBrowser(),
    ]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const look of LOOKS) {
    const name = `${look.language}-${look.theme}-${look.width}`;
    it(`covers everything, fits and is accessible (${name})`, async () => {
      const { page, close } = await visit(browser, `${server.url}/settings/members`, look);
      await page.locator('.access form').waitFor();
      expect(await page.locator('nav').count()).toBe(0);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.locator('input[name=username]').fill('admin');
      await page.locator('input[name=password]').fill('wrong');
      await page.keyboard.press('Enter');
      await page.locator('.field-error').waitFor();
      expect(await page.locator('.field-error').textContent()).toContain(
        look.language === 'zh' ? '不对' : 'wrong',
      );
      await snap(page, `login-${name}`);
      await close();
    });
  }

  it('behind the login page nothing tries to connect; signing in does', async () => {
    const { page, close } = await visit(browser, `${server.url}/system`);
    await page.locator('input[name=username]').waitFor();
    // What was tried before the server said that a login is needed has ended by now.
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset['link']))
      .toBe('login');
    const tried: string[] = [];
    page.on('websocket', (socket) => tried.push(socket.url()));
    // Several times the longest first pause between two attempts.
    await page.waitForTimeout(3_000);
    expect(tried).toEqual([]);
    await signIn(page);
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset['link']), {
        timeout: 15_000,
      })
      .toBe('live');
    await close();
  });

  it('signing out in one window leaves the others live', async () => {
    const one = await visit(browser, `${server.url}/system`);
    const two = await visit(browser, `${server.url}/system`);
    for (const { page } of [one, two]) {
      await signIn(page);
      await page.locator('.connection-live').first().waitFor({ timeout: 20_000 });
    }
    await one.page.getByRole('button', { name: /退出登录/ }).click();
    await one.page.locator('.access form').waitFor();
    // Had its socket been cut, it would come back within a second or two, and say so meanwhile.
    for (let look = 0; look < 10; look++) {
      expect(await two.page.locator('.connection-live').count()).toBeGreaterThan(0);
      await two.page.waitForTimeout(150);
    }
    expect(await two.page.locator('.access form').count()).toBe(0);
    await one.close();
    await two.close();
  });

  it('a new password keeps its owner signed in', async () => {
    const { page, close } = await visit(browser, `${server.url}/settings/security`);
    await signIn(page);
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('input[name=new-password]').fill('a new long phrase');
    await page.keyboard.press('Enter');
    await page.locator('.toast').first().waitFor();
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await page.locator('.access form').count()).toBe(0);
    await close();
  });
});

describe.skipIf(chromium === undefined)('the first password', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startEmptyApp(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('is set in Settings on loopback, where nobody signs in, with what to do next', async () => {
    const { page, complaints, close } = await visit(browser, `${app.url}/settings/security`);
    await page.locator('input[name=new-password]').fill('short');
    await page.getByText('还差 5 个字符').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.locator('input[name=new-password]').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('HOST=0.0.0.0 npm start').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('from elsewhere it takes an admin token', async () => {
    const meta = await (await fetch(`${app.url}/api/v1/meta`)).json();
    for (const look of LOOKS) {
      const { page, close } = await visit(browser, `${app.url}/favicon.svg`, look);
      let sent: string | null = null;
      await answer(page, {
        '/meta': {
          body: { ...(meta as object), auth: { required: true, setup: true, user: null } },
        },
      });
      await page.route('**/api/v1/setup', (route) => {
        sent = route.request().headers()['authorization'] ?? null;
        return route.fulfill({
          status: 401,
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'auth/required', status: 401, requestId: 'r', detail: '' }),
        });
      });
      await page.goto(app.url);
      await page.locator('.access form').waitFor();
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.locator('input[name=token]').fill('wm_live_wrong');
      await page.locator('input[name=password]').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.locator('.field-error').waitFor();
      expect(sent).toBe('Bearer wm_live_wrong');
      await snap(page, `setup-${look.language}`);
      await close();
    }
  });
});
