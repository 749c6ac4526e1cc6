import type { Post } from '#shared/post/post.ts';
import type { MoodLabel, RepostKind } from '#shared/mood/mood.ts';
import { toMilli } from '#shared/series/bucket.ts';
import type { AnalysedMention, AnalysedPost } from '#shared/node/store/posts.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import type { Engine } from '#shared/node/engine.ts';
import type { Segmenter } from './segmenter.ts';

/** Labels and repost kinds as the store keeps them. */
export const LABEL_NUMBER: Record<MoodLabel, number> = { negative: -1, neutral: 0, positive: 1 };
const REPOST_NUMBER: Record<RepostKind, number> = { original: 0, comment: 1, bare: 2 };

/** Evidence spans kept per mention, strongest first; the rest is summed into one span without text. */
const KEPT_EVIDENCE = 12;

/**
 * One post to its mentions: normalise, match all topics with one automaton, score toward each; segmentation comes
 * last and only for posts that match something (it costs more than all the rest, spec/performance.md section 8).
 */
export function analysePost(
  post: Post,
  engine: Engine,
  segmenter: Segmenter,
  topics: ReadonlyMap<string, StoredTopic>,
): AnalysedPost {
  const mood = engine.scorer.analyse(
    post.text,
    post.repostOf?.text === undefined ? {} : { repostOf: { text: post.repostOf.text } },
  );
  const mentions: AnalysedMention[] = [];
  for (const found of mood.topics) {
    const topic = topics.get(found.topic);
    if (!topic) continue;
    mentions.push({
      topicKey: topic.key,
      topicId: topic.id,
      score: toMilli(found.score),
      label: LABEL_NUMBER[found.label],
      evidence: packEvidence(found.evidence),
    });
  }
  return {
    post,
    score: toMilli(mood.score),
    label: LABEL_NUMBER[mood.label],
    repost: REPOST_NUMBER[mood.repost],
    words: mentions.length === 0 ? '' : segmenter.words(mood.normalised.text).join(' '),
    mentions,
  };
}

/** `[[start,end,effect in thousandths,rule],…]`; what is left out is summed so that effects still add up. */
function packEvidence(
  evidence: readonly { start: number; end: number; effect: number; rule: string }[],
): string {
  const sorted =
    evidence.length > KEPT_EVIDENCE
      ? [...evidence].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
      : evidence;
  // Written by hand: one string, no arrays; rule names are ours and hold nothing to escape.
  let packed = '';
  let rest = 0;
  for (let index = 0; index < sorted.length; index++) {
    const { start, end, effect, rule } = sorted[index] as (typeof evidence)[number];
    if (index < KEPT_EVIDENCE)
      packed += `${index === 0 ? '' : ','}[${start},${end},${toMilli(effect)},"${rule}"]`;
    else rest += effect;
  }
  if (rest !== 0) packed += `,[0,0,${toMilli(rest)},"rest"]`;
  return `[${packed}]`;
}
