import { z } from 'zod';
import { MOOD_LABELS } from '../mood/mood.ts';
import { REPORT_PERIODS } from './report-data.ts';

/**
 * A report with every number computed, rounded as it is shown: shares to 0.001 (0.1 %), mood to 0.1 point.
 * Its JSON face is this very object; the other faces are drawn from it and calculate nothing. Instants are epoch ms.
 */
const instant = z.number().int();
const count = z.number().int().min(0);
const share = z.number();
const label = z.enum(MOOD_LABELS);
const bilingual = z.object({ zh: z.string(), en: z.string() });
const interval = z.object({ share, low: share, high: share, n: count });

/** How to read `value`: a count, mood points −100…100, a ratio −1…1, or a share 0…1. */
export const KPI_UNITS = ['count', 'index', 'ratio', 'share'] as const;
export const KPI_KEYS = ['mentions', 'authors', 'mood', 'nsr', 'negative'] as const;

export const changeSchema = z.object({
  /** Value of the earlier time. */
  value: z.number(),
  /** Counts: share of change (0.45 = +45 %); else the difference in the unit of the value. Null where undefined. */
  change: z.number().nullable(),
  /** 95 % interval of the difference; null for counts, which are exact. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export const kpiSchema = z.object({
  key: z.enum(KPI_KEYS),
  unit: z.enum(KPI_UNITS),
  value: z.number().nullable(),
  /** 90 % interval; null for counts. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  previous: changeSchema.nullable(),
  /** Against the mean of the (up to seven) periods before. */
  usual: changeSchema.nullable(),
});

export const pointSchema = z.object({
  at: instant,
  n: count,
  positive: count,
  neutral: count,
  negative: count,
  /** Null without a mention. */
  mood: z.number().nullable(),
  moodLow: z.number().nullable(),
  moodHigh: z.number().nullable(),
});

const topicRef = z.object({ id: z.string(), name: z.string() });
const word = z.object({
  word: z.string(),
  authors: count,
  backgroundAuthors: count,
  ratio: z.number(),
  g2: z.number(),
});
export const reportSpikeSchema = z.object({
  id: z.string(),
  topic: topicRef,
  measure: z.enum(['volume', 'mood']),
  direction: z.enum(['up', 'down']),
  startsAt: instant,
  peakAt: instant,
  endsAt: instant.nullable(),
  observed: z.number(),
  expected: z.number(),
  /** Volume: observed ÷ expected; mood: points lost or won. */
  size: z.number(),
  surprise: z.number(),
  windowMinutes: count,
  posts: count,
  authors: count,
  /** Share of the excess due to one root or copied text. */
  concentration: share,
  negativeBefore: interval,
  negativeDuring: interval,
  words: z.array(word),
  roots: z.array(
    z.object({
      text: z.string(),
      ref: z.string(),
      posts: count,
      authors: count,
      share,
      firstAt: instant,
    }),
  ),
  explanation: bilingual,
});

export const reportPostSchema = z.object({
  ref: z.string(),
  topic: topicRef,
  label,
  score: z.number(),
  text: z.string(),
  author: z.string(),
  source: z.string(),
  url: z.string().nullable(),
  at: instant,
  engagement: count,
  copies: count,
});
const group = z.object({
  name: z.string(),
  n: count,
  share,
  /** Share in the period before; null when it held nothing. */
  shareBefore: share.nullable(),
  negative: share.nullable(),
});
const incidentRow = z.object({
  id: z.string(),
  rule: z.string(),
  topic: topicRef,
  severity: z.string(),
  state: z.string(),
  startsAt: instant,
  resolvedAt: instant.nullable(),
  minutes: count,
  value: z.number(),
  threshold: z.number(),
  acknowledgedBy: z.string().nullable(),
  delivered: count,
  failed: count,
});

export const reportChangeSchema = z.object({
  key: z.string(),
  topic: z.string(),
  before: z.number().nullable(),
  after: z.number().nullable(),
});

