// `npm test`: installs what is missing, builds what is stale, runs every test. What cannot run here is named in one
// line each; with WEIMAI_TEST_ALL=1 a missing requirement is a failure (tests/support/requirements.ts).
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled();
const { ensureBuilt } = await import('./build.mjs');
await ensureBuilt((line) => process.stderr.write(`${line}\n`));

const present = (...names) => names.some((name) => spawnSync('which', [name]).status === 0);
const skipped = [];
if (!present('chromium', 'chromium-browser', 'google-chrome'))
  skipped.push('browser tests: no Chromium (Debian: apt-get install chromium fonts-noto-cjk)');
if (!present('redis-server'))
  skipped.push('tests on Redis: no redis-server (Debian: apt-get install redis-server)');
if (!present('pdftotext'))
  skipped.push('reading PDF reports back: no pdftotext (Debian: apt-get install poppler-utils)');
if (!present('soffice'))
  skipped.push(
    'spreadsheets judged by LibreOffice: no soffice (Debian: apt-get install libreoffice-calc)',
  );
for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
if (skipped.length > 0 && process.env.WEIMAI_TEST_ALL === '1') {
  process.stdout.write('WEIMAI_TEST_ALL=1: nothing may be skipped.\n');
  process.exit(1);
}
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const result = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
