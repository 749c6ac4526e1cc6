import type { MoodLabel } from '../../mood/mood.ts';
import { createScorer, type Scorer } from '../../mood/score-post.ts';
import { createMatcher } from '../../topic/matcher.ts';
import { TOPIC_LIMITS, topicSchema } from '../../topic/topic.ts';
import type { EngineParts } from '../engine.ts';
import { CLASS_OF, NEUTRAL } from './corpus.ts';
import type { EvaluationRow } from './cross-validate.ts';
import { measure, type Judged } from './metrics.ts';
import type { LabelledSet } from './read-labelled.ts';

/**
 * The whole scorer, toward each row's target where it has one. A target that the scorer does not find in the text
 * counts as said neutral: that is what a user would see.
 */
export function evaluateScorer(sets: readonly LabelledSet[], parts: EngineParts): EvaluationRow[] {
  const scorers = new Map<string, Scorer>();
  return sets.map((set) => ({
    set: set.name,
    ...measure(
      set.rows.map((row) => {
        const target = row.target ?? '';
        const scorer = scorers.get(target) ?? scorerFor(target, parts);
        scorers.set(target, scorer);
        const mood = scorer.score(row.text);
        return judged(CLASS_OF[row.label], target === '' ? mood : mood.topics[0]);
      }),
    ),
  }));
}

/** No target: a scorer that knows no topic. */
function scorerFor(target: string, parts: EngineParts): Scorer {
  const name = target.slice(0, TOPIC_LIMITS.aliasLength);
  const topics = target === '' ? [] : [topicSchema.parse({ id: 'target', name, aliases: [name] })];
  return createScorer({ ...parts, matcher: createMatcher(topics) });
}

function judged(label: number, mood: { score: number; label: MoodLabel } | undefined): Judged {
  if (mood === undefined) return { label, said: NEUTRAL, polarity: 0, confidence: 1 };
  return {
    label,
    said: CLASS_OF[mood.label],
    polarity: mood.score,
    confidence: mood.label === 'neutral' ? 1 - Math.abs(mood.score) : Math.abs(mood.score),
  };
}
