import type { Note, SpikeView } from '#shared/wire/api.ts';
import type { Span } from './live-url.ts';
/** Signs on the time axis: spikes below, event notes above. Near ones share a place, so that none hides another. */
export interface Marker<T> {
    /** Place in the plot, 0 left … 1 right. */
    place: number;
    items: readonly T[];
}
export declare function spikeMarkers(spikes: readonly SpikeView[], view: Span): Marker<SpikeView>[];
export declare function noteMarkers(notes: readonly Note[], view: Span): Marker<Note>[];
/** Start of the nearest spike before or after a time. */
export declare function neighbourSpike(spikes: readonly SpikeView[], at: number, direction: -1 | 1): SpikeView | null;
