import { ownWords } from '../post/chain.ts';
import { normalise, type Normalised } from '../post/normalise.ts';
import type { TopicHit, TopicMatcher } from '../topic/matcher.ts';
import { takeStance } from './chain-stance.ts';
import { EvidenceCollector, totalOf } from './combine.ts';
import { compare } from './comparison.ts';
import { weighContrast, weighTime } from './contrast.ts';
import { readDefence } from './defence.ts';
import { weighDegree } from './degree.ts';
import { readIrony } from './irony.ts';
import type { ContextModel } from './context.ts';
import type { Symbols } from './features.ts';
import type { Lexicon } from './lexicon.ts';
import { labelOf, type PostMood, type TopicMood } from './mood.ts';
import { negate } from './negation.ts';
import { readNews } from './news.ts';
import { judgePatterns } from './patterns.ts';
import type { Prior, PriorResult } from './prior.ts';
import { readPrior } from './prior-step.ts';
import { readQuestions } from './question.ts';
import { readText, topicsOf, type Reading } from './reading.ts';
import { readReports } from './report-speech.ts';
import { assignScope } from './scope.ts';
import { readWishes } from './wish.ts';
import { judgeWords } from './words.ts';

export interface Scorer {
  score(text: string): PostMood;
  /** Whether the text mentions any topic, quoted parts included; scores nothing. */
  mentions(text: string): boolean;
  analyse(text: string, options?: AnalyseOptions): Analysis;
}

export interface AnalyseOptions {
  /** The post that this one reposts, where the source gives it apart from the text. */
  repostOf?: { text?: string } | undefined;
}

export interface Analysis extends PostMood {
  normalised: Normalised;
  hits: TopicHit[];
}

export interface ScorerDeps {
  matcher: TopicMatcher;
  prior: Prior;
  lexicon: Lexicon;
  /** Weighs what the rules found (context.ts); without it their sum alone decides. */
  context?: ContextModel | undefined;
  /** For training: sees each reading when all rules have spoken. */
  onReading?: ((reading: Reading, whole: PriorResult, symbols: Symbols) => void) | undefined;
}

/** One step of the scorer: reads the reading and writes what it found into it. */
interface Step {
  name: string;
  run(reading: Reading): void;
}

/**
 * From the words to whom they concern, in this order. Words and model say what is good or bad; the middle steps turn,
 * weaken or drop it (不太好, 虽然…但是, 听说…, 吗？, 呵呵); comparison and scope hand it to topics.
 */
const STEPS: readonly Step[] = [
  { name: 'words', run: judgeWords },
  { name: 'patterns', run: judgePatterns },
  { name: 'negation', run: negate },
  { name: 'degree', run: weighDegree },
  { name: 'comparison', run: compare },
  { name: 'reported speech', run: readReports },
  { name: 'questions', run: readQuestions },
  { name: 'wishes', run: readWishes },
  { name: 'time', run: weighTime },
  { name: 'contrast', run: weighContrast },
  { name: 'irony', run: readIrony },
  { name: 'news', run: readNews },
  { name: 'defence', run: readDefence },
  { name: 'scope', run: assignScope },
];

export function createScorer(deps: ScorerDeps): Scorer {
  return new PostScorer(deps);
}

/** A class, not closures: a scorer is made anew whenever topics change, and V8 slows such closures down. */
class PostScorer implements Scorer {
  readonly #matcher: TopicMatcher;
  readonly #prior: Prior;
  readonly #lexicon: Lexicon;
  readonly #context: ContextModel | undefined;
  readonly #onReading: ScorerDeps['onReading'];
  readonly #collector = new EvidenceCollector();

  constructor({ matcher, prior, lexicon, context, onReading }: ScorerDeps) {
    this.#matcher = matcher;
    this.#prior = prior;
    this.#lexicon = lexicon;
    this.#context = context;
    this.#onReading = onReading;
  }

  score(text: string): PostMood {
    return this.analyse(text);
  }

  mentions(text: string): boolean {
    return this.#matcher.matches(normalise(text, this.#matcher.keepsHandle));
  }

