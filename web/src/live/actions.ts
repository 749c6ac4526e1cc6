import type { SpikeView } from '#shared/wire/api.ts';
import { type LiveState, METRICS, type Metric, type Span, pan, zoom, zoomOut } from './live-url.ts';
import { neighbourSpike } from './markers.ts';
import type { Replay } from './replay.tsx';

export interface ActionContext {
  state: LiveState;
  setState: (change: Partial<LiveState>, options?: { replace?: boolean }) => void;
  view: Span & { stepMs: number; following: boolean };
  now: () => number;
  shown: readonly string[];
  cross: { value: number | null };
  spikes: readonly SpikeView[];
  /** The running replay; null outside of one. */
  replay: Pick<Replay, 'playing'> | null;
}

export type LiveActions = ReturnType<typeof actionsOf>;

/**
 * What buttons, keys and gestures do: each ends in a change of the address, or of the replay's position. Made once; each
 * press reads where the page stands then.
 */
export function actionsOf(read: () => ActionContext) {
  const set: ActionContext['setState'] = (change, options) => read().setState(change, options);
  const span = (next: Span, options?: { replace?: boolean }) =>
    set({ from: next.from, to: next.to, at: null, play: 0 }, options);
  const follow = () => set({ from: null, to: null, at: null, play: 0 });
  return {
    set,
    span,
    follow,
    range: (range: LiveState['range']) =>
      // A replay keeps its span: there the range is how much of it is on screen.
      set(read().replay === null ? { range, from: null, to: null, at: null, play: 0 } : { range }),
    togglePause: () => {
      const { replay, view, now } = read();
      if (replay !== null) replay.playing.value = !replay.playing.value;
      else if (view.following) set({ at: now() }, { replace: true });
      else follow();
    },
    toggleCompare: () => set({ compare: read().state.compare === 'prev' ? '' : 'prev' }),
    toggleTopic: (id: string) => {
      const { shown, state } = read();
      set(
        {
          topics: shown,
          off: state.off.includes(id)
            ? state.off.filter((other) => other !== id)
            : [...state.off, id].filter((other) => shown.includes(other)),
        },
        { replace: true },
      );
    },
    addTopic: (id: string) => set({ topics: [...read().shown, id] }),
    removeTopic: (id: string) => set({ topics: read().shown.filter((other) => other !== id) }),
    focus: (topic: string) => set({ focus: topic }, { replace: true }),
    metric: (metric: Metric) => set({ metric }),
    nextMetric: () => {
      const at = METRICS.indexOf(read().state.metric);
      set({ metric: METRICS[(at + 1) % METRICS.length] ?? 'mood' });
    },
    toggleTable: () => set({ view: read().state.view === 'table' ? 'chart' : 'table' }),
    clearCross: () => {
      read().cross.value = null;
    },
    zoomOut: () => span(zoomOut(read().view, read().now())),
    zoomIn: () => {
      const { view, cross, now } = read();
      span(zoom(view, 0.5, cross.value ?? (view.from + view.to) / 2, now()));
    },
    wheelZoom: (factor: number, around: number) =>
      span(zoom(read().view, factor, around, read().now()), { replace: true }),
    pan: (share: number) => {
      const { view, now } = read();
      const next = pan(view, share, now());
      if (next.from !== view.from) span(next, { replace: true });
    },
    neighbour: (direction: -1 | 1) => {
      const { view, cross, spikes } = read();
      const found = neighbourSpike(
        spikes,
        cross.value ?? (direction === 1 ? view.from : view.to),
        direction,
      );
      if (found === null) return;
      cross.value = Math.floor(Date.parse(found.peakAt) / view.stepMs) * view.stepMs;
    },
  };
}
