import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { projectRoot } from '#shared/node/root.ts';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium of this machine, or null: the caller then skips with one line (or fails under WEIMAI_TEST_ALL). */
export function chromiumPath(): string | null {
  const wanted = process.env['WEIMAI_CHROMIUM'];
  return [...(wanted === undefined ? [] : [wanted]), ...CANDIDATES].find(existsSync) ?? null;
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('no Chromium found');
  return chromium.launch({ executablePath, args: ARGS, headless: true });
}

export interface Look {
  /** What the browser asks for; that of `language` when left out. */
  locale?: string;
  /** No choice is stored yet: the product decides. */
  firstVisit?: boolean;
  theme: 'light' | 'dark';
  language: 'zh' | 'en';
  width: number;
  height: number;
}
export const DESKTOP: Look = { theme: 'light', language: 'zh', width: 1280, height: 900 };

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What the page complained about: console errors and warnings, failed scripts, CSP violations. */
  complaints: string[];
  close: () => Promise<void>;
}

/** A fresh browser profile with the wished look. The browser's own zone is New York: views must not use it. */
export async function visit(
  browser: Browser,
  url: string,
  look: Partial<Look> = {},
): Promise<Visit> {
  const chosen = { ...DESKTOP, ...look };
  const context = await browser.newContext({
    viewport: { width: chosen.width, height: chosen.height },
    colorScheme: chosen.theme,
    timezoneId: 'America/New_York',
    locale: chosen.locale ?? (chosen.language === 'zh' ? 'zh-CN' : 'en-GB'),
    hasTouch: chosen.width < 640,
    deviceScaleFactor: 1,
  });
  if (chosen.firstVisit !== true) {
    await context.addInitScript((language: string) => {
      if (localStorage.getItem('weimai.prefs') === null) {
        localStorage.setItem('weimai.prefs', JSON.stringify({ language }));
      }
    }, chosen.language);
  }
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack ?? error.message}`));
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { context, page, complaints, close: () => context.close() };
}

const require = createRequire(import.meta.url);

export interface AxeFinding {
  id: string;
  impact: string;
  help: string;
  targets: string[];
}

/** axe-core over the whole page; WCAG 2.2 AA and its best practices. */
export async function findAccessibilityFaults(page: Page): Promise<AxeFinding[]> {
  // The page's own CSP forbids injected tags, so axe runs through the debugger, as a visitor's extension would.
  const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const axe = (
      globalThis as unknown as {
        axe: {
          run: (
            node: Document,
            options: object,
          ) => Promise<{
            violations: {
              id: string;
              impact: string;
              help: string;
              nodes: { target: string[]; any: { message: string }[] }[];
            }[];
          }>;
        };
      }
    ).axe;
    const result = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    });
    return result.violations.map((violation) => ({
      id: violation.id,
      impact: violation.impact,
      help: violation.help,
      targets: violation.nodes
        .slice(0, 6)
        .map(
          (node) =>
            `${node.target.join(' ')}${node.any[0] === undefined ? '' : `: ${node.any[0].message}`}`,
        ),
    }));
  });
}

/** Our own lint, since axe lets nameless canvases pass: every canvas is an image with a name. */
export function findNamelessCanvases(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('canvas')]
      .filter(
        (canvas) =>
          canvas.getAttribute('role') !== 'img' ||
          (canvas.getAttribute('aria-label') ?? '').length < 10,
      )
      .map((canvas) => canvas.outerHTML.slice(0, 200)),
  );
}

/** Sideways scrolling of the page itself: the sign of a layout that does not fit. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** Scrolls once through the page, so that parts that are built when near are there. */
export async function seeAll(page: Page): Promise<void> {
  for (let seen = 0; seen < (await page.evaluate(() => document.body.scrollHeight)); seen += 600) {
    await page.evaluate((top) => scrollTo(0, top), seen);
    await page.waitForTimeout(60);
  }
  await page.evaluate(() => scrollTo(0, 0));
}

/** Keeps a picture to look at: .tmp/screens/NAME.png. */
export async function snap(page: Page, name: string, fullPage = true): Promise<void> {
  const folder = path.join(projectRoot(), '.tmp/screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage });
}
