import { constants, gunzipSync } from 'node:zlib';
import { FormatError, type FormatName } from './format.ts';
import { decodeHead } from './text-encoding.ts';

/**
 * Container of a file from its first bytes; the name only decides what the bytes leave open (CSV or TSV).
 * Gzip is looked through.
 */
export function detectFormat(head: Buffer, name: string): FormatName {
  const plain = isGzip(head) ? firstGunzipped(head) : head;
  if (isZip(plain)) return 'xlsx';
  const text = decodeHead(plain).trimStart();
  if (text === '') throw new FormatError('format/unknown', 'The file is empty');
  if (text.startsWith('<')) return 'feed';
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return isOneRecordALine(text) ? 'ndjson' : 'json';
  if (/^(?:event:|data:|:)/.test(text)) return 'sse';
  const header = text.split(/\r?\n/, 1)[0] ?? '';
  if (/[^\n\t -~\u00a0-\uffff]/.test(header.slice(0, 1_000))) {
    throw new FormatError('format/unknown', 'This is no text, Excel or feed file');
  }
  const bare = name.toLowerCase().replace(/\.gz$/, '');
  if (bare.endsWith('.tsv')) return 'tsv';
  return header.includes('\t') && !header.includes(',') ? 'tsv' : 'csv';
}

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

function firstGunzipped(head: Buffer): Buffer {
  try {
    // 64 KiB of compressed text never hold more than this much that detection needs; a bomb stops here too.
    return gunzipSync(head.subarray(0, 4_096), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 8_000_000,
    });
  } catch (cause) {
    throw new FormatError('format/broken', 'The gzip file is damaged', { cause });
  }
}

/** `{"weibo":[…` on one line is one JSON document, not NDJSON. */
function isOneRecordALine(text: string): boolean {
  const end = text.indexOf('\n');
  if (end < 0) return false;
  const first = text.slice(0, end).trim();
  if (
    /^\{\s*"(?:weibo|user|statuses|items|version|data|posts|ok)"\s*:\s*[[{"\d]/.test(first) &&
    first.includes('[{')
  )
    return false;
  return first.endsWith('}') && isJson(first);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}
