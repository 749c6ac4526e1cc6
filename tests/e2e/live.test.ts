import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/requirements.ts';
import { type TestApp, startDemoApp } from './support/app.ts';
import {
  type Look,
  findAccessibilityFaults,
  findNamelessCanvases,
  launchBrowser,
  overflow,
  seeAll,
  snap,
  visit,
} from './support/browser.ts';

/** The live page in a real browser against the real server, with the demo playing. */
describe.skipIf(chromium === undefined)('the live page', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startDemoApp(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const open = async (path: string, look: Partial<Look> = {}) => {
    const visited = await visit(browser, `${app.url}${path}`, look);
    await visited.page.locator('.stream-row').first().waitFor();
    await visited.page.locator('.live-canvas canvas').first().waitFor();
    return visited;
  };

  it.each<[string, Partial<Look>]>([
    ['zh-light-desktop', {}],
    ['en-dark-desktop', { language: 'en', theme: 'dark' }],
    ['zh-dark-phone', { theme: 'dark', width: 390, height: 844 }],
    ['en-light-narrow', { language: 'en', width: 360, height: 740 }],
    ['zh-light-wide', { width: 1920, height: 1080 }],
  ])(
    'is clean in %s: no complaint, no accessibility fault, nothing wider than the screen',
    async (name, look) => {
      const { page, complaints, close } = await open('/live', look);
      await seeAll(page);
      await page.locator('.heat').waitFor();
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await findNamelessCanvases(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await page.locator('h1').count()).toBe(1);
      await snap(page, `live-${name}`);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('moves by itself: the newest step changes while nobody touches it', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    const time = () => page.locator('.legend-time').innerText();
    const before = await time();
    await expect.poll(time, { timeout: 15_000 }).not.toBe(before);
    await close();
  });

  it('keys write the address and the way back undoes them', async () => {
    const { page, close } = await open('/live?topics=deepseek,nvidia');
    await page.locator('h1').click();
    await page.keyboard.press('d');
    await expect.poll(() => search(page).get('range')).toBe('24h');
    await page.keyboard.press('x');
    await expect.poll(() => search(page).get('compare')).toBe('prev');
    await page.keyboard.press('2');
    await expect.poll(() => search(page).get('off')).toBe('nvidia');
    await page.goBack();
    await expect.poll(() => search(page).get('compare')).toBe(null);
    expect(search(page).get('topics')).toBe('deepseek,nvidia');
    await close();
  });

  it('space freezes the view and counts what arrives; space again goes back to now', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    await page.locator('h1').click();
    await page.keyboard.press('Space');
    await expect.poll(() => search(page).get('at')).not.toBe(null);
    const frozen = await page.locator('.legend-time').innerText();
    await page.locator('.live-tools .badge').waitFor({ timeout: 20_000 });
    expect(await page.locator('.legend-time').innerText()).toBe(frozen);
    await page.keyboard.press('Space');
    await expect.poll(() => search(page).get('at')).toBe(null);
    await close();
  });

  it('arrow keys move the crosshair and say value, sample and time', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    const slider = page.getByRole('slider').first();
    await slider.focus();
    const index = async () => Number(await slider.getAttribute('aria-valuenow'));
    await page.keyboard.press('ArrowLeft');
    const first = await index();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await index()).toBeLessThan(first);
    expect(await slider.getAttribute('aria-valuetext')).toMatch(
      /\d\d:\d\d: DeepSeek [+−]?\d+ n=\d/,
    );
    await close();
  });

  it('dragging over the chart zooms in and stops following; the button returns', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    const box = await page.getByRole('slider').first().boundingBox();
    if (box === null) throw new Error('the chart has no size');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => search(page).get('from')).not.toBe(null);
    await page.getByRole('button', { name: '回到实时' }).first().click();
    await expect.poll(() => search(page).get('from')).toBe(null);
    await close();
  });

  it('the table shows the chart’s figures, the CSV file the same', async () => {
    const { page, close } = await open('/live?topics=deepseek&range=6h');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: '表格' }).click();
    const row = page.locator('.live-table tbody tr').nth(3);
    await row.waitFor();
    const cells = await row.locator('td').allInnerTexts();
    await page.getByRole('button', { name: '图表选项' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载 CSV' }).click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    expect(text.startsWith('\uFEFFtime,topic,id,n,')).toBe(true);
    const minute = /(\d\d:\d\d)$/.exec(cells[0] ?? '')?.[1] ?? '';
    const line = text.split('\r\n').find((row) => row.includes(`T${minute}:00+08:00`)) ?? '';
    expect(line.split(',')[3]).toBe((cells[2] ?? '').replace(',', ''));
    const drawn = /^[+−]?\d+/.exec(cells[1] ?? '')?.[0].replace('−', '-') ?? '';
    expect(Math.round(Number(line.split(',')[13]))).toBe(Number(drawn));
    await close();
  });

  it('the PNG file is a picture with both charts', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    await page.getByRole('button', { name: '图表选项' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载 PNG' }).click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const picture = Buffer.concat(chunks);
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(picture.readUInt32BE(16)).toBeGreaterThan(1200);
    await close();
  });

  it('a corrected label shows at once, is stored, and can be undone', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    const row = page.locator('.stream-row').first();
    await row.hover();
    const pressed = row.locator('.relabel button[aria-pressed=true]');
    const before = await pressed.getAttribute('class');
    const target = before === 'relabel-negative' ? '.relabel-positive' : '.relabel-negative';
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT');
    await row.locator(target).click();
    expect((await saved).status()).toBe(200);
    await expect.poll(() => pressed.getAttribute('class')).toBe(target.slice(1));
    const undone = page.waitForResponse((answer) => answer.request().method() === 'PUT');
    await page.getByRole('button', { name: '撤销' }).click();
    expect((await undone).status()).toBe(200);
    await expect.poll(() => pressed.getAttribute('class')).toBe(before);
    await close();
  });

  it('a click on a post opens it with the words that decided', async () => {
    const { page, close, complaints } = await open('/live?topics=deepseek');
    await page.locator('.stream-open').first().click();
    const drawer = page.getByRole('dialog');
    await drawer.locator('.posts-detail').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  });

  it('replays a stored hour: the position moves and the stream follows it', async () => {
    const { page, close } = await open('/live?topics=deepseek&range=1h');
    await page.getByRole('button', { name: '时间回放' }).click();
    await page.getByRole('button', { name: '开始回放' }).click();
    const position = page.getByRole('slider', { name: '回放位置' });
    await position.waitFor();
    const at = async () => Number(await position.inputValue());
    const began = await at();
    await expect.poll(at, { timeout: 15_000 }).toBeGreaterThan(began + 60_000);
    expect(search(page).get('play')).toBe('60');
    // The same views, at the time of the replay; space holds it, and does not end it.
    await expect.poll(() => page.locator('.legend-item b').innerText()).toMatch(/\d/);
    await page.locator('h1').click();
    await page.keyboard.press('Space');
    const held = await at();
    await page.waitForTimeout(600);
    expect(await at()).toBe(held);
    await page.getByRole('radio', { name: '100×' }).click();
    await expect.poll(() => search(page).get('play')).toBe('100');
    await page.getByRole('button', { name: '结束回放' }).click();
    await expect.poll(() => search(page).get('play')).toBe(null);
    await close();
  });

  it('an event note appears on the chart with its before/after test', async () => {
    const { page, close } = await open('/live?topics=deepseek&range=1h');
    await page.getByRole('button', { name: '添加事件标注' }).click();
    await page.getByLabel('发生了什么').fill('测试标注 <b>不是标签</b>');
    const saved = page.waitForResponse(
      (answer) => answer.url().endsWith('/notes') && answer.request().method() === 'POST',
    );
    await page.getByRole('button', { name: '保存' }).click();
    expect((await saved).status()).toBe(201);
    const flag = page.locator('.live-flag[title*="测试标注"]');
    await flag.click();
    await page.getByText('测试标注 <b>不是标签</b>').waitFor();
    await close();
  });

  it('v goes through mood, negative share and volume; each names its unit, sample and band', async () => {
    const { page, close } = await open('/live?topics=deepseek,chatgpt');
    await page.locator('h1').click();
    const said = () => page.locator('.live-canvas-main canvas').getAttribute('aria-label');
    const facts = () => page.locator('.legend-item').first().innerText();
    expect(await said()).toMatch(/^净情绪走势.*Asia\/Shanghai/);
    await expect.poll(facts).toMatch(/n=[\d,]+.*90% [+−]?\d+ 至/s);
    await page.keyboard.press('v');
    await expect.poll(said).toMatch(/^负面占比走势/);
    await expect.poll(facts).toMatch(/\d%\s+n=[\d,]+.*90% [\d.]+% 至/s);
    await page.keyboard.press('v');
    await expect.poll(said).toMatch(/^声量走势/);
    await page.keyboard.press('x');
    await expect.poll(facts).toMatch(/上一周期 [\d,]+/);
    await close();
  });

  it('scrolling back stops following, by wheel, key and thumb', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    await page.getByRole('slider').first().hover();
    await page.mouse.wheel(-400, 0);
    await expect.poll(() => search(page).get('from')).not.toBe(null);
    await page.getByRole('button', { name: '回到实时' }).first().click();
    await expect.poll(() => search(page).get('from')).toBe(null);
    await page.locator('h1').click();
    await page.keyboard.press(',');
    await expect.poll(() => search(page).get('from')).not.toBe(null);
    await close();
    const phone = await open('/live?topics=deepseek', { width: 390, height: 844 });
    await phone.page
      .getByRole('slider')
      .first()
      .evaluate((surface) => {
        const { left, top } = surface.getBoundingClientRect();
        const at = (x: number) => ({
          pointerId: 7,
          pointerType: 'touch',
          bubbles: true,
          clientX: left + x,
          clientY: top + 20,
        });
        surface.dispatchEvent(new PointerEvent('pointerdown', at(40)));
        surface.dispatchEvent(new PointerEvent('pointermove', at(140)));
        surface.dispatchEvent(new PointerEvent('pointerup', at(140)));
      });
    await expect.poll(() => search(phone.page).get('from')).not.toBe(null);
    await phone.close();
  });

  it('an empty stretch of time says so and leads to where something is', async () => {
    const { page, close } = await visit(
      browser,
      `${app.url}/live?topics=deepseek&from=2024-06-01T00:00:00Z&to=2024-06-01T01:00:00Z`,
    );
    await page.getByText('这段时间没有提及').first().waitFor();
    await page.getByRole('button', { name: '看最近的数据' }).click();
    await expect.poll(() => page.locator('.legend-item b').innerText()).toMatch(/\d/);
    await close();
  });

  it('says that the demo week is being made while the charts are still empty', async () => {
    const { page, close } = await visit(browser, `${app.url}/favicon.svg`);
    await page.route('**/api/v1/meta', async (route) => {
      const answer = await route.fetch();
      const meta = await answer.json();
      await route.fulfill({ json: { ...meta, demo: { ...meta.demo, state: 'loading' } } });
    });
    await page.goto(
      `${app.url}/live?topics=deepseek&from=2025-01-28T14:00:00Z&to=2025-01-28T15:00:00Z`,
    );
    await page.locator('.chart-notice').getByText('演示周正在生成').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await close();
  });

  it('a failed series names its request; the posts beside it stay', async () => {
    const { page, close } = await visit(browser, `${app.url}/favicon.svg`);
    await page.route('**/api/v1/series?**', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'server/unavailable', requestId: 'req-42', status: 503 }),
      }),
    );
    await page.goto(`${app.url}/live?topics=deepseek`);
    await page.locator('.live-panel .error-state').getByText('req-42').waitFor();
    await page.locator('.stream-row').first().waitFor();
    await page.unroute('**/api/v1/series?**');
    await page.locator('.live-panel').getByRole('button', { name: '重试' }).click();
    await page.locator('.live-canvas canvas').first().waitFor();
    await close();
  });

  it('who wants less motion gets a count instead of a list that moves', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.waitForTimeout(400);
    const first = () => page.locator('.stream-row time').first().getAttribute('datetime');
    const before = await first();
    await page.locator('.stream-waiting').waitFor({ timeout: 20_000 });
    expect(await first()).toBe(before);
    await page.locator('.stream-waiting button').click();
    await expect.poll(first).not.toBe(before);
    await close();
  });

  it('a hidden tab draws nothing and catches up when it is seen again', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await page.evaluate(() => {
      const counts = { drawn: 0 };
      Object.assign(globalThis, { counts });
      const clear = CanvasRenderingContext2D.prototype.clearRect;
      CanvasRenderingContext2D.prototype.clearRect = function clearRect(...box) {
        counts.drawn++;
        clear.apply(this, box);
      };
    });
    const drawn = () =>
      page.evaluate(() => (globalThis as unknown as { counts: { drawn: number } }).counts.drawn);
    await expect.poll(drawn).toBeGreaterThan(0);
    await hide(true);
    await page.waitForTimeout(500);
    const time = await page.locator('.legend-time').innerText();
    const before = await drawn();
    await page.waitForTimeout(3_000);
    expect(await drawn()).toBe(before);
    await hide(false);
    await expect.poll(drawn).toBeGreaterThan(before);
    await expect.poll(() => page.locator('.legend-time').innerText()).not.toBe(time);
    await close();
  });

  it('on paper it is light, whole and without controls', async () => {
    const { page, close } = await open('/live?topics=deepseek', { theme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.locator('.heat').waitFor();
    const paper = await page.evaluate(() => ({
      theme: document.documentElement.dataset['theme'],
      controls: [...document.querySelectorAll('.nav, .live-actions, .live-tools, .relabel')].filter(
        (element) => getComputedStyle(element).display !== 'none',
      ).length,
      foot: document.querySelector('.print-foot')?.textContent ?? '',
    }));
    expect(paper).toMatchObject({ theme: 'light', controls: 0 });
    expect(paper.foot).toMatch(/\/live.*Asia\/Shanghai/);
    await page.emulateMedia({ media: 'screen' });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset['theme']))
      .toBe('dark');
    await close();
  });

  it('the heat map is walked by arrow keys, a cell opens exactly its hour', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    await seeAll(page);
    const stop = page.locator('.heat a[tabindex="0"]');
    await stop.focus();
    await page.keyboard.press('ArrowLeft');
    const cell = page.locator('.heat a:focus');
    expect(await cell.getAttribute('aria-label')).toMatch(/净情绪 [+−]?\d+，[\d,]+ 次提及/);
    const query = new URL((await cell.getAttribute('href')) ?? '', app.url).searchParams;
    expect(Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')).toBe(3_600_000);
    await close();
  });

  it('share of voice, rising words, authors and regions name what they count and open their posts', async () => {
    const { page, close } = await open('/live?topics=deepseek');
    await seeAll(page);
    for (const name of ['声量份额', '作者', '地区']) {
      const list = page.getByRole('list', { name, exact: true });
      await list.locator('a').first().waitFor();
      expect(await list.locator('a').first().getAttribute('href')).toMatch(/^\/posts\?/);
    }
    await page.getByText('使用它的作者数').waitFor();
    await close();
  });

  it('a stopped server shows as stale, then reconnecting, with the time the data stopped', async () => {
    const server = app.server?.server;
    if (server === undefined) return;
    const { page, close } = await open('/live?topics=deepseek');
    const badge = page.locator('.nav .connection');
    await expect.poll(() => badge.getAttribute('class')).toContain('connection-live');
    server.kill('SIGSTOP');
    try {
      await expect
        .poll(() => badge.getAttribute('class'), { timeout: 20_000 })
        .toMatch(/connection-(stale|reconnecting)/);
      await expect.poll(() => page.locator('.banner').innerText()).toMatch(/停在 \d\d:\d\d:\d\d/);
    } finally {
      server.kill('SIGCONT');
    }
    await expect
      .poll(() => badge.getAttribute('class'), { timeout: 30_000 })
      .toContain('connection-live');
    await close();
  });
});

function search(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}
