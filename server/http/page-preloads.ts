import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** What Vite writes about its chunks (build.manifest), as far as it is read here. */
export type Manifest = Record<
  string,
  { file: string; isEntry?: boolean; imports?: string[]; css?: string[] }
>;

/**
 * `Link` header for a page that is one chunk of the app: the browser fetches the chunk and what it imports together
 * with the entry script, not after it has run. Saves a round trip before the first figure is on screen.
 */
export function preloadHeader(manifest: Manifest, page: string): string {
  const seen = new Set<string>();
  const files: string[] = [];
  const visit = (name: string): void => {
    const chunk = manifest[name];
    // The entry is in the HTML already.
    if (chunk === undefined || seen.has(name) || chunk.isEntry === true) return;
    seen.add(name);
    files.push(`</${chunk.file}>; rel=modulepreload`);
    for (const css of chunk.css ?? []) files.push(`</${css}>; rel=preload; as=style; crossorigin`);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit(page);
  return files.join(', ');
}

/** The header for a page of the build that lies in `root` now: it may be built anew while the server runs. */
export function createPagePreloads(root: string, page: string): () => string {
  const index = path.join(root, 'index.html');
  const manifest = path.join(root, '.vite/manifest.json');
  let known = { stamp: '', header: '' };
  return () => {
    const stamp = [index, manifest].map(stampOf).join(' ');
    if (stamp !== known.stamp) known = { stamp, header: headerOf(index, manifest, page) };
    return known.header;
  };
}

/** Empty while a build is half written, and where the manifest belongs to another page than the one that is served. */
function headerOf(index: string, manifestFile: string, page: string): string {
  if (!existsSync(index) || !existsSync(manifestFile)) return '';
  const manifest = parseManifest(readFileSync(manifestFile, 'utf8'));
  const html = readFileSync(index, 'utf8');
  const entry = Object.values(manifest).find((chunk) => chunk.isEntry === true);
  return entry !== undefined && html.includes(entry.file) ? preloadHeader(manifest, page) : '';
}

function parseManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch (cause) {
    if (cause instanceof SyntaxError) return {};
    throw cause;
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`;
}
