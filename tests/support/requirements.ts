import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '#shared/node/root.ts';

/** What some tests need beyond npm. With WEIMAI_TEST_ALL=1 (CI) a missing one fails instead of skipping. */
function need(name: string, found: string | undefined): string | undefined {
  if (found === undefined && process.env.WEIMAI_TEST_ALL === '1')
    throw new Error(`WEIMAI_TEST_ALL=1, but ${name} was not found`);
  return found;
}

const onPath = (...names: string[]): string | undefined =>
  names.find((name) => spawnSync('which', [name]).status === 0);

/** Path of a Chromium, or undefined. */
export const chromium = need('Chromium', onPath('chromium', 'chromium-browser', 'google-chrome'));
/** Name of redis-server, or undefined. */
export const redisServer = need('redis-server', onPath('redis-server'));
/** LibreOffice, the judge of spreadsheets, or undefined. */
export const soffice = need('LibreOffice (soffice)', onPath('soffice'));
/** poppler's pdftotext, or undefined. */
export const pdftotext = need('pdftotext (poppler-utils)', onPath('pdftotext'));
/** Entry of an installed onnxruntime-node, or undefined: 290 MB that nothing but one test needs. */
export const onnxRuntime = [process.env.ONNXRUNTIME_NODE]
  .filter((folder) => folder !== undefined)
  .map((folder) => path.join(folder, 'dist/index.js'))
  .find((file) => existsSync(file));
/** Folder of the shared data sets, or undefined. Not required even in CI: they are no part of the project. */
export const dataFolder = [
  process.env.WEIMAI_DATA,
  path.resolve(projectRoot(), '../shared/data'),
].find((dir) => dir !== undefined && existsSync(path.join(dir, 'labelled')));
