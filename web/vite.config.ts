import { defineConfig } from 'vite';

/**
 * Builds the browser app to dist/web. No plugin: oxc compiles the JSX (automatic runtime, Preact).
 * The page runs under a strict Content-Security-Policy, so nothing may be inlined into the HTML.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Chunks are a few kB each and HTTP/1.1 keeps them warm; the polyfill would need inline code.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      // The server compares Origin with Host: both must stay the page's own.
      '/api': { target: 'http://127.0.0.1:7700', changeOrigin: false },
      '/socket.io': { target: 'http://127.0.0.1:7700', ws: true },
    },
  },
});
