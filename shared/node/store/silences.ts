import { randomUUID } from 'node:crypto';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';

/** Stops notifications, not states, for a topic or one rule (empty = any), until a set end. */
export interface StoredSilence {
  id: string;
  topic: string;
  ruleId: string;
  from: number;
  until: number;
  by: string;
  reason: string;
  createdAt: number;
}

export interface SilencesStore {
  list(query: { activeAt?: number }): Promise<StoredSilence[]>;
  add(silence: Omit<StoredSilence, 'id' | 'createdAt'>): Promise<StoredSilence>;
  /** Ends it now; what it covered is told again. */
  end(id: string): Promise<void>;
}

interface Row {
  id: string;
  topic: string;
  rule_id: string;
  from_at: number;
  until_at: number;
  by_name: string;
  reason: string;
  created_at: number;
}
const fromRow = (row: Row): StoredSilence => ({
  id: row.id,
  topic: row.topic,
  ruleId: row.rule_id,
  from: row.from_at,
  until: row.until_at,
  by: row.by_name,
  reason: row.reason,
  createdAt: row.created_at,
});

export function createSilencesStore(db: Db): SilencesStore {
  return {
    async list({ activeAt }) {
      const { rows } = await db.query<Row>(
        'select * from silences where ($1::bigint is null or (from_at <= $1 and until_at > $1)) order by until_at desc limit 500',
        [activeAt ?? null],
      );
      return rows.map(fromRow);
    },
    async add(silence) {
      const id = randomUUID();
      const createdAt = Date.now();
      await db.query(
        'insert into silences (id, topic, rule_id, from_at, until_at, by_name, reason, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
        [
          id,
          silence.topic,
          silence.ruleId,
          silence.from,
          silence.until,
          silence.by,
          silence.reason,
          createdAt,
        ],
      );
      return { ...silence, id, createdAt };
    },
    async end(id) {
      const { rowCount } = await db.query('delete from silences where id = $1', [id]);
      if (rowCount === 0) throw new AppError('silence/not-found', 'There is no such silence.');
    },
  };
}

/** The silence that covers a rule now, if any. */
export function silenceOf(
  silences: readonly StoredSilence[],
  rule: { id: string; topic: string },
  now: number,
): string | null {
  const found = silences.find(
    (silence) =>
      silence.from <= now &&
      silence.until > now &&
      (silence.ruleId === '' || silence.ruleId === rule.id) &&
      (silence.topic === '' || silence.topic === rule.topic),
  );
  return found?.id ?? null;
}
