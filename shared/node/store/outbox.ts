import type { OutgoingMessage } from '../../alert/channel.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db, Tx } from '../postgres/pool.ts';

/**
 * Notifications waiting for their channel. They are written in the transaction of the transition they tell of
 * (`add`), sent at least once, and repeated under the same key.
 */
export interface NewNotification {
  incidentId: string | null;
  channelId: string;
  message: OutgoingMessage;
}

export interface OutboxRow {
  id: string;
  key: string;
  incidentId: string | null;
  channelId: string;
  message: OutgoingMessage;
  createdAt: number;
  attempts: number;
  groupKey: string | null;
}

export interface Attempt {
  at: number;
  ok: boolean;
  httpStatus: number | null;
  providerCode: string | null;
  ms: number;
  answer: string;
}

export interface StoredDelivery {
  id: string;
  key: string;
  incidentId: string | null;
  channelId: string;
  kind: string;
  title: string;
  state: 'waiting' | 'sent' | 'failed' | 'retrying' | 'merged';
  createdAt: number;
  nextAttemptAt: number | null;
  attempts: Attempt[];
}

export interface OutboxStore {
  /** A key that exists already is left as it is. */
  add(tx: Pick<Tx, 'query'>, notifications: readonly NewNotification[], now: number): Promise<void>;
  /**
   * Incident messages of one evaluation: the first news of an incident waits GROUP_WAIT_MS; when it ends within that
   * time nothing at all is sent (as Alertmanager).
   */
  tell(
    tx: Pick<Tx, 'query'>,
    notifications: readonly NewNotification[],
    now: number,
  ): Promise<void>;
  /** The same in a transaction of its own. */
  addNow(notifications: readonly NewNotification[], now: number): Promise<void>;
  /** Ids of channels with something due that nobody sends to now; they are ours for `leaseMs`. */
  claimChannels(now: number, leaseMs: number): Promise<string[]>;
  renew(channelId: string, until: number): Promise<void>;
  release(channelId: string): Promise<void>;
  due(channelId: string, now: number): Promise<OutboxRow[]>;
  setGroup(ids: readonly string[], groupKey: string | null): Promise<void>;
  rateState(channelId: string): Promise<unknown>;
  saveRateState(channelId: string, state: unknown): Promise<void>;
  /** Records one attempt for all rows it carried, and what follows from it. */
  record(
    ids: readonly string[],
    attempt: Attempt,
    outcome:
      | { kind: 'sent' }
      | { kind: 'retry'; at: number; keepGroup: boolean }
      | { kind: 'failed' },
  ): Promise<void>;
  postpone(ids: readonly string[], until: number): Promise<void>;
  /** True when the incident has ended: its firing message is worth nothing any more. */
  isOver(incidentId: string): Promise<boolean>;
  list(query: {
    channelId?: string;
    incidentId?: string;
    before?: number;
    limit: number;
  }): Promise<StoredDelivery[]>;
  /** Puts a failed one back into the queue under its old key. */
  resend(id: string, now: number): Promise<void>;
}

/** alerts.md section 1: what belongs together goes together. */
export const GROUP_WAIT_MS = 10_000;

