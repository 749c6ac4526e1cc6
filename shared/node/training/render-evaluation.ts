/** Evaluation as text for a terminal. */
import type { CurvePoint, EvaluationRow } from './cross-validate.ts';
import type { ReliabilityBin, SetMetrics } from './metrics.ts';
import { PUBLISHED_POLARITY, WEIBO_SETS } from './published.ts';

const CLASSES = ['positive', 'neutral', 'negative'];

export function renderEvaluation(rows: readonly EvaluationRow[]): string {
  return [
    table(
      ['set', 'rows', 'pos/neg %', '3-class %', 'macro-F1', 'own balance', 'ECE %'],
      rows.map((row) => [
        row.set,
        String(row.rows),
        percent(row.polarityAccuracy),
        percent(row.accuracy),
        percent(row.macroF1),
        percent(row.macroF1OwnBalance),
        percent(row.calibrationError),
      ]),
    ),
    'pos/neg: right sign on positive and negative rows. macro-F1: of three classes, with one model for all sets.',
    "own balance: macro-F1 when two intercepts are fitted to the set's own shares (on other folds).",
    '',
    comparison(rows),
    confusions(rows),
    reliability(rows),
  ].join('\n');
}

/** One line per set, one column per share of the training texts; `sign` and `macro-F1, own balance`. */
export function renderCurve(points: readonly CurvePoint[]): string {
  const head = ['set', 'measure', ...points.map(({ share }) => `${(100 * share).toFixed(0)} %`)];
  const sets = points[0]?.rows.map((row) => row.set) ?? [];
  const lines = sets.flatMap((set) => {
    const rows = points.map((point) => point.rows.find((row) => row.set === set)!);
    const sign = [set, 'pos/neg %', ...rows.map((row) => percent(row.polarityAccuracy))];
    if (rows.every((row) => row.macroF1OwnBalance === null)) return [sign];
    return [sign, [set, 'macro-F1, own', ...rows.map((row) => percent(row.macroF1OwnBalance))]];
  });
  return `${table(head, lines)}\n`;
}

/** Our mean beside the published ones, when all eight sets were judged; else each set by itself says enough. */
function comparison(rows: readonly EvaluationRow[]): string {
  const judged = WEIBO_SETS.map((name) => rows.find((row) => row.set === name));
  const known = judged.filter((row) => row !== undefined && row.polarityAccuracy !== null);
  if (known.length === 0) return '';
  const mean = known.reduce((sum, row) => sum + row!.polarityAccuracy!, 0) / known.length;
  const ours = `weimai (mean of ${known.length} of the ${WEIBO_SETS.length} Weibo sets)`;
  const lines = PUBLISHED_POLARITY.map(([system, value]) => [
    `${system} (mean of ${WEIBO_SETS.length}, as published)`,
    value.toFixed(1),
  ]);
  return table(['system, whole post', 'pos/neg %'], [...lines, [ours, percent(mean)]]) + '\n';
}

function confusions(rows: readonly EvaluationRow[]): string {
  const lines = rows.flatMap((row) =>
    row.confusion.flatMap((said, truth) => {
      const total = said.reduce((a, b) => a + b, 0);
      return total === 0 ? [] : [[row.set, CLASSES[truth]!, ...said.map(String)]];
    }),
  );
  return table(['set', 'truth', ...CLASSES.map((name) => `said ${name}`)], lines) + '\n';
}

/** One diagram over all sets: of the texts given 80 % sure, how many were right? */
function reliability(rows: readonly EvaluationRow[]): string {
  const bins = rows[0]?.reliability.map((_, k) => pool(rows, k)) ?? [];
  const lines = bins
    .filter((bin) => bin.rows > 0)
    .map((bin) => [
      `${(100 * bin.from).toFixed(0)}-${(100 * bin.to).toFixed(0)} %`,
      String(bin.rows),
      percent(bin.confidence),
      percent(bin.accuracy),
      '#'.repeat(Math.round(40 * bin.accuracy)),
    ]);
  return table(['said to be sure', 'rows', 'mean said %', 'right %', ''], lines) + '\n';
}

function pool(rows: readonly SetMetrics[], k: number): ReliabilityBin {
  const bins = rows.map((row) => row.reliability[k]!);
  const n = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const mean = (value: (bin: ReliabilityBin) => number): number =>
    n === 0 ? 0 : bins.reduce((sum, bin) => sum + bin.rows * value(bin), 0) / n;
  return {
    from: bins[0]!.from,
    to: bins[0]!.to,
    rows: n,
    confidence: mean((bin) => bin.confidence),
    accuracy: mean((bin) => bin.accuracy),
  };
}

function percent(value: number | null): string {
  return value === null ? '-' : (100 * value).toFixed(1);
}

/** Left-aligned first column, right-aligned rest. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, k) => Math.max(cell.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((n) => '-'.repeat(n))), ...rows.map(line)].join('\n');
}
