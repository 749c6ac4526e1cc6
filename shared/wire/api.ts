import { z } from 'zod';
import { RULE_STATES } from '../alert/incident.ts';
import { ruleSchema } from '../alert/rule.ts';
import { MOOD_LABELS } from '../mood/mood.ts';
import { topicModelSchema } from '../mood/topic-model.ts';
import { topicSchema } from '../topic/topic.ts';

/**
 * Shapes of the HTTP API (/api/v1). Instants are ISO 8601 strings with zone here. Lists answer
 * `{ items, next }` with an opaque cursor. Extra query parameters are ignored.
 */
const iso = z.string();
const label = z.enum(MOOD_LABELS);
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

// ── meta ────────────────────────────────────────────────────────────────────────────────────────
export const metaSchema = z.object({
  version: z.string(),
  zone: z.string(),
  now: iso,
  clock: z.object({ mode: z.enum(['wall', 'replay']), now: iso, speed: z.number() }),
  seq: z.number(),
  /** No post and no bucket yet: the welcome page. */
  empty: z.boolean(),
  demo: z.object({
    present: z.boolean(),
    state: z.enum(['absent', 'loading', 'playing', 'paused', 'finished']),
    from: iso,
    to: iso,
    loadedPosts: z.number(),
  }),
  auth: z.object({
    /** False on loopback without a password. */
    required: z.boolean(),
    /** First run on another address: a password must be set first. */
    setup: z.boolean(),
    user: z.object({ name: z.string(), role: z.enum(['viewer', 'analyst', 'admin']) }).nullable(),
  }),
});
export type Meta = z.infer<typeof metaSchema>;

// ── topics ──────────────────────────────────────────────────────────────────────────────────────
export const topicViewSchema = topicSchema.extend({
  createdAt: iso,
  updatedAt: iso,
  /** Grows with every change; send it back as If-Match. */
  version: z.number(),
  /** Mentions in the last 24 h of the clock, and the mean of the 7 days before. */
  day: z.object({
    n: z.number(),
    mood: z.number().nullable(),
    negativeShare: z.number().nullable(),
  }),
  previousDay: z.object({ n: z.number(), mood: z.number().nullable() }),
});
export type TopicView = z.infer<typeof topicViewSchema>;

/** A recount of a topic's history. */
export const rescoreSchema = z.object({
  job: z.string(),
  topic: z.string(),
  from: z.string(),
  to: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  posts: z.number(),
  total: z.number().nullable(),
  changed: z.number(),
  message: z.string(),
});
export type RescoreView = z.infer<typeof rescoreSchema>;

const modelQualitySchema = z.object({ accuracy: z.number(), logLoss: z.number() });
/** What a topic learnt from people's labels. */
export const topicModelViewSchema = z.object({
  topic: z.string(),
  /** In use; null: the topic stays with the scorer as it is. */
  model: topicModelSchema.nullable(),
  reason: z.enum([
    'adopted',
    'never-learnt',
    'too-few-labels',
    'too-few-confirmed',
    'one-class',
    'no-sure-gain',
  ]),
  /** Labels that people looked at: learnt from then, and there now. */
  labels: z.number(),
  confirmed: z.number(),
  labelsNow: z.number(),
  needed: z.object({ labels: z.number(), confirmed: z.number() }),
  /** Cross-validated, errors weighed down to one in five: people look for errors. Null before the first attempt. */
  before: modelQualitySchema.nullable(),
  after: modelQualitySchema.nullable(),
  gain: z.number(),
  gainError: z.number(),
  learntAt: z.string().nullable(),
  by: z.string(),
});
export type TopicModelView = z.infer<typeof topicModelViewSchema>;

/** How right our labels are, by the labels that people looked at. */
export const accuracySchema = z.object({
  topic: z.string().nullable(),
  /** Labels that people looked at; `agreed` of them they left. */
  n: z.number(),
  agreed: z.number(),
  /** With its 90 % interval; null while nothing was reviewed. */
  accuracy: z.object({ share: z.number(), low: z.number(), high: z.number() }).nullable(),
  labels: z.array(
    z.object({
      label: z.enum(MOOD_LABELS),
      machine: z.number(),
      person: z.number(),
      agreed: z.number(),
      precision: z.number().nullable(),
      recall: z.number().nullable(),
    }),
  ),
  confusion: z.array(
    z.object({ machine: z.enum(MOOD_LABELS), person: z.enum(MOOD_LABELS), n: z.number() }),
  ),
});
export type AccuracyView = z.infer<typeof accuracySchema>;

