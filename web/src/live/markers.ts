import type { Note, SpikeView } from '#shared/wire/api.ts';
import type { Span } from './live-url.ts';

/** Signs on the time axis: spikes below, event notes above. Near ones share a place, so that none hides another. */
export interface Marker<T> {
  /** Place in the plot, 0 left … 1 right. */
  place: number;
  items: readonly T[];
}

/** More than this many places on one chart is clutter. */
const MOST = 40;
/** Nearer than this share of the width: one sign with a count. */
const NEAR = 0.022;

export function spikeMarkers(spikes: readonly SpikeView[], view: Span): Marker<SpikeView>[] {
  return gather(spikes, (spike) => Date.parse(spike.peakAt), view);
}

export function noteMarkers(notes: readonly Note[], view: Span): Marker<Note>[] {
  return gather(notes, (note) => Date.parse(note.at), view);
}

function gather<T>(items: readonly T[], atOf: (item: T) => number, view: Span): Marker<T>[] {
  const width = view.to - view.from;
  const inside = items
    .map((item) => ({ item, place: (atOf(item) - view.from) / width }))
    .filter(({ place }) => place >= 0 && place <= 1)
    .sort((a, b) => a.place - b.place)
    .slice(-MOST * 4);
  const markers: { place: number; items: T[] }[] = [];
  for (const { item, place } of inside) {
    const last = markers.at(-1);
    if (last !== undefined && place - last.place < NEAR) last.items.push(item);
    else markers.push({ place, items: [item] });
  }
  return markers.slice(-MOST);
}

/** Start of the nearest spike before or after a time. */
export function neighbourSpike(
  spikes: readonly SpikeView[],
  at: number,
  direction: -1 | 1,
): SpikeView | null {
  const ordered = spikes.toSorted((a, b) => Date.parse(a.peakAt) - Date.parse(b.peakAt));
  if (direction === 1) return ordered.find((spike) => Date.parse(spike.peakAt) > at) ?? null;
  return ordered.findLast((spike) => Date.parse(spike.peakAt) < at) ?? null;
}
