/**
 * How far the event stream has been seen. Rooms carry only the watched topics, so numbers may skip; what counts
 * is the number from which to ask again after a break. A heartbeat can overtake ticks that the server still
 * merges (250 ms), so only the number of the beat before is safe. Asking for too much is harmless: every event
 * carries absolute totals.
 */
export interface Sequence {
    /** Everything up to here has been applied. */
    safe: number;
    /** The last heartbeat's number; safe once the next one arrives. */
    beat: number;
}
export declare const NO_SEQUENCE: Sequence;
export declare function seeEvent(sequence: Sequence, seq: number): Sequence;
export declare function seeHeartbeat(sequence: Sequence, seq: number): Sequence;