export const previewRequestSchema = topicSchema.partial().extend({
  name: z.string(),
  aliases: z.array(z.string()).default([]),
  sample: z.string().max(10_000).optional(),
  hours: z.number().int().min(1).max(168).default(24),
});
export const previewSchema = z.object({
  /** Posts of this time were looked at: up to now, or up to the newest post where that is long ago. */
  from: iso,
  to: iso,
  scanned: z.number(),
  matched: z.number(),
  excluded: z.number(),
  /** Posts per alias (a post may hold several). */
  aliases: z.array(z.object({ alias: z.string(), posts: z.number() })),
  nearMisses: z.array(z.object({ phrase: z.string(), posts: z.number() })),
  overlaps: z.array(z.object({ topic: z.string(), posts: z.number() })),
  warnings: z.array(
    z.object({ code: z.string(), message: z.string(), alias: z.string().optional() }),
  ),
  samples: z.array(
    z.object({
      ref: z.string(),
      text: z.string(),
      at: iso,
      spans: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
});
export type TopicPreview = z.infer<typeof previewSchema>;

// ── series ──────────────────────────────────────────────────────────────────────────────────────
export const seriesPointSchema = z.object({
  at: iso,
  n: z.number(),
  positive: z.number(),
  neutral: z.number(),
  negative: z.number(),
  /** Shrunk index −100…100 (mood-and-spikes.md section 1), null when n = 0; with its 90 % band. */
  mood: z.number().nullable(),
  moodLow: z.number().nullable(),
  moodHigh: z.number().nullable(),
  authors: z.number(),
});
export type SeriesPoint = z.infer<typeof seriesPointSchema>;
export const seriesSchema = z.object({
  from: iso,
  to: iso,
  stepSeconds: z.number(),
  /** m0 of the shrinkage: mean score of the topic's previous 24 h. */
  topics: z.array(
    z.object({ topic: z.string(), prior: z.number(), points: z.array(seriesPointSchema) }),
  ),
  seq: z.number(),
});
export type Series = z.infer<typeof seriesSchema>;

// ── posts ───────────────────────────────────────────────────────────────────────────────────────
export const evidenceSchema = z.object({
  text: z.string(),
  start: z.number(),
  end: z.number(),
  effect: z.number(),
  rule: z.string(),
});
export const mentionViewSchema = z.object({
  topic: z.string(),
  label,
  score: z.number(),
  evidence: z.array(evidenceSchema),
  /** Set when a person corrected the label. */
  corrected: z.object({ from: label, by: z.string(), at: iso, reason: z.string() }).nullable(),
});
export const postViewSchema = z.object({
  ref: z.string(),
  source: z.string(),
  id: z.string(),
  text: z.string(),
  createdAt: iso,
  receivedAt: iso,
  author: z.object({
    id: z.string().nullable(),
    name: z.string().nullable(),
    followers: z.number().nullable(),
    verified: z.boolean().nullable(),
    region: z.string().nullable(),
  }),
  url: z.string().nullable(),
  repostOf: z
    .object({
      id: z.string().nullable(),
      text: z.string().nullable(),
      author: z.string().nullable(),
    })
    .nullable(),
  counts: z.object({ reposts: z.number(), comments: z.number(), likes: z.number() }).nullable(),
  demo: z.boolean(),
  mentions: z.array(mentionViewSchema),
});
export type PostView = z.infer<typeof postViewSchema>;
/** The drawer: a post with its segments and the copies of the same text. */
export const postDetailSchema = postViewSchema.extend({
  words: z.array(z.string()),
  copies: z.number(),
  mood: z.object({ label, score: z.number() }),
});
export type PostDetail = z.infer<typeof postDetailSchema>;

export const postQuerySchema = z.object({
  q: z.string().max(500).optional(),
  topic: z.string().max(60).optional(),
  label: label.optional(),
  author: z.string().max(200).optional(),
  source: z.string().max(60).optional(),
  region: z.string().max(60).optional(),
  root: z.string().max(300).optional(),
  word: z.string().max(60).optional(),
  corrected: z.enum(['1', '0']).optional(),
  from: iso.optional(),
  to: iso.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  order: z.enum(['newest', 'oldest', 'engagement']).default('newest'),
});
export type PostQuery = z.infer<typeof postQuerySchema>;
export const postListSchema = listOf(postViewSchema).extend({ total: z.number() });
/** Same filter, counted. GET /posts/facets */
export const facetsSchema = z.object({
  total: z.number(),
  authorsTotal: z.number(),
  labels: z.array(z.object({ key: label, n: z.number() })),
  topics: z.array(z.object({ key: z.string(), n: z.number() })),
  sources: z.array(z.object({ key: z.string(), n: z.number() })),
  regions: z.array(z.object({ key: z.string(), n: z.number() })),
  authors: z.array(z.object({ key: z.string(), name: z.string(), n: z.number() })),
});
export type Facets = z.infer<typeof facetsSchema>;
export const labelRequestSchema = z.object({
  label: label.nullable(),
  reason: z.string().max(300).default(''),
});

/** GET /words?topic&from&to: rising and falling words by distinct authors against the time before. */
export const wordsSchema = z.object({
  from: iso,
  to: iso,
  authors: z.number(),
  rising: z.array(
    z.object({
      word: z.string(),
      authors: z.number(),
      backgroundAuthors: z.number(),
      ratio: z.number(),
      g2: z.number(),
    }),
  ),
  falling: z.array(
    z.object({
      word: z.string(),
      authors: z.number(),
      backgroundAuthors: z.number(),
      ratio: z.number(),
      g2: z.number(),
    }),
  ),
});
export type Words = z.infer<typeof wordsSchema>;

/** POST /score: "why scored / why matched / why not" for a pasted text. */
export const scoreRequestSchema = z.object({
  text: z.string().min(1).max(10_000),
  topics: z
    .array(topicSchema.partial().extend({ id: z.string(), name: z.string() }))
    .max(50)
    .optional(),
});
export const scoreAnswerSchema = z.object({
  label,
  score: z.number(),
  repost: z.enum(['original', 'comment', 'bare']),
  normalised: z.string(),
  topics: z.array(
    z.object({
      topic: z.string(),
      label,
      score: z.number(),
      evidence: z.array(evidenceSchema),
      hits: z.array(z.object({ start: z.number(), end: z.number(), alias: z.string() })),
    }),
  ),
  misses: z.array(z.object({ topic: z.string(), reason: z.string(), text: z.string() })),
});
export type ScoreAnswer = z.infer<typeof scoreAnswerSchema>;

// ── spikes, rules, incidents ────────────────────────────────────────────────────────────────────
export const spikeViewSchema = z.object({
  id: z.string(),
  topic: z.string(),
  measure: z.enum(['volume', 'mood']),
  direction: z.enum(['up', 'down']),
  startsAt: iso,
  peakAt: iso,
  endsAt: iso.nullable(),
  observed: z.number(),
  expected: z.number(),
  surprise: z.number(),
  windowMinutes: z.number(),
  n: z.number(),
  note: z.string(),
});
export type SpikeView = z.infer<typeof spikeViewSchema>;
const interval = z.object({ share: z.number(), low: z.number(), high: z.number(), n: z.number() });
const shift = z.object({
  name: z.string(),
  n: z.number(),
  share: z.number(),
  shareBefore: z.number(),
});
/** GET /spikes/:id. `from`/`to` are the posts' window: GET /posts?topic&from&to counts exactly `posts`. */
export const spikeDetailSchema = spikeViewSchema.extend({
  explanation: z.object({
    from: iso,
    to: iso,
    posts: z.number(),
    authors: z.number(),
    concentration: z.number(),
    copypastaShare: z.number(),
    words: z.array(
      z.object({
        word: z.string(),
        authors: z.number(),
        backgroundAuthors: z.number(),
        ratio: z.number(),
        g2: z.number(),
        posts: z.number(),
      }),
    ),
    roots: z.array(
      z.object({
        root: z.string(),
        text: z.string(),
        posts: z.number(),
        authors: z.number(),
        firstAt: iso,
        postRef: z.string(),
        share: z.number(),
      }),
    ),
    /** Texts copied with small changes. */
    copies: z.array(
      z.object({
        text: z.string(),
        posts: z.number(),
        authors: z.number(),
        firstAt: iso,
        postRef: z.string(),
        share: z.number(),
      }),
    ),
    negativeBefore: interval,
    negativeDuring: interval,
    sources: z.array(shift),
    regions: z.array(shift),
  }),
  incidents: z.array(z.string()),
});
export type SpikeDetail = z.infer<typeof spikeDetailSchema>;

export const ruleViewSchema = ruleSchema.extend({
  createdAt: iso,
  updatedAt: iso,
  version: z.number(),
  state: z.enum(RULE_STATES),
  since: iso.nullable(),
  value: z.number().nullable(),
  evaluatedAt: iso.nullable(),
  silenced: z.boolean(),
  openIncident: z.string().nullable(),
});
export type RuleView = z.infer<typeof ruleViewSchema>;
export const backtestRequestSchema = z.object({
  rule: ruleSchema.extend({ id: z.string().default('preview') }),
  days: z.number().int().min(1).max(90).default(7),
  /** End of the days; now when left out. */
  to: iso.optional(),
  wishedPerWeek: z.number().min(0.1).max(100).optional(),
});
export const backtestSchema = z.object({
  from: iso,
  to: iso,
  stepSeconds: z.number(),
  /** Value of the measure over time, thinned to at most 600 points. */
  points: z.array(z.object({ at: iso, value: z.number().nullable(), n: z.number() })),
  fires: z.array(
    z.object({
      from: iso,
      to: iso.nullable(),
      severity: z.enum(['warning', 'critical', 'nodata']),
      value: z.number(),
      n: z.number(),
      nearSampleLimit: z.boolean(),
    }),
  ),
  notifications: z.number(),
  firingMinutes: z.number(),
  /** Share of minutes with stored data, 0…1. */
  coverage: z.number(),
  suggestion: z.number().nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type Backtest = z.infer<typeof backtestSchema>;
export const incidentViewSchema = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  kind: z.string(),
  topic: z.string(),
  severity: z.enum(['warning', 'critical', 'nodata']),
  state: z.enum(['firing', 'recovering', 'resolved']),
  startsAt: iso,
  resolvedAt: iso.nullable(),
  value: z.number(),
  threshold: z.number(),
  n: z.number(),
  acknowledged: z.object({ by: z.string(), at: iso, note: z.string() }).nullable(),
  silencedBy: z.string().nullable(),
  spikeId: z.string().nullable(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;
export const incidentDetailSchema = incidentViewSchema.extend({
  events: z.array(
    z.object({
      at: iso,
      kind: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      reason: z.string(),
      value: z.number().nullable(),
      threshold: z.number().nullable(),
      n: z.number().nullable(),
      by: z.string().nullable(),
    }),
  ),
  deliveries: z.array(z.string()),
});
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;
export const silenceSchema = z.object({
  id: z.string(),
  topic: z.string(),
  ruleId: z.string(),
  from: iso,
  until: iso,
  by: z.string(),
  reason: z.string(),
  createdAt: iso,
});
export type Silence = z.infer<typeof silenceSchema>;
export const silenceRequestSchema = z.object({
  topic: z.string().default(''),
  ruleId: z.string().default(''),
  from: iso.optional(),
  until: iso,
  reason: z.string().max(300).default(''),
});
/** POST /silences/preview */
export const silencePreviewSchema = z.object({
  rules: z.array(z.object({ id: z.string(), name: z.string(), firing: z.boolean() })),
});
export const deliverySchema = z.object({
  id: z.string(),
  key: z.string(),
  incidentId: z.string().nullable(),
  channelId: z.string(),
  kind: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'sent', 'failed', 'retrying', 'merged']),
  attempts: z.array(
    z.object({
      at: iso,
      ok: z.boolean(),
      httpStatus: z.number().nullable(),
      providerCode: z.string().nullable(),
      ms: z.number(),
      answer: z.string(),
    }),
  ),
  createdAt: iso,
  nextAttemptAt: iso.nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;
/** Channels: `type` and its fields as in shared/alert/channel.ts, secrets never returned (`hasSecret`). */
export const channelViewSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  lang: z.enum(['zh', 'en']),
  enabled: z.boolean(),
  fallback: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  hasSecret: z.array(z.string()),
  health: z.object({
    state: z.enum(['ok', 'failing', 'unused']),
    failures: z.number(),
    lastAt: iso.nullable(),
    lastAnswer: z.string(),
  }),
  createdAt: iso,
});
export type ChannelView = z.infer<typeof channelViewSchema>;
export const channelTestSchema = z.object({
  sent: z.boolean(),
  ms: z.number(),
  httpStatus: z.number().nullable(),
  answer: z.string(),
});

// ── notes ───────────────────────────────────────────────────────────────────────────────────────
export const noteSchema = z.object({
  id: z.string(),
  topic: z.string(),
  at: iso,
  zh: z.string(),
  en: z.string(),
  by: z.string(),
  demo: z.boolean(),
  /** Mood before/after (2 h each side), null with too few posts. */
  effect: z
    .object({
      before: z.number(),
      after: z.number(),
      difference: z.number(),
      low: z.number(),
      high: z.number(),
      nBefore: z.number(),
      nAfter: z.number(),
    })
    .nullable(),
});
export type Note = z.infer<typeof noteSchema>;

// ── sources, imports, feeds, dead letters ───────────────────────────────────────────────────────
export const sourceSchema = z.object({
  name: z.string(),
  counted: z.number(),
  duplicate: z.number(),
  dropped: z.number(),
  rejected: z.number(),
  late: z.number(),
  reasons: z.array(
    z.object({ outcome: z.enum(['dropped', 'rejected']), reason: z.string(), n: z.number() }),
  ),
  newestAt: iso.nullable(),
  lastReceivedAt: iso.nullable(),
  perHour: z.array(z.object({ at: iso, n: z.number() })),
  demo: z.boolean(),
});
export type SourceView = z.infer<typeof sourceSchema>;
export const importSchema = z.object({
  id: z.string(),
  name: z.string(),
  format: z.string(),
  state: z.enum(['checking', 'ready', 'running', 'paused', 'done', 'failed', 'cancelled']),
  size: z.number(),
  bytesRead: z.number(),
  rows: z.number(),
  accepted: z.number(),
  counted: z.number(),
  duplicate: z.number(),
  dropped: z.number(),
  rejected: z.number(),
  startedAt: iso,
  finishedAt: iso.nullable(),
  rate: z.number(),
  secondsLeft: z.number().nullable(),
  error: z.string().nullable(),
  /** Code of a file that cannot be read as a whole (`format/…`). */
  errorCode: z.string().nullable(),
  /** False: the check looked at the first rows only, and its figures speak of those. */
  checkComplete: z.boolean(),
  /** Earliest and latest post that the check saw. */
  firstAt: iso.nullable(),
  lastAt: iso.nullable(),
  /** Header of a table, and which column fills which field; null mapping: the records say so themselves. */
  columns: z.array(z.string()),
  mapping: z.record(z.string(), z.string()).nullable(),
  /** The first posts as they would be stored. */
  examples: z.array(
    z.object({ at: iso, source: z.string(), author: z.string(), text: z.string() }),
  ),
  sample: z.array(
    z.object({
      index: z.number(),
      code: z.string(),
      field: z.string().nullable(),
      message: z.string(),
    }),
  ),
});
export type ImportView = z.infer<typeof importSchema>;
export const feedSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['rss', 'mastodon', 'jetstream']),
  url: z.string(),
  intervalSeconds: z.number(),
  enabled: z.boolean(),
  state: z.enum(['idle', 'ok', 'failing', 'disabled']),
  lastAt: iso.nullable(),
  lagMs: z.number().nullable(),
  failures: z.number(),
  notModified: z.number(),
  posts: z.number(),
  lastError: z.string().nullable(),
});
export type FeedView = z.infer<typeof feedSchema>;
export const feedRequestSchema = z.object({
  name: z.string().min(1).max(120),
  kind: z.enum(['rss', 'mastodon', 'jetstream']),
  url: z.string().url().max(2000),
  intervalSeconds: z.number().int().min(30).max(86_400).default(300),
  enabled: z.boolean().default(true),
  /** Replaces the platform as the posts' source. */
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/)
    .exactOptional(),
  /** Jetstream: languages kept; default zh. */
  langs: z.array(z.string().max(20)).max(20).exactOptional(),
});
/** An author whose posts are dropped on arrival; `author` is the number that posts are counted under. */
export const blockedAuthorSchema = z.object({
  author: z.string(),
  name: z.string(),
  by: z.string(),
  at: iso,
});
export type BlockedAuthor = z.infer<typeof blockedAuthorSchema>;
export const deadLetterSchema = z.object({
  id: z.string(),
  source: z.string(),
  reason: z.string(),
  message: z.string(),
  field: z.string().nullable(),
  times: z.number(),
  firstAt: iso,
  lastAt: iso,
  raw: z.string(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;
export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(['read', 'ingest', 'admin']),
  prefix: z.string(),
  createdAt: iso,
  lastUsedAt: iso.nullable(),
  expiresAt: iso.nullable(),
});
export type TokenView = z.infer<typeof tokenSchema>;

// ── reports ─────────────────────────────────────────────────────────────────────────────────────
export const reportRowSchema = z.object({
  day: z.string(),
  topics: z.array(z.string()),
  version: z.number(),
  state: z.enum(['ready', 'building', 'failed', 'missing-data']),
  createdAt: iso,
  n: z.number(),
  mood: z.number().nullable(),
  moodChange: z.number().nullable(),
  spikes: z.number(),
  queryHash: z.string(),
});
export type ReportRow = z.infer<typeof reportRowSchema>;
export const scheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  topics: z.array(z.string()),
  time: z.string().regex(/^\d\d:\d\d$/),
  zone: z.string(),
  lang: z.enum(['zh', 'en']),
  period: z.enum(['day', 'week']),
  channels: z.array(z.string()),
  formats: z.array(z.string()),
  emptyDays: z.boolean(),
  enabled: z.boolean(),
  nextAt: iso.nullable(),
  lastDay: z.string().nullable(),
});
export type ScheduleView = z.infer<typeof scheduleSchema>;

