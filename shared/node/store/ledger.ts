import type { LiveEvent } from '../../wire/live.ts';
import type { Db, Tx } from '../postgres/pool.ts';

const LEDGER_LOCK = 7_700_003;
export const LIVE_CHANNEL = 'weimai_live';

/** A durable event before it has its number. */
export interface NewEvent {
  event: LiveEvent['event'];
  message: object;
}

/** Held to the end of the transaction: everything that changes buckets or appends events takes it, last. */
export async function lockLedger(tx: Tx): Promise<void> {
  await tx.query({
    name: 'lock-ledger',
    text: 'select pg_advisory_xact_lock($1)',
    values: [LEDGER_LOCK],
  });
}

/**
 * Purpose: tell the live servers, in the transaction of the change itself. Input: events, ledger lock held.
 * Result: numbers that grow in commit order, without holes; NOTIFY is delivered on commit only.
 */
export async function appendEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: 'append-events',
    text: `with first as (update live_seq set seq = seq + $1 returning seq - $1 as before),
             added as (
               insert into live_events (seq, at, event, message)
               select before + ordinality, $2, e, m from first, unnest($3::text[], $4::text[]) with ordinality as t(e, m, ordinality))
           select pg_notify('${LIVE_CHANNEL}', (before + $1)::text) from first`,
    values: [
      events.length,
      Date.now(),
      events.map((event) => event.event),
      events.map((event) => JSON.stringify(event.message)),
    ],
  });
}

export async function currentSeq(db: Pick<Db, 'query'>): Promise<number> {
  const { rows } = await db.query<{ seq: number }>('select seq from live_seq');
  return rows[0]?.seq ?? 0;
}

/** Events after `since`, oldest first; null when some of them are no longer kept (the caller sends a
 * snapshot). The newest ones are always kept, so no row means nothing new. */
export async function readEvents(
  db: Pick<Db, 'query'>,
  since: number,
  limit: number,
): Promise<LiveEvent[] | null> {
  const { rows } = await db.query<{ seq: number; event: LiveEvent['event']; message: string }>({
    name: 'read-events',
    text: 'select seq, event, message from live_events where seq > $1 order by seq limit $2',
    values: [since, limit],
  });
  const first = rows[0];
  if (first && first.seq !== since + 1) return null;
  return rows.map(
    (row) =>
      ({
        seq: row.seq,
        event: row.event,
        message: { seq: row.seq, ...JSON.parse(row.message) },
      }) as LiveEvent,
  );
}
