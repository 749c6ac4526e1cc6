import { z } from 'zod';
import { labelOf, MOOD_LABELS } from '#shared/mood/mood.ts';
import type { Asker } from './asker.ts';

/** An answer about a whole batch is far smaller than this. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const answerSchema = z.object({ items: z.array(z.unknown()).max(10_000) });
const itemSchema = z.object({
  id: z.string(),
  score: z.number().min(-1).max(1),
  label: z.enum(MOOD_LABELS).optional(),
});

/**
 * POST {"items":[{"id","text","topic":{"id","name"}}]} → {"items":[{"id","score","label"?}]}, any order, items may be missing.
 * `score` is in [-1, 1], toward the topic. An item with an unknown id, a score out of range, or a label that is not the
 * one of its score (±0.2 bounds neutral) is left out: an endpoint that means something else by its numbers must not be
 * half believed.
 *
 * The address is the operator's own setting, so private ones are fine; redirects are not followed.
 */
export function createHttpAsker(url: string): Asker {
  return {
    name: `endpoint ${new URL(url).host}`,
    async ask(questions, signal) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ items: questions }),
        redirect: 'error',
        signal,
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`answered ${response.status}`);
      }
      const asked = new Set(questions.map(({ id }) => id));
      const { items } = answerSchema.parse(JSON.parse(await readLimited(response)));
      const scores = new Map<string, number>();
      for (const item of items) {
        const { data } = itemSchema.safeParse(item);
        if (data === undefined || !asked.has(data.id)) continue;
        if (data.label === undefined || data.label === labelOf(data.score))
          scores.set(data.id, data.score);
      }
      return scores;
    },
  };
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`answered more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
