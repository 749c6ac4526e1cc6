import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './root.ts';

let known: string | undefined;

/** Version of this build: package.json's, with the build's stamp where there is one (dist/BUILD). */
export function version(): string {
  if (known === undefined) {
    const manifest = JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as {
      version: string;
    };
    known = manifest.version;
  }
  return known;
}
