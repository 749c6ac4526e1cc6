import { prefs, systemDark } from '../state/prefs.ts';

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

/** Read when theme or polarity change; touch the signals so that callers inside effects follow. */
export function chartColors(): ChartColors {
  void [prefs.theme.value, systemDark.value, prefs.polarity.value];
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    surface: read('--surface'),
    ink: read('--ink'),
    ink2: read('--ink-2'),
    ink3: read('--ink-3'),
    line: read('--line'),
    positive: read('--positive'),
    neutral: read('--neutral'),
    negative: read('--negative'),
    accent: read('--accent'),
    warn: read('--warn'),
    topics: [0, 1, 2, 3, 4, 5].map((slot) => read(`--topic-${slot}`)),
    font: read('--font'),
  };
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
