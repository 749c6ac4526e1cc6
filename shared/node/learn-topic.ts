import { setImmediate as yieldLoop } from 'node:timers/promises';
import { labelOf } from '../mood/mood.ts';
import { probabilitiesOf } from '../mood/topic-adjust.ts';
import {
  LEAST_CONFIRMED,
  LEAST_TOPIC_LABELS,
  learnTopicModel,
  weighReviews,
  type LabelledResult,
} from '../mood/topic-model.ts';
import { createEngine, type Engine, type EngineParts } from './engine.ts';
import type { Review } from './store/corrections.ts';
import type { Store } from './store/store.ts';
import type { LearntModel } from './store/topics.ts';

/** Newest reviews that are learnt from; four numbers need no more, and the fit stays below a second. */
const MOST_REVIEWS = 2_000;
const POSTS_PER_TURN = 100;

/**
 * Learns a topic's own model from the labels that people confirmed or changed, and takes it into use when
 * cross-validation shows a sure gain. Without one, an earlier model is taken back: it no longer shows its worth.
 */
export async function learnTopic(
  store: Pick<Store, 'topics' | 'corrections'>,
  parts: EngineParts,
  id: string,
  by: string,
): Promise<LearntModel> {
  const topics = await store.topics.list();
  const topic = await store.topics.get(id);
  // Judged by the scorer as it is without any model: that is what the new model will stand on.
  const engine = createEngine(
    parts,
    topics.map(({ model: _model, ...rest }) => rest),
  );
  const reviews = await store.corrections.reviews(topic.key, MOST_REVIEWS);
  const labels = await score(reviews, engine, id);
  const confirmed = labels.filter((label) => label.confirmed).length;
  const report = learnTopicModel(weighReviews(labels));
  const isBlind = labels.length >= LEAST_TOPIC_LABELS && confirmed < LEAST_CONFIRMED;
  const learnt: LearntModel = {
    ...report,
    ...(isBlind ? { model: null, reason: 'too-few-confirmed' as const } : {}),
    confirmed,
    learntAt: Date.now(),
    by,
  };
  await store.topics.setLearnt(id, learnt);
  return learnt;
}

/**
 * Confirmed is what the scorer says today as well. What stood there at the time does not count: a recount may have put
 * the learnt model's own opinion in its place. Copies of one text are one label; posts that do not mention the topic any
 * more, or say nothing, are none.
 */
async function score(
  reviews: readonly Review[],
  engine: Engine,
  topic: string,
): Promise<(LabelledResult & { confirmed: boolean })[]> {
  const byText = new Map<string, Review>();
  for (const review of reviews) if (!byText.has(review.text)) byText.set(review.text, review);
  const labels: (LabelledResult & { confirmed: boolean })[] = [];
  let index = 0;
  for (const { text, repostText, label } of byText.values()) {
    if (++index % POSTS_PER_TURN === 0) await yieldLoop();
    const mood = engine.scorer.analyse(
      text,
      repostText === null ? {} : { repostOf: { text: repostText } },
    );
    const found = mood.topics.find((candidate) => candidate.topic === topic);
    if (found === undefined || mood.repost === 'bare') continue;
    labels.push({
      result: probabilitiesOf(found.score),
      label,
      confirmed: label === labelOf(found.score),
    });
  }
  return labels;
}