  analyse(text: string, options: AnalyseOptions = {}): Analysis {
    const normalised = normalise(text, this.#matcher.keepsHandle);
    const hits = this.#matcher.match(normalised);
    const own = ownWords(normalised, options.repostOf !== undefined);
    if (own.repost === 'bare') {
      // Amplification without opinion of any topic; the post as a whole still sounds like what it passes on.
      const passed = normalised.text.length > own.end + CHAIN_MARK;
      const score = passed
        ? wholeScore(this.#prior.classify(normalised.text, 0, normalised.text.length))
        : 0;
      return {
        label: labelOf(score),
        score,
        repost: 'bare',
        topics: topicsOf(hits).map((index) => this.#moodOf(index, 0, [])),
        normalised,
        hits,
      };
    }
    const named = hits.length === 0 ? undefined : maskOf(normalised.text, hits);
    // Mood of the post: all of its words; toward topics: the writer's own.
    const symbols = this.#prior.open(normalised.text, 0, normalised.text.length, named);
    const whole = this.#prior.classifyPart(0, normalised.text.length);
    const score = wholeScore(whole);
    const topics =
      named === undefined ? [] : this.#scoreTopics(text, normalised, hits, own, whole, symbols);
    return { label: labelOf(score), score, repost: own.repost, topics, normalised, hits };
  }

  #scoreTopics(
    text: string,
    normalised: Normalised,
    hits: TopicHit[],
    own: ReturnType<typeof ownWords>,
    whole: PriorResult,
    symbols: Symbols,
  ): TopicMood[] {
    const quotedEnd = endOfQuote(normalised.text, own.end);
    const quotedHits =
      quotedEnd === own.end
        ? []
        : hits.filter((hit) => hit.start >= own.end && hit.end <= quotedEnd);
    const reading = readText(normalised.text, own, hits, this.#lexicon);
    let quoted: Map<number, number> | undefined;
    if (quotedHits.length > 0) {
      const said = readText(
        normalised.text,
        { start: own.end + 3, end: quotedEnd },
        hits,
        this.#lexicon,
      );
      this.#read(said);
      quoted = new Map();
      for (const topic of topicsOf(quotedHits)) quoted.set(topic, totalOf(said, topic));
      reading.given = [...quoted.keys()];
    }
    this.#read(reading, quoted);
    this.#onReading?.(reading, whole, symbols);
    this.#context?.open(reading, whole, symbols);
    this.#collector.open(reading, text, normalised.offsets);
    const moods: TopicMood[] = [];
    for (const topic of topicsOf(hits)) {
      const { score, evidence } = this.#collector.collect(topic, this.#context?.weigh);
      moods.push(this.#moodOf(topic, score, evidence));
    }
    return moods;
  }

  /** `prior` has the whole post open by now. */
  #read(reading: Reading, quoted?: ReadonlyMap<number, number>): void {
    for (const step of STEPS) {
      step.run(reading);
      // The model judges where words of degree grade something and the tables are silent.
      if (step.name === 'degree') readPrior(reading, this.#prior.classifyPart);
      if (step.name === 'defence' && quoted !== undefined) takeStance(reading, quoted);
    }
  }

  #moodOf(index: number, score: number, evidence: TopicMood['evidence']): TopicMood {
    return { topic: this.#matcher.topics[index]?.id ?? '', label: labelOf(score), score, evidence };
  }
}

/** Mask of the post at hand; read only until the next one. */
let mask = new Uint8Array(512);

/** Marks what names a topic. */
function maskOf(text: string, hits: readonly TopicHit[]): Uint8Array {
  if (text.length > mask.length) mask = new Uint8Array(2 * text.length);
  else mask.fill(0, 0, text.length);
  // Names are short: a call of `fill` for each takes longer than a loop.
  for (let k = 0; k < hits.length; k++)
    for (let i = hits[k]!.start; i < hits[k]!.end; i++) mask[i] = 1;
  return mask;
}

/** The nearest quoted post ends where the next one of the chain begins. */
function endOfQuote(text: string, from: number): number {
  if (from >= text.length) return from;
  const next = text.indexOf('//@', from + 3);
  return next === -1 ? text.length : next;
}

/** Length of `//@` and what it leaves of a dropped name, in units of the normalised text. */
const CHAIN_MARK = 3;

/** Score of the whole post: the model's polarity, kept inside the neutral zone where neutral is the likeliest. */
function wholeScore(p: { positive: number; neutral: number; negative: number }): number {
  const polarity = p.positive - p.negative;
  if (p.neutral >= p.positive && p.neutral >= p.negative) return polarity * 0.2;
  return Math.sign(polarity) * Math.max(Math.abs(polarity), 0.21);
}
