import { prefs, printing, systemDark } from '../state/prefs.ts';
import type { ChartColors } from './palette.ts';

/** Read when theme or polarity change; touch the signals so that callers inside effects follow. */
export function chartColors(): ChartColors {
  void [prefs.theme.value, systemDark.value, prefs.polarity.value, printing.value];
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
