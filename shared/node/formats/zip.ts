import { createInflateRaw } from 'node:zlib';
import { FormatError, type ArchiveLimits } from './format.ts';
import { checkExpansion } from './open-bytes.ts';

/** A zip archive in memory, read by entry name only: no path from it ever reaches the file system. */
export interface Zip {
  has(name: string): boolean;
  /** Inflates one entry piece by piece; its size is checked as it grows, not as the archive claims. */
  read(name: string): AsyncGenerator<Buffer>;
}

interface Entry {
  method: number;
  compressedSize: number;
  headerAt: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

export function openZip(archive: Buffer, limits: ArchiveLimits): Zip {
  const entries = readDirectory(archive, limits);
  let expanded = 0;
  return {
    has: (name) => entries.has(name),
    async *read(name) {
      const entry = entries.get(name);
      if (!entry) throw new FormatError('format/broken', `The archive lacks ${name}`);
      for await (const chunk of inflate(archive, entry)) {
        expanded += chunk.length;
        checkExpansion(expanded, archive.length, limits);
        yield chunk;
      }
    },
  };
}

function readDirectory(archive: Buffer, limits: ArchiveLimits): Map<string, Entry> {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > limits.entries)
    throw new FormatError('format/too-large', 'The archive has too many entries');
  const entries = new Map<string, Entry>();
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged();
    const isEncrypted = (archive.readUInt16LE(at + 8) & 1) === 1;
    if (isEncrypted) throw new FormatError('format/broken', 'The archive is encrypted');
    const nameLength = archive.readUInt16LE(at + 28);
    entries.set(archive.toString('utf8', at + 46, at + 46 + nameLength), {
      method: archive.readUInt16LE(at + 10),
      compressedSize: archive.readUInt32LE(at + 20),
      headerAt: archive.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** The end record lies within the last 64 KiB (its comment may follow it). */
function findEnd(archive: Buffer): number {
  for (let at = archive.length - 22; at >= Math.max(0, archive.length - 65_558); at--) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw damaged();
}

async function* inflate(archive: Buffer, entry: Entry): AsyncGenerator<Buffer> {
  const { headerAt, compressedSize, method } = entry;
  if (headerAt + 30 > archive.length || archive.readUInt32LE(headerAt) !== LOCAL_HEADER)
    throw damaged();
  const start =
    headerAt + 30 + archive.readUInt16LE(headerAt + 26) + archive.readUInt16LE(headerAt + 28);
  const data = archive.subarray(start, start + compressedSize);
  if (data.length !== compressedSize) throw damaged();
  if (method === STORED) yield data;
  else if (method === DEFLATED) yield* inflateRaw(data);
  else throw new FormatError('format/broken', 'The archive uses an unknown compression');
}

async function* inflateRaw(data: Buffer): AsyncGenerator<Buffer> {
  const stream = createInflateRaw();
  stream.end(data);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    throw new FormatError('format/broken', 'The archive is damaged', { cause });
  } finally {
    stream.destroy();
  }
}

function damaged(): FormatError {
  return new FormatError('format/broken', 'The archive is damaged');
}
