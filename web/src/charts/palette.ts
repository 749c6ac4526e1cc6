/** Line patterns beside the six colours, so that lines are told apart without them. Dots are kept for uncertainty. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [9, 3],
  [],
  [14, 3, 3, 3],
  [6, 3],
  [18, 4],
];
export const UNCERTAIN_DASH: readonly number[] = [2, 3];

/** Colours of the current theme as Chart.js needs them: computed values, not variables. */
export interface ChartColors {
  surface: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  positive: string;
  neutral: string;
  negative: string;
  accent: string;
  warn: string;
  topics: readonly string[];
  font: string;
}

/** A colour slot for each topic: its own where free, else the next free one; the order of the list decides. */
export function assignSlots(topics: readonly { id: string; color: number }[]): Map<string, number> {
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const { id, color } of topics) {
    let slot = color;
    for (let tries = 0; taken.has(slot) && tries < 6; tries++) slot = (slot + 1) % 6;
    taken.add(slot);
    slots.set(id, slot);
  }
  return slots;
}
