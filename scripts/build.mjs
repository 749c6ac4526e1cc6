// Bundles server, worker and CLI with esbuild (dependencies stay in node_modules) and the pages with vite.
// `ensureBuilt()` does so only when a source is newer than dist/BUILD: npm start calls it each time.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'dist/BUILD');
const CODE = ['server', 'worker', 'shared'];

function newest(dir) {
  let latest = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const file = path.join(dir, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs);
  }
  return latest;
}

export function isStale() {
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const files = ['package.json', 'package-lock.json', 'scripts/build.mjs'].map(
    (file) => statSync(path.join(root, file)).mtimeMs,
  );
  return [...[...CODE, 'web'].map((dir) => newest(path.join(root, dir))), ...files].some(
    (time) => time > built,
  );
}

/**
 * How code for Node is bundled. `minifySyntax` writes constants where they are used, 8 % of scoring; `splitting` leaves
 * modules as they are where parts are loaded later, which otherwise hides constants from the compiler, 20 % of it.
 */
export const FORM = {
  bundle: true,
  splitting: true,
  minifySyntax: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  outExtension: { '.js': '.mjs' },
};

export async function build({ web = true } = {}) {
  const began = Date.now();
  const { build: bundle } = await import('esbuild');
  await bundle({
    absWorkingDir: root,
    entryPoints: {
      standalone: 'server/standalone-main.ts',
      server: 'server/server-main.ts',
      worker: 'worker/worker-main.ts',
      cli: 'server/cli/cli-main.ts',
      render: 'server/render-main.ts',
    },
    outdir: 'dist/node',
    ...FORM,
    logLevel: 'warning',
  });
  if (web) {
    const vite = await import('vite');
    await vite.build({ configFile: path.join(root, 'web/vite.config.ts'), logLevel: 'warn' });
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, new Date(began).toISOString());
}

export async function ensureBuilt(say = () => undefined) {
  if (!isStale()) return;
  say('Building …');
  // In a process of its own: the bundlers' 100 MB and more would stay with the server that runs here afterwards.
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--keep'], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `--keep`: another Weimai may be running from these files.
  if (!process.argv.includes('--keep'))
    rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  await build();
}
