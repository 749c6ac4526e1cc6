/**
 * Look-up in a table of hashed features: slots of fingerprint (high 16 bits), polarity (int8), neutral (int8).
 *
 * A feature with hash h stands in one of the two slots of its bucket; a feature that was not learnt is in none, and so
 * contributes exactly nothing. With four slots a bucket more rare features find room, which measured nothing (0.1 points
 * either way), and a look-up takes half as long again.
 */

/** Slots in which one feature may stand. */
export const SLOTS_PER_BUCKET = 2;

/** The slot of a feature, 0 when it was not learnt. `cells` are 2^bits slots, `shift` is 32 - bits. */
export function findSlot(cells: Int32Array, shift: number, hash: number): number {
  const at = (hash >>> shift) & ~1;
  const fingerprint = hash & 0xffff;
  // No branches: which of the two it is cannot be foreseen, and one that differs yields 0.
  const a = cells[at]!;
  const b = cells[at + 1]!;
  return (
    (a & ((((a >>> 16) ^ fingerprint) - 1) >> 31)) | (b & ((((b >>> 16) ^ fingerprint) - 1) >> 31))
  );
}

export function polarityOf(slot: number): number {
  return (slot << 16) >> 24;
}

export function neutralOf(slot: number): number {
  return (slot << 24) >> 24;
}
