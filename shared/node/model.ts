import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createContextModel, type ContextModel } from '../mood/context.ts';
import { createPrior, type Prior } from '../mood/prior.ts';
import { projectRoot } from './root.ts';

/** Where `weimai train` puts the weights that ship with the project. */
export function defaultModelPath(): string {
  return path.join(projectRoot(), 'shared', 'mood', 'model', 'prior.bin');
}

/** Where `weimai train-context` puts its model. */
export function defaultContextPath(): string {
  return path.join(projectRoot(), 'shared', 'mood', 'model', 'context.bin');
}

/** Reads trained weights; a missing or damaged file is an error that names the file. */
export function loadPrior(file: string = defaultModelPath()): Promise<Prior> {
  return load(file, createPrior);
}

export function loadContext(file: string = defaultContextPath()): Promise<ContextModel> {
  return load(file, createContextModel);
}

async function load<T>(file: string, create: (bytes: Uint8Array) => T): Promise<T> {
  try {
    return create(await readFile(file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot load the mood model ${file}: ${reason}`, { cause });
  }
}
