import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { stepper } from '#shared/node/store/series.ts';
import { DAY_MS, emptyBucket, HOUR_MS, MINUTE_MS, type Bucket } from '#shared/series/bucket.ts';
import { moodIndex, priorMood } from '#shared/series/mood-index.ts';
import { chooseStep, MAX_POINTS } from '#shared/series/window.ts';
import { seriesSchema, type Series, type SeriesPoint } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { parseInstant } from './params.ts';

const querySchema = z.object({
  topics: z.string().max(4000).default(''),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  step: z.string().max(20).default('auto'),
});
const MAX_TOPICS = 100;

export interface SeriesDeps {
  store: Store;
  clock: StoreClock;
  seq: () => number;
}

/** GET /series: gap-filled, at most 600 points a topic, mood shrunk toward the topic's own last day. */
export async function seriesRoutes(app: FastifyInstance, deps: SeriesDeps): Promise<void> {
  app
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/series',
      { schema: { querystring: querySchema, response: { 200: seriesSchema }, tags: ['series'] } },
      async (request) => {
        const now = deps.clock.now();
        const to = parseInstant('to', request.query.to) ?? ceilTo(now, MINUTE_MS);
        const from = parseInstant('from', request.query.from) ?? to - HOUR_MS;
        const topics = await chooseTopics(deps.store, request.query.topics);
        return readSeries(deps, {
          topics,
          from,
          to,
          stepMs: chooseStepMs(request.query.step, from, to),
        });
      },
    );
}

export async function chooseTopics(store: Store, wanted: string): Promise<StoredTopic[]> {
  const all = await store.topics.list();
  const ids = wanted
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) return all.slice(0, MAX_TOPICS);
  if (ids.length > MAX_TOPICS)
    throw new AppError('series/range', `At most ${MAX_TOPICS} topics at once.`, {
      errors: [{ field: 'topics', message: `at most ${MAX_TOPICS}` }],
    });
  const byId = new Map(all.map((topic) => [topic.id, topic]));
  return ids.map((id) => {
    const topic = byId.get(id);
    if (!topic)
      throw new AppError('topic/not-found', `There is no topic "${id.slice(0, 80)}".`, {
        errors: [{ field: 'topics', message: `unknown: ${id.slice(0, 80)}` }],
      });
    return topic;
  });
}

function chooseStepMs(step: string, from: number, to: number): number {
  if (!(from < to) || to - from > 40 * 366 * DAY_MS)
    throw new AppError('series/range', '`from` must lie before `to`, at most 40 years.', {
      errors: [{ field: 'from', message: 'must be before to' }],
    });
  if (step === 'auto') return chooseStep(from, to);
  const match = /^(\d{1,5})(m|h|d)$/.exec(step);
  const unit = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }[match?.[2] ?? 'm'] ?? MINUTE_MS;
  const ms = Number(match?.[1] ?? 0) * unit;
  if (ms <= 0)
    throw new AppError('series/range', 'step is auto, or a number with m, h or d, such as 5m.', {
      errors: [{ field: 'step', message: 'is not a step' }],
    });
  if ((to - from) / ms > MAX_POINTS)
    throw new AppError(
      'series/range',
      `This step gives more than ${MAX_POINTS} points; take ${chooseStep(from, to) / MINUTE_MS}m or more.`,
      { errors: [{ field: 'step', message: 'is too small for the range' }] },
    );
  return ms;
}

export async function readSeries(
  deps: SeriesDeps,
  query: { topics: readonly StoredTopic[]; from: number; to: number; stepMs: number },
): Promise<Series> {
  const { topics, from, to, stepMs } = query;
  const stepOf = stepper(stepMs, deps.store.zone);
  const start = stepOf(from);
  const seq = deps.seq();
  const [found, day, week] = await Promise.all([
    deps.store.series.read({ topics, from: start, to, stepMs }),
    deps.store.series.totals({ topics, from: from - DAY_MS, to: from }),
    deps.store.series.totals({ topics, from: from - 7 * DAY_MS, to: from }),
  ]);
  return {
    from: new Date(start).toISOString(),
    to: new Date(to).toISOString(),
    stepSeconds: stepMs / 1000,
    seq,
    topics: found.map(({ topic, buckets }) => {
      const prior = priorMood(day.get(topic) ?? emptyBucket(0), week.get(topic) ?? emptyBucket(0));
      return {
        topic,
        prior,
        points: fill(buckets, start, to, stepMs, stepOf).map((bucket) => toPoint(bucket, prior)),
      };
    }),
  };
}

/** Every step of [from, to), empty ones with n = 0. Steps of a day or more follow the zone's midnights. */
function fill(
  buckets: readonly Bucket[],
  from: number,
  to: number,
  stepMs: number,
  stepOf: (at: number) => number,
): Bucket[] {
  const byAt = new Map(buckets.map((bucket) => [bucket.at, bucket]));
  const filled: Bucket[] = [];
  for (let at = from; at < to;) {
    filled.push(byAt.get(at) ?? emptyBucket(at));
    // Half a step beyond the next start finds it even where a DST day has 23 or 25 hours.
    const next = stepOf(at + stepMs + (stepMs >= DAY_MS ? 12 * HOUR_MS : 0));
    at = next > at ? next : at + stepMs;
  }
  return filled;
}

export function toPoint(bucket: Bucket, prior: number): SeriesPoint {
  const index = bucket.n === 0 ? null : moodIndex(bucket, prior);
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    at: new Date(bucket.at).toISOString(),
    n: bucket.n,
    positive: bucket.positive,
    neutral: bucket.neutral,
    negative: bucket.negative,
    mood: index && round(index.mood),
    moodLow: index && round(index.low),
    moodHigh: index && round(index.high),
    authors: bucket.authors,
  };
}

const ceilTo = (at: number, step: number): number => Math.ceil((at + 1) / step) * step;
