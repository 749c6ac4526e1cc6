import { useEffect, useRef } from 'preact/hooks';
import { addShortcuts } from '../shell/shortcuts.ts';

/** Single keys while this component is on screen: `useShortcuts({ x: toggleCompare, ' ': pause })`. */
export function useShortcuts(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  const names = Object.keys(keys).join('\n');
  useEffect(
    () =>
      addShortcuts(
        Object.fromEntries(names.split('\n').map((name) => [name, () => latest.current[name]?.()])),
      ),
    [names],
  );
}
