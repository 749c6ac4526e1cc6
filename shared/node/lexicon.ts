import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseLexicon, type Lexicon } from '#shared/mood/lexicon.ts';
import { afinnTable } from './afinn.ts';
import { projectRoot } from './root.ts';

/**
 * Reads shared/mood/lexicon/*.tsv in the order of their names, then AFINN's English words; where two tables hold a
 * word the first wins.
 */
export async function loadLexicon(): Promise<Lexicon> {
  const folder = path.join(projectRoot(), 'shared/mood/lexicon');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.tsv')).sort();
  const tables = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(path.join(folder, name), 'utf8') })),
  );
  return parseLexicon([...tables, afinnTable()]);
}
