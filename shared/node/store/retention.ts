import type { Settings } from '../../wire/api.ts';
import { DAY_MS, HOUR_MS } from '../../series/bucket.ts';
import { monthRange } from '../postgres/partitions.ts';
import { inTransaction, type Db, type Tx } from '../postgres/pool.ts';

/** What one run removed; zeros and empty lists when nothing was due. */
export interface Tidied {
  /** Months (`YYYYMM`) whose posts and mentions went. */
  postMonths: string[];
  minuteMonths: string[];
  unmatchedPosts: number;
  liveEvents: number;
  batches: number;
  notifications: number;
  sessions: number;
  idempotencyKeys: number;
  recounts: number;
}

export interface RetentionStore {
  /** Null when another process is at it. `keep`: months that touch this range stay (the demo's while it is there). */
  tidy(options: {
    retention: Settings['retention'];
    now: number;
    keep: { from: number; to: number } | null;
  }): Promise<Tidied | null>;
}

const LOCK = 7_700_004;
const DROPPED = 'retention:dropped-months';
const UNMATCHED_TO = 'retention:unmatched-to';
const DELETE_AT_ONCE = 5_000;

const LIVE_EVENTS_MS = HOUR_MS;
/** Newest events that stay whatever their age: browsers of a quiet place still catch up by number. */
const LIVE_EVENTS_KEPT = 20_000;
const BATCHES_MS = 7 * DAY_MS;
const NOTIFICATIONS_MS = 90 * DAY_MS;
/** As in access.ts: a session ends 14 days after login or 12 hours after its last request. */
const SESSION_MAX_MS = 14 * DAY_MS;
const SESSION_IDLE_MS = 12 * HOUR_MS;
const IDEMPOTENCY_MS = DAY_MS;
const RECOUNTS_MS = 7 * DAY_MS;

/** Months whose posts were removed: their hour and day buckets can not be built again from mentions. */
export async function readDroppedMonths(db: Pick<Db, 'query'>): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ value: { months: string[] } }>(
    'select value from settings where name = $1',
    [DROPPED],
  );
  return new Set(rows[0]?.value.months ?? []);
}

/**
 * Removes what is older than the settings say. A month of posts goes when it ended, and its last post arrived, more
 * than that many days ago: an import of old posts is kept as long as a live one. Partitions are emptied, not dropped:
 * as cheap, and dropping would lock the whole table against live counting. Identities (`post_keys`), hour and day
 * buckets stay, so a post of a removed month is still a duplicate and long charts stay whole.
 */
export function createRetentionStore(db: Db): RetentionStore {
  /** Until then a month is not looked at again: its last arrival decides, and finding it reads the whole month. */
  const lookAgainAt = new Map<string, number>();
  return {
    async tidy({ retention, now, keep }) {
      const client = await db.connect();
      try {
        const { rows } = await client.query<{ ours: boolean }>(
          'select pg_try_advisory_lock($1) as ours',
          [LOCK],
        );
        if (!rows[0]?.ours) return null;
        try {
          const months = await monthsThatMayGo(client, keep);
          return {
            postMonths: await emptyPostMonths(
              db,
              client,
              months,
              retention.postsDays,
              now,
              lookAgainAt,
            ),
            minuteMonths: await emptyMinuteMonths(
              db,
              client,
              months,
              retention.minutesDays,
              now,
              lookAgainAt,
            ),
            unmatchedPosts: await deleteUnmatched(client, retention.unmatchedDays, now),
            ...(await deleteBookkeeping(client, now)),
          };
        } finally {
          await client.query('select pg_advisory_unlock($1)', [LOCK]);
        }
      } finally {
        client.release();
      }
    },
  };
}

