import {
  SECOND_OPINION,
  createBudget,
  mergeOpinion,
  uncertaintyOf,
} from '#shared/mood/second-opinion.ts';
import { toMilli } from '#shared/series/bucket.ts';
import type { Env } from '#shared/node/env.ts';
import type { Log } from '#shared/node/log.ts';
import type { OpinionCounts } from '#shared/node/store/opinion-counts.ts';
import type { AnalysedMention, AnalysedPost } from '#shared/node/store/posts.ts';
import { LABEL_NUMBER } from '../analyser.ts';
import type { Asker, Question } from './asker.ts';
import { createBreaker } from './breaker.ts';
import { createOpinionCache, questionKey } from './cache.ts';
import { createHttpAsker } from './http.ts';
import { createOnnxAsker } from './onnx.ts';

/** Another model's word on the mentions that ours is unsure of. Never fails, and never takes longer than its timeout. */
export interface SecondOpinion {
  /** Changes uncertain mentions in place; called before the batch is saved, so each counts once, as it was decided. */
  improve(
    posts: readonly AnalysedPost[],
    nameOf: (topicId: string) => string | undefined,
  ): Promise<void>;
  /** What happened since the last call. */
  takeCounts(): OpinionCounts;
  close(): Promise<void>;
}

/** Longer texts are cut before they leave: no model reads more. */
const MAX_TEXT = 2_000;
/** Most mentions in one request. */
const MAX_ITEMS = 64;

/** Undefined when no second opinion is set up, which is the default. */
export async function openSecondOpinion(env: Env, log: Log): Promise<SecondOpinion | undefined> {
  const { WEIMAI_SECOND_OPINION_URL: url, WEIMAI_SECOND_OPINION_MODEL: model } = env;
  if (url === undefined && model === undefined) return undefined;
  try {
    const asker = url === undefined ? await createOnnxAsker(model as string) : createHttpAsker(url);
    log.info(
      { from: asker.name, perSecond: env.WEIMAI_SECOND_OPINION_BUDGET },
      'second opinion on',
    );
    return createSecondOpinion({
      asker,
      log,
      perSecond: env.WEIMAI_SECOND_OPINION_BUDGET,
      timeoutMs: env.WEIMAI_SECOND_OPINION_TIMEOUT_MS,
      now: Date.now,
    });
  } catch (error) {
    // An extra that cannot start must not keep posts from being counted.
    log.error({ err: error }, 'no second opinion: posts are counted without');
    return undefined;
  }
}

export function createSecondOpinion(deps: {
  asker: Asker;
  log: Log;
  /** Mentions asked about per second. */
  perSecond: number;
  timeoutMs: number;
  now: () => number;
}): SecondOpinion {
  const cache = createOpinionCache();
  const budget = createBudget(deps.perSecond, deps.now());
  const breaker = createBreaker();
  let counts = noCounts();
  /** The one request under way, even when its batch has gone on without it. */
  let busy: Promise<void> | undefined;

  return {
    async improve(posts, nameOf) {
      const unsure = findUnsure(posts, nameOf);
      await askNew(unsure);
      for (const { mention, key, effects } of unsure) {
        const opinion = cache.get(key);
        if (opinion === undefined) continue;
        counts.answered++;
        if (apply(mention, effects, opinion)) counts.changed++;
      }
    },
    takeCounts() {
      const taken = counts;
      counts = noCounts();
      return taken;
    },
    async close() {
      await busy;
      await deps.asker.close?.();
    },
  };

  /** Asks what is not known yet: the least sure first, as far as the budget goes. Opinions arrive in the cache. */
  async function askNew(unsure: readonly Unsure[]): Promise<void> {
    const fresh = new Map<string, Unsure>();
    for (const entry of unsure)
      if (cache.get(entry.key) === undefined && !fresh.has(entry.key)) fresh.set(entry.key, entry);
    if (fresh.size === 0) return;
    if (busy !== undefined || breaker.isOpen(deps.now())) {
      counts.skipped += fresh.size;
      return;
    }
    const wanted = [...fresh.values()].sort((a, b) => b.uncertainty - a.uncertainty);
    const asked = wanted.slice(0, budget.take(Math.min(wanted.length, MAX_ITEMS), deps.now()));
    counts.skipped += wanted.length - asked.length;
    if (asked.length === 0) return;
    counts.asked += asked.length;

    const signal = AbortSignal.timeout(deps.timeoutMs);
    const work = request(asked, signal).finally(() => {
      busy = undefined;
    });
    busy = work;
    // An asker that does not heed the signal keeps its turn, but not the batch.
    await Promise.race([work, aborted(signal)]);
  }

  async function request(asked: readonly Unsure[], signal: AbortSignal): Promise<void> {
    const questions = asked.map(({ question }, k): Question => ({ ...question, id: String(k) }));
    let scores: ReadonlyMap<string, number> = new Map();
    let reason = 'no usable item in the answer';
    try {
      scores = await deps.asker.ask(questions, signal);
    } catch (error) {
      reason = reasonOf(error);
    }
    asked.forEach(({ key }, k) => {
      const score = scores.get(String(k));
      if (score !== undefined) cache.set(key, score);
    });
    counts.failed += asked.length - scores.size;
    if (scores.size > 0) breaker.succeeded();
    else if (breaker.failed(deps.now()))
      deps.log.warn({ from: deps.asker.name, reason }, 'second opinion fails; pausing it');
    else deps.log.debug({ from: deps.asker.name, reason }, 'no second opinion');
  }
}

interface Unsure {
  mention: AnalysedMention;
  effects: PackedEvidence[];
  uncertainty: number;
  key: string;
  question: Omit<Question, 'id'>;
}

/** As the store keeps it: start, end, effect in thousandths, rule. */
type PackedEvidence = [number, number, number, string];

function findUnsure(
  posts: readonly AnalysedPost[],
  nameOf: (topicId: string) => string | undefined,
): Unsure[] {
  const found: Unsure[] = [];
  for (const { post, mentions } of posts) {
    for (const mention of mentions) {
      const effects = JSON.parse(mention.evidence) as PackedEvidence[];
      const uncertainty = uncertaintyOf(
        mention.score / 1000,
        effects.map(([, , effect]) => effect / 1000),
      );
      if (uncertainty === 0) continue;
      const topic = { id: mention.topicId, name: nameOf(mention.topicId) ?? mention.topicId };
      const text = post.text.slice(0, MAX_TEXT);
      found.push({
        mention,
        effects,
        uncertainty,
        key: questionKey(text, topic),
        question: { text, topic },
      });
    }
  }
  return found;
}

/** True when the label changed. */
function apply(mention: AnalysedMention, effects: PackedEvidence[], opinion: number): boolean {
  const before = mention.label;
  const merged = mergeOpinion(mention.score / 1000, opinion);
  const score = toMilli(merged.score);
  const effect = score - mention.score;
  mention.label = LABEL_NUMBER[merged.label];
  mention.score = score;
  mention.evidence = JSON.stringify([...effects, [0, 0, effect, SECOND_OPINION]]);
  return mention.label !== before;
}

const noCounts = (): OpinionCounts => ({
  asked: 0,
  answered: 0,
  changed: 0,
  failed: 0,
  skipped: 0,
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const reasonOf = (error: unknown): string => {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};
