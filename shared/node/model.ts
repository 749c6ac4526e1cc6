import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createPrior, type Prior } from '../mood/prior.ts';
import { projectRoot } from './root.ts';

/** Where `weimai train` puts the weights that ship with the project. */
export function defaultModelPath(): string {
  return path.join(projectRoot(), 'shared', 'mood', 'model', 'prior.bin');
}

/** Reads trained weights; a missing or damaged file is an error that names the file. */
export async function loadPrior(file: string = defaultModelPath()): Promise<Prior> {
  try {
    return createPrior(await readFile(file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot load the mood model ${file}: ${reason}`, { cause });
  }
}
