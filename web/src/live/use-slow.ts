import { useEffect, useRef, useState } from 'preact/hooks';
import { demoFilling } from '../state/session.ts';
import type { Span } from './live-url.ts';

/** Side panels ask the server; they follow a moving window only this often. */
const SLOW_MS = 10_000;
/** While the demo week comes in, the first screen must not stay empty for so long. */
const FILLING_MS = 2_500;

/** A window that moves in large steps while `moving`, at once otherwise or when its width changes. */
export function useSlow(view: Span, moving: boolean): Span {
  const latest = useRef(view);
  latest.current = view;
  const [slow, setSlow] = useState<Span>({ from: view.from, to: view.to });
  const width = view.to - view.from;
  const key = moving ? `moving ${width}` : `${view.from} ${view.to}`;
  const everyMs = demoFilling.value ? FILLING_MS : SLOW_MS;
  useEffect(() => {
    const take = () => setSlow({ from: latest.current.from, to: latest.current.to });
    take();
    if (!moving) return;
    const timer = setInterval(() => !document.hidden && take(), everyMs);
    return () => clearInterval(timer);
  }, [key, everyMs]);
  return slow;
}
