import { build } from 'esbuild';
import path from 'node:path';
import { launchBrowser } from '../../e2e/support/browser.ts';

/**
 * Cost of one live update at 6 topics x 300 points: tick, series, model, both charts painted.
 * `npx tsx tests/bench/web-update/run.ts [rounds]`; fails when the 95th percentile of either chart exceeds 16 ms.
 */
const LIMIT_MS = 16;
const rounds = Number(process.argv[2] ?? 300);

const bundle = await build({
  entryPoints: [path.join(import.meta.dirname, 'page.tsx')],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2022',
});
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.setContent('<!doctype html><title>bench</title><body>');
await page.evaluate(bundle.outputFiles[0]?.text ?? '');
const measure = (count: number) =>
  page.evaluate(
    (n) =>
      (
        globalThis as unknown as {
          measure: (n: number) => Promise<{ main: number[]; volume: number[]; heapMb: number }>;
        }
      ).measure(n),
    count,
  );
await measure(30);
await page.setContent('<!doctype html><title>bench</title><body>');
const cost = await measure(rounds);
await browser.close();

const figures = { main: percentiles(cost.main), volume: percentiles(cost.volume) };
process.stdout.write(
  `${JSON.stringify({ topics: 6, points: 300, rounds, ...figures, heapMb: Math.round(cost.heapMb * 10) / 10 })}\n`,
);
if (Math.max(figures.main.p95, figures.volume.p95) > LIMIT_MS) {
  process.stderr.write(`an update costs more than ${LIMIT_MS} ms\n`);
  process.exitCode = 1;
}

function percentiles(values: number[]): { p50: number; p95: number; p99: number; max: number } {
  const ordered = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? 0;
    return Math.round(value * 10) / 10;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
