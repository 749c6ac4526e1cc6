import { build } from 'esbuild';
import path from 'node:path';
import { projectRoot } from '#shared/node/root.ts';
import { launchBrowser } from '../../e2e/support/browser.ts';

/** What an update may cost at 6 topics × 300 points (spec/ux.md): one frame of 60 a second. */
const LIMIT_MS = 16;
const ROUNDS = 300;

type Cost = { main: number[]; volume: number[]; heapMb: number };

/** Cost of one live update at 6 topics × 300 points: tick, series, model, both charts painted. */
export async function benchUpdateCost(): Promise<void> {
  const bundle = await build({
    entryPoints: [path.join(projectRoot(), 'tests/bench/web/page.tsx')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const blank = '<!doctype html><title>bench</title><body>';
  await page.setContent(blank);
  await page.evaluate(bundle.outputFiles[0]?.text ?? '');
  const measure = (count: number) =>
    page.evaluate(
      (n) => (globalThis as unknown as { measure: (n: number) => Promise<Cost> }).measure(n),
      count,
    );
  await measure(30);
  await page.setContent(blank);
  const cost = await measure(ROUNDS);
  await browser.close();
  process.stdout.write(
    `\nUpdate at 6 topics × 300 points, ${ROUNDS} rounds (limit ${LIMIT_MS} ms each)\n  mood chart: ${line(cost.main)}\n  volume chart: ${line(cost.volume)}\n`,
  );
}

function line(values: readonly number[]): string {
  const ordered = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    `${(ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? 0).toFixed(1)} ms`;
  const over = ordered.filter((value) => value > LIMIT_MS).length;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, largest ${at(1)}; ${over} over the limit`;
}
