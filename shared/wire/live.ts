import type { MoodLabel } from '../mood/mood.ts';
import type { Incident } from '../alert/incident.ts';
import type { Spike } from '../alert/spike.ts';

/**
 * Events of the socket (default namespace). Every durable event carries `seq`, a number that grows by commit;
 * a client that sees a gap, or reconnects, asks GET /api/v1/live?since=SEQ. `post:scored` and `heartbeat` are
 * ticks: they may be dropped and carry the last seq known, not one of their own.
 */

/** A bucket as the browser gets it: absolute totals of one topic-minute, so that applying it twice is harmless. */
export interface BucketTick {
  topic: string;
  /** Epoch ms of the minute's start. */
  at: number;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  /** Thousandths / millionths, see shared/series/bucket.ts. */
  moodSum: number;
  moodSq: number;
  authors: number;
}

export interface LivePost {
  ref: string;
  source: string;
  at: number;
  author: string;
  text: string;
  demo: boolean;
  url?: string;
  topics: {
    topic: string;
    label: MoodLabel;
    score: number;
    evidence: [start: number, end: number, effect: number][];
  }[];
}

/** Views follow the clock: the wall, or the demo's own time while it plays. */
export interface Clock {
  mode: 'wall' | 'replay';
  /** Epoch ms of "now" on this clock when the message was made. */
  now: number;
  /** Clock seconds per wall second; 0 while a replay is paused or over. */
  speed: number;
}

export interface Heartbeat {
  seq: number;
  /** Server wall time, epoch ms. */
  wall: number;
  clock: Clock;
  /** Newest counted post time, epoch ms, or null in an empty store. */
  newestAt: number | null;
  /** Posts per second over the last 10 s (analysed). */
  postsPerSecond: number;
  /** Batches waiting in the queue. */
  queueWaiting: number;
  /** Receipt to commit of the last minute's batches, ms. */
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
  /** Deployed build; the browser offers a reload when it changes. */
  version: string;
}

export interface JobProgress {
  seq: number;
  job: string;
  kind: 'import' | 'rescore' | 'report' | 'demo' | 'export';
  /** Of a recount: the topic. Events of before this field existed lack it. */
  topic?: string;
  done: number;
  total: number | null;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  message?: string;
}

export interface ServerEvents {
  snapshot: (message: {
    seq: number;
    topics: string[];
    buckets: BucketTick[];
    clock: Clock;
  }) => void;
  'bucket:updated': (message: { seq: number; buckets: BucketTick[] }) => void;
  /** A topic's older history changed (import, recount, correction): reload series that cover [from, to). */
  'history:changed': (message: { seq: number; topic: string; from: number; to: number }) => void;
  'post:scored': (message: { seq: number; posts: LivePost[] }) => void;
  'incident:changed': (message: { seq: number; incident: Incident }) => void;
  'spike:changed': (message: { seq: number; spike: Spike }) => void;
  'report:ready': (message: {
    seq: number;
    day: string;
    topics: string[];
    version: number;
  }) => void;
  'topics:changed': (message: { seq: number }) => void;
  'job:progress': (message: JobProgress) => void;
  heartbeat: (message: Heartbeat) => void;
}

export interface ClientEvents {
  'topic:watch': (
    message: { topics: string[]; since?: number },
    ack?: (answer: { ok: boolean; seq: number; error?: string }) => void,
  ) => void;
  'topic:unwatch': (message: { topics: string[] }) => void;
}

/** One durable event as stored and as answered by GET /api/v1/live. */
export type LiveEvent = {
  [K in keyof ServerEvents]: { seq: number; event: K; message: Parameters<ServerEvents[K]>[0] };
}[keyof ServerEvents];
