import { z } from 'zod';

export const TOPIC_LIMITS = {
  aliases: 200,
  aliasLength: 60,
  exclude: 200,
  nameLength: 80,
  queryLength: 2_000,
} as const;

const alias = z.string().trim().min(1).max(TOPIC_LIMITS.aliasLength);

/**
 * What we track. A post mentions the topic when its name or one of `aliases` stands in the writer's own words
 * (longest match; Latin aliases only at word boundaries) and the hit is not inside one of `exclude`;
 * where `query` is given, the post must satisfy it as well.
 */
export const topicSchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/),
  name: z.string().trim().min(1).max(TOPIC_LIMITS.nameLength),
  aliases: z.array(alias).max(TOPIC_LIMITS.aliases).default([]),
  /** Phrases that contain an alias but are something else (深思熟虑 for 深思). */
  exclude: z.array(alias).max(TOPIC_LIMITS.exclude).default([]),
  /** Boolean query over literals: `(DeepSeek OR 深度求索) AND NOT 招聘`. Empty: aliases alone decide. */
  query: z.string().max(TOPIC_LIMITS.queryLength).default(''),
  /** Palette slot 0-5 for charts. */
  color: z.number().int().min(0).max(5).default(0),
});
export type Topic = z.infer<typeof topicSchema>;
export type TopicInput = z.input<typeof topicSchema>;
