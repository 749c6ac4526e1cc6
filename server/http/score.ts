import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { Store } from '#shared/node/store/store.ts';
import { createMatcher, type TopicMatcher } from '#shared/topic/matcher.ts';
import { normalise } from '#shared/post/normalise.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';
import { topicSchema, type Topic } from '#shared/topic/topic.ts';
import {
  previewRequestSchema,
  previewSchema,
  scoreAnswerSchema,
  scoreRequestSchema,
  type ScoreAnswer,
  type TopicPreview,
} from '#shared/wire/api.ts';
import type { ServerEngine } from '../engine.ts';
import { iso } from './params.ts';
import { refuseBadQuery } from './topics.ts';

export interface ScoreDeps {
  store: Store;
  clock: StoreClock;
  engine: ServerEngine;
}

/** Posts looked at by a topic preview, newest first; it says how many. */
const PREVIEW_POSTS = 100_000;
const SAMPLES = 20;
const NEAR_MISSES = 8;

/** POST /score: why matched, why scored, why not. POST /topics/preview: what a topic would match, before it is saved. */
export async function scoreRoutes(app: FastifyInstance, deps: ScoreDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.post(
    '/score',
    {
      schema: { body: scoreRequestSchema, response: { 200: scoreAnswerSchema }, tags: ['topics'] },
      config: { access: 'read' },
    },
    async (request): Promise<ScoreAnswer> => {
      const { text, topics } = request.body;
      const engine =
        topics === undefined
          ? await deps.engine.current()
          : await deps.engine.of(topics.map((topic) => topicSchema.parse(topic)));
      const mood = engine.scorer.analyse(text);
      const { refused } = engine.matcher.explain(mood.normalised);
      const span = (start: number, end: number) => ({
        start: mood.normalised.offsets[start] ?? 0,
        end: mood.normalised.offsets[end] ?? text.length,
      });
      return {
        label: mood.label,
        score: mood.score,
        repost: mood.repost,
        normalised: mood.normalised.text,
        topics: mood.topics.map((found) => ({
          ...found,
          hits: mood.hits
            .filter((hit) => engine.matcher.topics[hit.topic]?.id === found.topic)
            .map((hit) => ({ ...span(hit.start, hit.end), alias: hit.alias })),
        })),
        misses: refused.map((miss) => {
          const { start, end } = span(miss.start, miss.end);
          return {
            topic: engine.matcher.topics[miss.topic]?.id ?? '',
            reason: `${miss.why}: ${miss.by}`,
            text: text.slice(start, end),
          };
        }),
      };
    },
  );

  typed.post(
    '/topics/preview',
    {
      schema: { body: previewRequestSchema, response: { 200: previewSchema }, tags: ['topics'] },
      config: { access: 'read' },
    },
    async (request): Promise<TopicPreview> => {
      const wanted = topicSchema.parse({ ...request.body, id: request.body.id ?? 'preview' });
      refuseBadQuery(wanted.query);
      const { from, to } = await previewSpan(deps, request.body.hours * HOUR_MS);
      const posts = await readTexts(deps.store, from, to);
      const topics = await deps.store.topics.list();
      const ids = new Map(topics.map((topic) => [topic.key, topic.id]));
      const preview = previewTopic(
        wanted,
        posts.map((post) => ({
          ...post,
          topics: post.topics.flatMap((key) => ids.get(key) ?? []),
        })),
      );
      return { ...preview, from: iso(from), to: iso(to) };
    },
  );
}

/** The time up to now; where nobody posted in it (imported history), the time up to the newest post. */
async function previewSpan(
  deps: { store: Store; clock: StoreClock },
  length: number,
): Promise<{ from: number; to: number }> {
  const now = deps.clock.now();
  const { rows } = await deps.store.db.query<{ at: number }>(
    'select created_at as at from posts where created_at < $1 order by created_at desc limit 1',
    [now],
  );
  const newest = rows[0]?.at ?? now;
  const to = newest < now - length ? newest + 1 : now;
  return { from: to - length, to };
}

interface TextRow {
  ref: string;
  text: string;
  at: number;
  topics: string[];
}

async function readTexts(
  store: Store,
  from: number,
  to: number,
): Promise<{ ref: string; text: string; at: number; topics: number[] }[]> {
  const { rows } = await store.db.query<{
    pid: number;
    created_at: number;
    text: string;
    topics: number[];
  }>(
    'select pid, created_at, text, topics from posts where created_at >= $1 and created_at < $2 order by created_at desc limit $3',
    [from, to, PREVIEW_POSTS],
  );
  return rows.map((row) => ({
    ref: `${row.pid.toString(36)}-${row.created_at.toString(36)}`,
    text: row.text,
    at: row.created_at,
    topics: row.topics,
  }));
}

