import { TextDecoder } from 'node:util';

/** Encodings met in Chinese exports: UTF-8 with or without BOM, UTF-16 from Excel ("Unicode text"), GBK from Excel CSV. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export function detectEncoding(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return isUtf8(head) || !isGb18030(head) ? 'utf-8' : 'gb18030';
}

export function decodeHead(head: Buffer): string {
  return new TextDecoder(detectEncoding(head)).decode(head, { stream: true });
}

/** Bytes to text without a BOM, keeping characters that are split between chunks. */
export async function* decodeText(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

function isUtf8(head: Buffer): boolean {
  return decodes(head, 'utf-8');
}

function isGb18030(head: Buffer): boolean {
  return decodes(head, 'gb18030');
}

function decodes(head: Buffer, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    // A byte sequence that is impossible in this encoding: that is the answer.
    return false;
  }
}
