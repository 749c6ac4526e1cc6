/** Tables of targeted accuracy: per set and per phenomenon, with the confusion of the classes. */
import type { PriorResult } from '../../mood/prior.ts';
import type { ContextRow } from './train-context.ts';

type Confusion = [[number, number, number], [number, number, number], [number, number, number]];

export function renderTargeted(answers: readonly { row: ContextRow; said: PriorResult }[]): string {
  const tables = new Map<string, Confusion>();
  for (const { row, said } of answers) {
    const label = labelIndex(said);
    for (const name of [`set ${row.set}`, ...row.phenomena.map((p) => `phenomenon ${p}`), 'all']) {
      const table: Confusion = tables.get(name) ?? [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ];
      tables.set(name, table);
      table[row.label + 1]![label + 1]!++;
    }
  }
  const lines = ['                                mentions  accuracy  macro-F1   neutral, share'];
  for (const [name, table] of [...tables].sort(([a], [b]) => (a < b ? 1 : -1))) {
    const n = table.flat().reduce((sum, count) => sum + count, 0);
    const right = table.reduce((sum, row, k) => sum + row[k]!, 0);
    const neutral = table[1].reduce((sum, count) => sum + count, 0);
    lines.push(
      `${name.padEnd(32)}${String(n).padStart(8)}${percent(right / n)}${percent(macroF1(table))}${percent(neutral / n)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** -1, 0, 1: the likeliest class. */
export function labelIndex({ positive, neutral, negative }: PriorResult): number {
  if (neutral >= positive && neutral >= negative) return 0;
  return positive >= negative ? 1 : -1;
}

function macroF1(table: Confusion): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    const hit = table[k]![k]!;
    const support = table[k]!.reduce((a, b) => a + b, 0);
    const claimed = table.reduce((total, row) => total + row[k]!, 0);
    sum += (2 * hit) / Math.max(1, support + claimed) / 3;
  }
  return sum;
}

const percent = (share: number): string => (100 * share).toFixed(1).padStart(10);