export const reportSchema = z.object({
  schema: z.literal(1),
  cover: z.object({
    period: z.enum(REPORT_PERIODS),
    /** First local day, YYYY-MM-DD. */
    day: z.string(),
    /** Last local day. */
    lastDay: z.string(),
    from: instant,
    to: instant,
    zone: z.string(),
    topics: z.array(topicRef),
    summary: bilingual,
    empty: z.boolean(),
    demo: z.boolean(),
    dataAsOf: instant.nullable(),
    generatedAt: instant,
    /** The period was not over when the report was made. */
    partial: z.boolean(),
    queryHash: z.string(),
    version: count,
    /** What changed since the version before. */
    changes: z.array(reportChangeSchema),
    posts: count,
  }),
  kpis: z.array(kpiSchema),
  trend: z.object({ stepMs: count, points: z.array(pointSchema) }),
  spikes: z.array(reportSpikeSchema),
  posts: z.object({ positive: z.array(reportPostSchema), negative: z.array(reportPostSchema) }),
  words: z.object({
    authors: count,
    backgroundAuthors: count,
    sampleEvery: count,
    rising: z.array(word),
    falling: z.array(word),
  }),
  voices: z.object({
    authors: z.array(
      z.object({
        name: z.string(),
        source: z.string(),
        n: count,
        share,
        negative: share.nullable(),
        followers: count.nullable(),
      }),
    ),
    sources: z.array(group),
    regions: z.array(group),
  }),
  share: z.array(
    z.object({
      topic: topicRef,
      color: count,
      rank: count,
      n: count,
      share,
      positive: count,
      neutral: count,
      negative: count,
      authors: count,
      mood: z.number().nullable(),
      moodLow: z.number().nullable(),
      moodHigh: z.number().nullable(),
      /** Share of change against the period before; null where it held nothing. */
      change: z.number().nullable(),
      moodChange: z.number().nullable(),
    }),
  ),
  alerts: z.object({
    fired: count,
    acknowledged: count,
    open: count,
    delivered: count,
    failed: count,
    rows: z.array(incidentRow),
    notes: z.array(z.object({ at: instant, topic: z.string(), text: bilingual })),
    /** What to watch in the next period. */
    outlook: z.array(bilingual),
  }),
  corrections: z.object({
    since: instant,
    reviewed: count,
    changed: count,
    accuracy: interval.nullable(),
    labels: z.array(
      z.object({
        label,
        machine: count,
        person: count,
        agreed: count,
        precision: share.nullable(),
        recall: share.nullable(),
      }),
    ),
    confusion: z.array(z.object({ machine: label, person: label, n: count })),
  }),
  quality: z.object({
    received: count,
    counted: count,
    unmatched: count,
    duplicates: count,
    rejected: count,
    deleted: count.nullable(),
    late: count,
    lateShare: share.nullable(),
    latencyP50Ms: count.nullable(),
    latencyP95Ms: count.nullable(),
    sources: z.array(
      z.object({
        name: z.string(),
        n: count,
        lastAt: instant.nullable(),
        silentMinutes: count,
        gaps: z.array(z.object({ from: instant, to: instant })),
      }),
    ),
  }),
  method: z.object({
    model: z.string(),
    priors: z.array(z.object({ topic: topicRef, prior: z.number() })),
  }),
});

export type Report = z.infer<typeof reportSchema>;
export type Kpi = z.infer<typeof kpiSchema>;
export type KpiChange = z.infer<typeof changeSchema>;
export type ReportSpike = z.infer<typeof reportSpikeSchema>;
export type ReportPost = z.infer<typeof reportPostSchema>;
export type ReportChange = z.infer<typeof reportChangeSchema>;
export type Bilingual = z.infer<typeof bilingual>;
export type TopicRef = z.infer<typeof topicRef>;
