// Builds nodejieba's native binding when the package's own install script was skipped or could not run.
// (npm 12 blocks install scripts; nodejieba's own one also needs `npx` to fetch. See README, Decisions.)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const packageDir = path.dirname(require.resolve('nodejieba/package.json'));

/** True when the binding loads in a fresh process (a broken binding may abort, so not in this one). */
function loads() {
  const probe = `require(${JSON.stringify(path.join(packageDir, 'build/Release/nodejieba.node'))})`;
  return spawnSync(process.execPath, ['-e', probe], { stdio: 'ignore' }).status === 0;
}

if (!loads()) {
  const env = { ...process.env };
  const nodeDir = path.resolve(process.execPath, '../..');
  // node-gyp would download headers; take those that came with this Node where they exist.
  if (!env.npm_config_nodedir && fs.existsSync(path.join(nodeDir, 'include/node/node_api.h'))) {
    env.npm_config_nodedir = nodeDir;
  }
  env.MAKEFLAGS ??= `-j${os.availableParallelism()}`;
  env.JOBS ??= 'max';
  const preGyp = path.join(
    path.dirname(require.resolve('@mapbox/node-pre-gyp/package.json')),
    'bin/node-pre-gyp',
  );
  const build = spawnSync(process.execPath, [preGyp, 'install', '--build-from-source'], {
    cwd: packageDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env,
  });
  if (!loads()) {
    process.stderr.write(`${build.stdout ?? ''}${build.stderr ?? ''}\n`);
    process.stderr.write(
      'nodejieba could not be built. It needs python3, make and g++ (Debian: apt-get install python3 make g++).\n',
    );
    process.exit(1);
  }
}

// What is installed belongs to this lock file: npm start need not install again (scripts/install.mjs).
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
if (fs.existsSync(path.join(root, 'package-lock.json'))) {
  const lock = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  fs.writeFileSync(path.join(root, 'node_modules/.weimai-lock'), lock);
}