export function createOutboxStore(db: Db): OutboxStore {
  const add: OutboxStore['add'] = async (tx, notifications, now) => {
    for (const { incidentId, channelId, message } of notifications) {
      await tx.query(
        `insert into notifications (key, incident_id, channel_id, kind, message, created_at, next_attempt_at) values ($1, $2, $3, $4, $5, $6, $6) on conflict (key) do nothing`,
        [message.key, incidentId, channelId, message.kind, JSON.stringify(message), now],
      );
    }
    if (notifications.length > 0) await tx.query(`select pg_notify('weimai_outbox', '')`);
  };
  return {
    add,
    async tell(tx, notifications, now) {
      for (const notification of notifications) {
        if (notification.message.kind === 'resolved' && notification.incidentId !== null) {
          const { rowCount } = await tx.query(
            `delete from notifications where incident_id = $1 and channel_id = $2 and state = 'waiting' and attempts = 0 and kind = 'firing' and next_attempt_at > $3`,
            [notification.incidentId, notification.channelId, now],
          );
          const { rows } = await tx.query(
            'select 1 from notifications where incident_id = $1 and channel_id = $2 limit 1',
            [notification.incidentId, notification.channelId],
          );
          if ((rowCount ?? 0) > 0 && rows.length === 0) continue;
        }
        await add(
          tx,
          [notification],
          notification.message.kind === 'firing' ? now + GROUP_WAIT_MS : now,
        );
      }
    },
    addNow: (notifications, now) => add(db, notifications, now),
    async claimChannels(now, leaseMs) {
      const { rows } = await db.query<{ id: string }>(
        `update channels set claimed_until = $1 + $2 where id in (
           select c.id from channels c where c.claimed_until < $1 and exists (
             select 1 from notifications n where n.channel_id = c.id and n.state in ('waiting', 'retrying') and n.next_attempt_at <= $1)
           for update skip locked)
         returning id`,
        [now, leaseMs],
      );
      return rows.map((row) => row.id);
    },
    async renew(channelId, until) {
      await db.query('update channels set claimed_until = $2 where id = $1', [channelId, until]);
    },
    async release(channelId) {
      await db.query('update channels set claimed_until = 0 where id = $1', [channelId]);
    },
    async due(channelId, now) {
      const { rows } = await db.query<{
        id: number;
        key: string;
        incident_id: string | null;
        message: OutgoingMessage;
        created_at: number;
        attempts: number;
        group_key: string | null;
      }>(
        `select id, key, incident_id, message, created_at, attempts, group_key from notifications
         where channel_id = $1 and state in ('waiting', 'retrying') and next_attempt_at <= $2 order by group_key nulls last, id limit 500`,
        [channelId, now],
      );
      return rows.map((row) => ({
        id: String(row.id),
        key: row.key,
        incidentId: row.incident_id,
        channelId,
        message: row.message,
        createdAt: row.created_at,
        attempts: row.attempts,
        groupKey: row.group_key,
      }));
    },
    async setGroup(ids, groupKey) {
      await db.query('update notifications set group_key = $2 where id = any($1::bigint[])', [
        ids,
        groupKey,
      ]);
    },
    async rateState(channelId) {
      const { rows } = await db.query<{ rate_state: unknown }>(
        'select rate_state from channels where id = $1',
        [channelId],
      );
      return rows[0]?.rate_state ?? null;
    },
    async saveRateState(channelId, state) {
      await db.query('update channels set rate_state = $2 where id = $1', [
        channelId,
        JSON.stringify(state),
      ]);
    },
    async record(ids, attempt, outcome) {
      const state =
        outcome.kind === 'sent' ? 'sent' : outcome.kind === 'retry' ? 'retrying' : 'failed';
      await db.query(
        `with told as (
           insert into delivery_attempts (notification_id, at, ok, http_status, provider_code, ms, answer)
           select id, $2, $3, $4, $5, $6, $7 from unnest($1::bigint[]) as id),
         health as (
           update channels c set failures = case when $3 then 0 else c.failures + 1 end, last_at = $2, last_answer = $7
           where c.id = (select channel_id from notifications where id = ($1::bigint[])[1]))
         update notifications set state = $8, attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, $2), next_attempt_at = coalesce($9, next_attempt_at),
           group_key = case when $10 then group_key else null end
         where id = any($1::bigint[])`,
        [
          ids,
          attempt.at,
          attempt.ok,
          attempt.httpStatus,
          attempt.providerCode,
          attempt.ms,
          attempt.answer,
          state,
          outcome.kind === 'retry' ? outcome.at : null,
          outcome.kind !== 'retry' || outcome.keepGroup,
        ],
      );
    },
    async postpone(ids, until) {
      await db.query('update notifications set next_attempt_at = $2 where id = any($1::bigint[])', [
        ids,
        until,
      ]);
    },
    async isOver(incidentId) {
      const { rows } = await db.query<{ state: string }>(
        'select state from incidents where id = $1',
        [incidentId],
      );
      return rows[0]?.state === 'resolved';
    },
    async list({ channelId, incidentId, before, limit }) {
      const { rows } = await db.query<{
        id: number;
        key: string;
        incident_id: string | null;
        channel_id: string;
        kind: string;
        title: string;
        state: StoredDelivery['state'];
        created_at: number;
        next_attempt_at: number;
        tries: Attempt[];
      }>(
        `select n.id, n.key, n.incident_id, n.channel_id, n.kind, n.message->>'title' as title, n.state, n.created_at, n.next_attempt_at,
           (select coalesce(json_agg(json_build_object('at', a.at, 'ok', a.ok, 'httpStatus', a.http_status, 'providerCode', a.provider_code, 'ms', a.ms, 'answer', a.answer) order by a.id), '[]')
            from delivery_attempts a where a.notification_id = n.id) as tries
         from notifications n where ($1::text is null or n.channel_id = $1) and ($2::text is null or n.incident_id = $2) and n.id < $3 order by n.id desc limit $4`,
        [channelId ?? null, incidentId ?? null, before ?? Number.MAX_SAFE_INTEGER, limit],
      );
      return rows.map((row) => ({
        id: String(row.id),
        key: row.key,
        incidentId: row.incident_id,
        channelId: row.channel_id,
        kind: row.kind,
        title: row.title,
        state: row.state,
        createdAt: row.created_at,
        nextAttemptAt:
          row.state === 'waiting' || row.state === 'retrying' ? row.next_attempt_at : null,
        attempts: row.tries,
      }));
    },
    async resend(id, now) {
      const { rowCount } = await db.query(
        `update notifications set state = 'retrying', next_attempt_at = $2 where id = $1 and state = 'failed'`,
        [/^\d{1,15}$/.test(id) ? id : 0, now],
      );
      if (rowCount === 0)
        throw new AppError('delivery/not-found', 'There is no failed delivery with this id.');
      await db.query(`select pg_notify('weimai_outbox', '')`);
    },
  };
}
