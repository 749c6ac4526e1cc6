/** `npm run bench [-- NAME…]`. Each part prints its own table; nothing here asserts. */
const PARTS: Record<string, () => Promise<{ bench: (...args: never[]) => Promise<unknown> }>> = {
  stages: () => import('./stages.ts'),
  path: () => import('./path.ts'),
  score: () => import('./score.ts'),
  prior: () => import('./prior.ts'),
  spikes: () => import('./spikes.ts'),
  report: () => import('./report.ts'),
  preview: () => import('./preview.ts'),
  web: () => import('./web/web.ts'),
  viewers: () => import('./viewers.ts'),
};
const names = process.argv.slice(2);
// The second process of `viewers`.
if (names[0] === 'viewers-clients') {
  const { benchClients } = await import('./viewers.ts');
  await benchClients(names[1] ?? '', Number(names[2]));
  process.exit(0);
}
for (const name of names.length > 0 ? names : ['stages', 'path']) {
  const load = PARTS[name];
  if (!load) {
    process.stderr.write(`bench: no part "${name}"; there are ${Object.keys(PARTS).join(', ')}\n`);
    process.exit(2);
  }
  const { bench } = await load();
  const rows = await (bench as () => Promise<unknown>)();
  if (Array.isArray(rows))
    for (const row of rows as unknown[])
      process.stdout.write(`${typeof row === 'string' ? row : JSON.stringify(row)}\n`);
}
process.exit(0);
