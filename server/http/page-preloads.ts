import { existsSync, readFileSync } from 'node:fs';

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

/** Null where the web app was built without one. */
export function readManifest(file: string): Manifest | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : null;
}
