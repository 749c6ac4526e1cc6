import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isGzip } from './detect-format.ts';
import { FormatError, type ArchiveLimits } from './format.ts';

export interface OpenBytes {
  /** The first bytes after decompression, enough to tell format and encoding. */
  head: Buffer;
  /** All bytes after decompression, `head` included. */
  chunks: AsyncIterable<Buffer>;
  /** Bytes taken from the input so far, before decompression: what a progress bar compares with the file size. */
  bytesRead(): number;
}

const HEAD_BYTES = 16_384;

/** Opens a stream for reading: looks through gzip and guards against bombs while it expands. */
export async function openBytes(stream: Readable, limits: ArchiveLimits): Promise<OpenBytes> {
  let bytesRead = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
      bytesRead += bytes.length;
      yield bytes;
    }
  }
  const raw = await peek(counted());
  const plain = isGzip(raw.head) ? await peek(gunzip(raw.chunks, limits, () => bytesRead)) : raw;
  return { ...plain, bytesRead: () => bytesRead };
}

/** Refuses with `format/too-large` once the expanded size can only come from a bomb. */
export function checkExpansion(expanded: number, compressed: number, limits: ArchiveLimits): void {
  const tooMuch =
    expanded > limits.expandedBytes ||
    (expanded > limits.freeBytes && expanded > compressed * limits.ratio);
  if (tooMuch)
    throw new FormatError(
      'format/too-large',
      'The archive expands to far more than it should and is refused',
    );
}

async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  limits: ArchiveLimits,
  compressed: () => number,
): AsyncGenerator<Buffer> {
  const unpacked = createGunzip();
  const feeding = feed(chunks, unpacked);
  let expanded = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      expanded += chunk.length;
      checkExpansion(expanded, compressed(), limits);
      yield chunk;
    }
    await feeding;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError('format/broken', 'The gzip file is damaged or cut off', { cause });
  } finally {
    unpacked.destroy();
  }
}

/** Writes the compressed bytes with back-pressure; a failing input fails the reader through `destroy`. */
async function feed(
  chunks: AsyncIterable<Buffer>,
  target: ReturnType<typeof createGunzip>,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (target.destroyed) return;
      if (!target.write(chunk)) await drained(target);
    }
    target.end();
  } catch (error) {
    target.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function drained(target: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.off('drain', done).off('close', done);
      resolve();
    };
    target.on('drain', done).on('close', done);
  });
}

/** Reads until the head is full, then gives all of it back in order. */
async function peek(
  chunks: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  for (let size = 0; size < HEAD_BYTES;) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(first);
  return { head, chunks: replay(head, iterator) };
}

async function* replay(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}
