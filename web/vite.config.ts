import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Plugin, defineConfig } from 'vite';

/** Under a kB or so a compressed copy saves nothing. */
const WORTH_COMPRESSING = 1000;

/** Puts a .br and a .gz beside every text file, so that the server compresses nothing while it serves. */
function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:js|css|html|svg|json|webmanifest)$/.test(name)) continue;
        const file = path.join(folder, name);
        const bytes = readFileSync(file);
        if (bytes.length < WORTH_COMPRESSING) continue;
        writeFileSync(`${file}.br`, brotliCompressSync(bytes));
        writeFileSync(`${file}.gz`, gzipSync(bytes));
      }
    },
  };
}

/**
 * Builds the browser app to dist/web: oxc compiles the JSX (automatic runtime, Preact).
 * The page runs under a strict Content-Security-Policy, so nothing may be inlined into the HTML.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [precompress()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The server reads it to name a page's chunks in the page's header.
    manifest: true,
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
