import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let found: string | undefined;

/**
 * Absolute path of the project: the nearest folder upwards whose package.json is named `weimai`.
 * Sources, bundles in dist/ and tests all find lexicons, model and migrations through it.
 */
export function projectRoot(): string {
  if (found) return found;
  let dir = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = path.join(dir, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'weimai') {
      found = dir;
      return dir;
    }
    const up = path.dirname(dir);
    if (up === dir)
      throw new Error(
        'weimai: its package.json was not found above ' + fileURLToPath(import.meta.url),
      );
    dir = up;
  }
}
