// `npm run check`: the one gate. Types, lint, format, dead code, tests; stops at the first that fails.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled();
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const STEPS = [
  ['types', bin('tsc'), ['-b']],
  ['lint', bin('oxlint'), ['--type-aware', '--max-warnings', '0']],
  ['format', bin('oxfmt'), ['--check', '.']],
  ['dead code', bin('knip'), []],
  ['tests', process.execPath, [path.join(root, 'scripts/test.mjs')]],
];
const only = process.argv.slice(2);
for (const [name, command, args] of STEPS) {
  if (only.length > 0 && !only.includes(name)) continue;
  const began = Date.now();
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  process.stdout.write(
    `${result.status === 0 ? 'ok  ' : 'FAIL'} ${String(name)} (${String(Math.round((Date.now() - began) / 1000))} s)\n`,
  );
  if (result.status !== 0) process.exit(result.status ?? 1);
}
