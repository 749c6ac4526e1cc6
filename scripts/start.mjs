// `npm start`: installs what is missing, builds what is stale, starts everything, prints one address.
import { ensureInstalled } from './install.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./build.mjs');
await ensureBuilt((line) => process.stderr.write(`${line}\n`));
const { main } = await import('../dist/node/standalone.mjs');
await main(process.argv.slice(2));
