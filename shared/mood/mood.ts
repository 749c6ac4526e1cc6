/** Signed evaluation of one topic by one post's writer. */
export const MOOD_LABELS = ['negative', 'neutral', 'positive'] as const;
export type MoodLabel = (typeof MOOD_LABELS)[number];

/**
 * Half-width of the neutral zone of `score`, chosen on the develop half of the gold set.
 * The one place that turns a score into a label; database, API, CLI and browser all call {@link labelOf}.
 */
export const NEUTRAL_HALF_WIDTH = 0.2;

/** Label of a score in [-1, 1]. */
export function labelOf(score: number): MoodLabel {
  if (score > NEUTRAL_HALF_WIDTH) return 'positive';
  if (score < -NEUTRAL_HALF_WIDTH) return 'negative';
  return 'neutral';
}

/**
 * How often a positive or negative label of this score is right, measured on posts that the engine had not seen: one in
 * two at the border of the neutral zone, nearly always at 1. In [0.5, 1].
 */
export function likelihoodOf(score: number): number {
  const outside = Math.max(0, Math.abs(score) - NEUTRAL_HALF_WIDTH);
  return 0.5 + (0.5 * outside) / (1 - NEUTRAL_HALF_WIDTH);
}

/** A span of the original text and what it did to the score. Effects of one topic add up to its score. */
export interface Evidence {
  /** Exactly `original.slice(start, end)`; empty for an effect of the whole clause or post. */
  text: string;
  /** UTF-16 offsets in the text as received. */
  start: number;
  end: number;
  /** Signed share of the score, in score units. */
  effect: number;
  /** Name of the rule or model that made it, e.g. `lexicon`, `negation`, `comparison:win`, `prior`. */
  rule: string;
}

export interface TopicMood {
  /** Topic id. */
  topic: string;
  label: MoodLabel;
  /** In [-1, 1]. */
  score: number;
  evidence: Evidence[];
}

export type RepostKind =
  /** The writer's own post. */
  | 'original'
  /** A repost with words of the writer's own. */
  | 'comment'
  /** 转发微博 or nothing: amplification without opinion; scored neutral. */
  | 'bare';

export interface PostMood {
  /** Mood of the whole post. */
  label: MoodLabel;
  score: number;
  repost: RepostKind;
  /** One entry per mentioned topic. */
  topics: TopicMood[];
}
