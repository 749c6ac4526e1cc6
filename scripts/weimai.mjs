#!/usr/bin/env node
// The `weimai` command. In a checkout it builds what is stale first.
import { ensureInstalled } from './install.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./build.mjs');
await ensureBuilt((line) => process.stderr.write(`${line}\n`));
const { main } = await import('../dist/node/cli.mjs');
await main(process.argv.slice(2));
