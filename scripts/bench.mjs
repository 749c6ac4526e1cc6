// `npm run bench [-- NAME…]`: measures this machine. Names: path, stages, score, prior, spikes, report, preview, web, viewers; default: path and stages.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled();
const { ensureBuilt, FORM } = await import('./build.mjs');
await ensureBuilt((line) => process.stderr.write(`${line}\n`));
const { build } = await import('esbuild');
await build({
  absWorkingDir: root,
  entryPoints: ['tests/bench/main.ts'],
  outdir: 'dist/bench',
  entryNames: 'bench',
  ...FORM,
  logLevel: 'error',
});
const result = spawnSync(
  process.execPath,
  ['--expose-gc', path.join(root, 'dist/bench/bench.mjs'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(result.status ?? 1);
