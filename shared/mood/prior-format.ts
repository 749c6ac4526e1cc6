/**
 * The file of trained weights.
 *
 *     offset  0  'WMPR'
 *             4  u32  format (FORMAT)
 *             8  u32  CRC-32 of everything from offset 12 on
 *            12  u32  length of the version text, then its ASCII characters, padded with zeros to 4 bytes
 *             …  u32  bits: the table has 2^bits slots
 *             …  f64  polarityUnit, neutralUnit, emoticonPolarityUnit, emoticonNeutralUnit, polarityBias, neutralBias,
 *                     temperature, lengthExponent
 *             …  u32  slots: fingerprint (high 16 bits), polarity (int8), neutral (int8)
 *
 * All little-endian. A feature with hash h stands in slot `h >>> (32 - bits)` or its neighbour (last bit flipped), with
 * the low 16 bits of h as fingerprint, so an n-gram that was not learnt contributes exactly nothing.
 */
export interface PriorWeights {
  /** Shown in the interface and stored with scores, e.g. `2026-11-23.1`. ASCII. */
  version: string;
  bits: number;
  /** Log-odds per step of the int8 weights. */
  polarityUnit: number;
  neutralUnit: number;
  /** The same for emoticon features, which are not divided by length. */
  emoticonPolarityUnit: number;
  emoticonNeutralUnit: number;
  polarityBias: number;
  neutralBias: number;
  /** Divides both logits: calibration on held-out folds. */
  temperature: number;
  /** The sum over n features is divided by n^lengthExponent. */
  lengthExponent: number;
  slots: Uint32Array;
}

export const PRIOR_FORMAT = 2;
const MAGIC = 0x5250_4d57;
const HEAD = 12;
const PARAMETERS = [
  'polarityUnit',
  'neutralUnit',
  'emoticonPolarityUnit',
  'emoticonNeutralUnit',
  'polarityBias',
  'neutralBias',
  'temperature',
  'lengthExponent',
] as const;
/** 2^22 slots are 16 MiB: more is no prior of ours. */
const BITS = { least: 4, most: 22 } as const;

export class PriorFormatError extends Error {
  override readonly name = 'PriorFormatError';
}

export function encodePrior(weights: PriorWeights): Uint8Array {
  const versionLength = weights.version.length;
  const padded = (versionLength + 3) & ~3;
  const tableAt = HEAD + 4 + padded + 4 + 8 * PARAMETERS.length;
  const bytes = new Uint8Array(tableAt + 4 * weights.slots.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, PRIOR_FORMAT, true);
  view.setUint32(HEAD, versionLength, true);
  for (let i = 0; i < versionLength; i++) bytes[HEAD + 4 + i] = weights.version.charCodeAt(i);
  let at = HEAD + 4 + padded;
  view.setUint32(at, weights.bits, true);
  at += 4;
  for (const name of PARAMETERS) {
    view.setFloat64(at, weights[name], true);
    at += 8;
  }
  for (const slot of weights.slots) {
    view.setUint32(at, slot, true);
    at += 4;
  }
  view.setUint32(8, crc32(bytes.subarray(HEAD)), true);
  return bytes;
}

/** Throws {@link PriorFormatError} with a sentence that says what is wrong with the file. */
export function decodePrior(bytes: Uint8Array): PriorWeights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD + 4 || view.getUint32(0, true) !== MAGIC)
    throw new PriorFormatError('not a weimai model: the file does not start with WMPR');
  const format = view.getUint32(4, true);
  if (format !== PRIOR_FORMAT)
    throw new PriorFormatError(
      `model format ${format} is not supported (this program reads format ${PRIOR_FORMAT}); run weimai train`,
    );
  const stated = view.getUint32(8, true);
  const found = crc32(bytes.subarray(HEAD));
  if (stated !== found)
    throw new PriorFormatError(
      `damaged model file: checksum ${hex(found)}, expected ${hex(stated)}; restore it or run weimai train`,
    );
  const versionLength = view.getUint32(HEAD, true);
  let at = HEAD + 4 + ((versionLength + 3) & ~3);
  if (at + 4 + 8 * PARAMETERS.length > bytes.length)
    throw new PriorFormatError('damaged model file: it ends inside the header');
  let version = '';
  for (let i = 0; i < versionLength; i++) version += String.fromCharCode(bytes[HEAD + 4 + i]!);
  const bits = view.getUint32(at, true);
  at += 4;
  const numbers = PARAMETERS.map((_, k) => view.getFloat64(at + 8 * k, true));
  at += 8 * PARAMETERS.length;
  if (bits < BITS.least || bits > BITS.most || bytes.length !== at + 4 * 2 ** bits)
    throw new PriorFormatError('damaged model file: its length does not fit its header');
  const parameters = Object.fromEntries(PARAMETERS.map((name, k) => [name, numbers[k]!])) as Record<
    (typeof PARAMETERS)[number],
    number
  >;
  if (!numbers.every(Number.isFinite) || !(parameters.temperature > 0))
    throw new PriorFormatError('damaged model file: a parameter is not a usable number');
  const slots = new Uint32Array(2 ** bits);
  for (let i = 0; i < slots.length; i++) slots[i] = view.getUint32(at + 4 * i, true);
  return { version, bits, slots, ...parameters };
}

/** CRC-32 (ISO-HDLC, as in zip and PNG). */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let c = index;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb8_8320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function hex(n: number): string {
  return n.toString(16).padStart(8, '0');
}
