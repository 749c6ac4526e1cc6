import type { SpikeView } from '#shared/wire/api.ts';
import { type LiveState, type Span, pan, zoom, zoomOut } from './live-url.ts';
import { neighbourSpike } from './markers.ts';
import type { Replay } from './replay.tsx';

export interface ActionContext {
  state: LiveState;
  setState: (change: Partial<LiveState>, options?: { replace?: boolean }) => void;
  view: Span & { stepMs: number; following: boolean };
  now: number;
  shown: readonly string[];
  cross: { value: number | null };
  spikes: readonly SpikeView[];
  /** The running replay; null outside of one. */
  replay: Pick<Replay, 'playing'> | null;
}

export type LiveActions = ReturnType<typeof actionsOf>;

/** What buttons, keys and gestures do: each ends in a change of the address, or of the replay's position. */
export function actionsOf(context: ActionContext) {
  const { state, setState, view, now, shown, cross, replay } = context;
  const span = (next: Span, options?: { replace?: boolean }) =>
    setState({ from: next.from, to: next.to, at: null, play: 0 }, options);
  const follow = () => setState({ from: null, to: null, at: null, play: 0 });
  return {
    span,
    follow,
    range: (range: LiveState['range']) =>
      // A replay keeps its span: there the range is how much of it is on screen.
      setState(replay === null ? { range, from: null, to: null, at: null, play: 0 } : { range }),
    togglePause: () => {
      if (replay !== null) replay.playing.value = !replay.playing.value;
      else if (view.following) setState({ at: now }, { replace: true });
      else follow();
    },
    toggleCompare: () => setState({ compare: state.compare === 'prev' ? '' : 'prev' }),
    toggleTopic: (id: string) =>
      setState(
        {
          topics: shown,
          off: state.off.includes(id)
            ? state.off.filter((other) => other !== id)
            : [...state.off, id].filter((other) => shown.includes(other)),
        },
        { replace: true },
      ),
    zoomOut: () => span(zoomOut(view, now)),
    zoomIn: () => span(zoom(view, 0.5, cross.value ?? (view.from + view.to) / 2, now)),
    wheelZoom: (factor: number, around: number) =>
      span(zoom(view, factor, around, now), { replace: true }),
    pan: (share: number) => {
      const next = pan(view, share, now);
      if (next.from !== view.from) span(next, { replace: true });
    },
    neighbour: (direction: -1 | 1) => {
      const found = neighbourSpike(
        context.spikes,
        cross.value ?? (direction === 1 ? view.from : view.to),
        direction,
      );
      if (found === null) return;
      cross.value = Math.floor(Date.parse(found.peakAt) / view.stepMs) * view.stepMs;
    },
  };
}
