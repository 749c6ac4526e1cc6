/**
 * A topic's own model (topic-model.ts) on the score that rules and prior gave. The model works on probabilities; read
 * backwards, it moves the two borders of the neutral zone: with the learnt model 苹果 needs 0.35 to be positive → 0.35
 * becomes 0.2, and everything above moves with it.
 */
import { labelOf, NEUTRAL_HALF_WIDTH, type TopicMood } from './mood.ts';
import type { PriorResult } from './prior.ts';
import type { Scorer } from './score-post.ts';
import type { TopicModel } from './topic-model.ts';

/** Logit of positive against neutral per unit of atanh(score); a score of 0.76 is then positive with 82 %. */
const STEEPNESS = 2;
const BORDER = Math.atanh(NEUTRAL_HALF_WIDTH);
const MOST = 0.9999;

/** Probabilities that a score stands for: their largest is always the score's own label. */
export function probabilitiesOf(score: number): PriorResult {
  const x = widen(score);
  const [positive, neutral, negative] = [x, BORDER, -x].map((value) =>
    Math.exp(STEEPNESS * value),
  ) as [number, number, number];
  const total = positive + neutral + negative;
  return { positive: positive / total, neutral: neutral / total, negative: negative / total };
}

/** The score whose label, and distance from the borders, are those of the model's probabilities. Grows with `score`. */
export function adjustScore(model: TopicModel, score: number): number {
  const x = widen(score);
  const slope = model.sharpness;
  const unit = slope * STEEPNESS;
  // Where positive, or negative, becomes as likely as neutral.
  let upper = BORDER + (model.neutral - model.positive) / unit;
  let lower = -BORDER + (model.negative - model.neutral) / unit;
  // Neutral is never the likeliest: one border remains.
  if (lower > upper) lower = upper = (model.negative - model.positive) / (2 * unit);
  if (x > upper) return Math.tanh(BORDER + slope * (x - upper));
  if (x < lower) return Math.tanh(-BORDER + slope * (x - lower));
  if (upper === lower) return 0;
  return Math.tanh(BORDER * ((2 * (x - lower)) / (upper - lower) - 1));
}

/** The scorer with the models of those topics that have one; bare reposts stay without opinion. */
export function withTopicModels(scorer: Scorer, models: ReadonlyMap<string, TopicModel>): Scorer {
  if (models.size === 0) return scorer;
  const adjust = <T extends { repost: string; topics: TopicMood[] }>(mood: T): T =>
    mood.repost === 'bare' ? mood : { ...mood, topics: mood.topics.map(adjustTopic) };
  return {
    mentions: (text) => scorer.mentions(text),
    score: (text) => adjust(scorer.score(text)),
    analyse: (text, options) => adjust(scorer.analyse(text, options)),
  };

  function adjustTopic(mood: TopicMood): TopicMood {
    const model = models.get(mood.topic);
    if (model === undefined) return mood;
    const score = adjustScore(model, mood.score);
    const effect = score - mood.score;
    const evidence = [
      ...mood.evidence,
      { text: '', start: 0, end: 0, effect, rule: 'topic-model' },
    ];
    return { ...mood, score, label: labelOf(score), evidence };
  }
}

const widen = (score: number): number => Math.atanh(Math.max(-MOST, Math.min(MOST, score)));
