/** No heartbeat for this long and the figures on screen count as old (the server beats every 2 s). */
export declare const STALE_AFTER_MS = 6000;
/** Trying again for longer than this is worth saying plainly: gone. */
export declare const GONE_AFTER_MS = 60000;
export type Transport = 'connecting' | 'open' | 'retrying';
export type ConnectionKind = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'gone' | 'login' | 'updated';
export interface ConnectionFacts {
    transport: Transport;
    /** Local ms when the transport last changed. */
    transportSince: number;
    /** Local ms of the last heartbeat; null before the first. */
    beatAt: number | null;
    loginNeeded: boolean;
    /** The server runs another build than the one this page came from. */
    versionChanged: boolean;
}
/** What the badge says. The order is what matters most to the reader: can I trust what I see? */
export declare function connectionKind(facts: ConnectionFacts, now: number): ConnectionKind;