async function monthsThatMayGo(
  client: Tx,
  keep: { from: number; to: number } | null,
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'posts'::regclass order by 1`,
  );
  return rows
    .map((row) => row.name.slice('posts_'.length))
    .filter((month) => {
      if (!/^\d{6}$/.test(month)) return false;
      const { from, to } = monthRange(month);
      return keep === null || to <= keep.from || from >= keep.to;
    });
}

/** When the month's last post arrived; null for an empty month. */
async function lastArrival(client: Tx, month: string): Promise<number | null> {
  const { rows } = await client.query<{ at: number | null }>(
    `select max(received_at) as at from posts_${month}`,
  );
  return rows[0]?.at ?? null;
}

async function emptyPostMonths(
  db: Db,
  client: Tx,
  months: readonly string[],
  days: number,
  now: number,
  lookAgainAt: Map<string, number>,
): Promise<string[]> {
  if (days === 0) return [];
  const emptied: string[] = [];
  for (const month of months) {
    const id = `posts ${month}`;
    if (monthRange(month).to + days * DAY_MS > now || (lookAgainAt.get(id) ?? 0) > now) continue;
    const last = await lastArrival(client, month);
    if (last === null || last + days * DAY_MS > now) {
      lookAgainAt.set(id, last === null ? now + DAY_MS : last + days * DAY_MS);
      continue;
    }
    await inTransaction(db, async (tx) => {
      await truncate(tx, [`posts_${month}`, `mentions_${month}`]);
      await tx.query(
        `insert into settings (name, value, updated_at) values ($1, jsonb_build_object('months', jsonb_build_array($2::text)), $3)
         on conflict (name) do update set updated_at = excluded.updated_at,
           value = case when settings.value -> 'months' ? $2 then settings.value
             else jsonb_build_object('months', settings.value -> 'months' || to_jsonb($2::text)) end`,
        [DROPPED, month, now],
      );
    });
    emptied.push(month);
  }
  return emptied;
}

async function emptyMinuteMonths(
  db: Db,
  client: Tx,
  months: readonly string[],
  days: number,
  now: number,
  lookAgainAt: Map<string, number>,
): Promise<string[]> {
  if (days === 0) return [];
  const emptied: string[] = [];
  for (const month of months) {
    const id = `minutes ${month}`;
    if (monthRange(month).to + days * DAY_MS > now || (lookAgainAt.get(id) ?? 0) > now) continue;
    const last = await lastArrival(client, month);
    if (last !== null && last + days * DAY_MS > now) {
      lookAgainAt.set(id, last + days * DAY_MS);
      continue;
    }
    const { rowCount } = await client.query(`select 1 from buckets_minute_${month} limit 1`);
    if (!rowCount) continue;
    await inTransaction(db, (tx) => truncate(tx, [`buckets_minute_${month}`]));
    emptied.push(month);
  }
  return emptied;
}

/** Waits briefly only: behind a long read the lock would hold up everybody else; the next run tries again. */
async function truncate(tx: Tx, tables: readonly string[]): Promise<void> {
  await tx.query(`set local lock_timeout = '5s'`);
  await tx.query(`truncate ${tables.join(', ')}`);
}

/**
 * Unmatched posts that arrived longer ago, in small deletes, partition by partition. What arrived before the last
 * run's limit is gone already (a day of overlap for stragglers), so that only new pages are read.
 */
async function deleteUnmatched(client: Tx, days: number, now: number): Promise<number> {
  if (days === 0) return 0;
  const before = now - days * DAY_MS;
  const { rows } = await client.query<{ at: number }>(
    `select (value ->> 'at')::bigint as at from settings where name = $1`,
    [UNMATCHED_TO],
  );
  const after = (rows[0]?.at ?? 0) - DAY_MS;
  if (before <= after) return 0;
  let deleted = 0;
  for (const month of await monthsThatMayGo(client, null)) {
    for (;;) {
      const { rowCount } = await client.query(
        `delete from posts_${month} where ctid = any (array(
           select ctid from posts_${month} where received_at >= $1 and received_at < $2 and topics = '{}' and not demo limit ${DELETE_AT_ONCE}))`,
        [after, before],
      );
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < DELETE_AT_ONCE) break;
    }
  }
  await client.query(
    `insert into settings (name, value, updated_at) values ($1, jsonb_build_object('at', $2::bigint), $3)
     on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
    [UNMATCHED_TO, before, now],
  );
  return deleted;
}

async function deleteBookkeeping(
  client: Tx,
  now: number,
): Promise<Omit<Tidied, 'postMonths' | 'minuteMonths' | 'unmatchedPosts'>> {
  const remove = async (sql: string, values: unknown[]): Promise<number> =>
    (await client.query(sql, values)).rowCount ?? 0;
  return {
    liveEvents: await remove(
      'delete from live_events where at < $1 and seq <= (select seq from live_seq) - $2',
      [now - LIVE_EVENTS_MS, LIVE_EVENTS_KEPT],
    ),
    batches: await remove('delete from batches where at < $1', [now - BATCHES_MS]),
    notifications: await remove(
      `delete from notifications where state in ('sent', 'failed', 'merged') and created_at < $1`,
      [now - NOTIFICATIONS_MS],
    ),
    sessions: await remove('delete from sessions where created_at < $1 or seen_at < $2', [
      now - SESSION_MAX_MS,
      now - SESSION_IDLE_MS,
    ]),
    idempotencyKeys: await remove('delete from idempotency_keys where at < $1', [
      now - IDEMPOTENCY_MS,
    ]),
    recounts: await remove(
      `delete from settings where name like 'rescore:%' and updated_at < $1 and value ->> 'state' not in ('waiting', 'running')`,
      [now - RECOUNTS_MS],
    ),
  };
}
