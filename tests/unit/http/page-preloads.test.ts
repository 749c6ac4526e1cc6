import { expect, it } from 'vitest';
import { preloadHeader } from '#server/http/page-preloads.ts';

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