// ── system, settings ────────────────────────────────────────────────────────────────────────────
export const systemSchema = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  node: z.string(),
  mode: z.object({ queue: z.enum(['postgres', 'redis']), store: z.enum(['embedded', 'external']) }),
  ingest: z.object({
    postsPerSecond: z.number(),
    perMinute: z.array(z.object({ at: iso, n: z.number() })),
  }),
  queue: z.object({
    waiting: z.number(),
    active: z.number(),
    delayed: z.number(),
    failed: z.number(),
    oldestSeconds: z.number().nullable(),
  }),
  latency: z.object({
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    batches: z.number(),
  }),
  workers: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.number(),
      beatAt: iso,
      state: z.enum(['ok', 'late', 'gone']),
      postsPerSecond: z.number(),
      rssMb: z.number(),
    }),
  ),
  store: z.object({
    version: z.string(),
    sizeMb: z.number(),
    connections: z.number(),
    partitions: z.number(),
    oldestAt: iso.nullable(),
  }),
  redis: z
    .object({
      version: z.string(),
      memoryMb: z.number(),
      maxMemoryMb: z.number().nullable(),
      aof: z.boolean(),
      policy: z.string(),
    })
    .nullable(),
  clocks: z.object({ appMs: z.number(), storeMs: z.number(), redisMs: z.number().nullable() }),
  disk: z.object({ freeMb: z.number(), totalMb: z.number(), daysLeft: z.number().nullable() }),
  sockets: z.object({ clients: z.number(), eventsPerSecond: z.number() }),
  notifications: z.object({ waiting: z.number(), sent: z.number(), failed: z.number() }),
  process: z.object({ rssMb: z.number(), loopDelayMs: z.number() }),
});
export type System = z.infer<typeof systemSchema>;
export const settingsSchema = z.object({
  zone: z.string().max(60),
  language: z.enum(['zh', 'en']),
  /** Days kept; 0 = for ever. */
  retention: z.object({
    postsDays: z.number().int().min(0),
    unmatchedDays: z.number().int().min(0),
    minutesDays: z.number().int().min(0),
  }),
  polarity: z.enum(['blue-orange', 'red-up', 'red-bad']),
});
export type Settings = z.infer<typeof settingsSchema>;
export const memberSchema = z.object({
  name: z.string().min(1).max(60),
  role: z.enum(['viewer', 'analyst', 'admin']),
  createdAt: iso,
  lastSeenAt: iso.nullable(),
});
export type Member = z.infer<typeof memberSchema>;
