/**
 * Draws charts one per animation frame, never in a hidden tab. Eight charts in one frame cost 38 ms and drop frames;
 * one per frame stays under 20 (spec/performance.md section 6).
 */
type Draw = () => void;
const waiting = new Map<object, Draw>();
let frame: number | null = null;

/** `key` draws at the next free frame; asking again before that changes nothing but the function. */
export function requestDraw(key: object, draw: Draw): void {
  waiting.set(key, draw);
  schedule();
}

export function cancelDraw(key: object): void {
  waiting.delete(key);
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
      draw();
    }
    schedule();
  });
}
