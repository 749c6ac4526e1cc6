import { normalise, type Normalised } from '../post/normalise.ts';
import { ownWords } from '../post/chain.ts';
import type { TopicHit, TopicMatcher } from '../topic/matcher.ts';
import type { Lexicon } from './lexicon.ts';
import { labelOf, type PostMood } from './mood.ts';

/** The trained whole-text model; see prior.ts. */
export interface TextPrior {
  classify(
    text: string,
    start: number,
    end: number,
    mask?: Uint8Array,
  ): { positive: number; neutral: number; negative: number };
}

export interface Scorer {
  score(text: string): PostMood;
  /** Whether the text mentions any topic, quoted parts included; scores nothing. */
  mentions(text: string): boolean;
  analyse(text: string, options?: { repostOf?: { text?: string } }): Analysis;
}

export interface Analysis extends PostMood {
  normalised: Normalised;
  hits: TopicHit[];
}

export function createScorer(deps: {
  matcher: TopicMatcher;
  prior: TextPrior;
  lexicon: Lexicon;
}): Scorer {
  const { matcher, prior } = deps;
  return {
    score: (text) => analyse(text),
    mentions: (text) => matcher.matches(normalise(text, matcher.keepsHandle)),
    analyse,
  };

  function analyse(text: string, options: { repostOf?: { text?: string } } = {}): Analysis {
    const normalised = normalise(text, matcher.keepsHandle);
    const hits = matcher.match(normalised);
    const own = ownWords(normalised, options.repostOf !== undefined);
    const p =
      own.repost === 'bare'
        ? { positive: 0, neutral: 1, negative: 0 }
        : prior.classify(normalised.text, own.start, own.end);
    const score = p.positive - p.negative;
    const topics = [...new Set(hits.map((hit) => hit.topic))].map((index) => ({
      topic: matcher.topics[index]?.id ?? '',
      label: labelOf(score),
      score,
      evidence: [
        {
          text: text.slice(0, normalised.offsets[own.end]),
          start: 0,
          end: normalised.offsets[own.end] ?? 0,
          effect: score,
          rule: 'prior',
        },
      ],
    }));
    return { label: labelOf(score), score, repost: own.repost, topics, normalised, hits };
  }
}
