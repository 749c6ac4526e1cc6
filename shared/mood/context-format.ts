/**
 * The file of the context model.
 *
 *     offset  0  'WMCX'
 *             4  u32  format (CONTEXT_FORMAT)
 *             8  u32  CRC-32 of everything from offset 12 on
 *            12  u32  length of the header, then the header as JSON in ASCII, padded with spaces to 4 bytes
 *             …  u32  2^bits slots (feature-table.ts)
 *             …  the trees of polarity, then those of neutral: roots i32, thresholds f32, values f32, lefts i16, features u8,
 *                each array padded to 4 bytes
 *
 * All little-endian.
 */
import { z } from 'zod';
import type { Trees } from './boosted-trees.ts';
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
  }),
  /** Divides both logits: calibration on held-out folds. */
  temperature: number.refine((t) => t > 0),
  trees: z.array(z.object({ roots: z.number().int(), nodes: z.number().int() })).length(2),
});

export interface ContextWeights extends Omit<z.infer<typeof headerSchema>, 'trees'> {
  slots: Uint32Array;
  polarityTrees: Trees;
  neutralTrees: Trees;
}

export const CONTEXT_FORMAT = 1;
const MAGIC = 0x5843_4d57;
const HEAD = 12;

export class ContextFormatError extends Error {
  override readonly name = 'ContextFormatError';
}

export function encodeContext(weights: ContextWeights): Uint8Array {
  const { slots, polarityTrees, neutralTrees, ...rest } = weights;
  const both = [polarityTrees, neutralTrees];
  const header = JSON.stringify({
    ...rest,
    trees: both.map(({ roots, left }) => ({ roots: roots.length, nodes: left.length })),
  });
  const text = new TextBytes(header);
  const size = both.reduce((sum, trees) => sum + sizeOf(trees.roots.length, trees.left.length), 0);
  const bytes = new Uint8Array(HEAD + 4 + text.padded + 4 * slots.length + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, CONTEXT_FORMAT, true);
  view.setUint32(HEAD, text.padded, true);
  text.write(bytes, HEAD + 4);
  let at = HEAD + 4 + text.padded;
  for (const slot of slots) {
    view.setUint32(at, slot, true);
    at += 4;
  }
  for (const trees of both) {
    for (const root of trees.roots) at = put(() => view.setInt32(at, root, true), 4, at);
    for (const value of trees.threshold) at = put(() => view.setFloat32(at, value, true), 4, at);
    for (const value of trees.value) at = put(() => view.setFloat32(at, value, true), 4, at);
    for (const value of trees.left) at = put(() => view.setInt16(at, value, true), 2, at);
    at = (at + 3) & ~3;
    for (const value of trees.feature) at = put(() => view.setUint8(at, value), 1, at);
    at = (at + 3) & ~3;
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
  const { trees, ...header } = readHeader(bytes.subarray(HEAD + 4, at));
  if (header.inputs !== inputs)
    throw new ContextFormatError(
      `the context model reads ${header.inputs} inputs, this program makes ${inputs}; run weimai train-context`,
    );
  const slots = new Uint32Array(2 ** header.bits);
  const expected =
    at + 4 * slots.length + trees.reduce((sum, t) => sum + sizeOf(t.roots, t.nodes), 0);
  if (bytes.length !== expected)
    throw new ContextFormatError('damaged context model: its length does not fit its header');
  for (let k = 0; k < slots.length; k++, at += 4) slots[k] = view.getUint32(at, true);
  const [polarityTrees, neutralTrees] = trees.map((shape) => {
    const read = emptyTrees(shape.roots, shape.nodes);
    for (let k = 0; k < shape.roots; k++, at += 4) read.roots[k] = view.getInt32(at, true);
    for (let k = 0; k < shape.nodes; k++, at += 4) read.threshold[k] = view.getFloat32(at, true);
    for (let k = 0; k < shape.nodes; k++, at += 4) read.value[k] = view.getFloat32(at, true);
    for (let k = 0; k < shape.nodes; k++, at += 2) read.left[k] = view.getInt16(at, true);
    at = (at + 3) & ~3;
    for (let k = 0; k < shape.nodes; k++, at++) read.feature[k] = view.getUint8(at);
    at = (at + 3) & ~3;
    return read;
  }) as [Trees, Trees];
  return { ...header, slots, polarityTrees, neutralTrees };
}

function readHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(String.fromCharCode(...bytes)));
  } catch (cause) {
    throw new ContextFormatError('damaged context model: its header cannot be read', { cause });
  }
}

export function emptyTrees(roots: number, nodes: number): Trees {
  return {
    roots: new Int32Array(roots),
    feature: new Uint8Array(nodes),
    threshold: new Float32Array(nodes),
    left: new Int16Array(nodes),
    value: new Float32Array(nodes),
  };
}

function sizeOf(roots: number, nodes: number): number {
  return 4 * roots + 8 * nodes + ((2 * nodes + 3) & ~3) + ((nodes + 3) & ~3);
}

function put(write: () => void, size: number, at: number): number {
  write();
  return at + size;
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
