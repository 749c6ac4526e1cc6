// `node tests/bench/lighthouse.mjs URL [RUNS]`: median of Lighthouse over a page of a running server, phone and desktop.
// Lighthouse is no dependency of ours: LIGHTHOUSE names its folder, e.g. after `npm install --prefix /tmp/lh lighthouse`:
//   LIGHTHOUSE=/tmp/lh CHROME_PATH=/usr/bin/chromium node tests/bench/lighthouse.mjs http://127.0.0.1:7700/live
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [url, runs = '5'] = process.argv.slice(2);
const home = process.env['LIGHTHOUSE'];
if (url === undefined || home === undefined) {
  process.stderr.write('usage: LIGHTHOUSE=FOLDER node tests/bench/lighthouse.mjs URL [RUNS]\n');
  process.exit(2);
}
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const AUDITS = {
  fcpMs: 'first-contentful-paint',
  lcpMs: 'largest-contentful-paint',
  tbtMs: 'total-blocking-time',
  cls: 'cumulative-layout-shift',
  speedIndexMs: 'speed-index',
};
const folder = mkdtempSync(path.join(tmpdir(), 'weimai-lighthouse-'));
const file = path.join(folder, 'report.json');

for (const kind of ['phone', 'desktop']) {
  const results = [];
  for (let run = 0; run < Number(runs); run++) {
    measure(kind);
    results.push(JSON.parse(readFileSync(file, 'utf8')));
  }
  const row = { kind, runs: results.length };
  for (const name of CATEGORIES)
    row[name] = median(results.map(({ categories }) => Math.round(categories[name].score * 100)));
  for (const [name, audit] of Object.entries(AUDITS))
    row[name] = round(median(results.map(({ audits }) => audits[audit].numericValue)));
  // Below 1000 or so the machine itself is slow or busy, and all times are longer for it.
  row.machine = Math.round(median(results.map(({ environment }) => environment.benchmarkIndex)));
  row.domNodes = median(
    results.map(
      ({ audits }) =>
        (audits['dom-size-insight'] ?? audits['dom-size']).numericValue ?? elements(audits),
    ),
  );
  row.kB = round(
    median(results.map(({ audits }) => audits['total-byte-weight'].numericValue / 1000)),
  );
  process.stdout.write(`${JSON.stringify(row)}\n`);
}
rmSync(folder, { recursive: true });

/** One run. On a busy machine the browser's trace may come without its start: that run is made again. */
function measure(kind, triesLeft = 3) {
  const done = spawnSync(
    process.execPath,
    [
      path.join(home, 'node_modules/lighthouse/cli/index.js'),
      url,
      '--quiet',
      '--output=json',
      `--output-path=${file}`,
      `--only-categories=${CATEGORIES.join(',')}`,
      '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
      ...(kind === 'desktop' ? ['--preset=desktop'] : []),
    ],
    { encoding: 'utf8' },
  );
  if (done.status === 0) return;
  if (triesLeft > 0) return measure(kind, triesLeft - 1);
  process.stderr.write(done.stderr);
  process.exit(1);
}

function elements(audits) {
  const items = audits['dom-size-insight']?.details?.items ?? [];
  return items.find((item) => item.value?.value !== undefined)?.value?.value ?? Number.NaN;
}

function median(values) {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)];
}

function round(value) {
  return value > 10 ? Math.round(value) : Math.round(value * 1000) / 1000;
}
