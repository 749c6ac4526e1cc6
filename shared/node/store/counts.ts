import type { Db } from '../postgres/pool.ts';

/** Adds to named figures that all workers share; they live beside the settings. */
export async function addCounts(
  db: Db,
  name: string,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  const figures = Object.keys(counts);
  if (figures.every((figure) => counts[figure] === 0)) return;
  const sums = figures.map(
    (figure) =>
      `'${figure}', coalesce((s.value->>'${figure}')::bigint, 0) + (excluded.value->>'${figure}')::bigint`,
  );
  await db.query(
    `insert into settings as s (name, value, updated_at) values ($1, $2, $3)
     on conflict (name) do update set value = jsonb_build_object(${sums.join(', ')}), updated_at = excluded.updated_at`,
    [name, JSON.stringify(counts), Date.now()],
  );
}

/** Null while nothing was ever added. */
export async function readCounts<Counts>(db: Db, name: string): Promise<Counts | null> {
  const { rows } = await db.query<{ value: Counts }>('select value from settings where name = $1', [
    name,
  ]);
  return rows[0]?.value ?? null;
}
