import { createHash } from 'node:crypto';
import { cleanText } from '../../post/hygiene.ts';
import { AppError } from '../../wire/errors.ts';
import { inTransaction, type Db } from '../postgres/pool.ts';
import { addOutcomes } from './posts.ts';

/** A row or post that was refused, kept where people can see, mend, retry or discard it. */
export interface DeadLetter {
  id: string;
  source: string;
  reason: string;
  field: string | null;
  message: string;
  times: number;
  firstAt: number;
  lastAt: number;
  raw: string;
}

export interface NewDeadLetter {
  source: string;
  reason: string;
  field?: string;
  message: string;
  raw: string;
  importId?: string;
}

/** Bytes kept of a refused row. */
const RAW_LIMIT = 4_000;

export interface DeadLettersStore {
  /** Keeps them and counts them as rejected. Equal ones (source, reason, content) count up in one row. */
  add(letters: readonly NewDeadLetter[]): Promise<void>;
  list(query: { before?: number; limit: number }): Promise<DeadLetter[]>;
  get(id: string): Promise<DeadLetter>;
  discard(id: string): Promise<void>;
  count(): Promise<number>;
}

export function createDeadLettersStore(db: Db): DeadLettersStore {
  return {
    async add(letters) {
      if (letters.length === 0) return;
      const now = Date.now();
      const unique = new Map<string, NewDeadLetter & { digest: Buffer; times: number }>();
      for (const letter of letters) {
        const raw = cleanText(letter.raw, RAW_LIMIT);
        const digest = createHash('sha256')
          .update(`${letter.source}\n${letter.reason}\n${raw}`)
          .digest();
        const key = digest.toString('hex');
        const known = unique.get(key);
        if (known) known.times++;
        else unique.set(key, { ...letter, raw, digest, times: 1 });
      }
      const rows = [...unique.values()].sort((a, b) => Buffer.compare(a.digest, b.digest));
      const counts = new Map<
        string,
        { source: string; outcome: 'rejected'; reason: string; n: number }
      >();
      for (const row of rows) {
        const key = `${row.source} ${row.reason}`;
        const count = counts.get(key) ?? {
          source: row.source,
          outcome: 'rejected' as const,
          reason: row.reason,
          n: 0,
        };
        count.n += row.times;
        counts.set(key, count);
      }
      await inTransaction(db, async (tx) => {
        await tx.query(
          `insert into dead_letters as d (digest, source, reason, field, message, times, first_at, last_at, import_id, raw)
           select dg, s, r, f, m, n, $9, $9, i, w
           from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[]) as t(dg, s, r, f, m, n, i, w)
           on conflict (digest) do update set times = d.times + excluded.times, last_at = excluded.last_at`,
          [
            rows.map((r) => r.digest),
            rows.map((r) => r.source),
            rows.map((r) => r.reason),
            rows.map((r) => r.field ?? null),
            rows.map((r) => r.message),
            rows.map((r) => r.times),
            rows.map((r) => r.importId ?? null),
            rows.map((r) => r.raw),
            now,
          ],
        );
        await addOutcomes(tx, [...counts.values()], now);
      });
    },
    async list({ before, limit }) {
      const { rows } = await db.query<Row>(
        `select ${COLUMNS} from dead_letters where id < $1 order by id desc limit $2`,
        [before ?? Number.MAX_SAFE_INTEGER, limit],
      );
      return rows.map(fromRow);
    },
    async get(id) {
      const { rows } = await db.query<Row>(`select ${COLUMNS} from dead_letters where id = $1`, [
        /^\d{1,15}$/.test(id) ? id : 0,
      ]);
      if (!rows[0]) throw new AppError('dead-letter/not-found', 'There is no such rejected row.');
      return fromRow(rows[0]);
    },
    async discard(id) {
      const { rowCount } = await db.query('delete from dead_letters where id = $1', [
        /^\d{1,15}$/.test(id) ? id : 0,
      ]);
      if (rowCount === 0)
        throw new AppError('dead-letter/not-found', 'There is no such rejected row.');
    },
    async count() {
      const { rows } = await db.query<{ n: number }>('select count(*) as n from dead_letters');
      return rows[0]?.n ?? 0;
    },
  };
}

interface Row {
  id: number;
  source: string;
  reason: string;
  field: string | null;
  message: string;
  times: number;
  first_at: number;
  last_at: number;
  raw: string;
}
const COLUMNS = 'id, source, reason, field, message, times, first_at, last_at, raw';
const fromRow = (row: Row): DeadLetter => ({
  id: String(row.id),
  source: row.source,
  reason: row.reason,
  field: row.field,
  message: row.message,
  times: row.times,
  firstAt: row.first_at,
  lastAt: row.last_at,
  raw: row.raw,
});
