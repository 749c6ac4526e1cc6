/**
 * The file of the context model.
 *
 *     offset  0  'WMCX'
 *             4  u32  format (CONTEXT_FORMAT)
 *             8  u32  CRC-32 of everything from offset 12 on
 *            12  u32  length of the header, then the header as JSON in ASCII, padded with spaces to 4 bytes
 *             …  u32  2^bits slots (feature-table.ts)
 *             …  the trees: inputs u32, thresholds i32, leaves i16 (boosted-trees.ts)
 *
 * All little-endian.
 */
import { z } from 'zod';
import { emptyTrees, TREE_DEPTH, TREE_LEAVES, type Trees } from './boosted-trees.ts';
import { crc32 } from './prior-format.ts';

const number = z.number().refine(Number.isFinite);
const headerSchema = z.object({
  version: z.string().max(64),
  bits: z.number().int().min(4).max(20),
  inputs: z.number().int(),
  /** Log-odds per step of the int8 weights, and what multiplies the inputs of the linear part (context.ts). */
  polarityUnit: number,
  neutralUnit: number,
  linear: z.object({
    polarityBias: number,
    evidence: number,
    strongEvidence: number,
    wholePolarity: number,
    neutralBias: number,
    wholeNeutral: number,
    evidenceNeutral: number,
    wholePolarNeutral: number,
    ownPolarity: number,
    wholeAmongOthers: number,
    ownAmongOthers: number,
    ownNeutral: number,
  }),
  /** Divides both logits: calibration on held-out folds. */
  temperature: number.refine((t) => t > 0),
  trees: z.number().int().min(0),
  /** Log-odds per step of a leaf. */
  leafUnit: number,
});

export interface ContextWeights extends Omit<z.infer<typeof headerSchema>, 'trees' | 'leafUnit'> {
  slots: Uint32Array;
  trees: Trees;
}

export const CONTEXT_FORMAT = 3;
const MAGIC = 0x5843_4d57;
const HEAD = 12;

export class ContextFormatError extends Error {
  override readonly name = 'ContextFormatError';
}

export function encodeContext(weights: ContextWeights): Uint8Array {
  const { slots, trees, ...rest } = weights;
  const header = JSON.stringify({
    ...rest,
    trees: trees.inputs.length / TREE_DEPTH,
    leafUnit: trees.unit,
  });
  const text = new TextBytes(header);
  const leaves = Uint32Array.from(
    { length: trees.leaves.length / 2 },
    (_, k) => (trees.leaves[2 * k]! & 0xffff) | (trees.leaves[2 * k + 1]! << 16),
  );
  const arrays = [slots, trees.inputs, trees.thresholds, leaves];
  const size = arrays.reduce((sum, array) => sum + array.length, 0);
  const bytes = new Uint8Array(HEAD + 4 + text.padded + 4 * size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, CONTEXT_FORMAT, true);
  view.setUint32(HEAD, text.padded, true);
  text.write(bytes, HEAD + 4);
  let at = HEAD + 4 + text.padded;
  for (const array of arrays) {
    for (const value of array) {
      view.setUint32(at, value, true);
      at += 4;
    }
  }
  view.setUint32(8, crc32(bytes.subarray(HEAD)), true);
  return bytes;
}

/** Throws {@link ContextFormatError} with a sentence that says what is wrong with the file. */
export function decodeContext(bytes: Uint8Array, inputs: number): ContextWeights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD + 4 || view.getUint32(0, true) !== MAGIC)
    throw new ContextFormatError('not a weimai context model: the file does not start with WMCX');
  const format = view.getUint32(4, true);
  if (format !== CONTEXT_FORMAT)
    throw new ContextFormatError(
      `context model format ${format} is not supported (this program reads format ${CONTEXT_FORMAT}); run weimai train-context`,
    );
  if (view.getUint32(8, true) !== crc32(bytes.subarray(HEAD)))
    throw new ContextFormatError('damaged context model: its checksum does not fit; restore it');
  const length = view.getUint32(HEAD, true);
  let at = HEAD + 4 + length;
  if (at > bytes.length) throw new ContextFormatError('damaged context model: it ends too early');
  const { trees: count, leafUnit, ...header } = readHeader(bytes.subarray(HEAD + 4, at));
  if (header.inputs !== inputs)
    throw new ContextFormatError(
      `the context model reads ${header.inputs} inputs, this program makes ${inputs}; run weimai train-context`,
    );
  // Before anything as large as the header says is reserved.
  if (bytes.length !== at + 4 * (2 ** header.bits + count * (2 * TREE_DEPTH + TREE_LEAVES)))
    throw new ContextFormatError('damaged context model: its length does not fit its header');
  const slots = new Uint32Array(2 ** header.bits);
  const trees = emptyTrees(count);
  for (const array of [slots, trees.inputs, trees.thresholds])
    for (let k = 0; k < array.length; k++, at += 4) array[k] = view.getUint32(at, true);
  for (let k = 0; k < trees.leaves.length; k++, at += 2) trees.leaves[k] = view.getInt16(at, true);
  trees.unit = leafUnit;
  return { ...header, slots, trees };
}

function readHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(String.fromCharCode(...bytes)));
  } catch (cause) {
    throw new ContextFormatError('damaged context model: its header cannot be read', { cause });
  }
}

/** ASCII padded with spaces to whole words. */
class TextBytes {
  readonly padded: number;
  #text: string;
  constructor(text: string) {
    this.#text = text;
    this.padded = (text.length + 3) & ~3;
  }
  write(bytes: Uint8Array, at: number): void {
    bytes.fill(0x20, at, at + this.padded);
    for (let i = 0; i < this.#text.length; i++) bytes[at + i] = this.#text.charCodeAt(i);
  }
}
