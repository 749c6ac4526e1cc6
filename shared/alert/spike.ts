/** A finding: this window departs from its baseline. Made for every topic without being asked. */
export interface Spike {
  id: string;
  topic: string;
  measure: 'volume' | 'mood';
  /** Direction of the departure. */
  direction: 'up' | 'down';
  /** Epoch ms. `endsAt` null while it lasts. */
  startsAt: number;
  peakAt: number;
  endsAt: number | null;
  /** Posts (volume) or mood index (mood) at the peak window, and what was expected there. */
  observed: number;
  expected: number;
  /** Surprise −log10 P at the peak. */
  surprise: number;
  windowMinutes: number;
  n: number;
}

export interface SpikeWord {
  word: string;
  /** Distinct authors using it in the spike / in the background. */
  authors: number;
  backgroundAuthors: number;
  ratio: number;
  /** Signed log-likelihood G². */
  g2: number;
  /** Posts of the window that hold it: what the link opens. */
  posts?: number;
}

/** Why it happened. Every item names the query that opens exactly the posts behind it. */
export interface SpikeExplanation {
  spike: Spike;
  words: SpikeWord[];
  roots: {
    root: string;
    text: string;
    posts: number;
    authors: number;
    firstAt: number;
    postRef: string;
    share: number;
  }[];
  posts: number;
  authors: number;
  /** Share of the excess due to one root or one copied text, 0…1. */
  concentration: number;
  copypastaShare: number;
  negativeBefore: { share: number; low: number; high: number; n: number };
  negativeDuring: { share: number; low: number; high: number; n: number };
  sources: { name: string; n: number; share: number; shareBefore: number }[];
  regions: { name: string; n: number; share: number; shareBefore: number }[];
  /** Texts copied with small changes by 3 posts or more, most first; `postRef` is the earliest. */
  copies?: {
    text: string;
    posts: number;
    authors: number;
    firstAt: number;
    postRef: string;
    share: number;
  }[];
  /** The window of posts explained, epoch ms, [from, to). */
  from: number;
  to: number;
}
