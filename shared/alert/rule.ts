import { z } from 'zod';

/** Kinds of spec/alerts.md section 1. Units of `critical`/`warning`/`recovery` are given with each kind. */
export const RULE_KINDS = [
  /** Mentions in the window. */
  'volume',
  /** Shrunk mood index, −100…100. */
  'mood',
  /** Wilson lower bound of negative share, 0…1. */
  'negative-share',
  /** Points of mood index lost against the same window 24 h earlier (and z ≥ 3). */
  'mood-drop',
  /** Surprise S of the seasonal negative-binomial detector. */
  'spike',
  /** Distinct authors whose posts hold `keyword`. */
  'keyword',
  /** Minutes without a post of the source. */
  'source-silent',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export const muteTimeSchema = z.object({
  /** ISO weekdays, 1 = Monday. */
  weekdays: z.array(z.number().int().min(1).max(7)).min(1),
  /** Local wall time HH:MM; `from` later than `to` runs over midnight. */
  from: z.string().regex(/^\d\d:\d\d$/),
  to: z.string().regex(/^\d\d:\d\d$/),
  zone: z.string().max(60),
});

export const ruleSchema = z.object({
  id: z.string().max(60),
  name: z.string().trim().min(1).max(120),
  kind: z.enum(RULE_KINDS),
  /** Topic id; for `source-silent` the source name instead (in `source`). */
  topic: z.string().max(60).default(''),
  source: z.string().max(60).default(''),
  keyword: z.string().max(100).default(''),
  windowMinutes: z.number().int().min(1).max(1440).default(15),
  comparator: z.enum(['above', 'below']).default('above'),
  critical: z.number(),
  warning: z.number().nullable().default(null),
  /** Threshold to leave `firing`; null: the kind's default (mood ±5 points, volume ×0.8, share −0.05). */
  recovery: z.number().nullable().default(null),
  /** Smallest number of mentions in the window for which the rule says anything. */
  minPosts: z.number().int().min(0).max(1_000_000).default(0),
  pendingMinutes: z.number().int().min(0).max(1440).default(1),
  keepFiringMinutes: z.number().int().min(0).max(1440).default(10),
  noData: z.enum(['keep', 'ok', 'alert']).default('keep'),
  mutes: z.array(muteTimeSchema).max(20).default([]),
  renotify: z
    .discriminatedUnion('mode', [
      z.object({ mode: z.literal('off') }),
      z.object({
        mode: z.literal('every'),
        minutes: z.number().int().min(5).max(10_080),
        max: z.number().int().min(1).max(100),
      }),
    ])
    .default({ mode: 'off' }),
  channels: z.array(z.string().max(60)).max(20).default([]),
  enabled: z.boolean().default(true),
});
export type Rule = z.infer<typeof ruleSchema>;
export type RuleInput = z.input<typeof ruleSchema>;
export type Severity = 'ok' | 'warning' | 'critical' | 'nodata';
