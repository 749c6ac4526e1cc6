import { run } from './eval-gold.ts';
import { readFileSync } from 'node:fs';
import { loadLexicon } from '#shared/node/lexicon.ts';
import { loadPrior } from '#shared/node/model.ts';
import { createPrior as oldPrior } from '/tmp/oldprior/prior.ts';
const flat: any = {
  version: '',
  bias: 0,
  classify: () => ({ positive: 0, neutral: 1, negative: 0 }),
  explain: (_t: string, s: number, e: number) => new Float32Array(e - s),
};
let prior: any = flat;
if (process.argv.includes('--noprior')) {
  /* */
} else
  try {
    prior = await loadPrior();
  } catch (e) {
    prior = oldPrior(readFileSync('/tmp/oldprior/prior.bin'));
  }
await run(
  process.argv.slice(2).filter((a) => a !== '--noprior'),
  {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: new AbortController().signal,
  },
  { prior, lexicon: await loadLexicon() },
);
