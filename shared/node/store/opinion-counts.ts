import type { Db } from '../postgres/pool.ts';

/** What became of mentions that our engine was unsure of, since the store began; all workers together. */
export interface OpinionCounts {
  /** Sent to the other model. */
  asked: number;
  /** Mentions that an opinion was taken into, from a request or from memory. */
  answered: number;
  /** Of these, with another label than before. */
  changed: number;
  /** Sent, and nothing usable came back in time. */
  failed: number;
  /** Not sent: beyond the budget, another request under way, or paused after failures. */
  skipped: number;
}

export const OPINION_COUNTS = ['asked', 'answered', 'changed', 'failed', 'skipped'] as const;
const NAME = 'second-opinion-counts';

export async function addOpinionCounts(db: Db, counts: OpinionCounts): Promise<void> {
  if (OPINION_COUNTS.every((name) => counts[name] === 0)) return;
  const sums = OPINION_COUNTS.map(
    (name) =>
      `'${name}', coalesce((s.value->>'${name}')::bigint, 0) + (excluded.value->>'${name}')::bigint`,
  );
  await db.query(
    `insert into settings as s (name, value, updated_at) values ($1, $2, $3)
     on conflict (name) do update set value = jsonb_build_object(${sums.join(', ')}), updated_at = excluded.updated_at`,
    [NAME, JSON.stringify(counts), Date.now()],
  );
}

/** Null while no worker ever had a second opinion. */
export async function readOpinionCounts(db: Db): Promise<OpinionCounts | null> {
  const { rows } = await db.query<{ value: OpinionCounts }>(
    'select value from settings where name = $1',
    [NAME],
  );
  return rows[0]?.value ?? null;
}
