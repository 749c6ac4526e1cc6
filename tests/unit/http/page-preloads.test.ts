import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createPagePreloads, preloadHeader } from '#server/http/page-preloads.ts';

const manifest = {
  'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_core.js'] },
  '_core.js': { file: 'assets/core.js' },
  '_chart.js': { file: 'assets/chart.js', imports: ['_core.js', 'src/live.tsx'] },
  'src/live.tsx': {
    file: 'assets/live.js',
    css: ['assets/live.css'],
    imports: ['index.html', '_core.js', '_chart.js'],
  },
};

it('names a page’s chunk, its styles and all it imports, each once, without the entry', () => {
  expect(preloadHeader(manifest, 'src/live.tsx').split(', ')).toEqual([
    '</assets/live.js>; rel=modulepreload',
    '</assets/live.css>; rel=preload; as=style; crossorigin',
    '</assets/core.js>; rel=modulepreload',
    '</assets/chart.js>; rel=modulepreload',
  ]);
});

it('is empty for a page that the build does not know', () => {
  expect(preloadHeader(manifest, 'src/gone.tsx')).toBe('');
});

it('is that of the build which is served, also when that is another one than at the start', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'weimai-preloads-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const manifestOf = (hash: string) =>
    JSON.stringify({
      'index.html': { file: `assets/index-${hash}.js`, isEntry: true },
      'src/live.tsx': { file: `assets/live-${hash}.js` },
    });
  const pageOf = (hash: string) => `<script src="/assets/index-${hash}.js"></script>`;
  const preloads = createPagePreloads(root, 'src/live.tsx');
  expect(preloads()).toBe('');

  write('.vite/manifest.json', manifestOf('old'));
  write('index.html', pageOf('old'));
  expect(preloads()).toBe('</assets/live-old.js>; rel=modulepreload');

  write('.vite/manifest.json', manifestOf('newest'));
  expect(preloads()).toBe('');
  write('index.html', pageOf('newest'));
  expect(preloads()).toBe('</assets/live-newest.js>; rel=modulepreload');

  write('.vite/manifest.json', manifestOf('half').slice(0, 20));
  expect(preloads()).toBe('');
  rmSync(root, { recursive: true });
});
