import type { LiveActions } from './actions.ts';

/** Keys of the page, as the help lists them (shell/help.tsx). */
export function liveKeys(
  act: LiveActions,
  shown: readonly string[],
): Readonly<Record<string, () => void>> {
  return {
    ' ': act.togglePause,
    h: () => act.range('1h'),
    d: () => act.range('24h'),
    w: () => act.range('7d'),
    x: act.toggleCompare,
    v: act.nextMetric,
    t: act.toggleTable,
    '[': () => act.neighbour(-1),
    ']': () => act.neighbour(1),
    '+': act.zoomIn,
    '=': act.zoomIn,
    '-': act.zoomOut,
    ',': () => act.pan(-0.5),
    '.': () => act.pan(0.5),
    Escape: act.clearCross,
    ...Object.fromEntries(shown.map((id, index) => [String(index + 1), () => act.toggleTopic(id)])),
  };
}
