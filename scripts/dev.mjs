// `npm run dev`: rebuilds the Node side on change and restarts it; pages by vite with a proxy to it.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled();
const { build } = await import('./build.mjs');
await build({ web: false });

let server = start();
let timer;
function start() {
  return spawn(
    process.execPath,
    ['-e', "import('./dist/node/standalone.mjs').then((m) => m.main([]))"],
    { cwd: root, stdio: 'inherit' },
  );
}
async function rebuild() {
  try {
    await build({ web: false });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return;
  }
  server.once('exit', () => {
    server = start();
  });
  server.kill('SIGTERM');
}
for (const dir of ['server', 'worker', 'shared']) {
  watch(path.join(root, dir), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void rebuild(), 300);
  });
}
spawn(path.join(root, 'node_modules/.bin/vite'), ['--config', 'web/vite.config.ts'], {
  cwd: root,
  stdio: 'inherit',
});
