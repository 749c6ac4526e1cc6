import type { CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../e2e/support/browser.ts';
import { startSyntheticServer } from './synthetic-server.ts';

const POSTS_PER_SECOND = 10;
const POSTS = 36_000;
/** An hour in three minutes: the same events, the same inserts and redraws a second as live allows. */
const SPEED = Number(process.env['BENCH_SPEED'] ?? 20);
const SAMPLES = 6;
const LONG_FRAME_MS = 200;

interface Sample {
  posts: number;
  heapMb: number;
  nodes: number;
  listeners: number;
}

/** 10 posts/s for one hour through the real socket into the real page: heap after forced collection, nodes, listeners. */
export async function benchGrowth(): Promise<void> {
  const server = await startSyntheticServer({ postsPerSecond: POSTS_PER_SECOND, speed: SPEED });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${server.url}/live?topics=a,b,c,d,e,f&range=6h&step=1m`);
    await page.locator('.live-canvas canvas').first().waitFor();
    await page.locator('.stream-row').nth(10).waitFor();
    await watchFrames(page);
    const session = await page.context().newCDPSession(page);
    const samples: Sample[] = [];
    process.stdout.write(
      `\nGrowth: ${POSTS} posts, 6 topics, one hour of ${POSTS_PER_SECOND} posts/s played ${SPEED} times as fast\n`,
    );
    for (let part = 0; part <= SAMPLES; part++) {
      while (server.posts < (POSTS * part) / SAMPLES) await page.waitForTimeout(250);
      const sample = await take(session, server.posts);
      samples.push(sample);
      process.stdout.write(
        `  ${String(sample.posts).padStart(6)} posts: heap ${sample.heapMb.toFixed(2)} MB, ${sample.nodes} nodes, ${sample.listeners} listeners\n`,
      );
    }
    const frames = await page.evaluate((limit) => {
      const tasks = (globalThis as unknown as { longTasks: number[] }).longTasks;
      return { n: tasks.filter((ms) => ms > limit).length, largest: Math.max(0, ...tasks) };
    }, LONG_FRAME_MS);
    // The first part fills what is bounded: 200 rows of the stream, the hours of minutes that are kept.
    const [first, last] = [samples[1], samples.at(-1)];
    if (first !== undefined && last !== undefined) {
      process.stdout.write(
        `  from the first sixth to the end: heap ${signed(last.heapMb - first.heapMb)} MB, nodes ${signed(last.nodes - first.nodes)}, listeners ${signed(last.listeners - first.listeners)}; ${frames.n} tasks over ${LONG_FRAME_MS} ms (largest ${Math.round(frames.largest)} ms)\n`,
      );
    }
    await benchHidden(page);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function take(session: CDPSession, posts: number): Promise<Sample> {
  for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage');
  const heap = await session.send('Runtime.getHeapUsage');
  const dom = await session.send('Memory.getDOMCounters');
  return {
    posts,
    heapMb: heap.usedSize / 1e6,
    nodes: dom.nodes,
    listeners: dom.jsEventListeners,
  };
}

function watchFrames(page: Page): Promise<void> {
  return page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
}

/** Counts what is drawn in ten seconds, once seen and once hidden. */
async function benchHidden(page: Page): Promise<void> {
  await page.evaluate(() => {
    const counts = { draws: 0, changes: 0 };
    Object.assign(globalThis, { drawn: counts });
    const original = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function clearRect(...box) {
      counts.draws++;
      original.apply(this, box);
    };
    new MutationObserver((changes) => {
      counts.changes += changes.length;
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const during = async (hidden: boolean): Promise<string> => {
    await page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (value ? 'hidden' : 'visible'),
      });
      document.dispatchEvent(new Event('visibilitychange'));
      Object.assign((globalThis as unknown as { drawn: object }).drawn, { draws: 0, changes: 0 });
    }, hidden);
    await page.waitForTimeout(10_000);
    const counts = await page.evaluate(
      () => (globalThis as unknown as { drawn: { draws: number; changes: number } }).drawn,
    );
    return `${counts.draws} canvas draws, ${counts.changes} changes of the page`;
  };
  process.stdout.write(
    `  ten seconds seen: ${await during(false)}\n  ten seconds hidden: ${await during(true)}\n`,
  );
}

function signed(value: number): string {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(2);
  return value > 0 ? `+${text}` : text;
}