/** Pure: what this topic matches among these posts, which exclusions act, what it nearly matches. */
export function previewTopic(
  topic: Topic,
  posts: readonly TextRow[],
): Omit<TopicPreview, 'from' | 'to'> {
  const matcher = createMatcher([topic]);
  const aliases = new Map<string, number>(
    [topic.name, ...topic.aliases].map((alias) => [alias, 0]),
  );
  const overlaps = new Map<string, number>();
  const samples: TopicPreview['samples'] = [];
  let matched = 0;
  let excluded = 0;
  const near = createNearMisses(topic);
  for (const post of posts) {
    const text = normalise(post.text, (handle) => matcher.keepsHandle(handle));
    if (!matcher.matches(text)) {
      if (isExcluded(matcher, text)) excluded++;
      near.look(post.text);
      continue;
    }
    const hits = matcher.match(text);
    if (hits.length === 0) {
      excluded++;
      continue;
    }
    matched++;
    for (const alias of new Set(hits.map((hit) => hit.alias)))
      aliases.set(alias, (aliases.get(alias) ?? 0) + 1);
    for (const other of post.topics)
      if (other !== topic.id) overlaps.set(other, (overlaps.get(other) ?? 0) + 1);
    if (samples.length < SAMPLES) {
      samples.push({
        ref: post.ref,
        text: post.text,
        at: iso(post.at),
        spans: hits.map((hit): [number, number] => [
          text.offsets[hit.start] ?? 0,
          text.offsets[hit.end] ?? 0,
        ]),
      });
    }
  }
  return {
    scanned: posts.length,
    matched,
    excluded,
    aliases: [...aliases].map(([alias, n]) => ({ alias, posts: n })),
    nearMisses: near.top(),
    overlaps: [...overlaps]
      .map(([other, n]) => ({ topic: other, posts: n }))
      .sort((a, b) => b.posts - a.posts)
      .slice(0, 8),
    warnings: warningsOf(topic, aliases, posts.length, matched),
    samples,
  };
}

function isExcluded(matcher: TopicMatcher, text: ReturnType<typeof normalise>): boolean {
  return matcher.explain(text).refused.some((hit) => hit.why === 'excluded' || hit.why === 'query');
}

/** Phrases that share their first characters with an alias of three or more: 深度思考 for 深度求索. */
function createNearMisses(topic: Topic): {
  look(text: string): void;
  top(): { phrase: string; posts: number }[];
} {
  const known = new Set(
    [topic.name, ...topic.aliases, ...topic.exclude].map((alias) => alias.toLowerCase()),
  );
  const starts = [...known]
    .filter((alias) => /^\p{Script=Han}{3,}$/u.test(alias))
    .map((alias) => ({ start: alias.slice(0, 2), length: alias.length }));
  const counts = new Map<string, number>();
  return {
    look(text) {
      for (const { start, length } of starts) {
        const at = text.indexOf(start);
        if (at < 0) continue;
        const phrase = text.slice(at, at + length);
        if (
          phrase.length === length &&
          /^\p{Script=Han}+$/u.test(phrase) &&
          !known.has(phrase.toLowerCase())
        )
          counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
      }
    },
    top: () =>
      [...counts]
        .filter(([, n]) => n >= 2)
        .sort((a, b) => b[1] - a[1])
        .slice(0, NEAR_MISSES)
        .map(([phrase, posts]) => ({ phrase, posts })),
  };
}

function warningsOf(
  topic: Topic,
  aliases: ReadonlyMap<string, number>,
  scanned: number,
  matched: number,
): TopicPreview['warnings'] {
  const warnings: TopicPreview['warnings'] = [];
  const percent = (n: number): string => `${Math.round((n / scanned) * 100)} %`;
  for (const [alias, n] of aliases) {
    if (scanned >= 200 && n / scanned > 0.4)
      warnings.push({
        code: 'alias-too-broad',
        message: `“${alias}” matches ${percent(n)} of all posts`,
        alias,
      });
    else if (scanned >= 1000 && n === 0)
      warnings.push({
        code: 'alias-unused',
        message: `“${alias}” matches nothing in these posts`,
        alias,
      });
    if ([...alias].length === 1)
      warnings.push({
        code: 'alias-short',
        message: `“${alias}” is a single character and will match inside other words`,
        alias,
      });
  }
  if (scanned > 0 && matched === 0)
    warnings.push({ code: 'no-match', message: `None of ${scanned} posts matches ${topic.name}` });
  return warnings;
}
