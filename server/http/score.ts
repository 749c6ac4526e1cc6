import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { topicSchema } from '#shared/topic/topic.ts';
import { scoreAnswerSchema, scoreRequestSchema, type ScoreAnswer } from '#shared/wire/api.ts';
import type { ServerEngine } from '../engine.ts';

/** POST /score: why matched, why scored, why not. */
export async function scoreRoutes(
  app: FastifyInstance,
  deps: { engine: ServerEngine },
): Promise<void> {
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
}
