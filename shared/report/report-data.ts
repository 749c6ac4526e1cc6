import type { Incident } from '../alert/incident.ts';
import type { SpikeExplanation } from '../alert/spike.ts';
import type { MoodLabel } from '../mood/mood.ts';
import type { Bucket } from '../series/bucket.ts';

/** What a report is asked for. Instants are epoch ms, [from, to). */
export interface ReportQuery {
  from: number;
  to: number;
  /** IANA zone in which days begin and times are written. */
  zone: string;
  /** Topic ids; never empty. */
  topics: string[];
  period: ReportPeriod;
}

export const REPORT_PERIODS = ['day', 'week', 'range'] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];

/** Where a report's facts come from; the store implements it from aggregates, tests from a builder. */
export interface ReportSource {
  load(query: ReportQuery): Promise<ReportData>;
}

/** Stored facts of one period. buildReport() computes every number of a report from this and from nothing else. */
export interface ReportData {
  query: ReportQuery;
  /** Epoch ms. */
  generatedAt: number;
  /** Newest post time counted when the facts were read; null in an empty store. */
  dataAsOf: number | null;
  /** True when any counted post is part of the demo. */
  demo: boolean;
  /** Versions of program and sentiment model that scored the posts. */
  model: string;
  /** Width of the steps in `series`: 1 h up to 3 days, then wider. */
  stepMs: number;
  topics: TopicFacts[];
  /** All topics together. `authors` counts people once, whatever they write about. */
  all: SpanFacts;
  /** Posts behind the mentions; one post may mention several topics. */
  posts: number;
  spikes: SpikeExplanation[];
  /** Candidates for the top posts: at least the 20 most forwarded of each label. */
  topPosts: PostFacts[];
  /** Words of every `sampleEvery`-th author; 1 = of all. */
  words: { now: WordFacts; before: WordFacts; sampleEvery: number };
  authors: AuthorFacts[];
  sources: GroupFacts[];
  regions: GroupFacts[];
  incidents: IncidentFacts[];
  notes: { at: number; topic: string; zh: string; en: string }[];
  corrections: CorrectionFacts;
  quality: QualityFacts;
}

/** Sums of one period and of the time before it. */
export interface SpanFacts {
  total: Bucket;
  /** Gap-filled steps of the period, ascending: silence is an empty bucket. */
  series: Bucket[];
  /** The period of the same length just before; null when nothing was stored then. */
  previous: Bucket | null;
  /** Up to seven earlier periods that hold data, newest first; the first is `previous`. */
  earlier: Bucket[];
  /** m0 of the mood index, −1…1: mean score of the 24 h before the period (mood-index.ts, priorMood). */
  prior: number;
}

export interface TopicFacts extends SpanFacts {
  id: string;
  name: string;
  /** Palette slot 0-5. */
  color: number;
}

export interface PostFacts {
  ref: string;
  /** Identity of what is reposted or copied; own identity for an original. */
  root: string;
  topic: string;
  label: MoodLabel;
  score: number;
  text: string;
  author: string;
  source: string;
  url: string | null;
  at: number;
  /** Reposts + comments + likes. */
  engagement: number;
  /** Mentions in the period with the same root. */
  copies: number;
}

export interface WordFacts {
  /** Distinct authors by word. */
  authors: [word: string, authors: number][];
  total: number;
}

export interface AuthorFacts {
  name: string;
  source: string;
  n: number;
  negative: number;
  followers: number | null;
}

export interface GroupFacts {
  name: string;
  n: number;
  positive: number;
  negative: number;
  /** Mentions in the period before. */
  before: number;
}

export interface IncidentFacts {
  incident: Incident;
  delivered: number;
  failed: number;
}

export interface CorrectionFacts {
  /** Reviewed are posts from here to the end of the period. */
  since: number;
  /** Labels that people confirmed or changed: what the machine said against what they said. */
  reviews: { machine: MoodLabel; person: MoodLabel; n: number }[];
}

export interface QualityFacts {
  /** Posts of this period in the store, with or without a topic. */
  received: number;
  /** Repeats and refusals received on the days of the period, whatever the time of the post. */
  duplicates: number;
  rejected: number;
  /** Valid but without a topic. */
  unmatched: number;
  /** Null where deletions are not told to us. */
  deleted: number | null;
  /** Receipt to commit. */
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
  sources: {
    name: string;
    n: number;
    lastAt: number | null;
    /** Silences longer than expected of this source. */
    gaps: { from: number; to: number }[];
  }[];
}
