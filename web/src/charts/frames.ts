/**
 * Draws charts one per animation frame, never in a hidden tab. Eight charts in one frame cost 38 ms and drop frames;
 * one per frame stays under 20 (spec/performance.md section 6).
 */
import { paceOf, smoothed } from './pace.ts';

type Draw = () => void;
const waiting = new Map<object, Draw>();
let frame: number | null = null;
/** What a draw costs on this machine, ms. */
let cost = 0;

/** `key` draws at the next free frame; asking again before that changes nothing but the function. */
export function requestDraw(key: object, draw: Draw): void {
  waiting.set(key, draw);
  schedule();
}

export function cancelDraw(key: object): void {
  waiting.delete(key);
}

/** Time between two changes of what moves: `leastMs`, longer where drawing is slow. */
export function pace(leastMs: number): number {
  return paceOf(cost, leastMs);
}

document.addEventListener('visibilitychange', schedule);

function schedule(): void {
  if (frame !== null || waiting.size === 0 || document.hidden) return;
  frame = requestAnimationFrame(() => {
    frame = null;
    const next = waiting.entries().next();
    if (next.done !== true) {
      const [key, draw] = next.value;
      waiting.delete(key);
      const began = performance.now();
      draw();
      cost = smoothed(cost, performance.now() - began);
    }
    schedule();
  });
}
