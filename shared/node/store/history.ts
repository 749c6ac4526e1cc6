import { HOUR_MS, MINUTE_MS } from '../../series/bucket.ts';
import { inTransaction, type Db, type Tx } from '../postgres/pool.ts';
import { appendEvents, lockLedger } from './ledger.ts';
import { addMention, addToBuckets, type BucketChange, type DayStart } from './posts.ts';

/** Changes of what is already counted: recounts, removal of the demo. Buckets are always rebuilt from mentions. */
export interface HistoryStore {
  /** Deletes the topic's buckets of the local days that touch [from, to) and builds them again from its mentions. */
  rebuild(tx: Tx, topic: { key: number; id: string }, from: number, to: number): Promise<void>;
  /** Removes every demo post, mention, note and figure; buckets shared with real posts are rebuilt. */
  removeDemo(): Promise<void>;
}

const PAGE = 20_000;

export function createHistoryStore(db: Db, dayStart: DayStart): HistoryStore {
  const rebuild = async (
    tx: Tx,
    topic: { key: number; id: string },
    from: number,
    to: number,
  ): Promise<void> => {
    const first = dayStart(from);
    const last = dayStart(dayStart(to - 1) + 25 * HOUR_MS);
    // In zones such as +05:30 a day begins within an hour: the hours at both ends are rebuilt as a whole.
    const start = Math.floor(first / HOUR_MS) * HOUR_MS;
    const end = Math.ceil(last / HOUR_MS) * HOUR_MS;
    await lockLedger(tx);
    for (const [table, low, high] of [
      ['buckets_minute', start, end],
      ['buckets_hour', start, end],
      ['buckets_day', first, last],
    ] as const) {
      await tx.query(`delete from ${table} where topic = $1 and at >= $2 and at < $3`, [
        topic.key,
        low,
        high,
      ]);
    }
    for (let after = { at: start, pid: -1 }; ;) {
      const { rows } = await tx.query<{
        created_at: number;
        pid: number;
        score: number;
        label: number;
        author: number;
        late: boolean;
        repost: boolean;
      }>(
        `select created_at, pid, score, label, author, late, repost from mentions
         where topic = $1 and created_at < $3 and (created_at, pid) > ($2, $4) and created_at >= $2 order by created_at, pid limit ${PAGE}`,
        [topic.key, after.at, end, after.pid],
      );
      const changes = new Map<string, BucketChange>();
      for (const row of rows) {
        addMention(
          changes,
          {
            topicKey: topic.key,
            topicId: topic.id,
            createdAt: row.created_at,
            score: row.score,
            label: row.label,
            author: row.author,
            late: row.late,
            repost: row.repost,
          },
          dayStart,
        );
      }
      const wanted = [...changes.values()].filter(
        (change) => change.grain !== 2 || (change.at >= first && change.at < last),
      );
      for (const part of chunks(wanted, 2_000)) await addToBuckets(tx, part);
      const newest = rows.at(-1);
      if (!newest || rows.length < PAGE) break;
      after = { at: newest.created_at, pid: newest.pid };
    }
    await appendEvents(tx, [
      { event: 'history:changed', message: { topic: topic.id, from: first, to: last } },
    ]);
  };

  return {
    rebuild,
    async removeDemo() {
      const { rows: topics } = await db.query<{ key: number; id: string }>(
        'select key, id from topics',
      );
      await inTransaction(db, async (tx) => {
        const { rows } = await tx.query<{ topic: number; from: number; to: number }>(
          'select topic, min(created_at) as "from", max(created_at) + 1 as "to" from mentions where demo group by topic',
        );
        await tx.query('delete from mentions where demo');
        await tx.query(
          'delete from corrections c where not exists (select 1 from mentions m where m.topic = c.topic and m.created_at = c.created_at and m.pid = c.pid)',
        );
        await tx.query(
          'delete from post_keys k using posts p where p.demo and p.pid = k.pid and p.created_at = k.created_at',
        );
        await tx.query('delete from posts where demo');
        await tx.query(`delete from source_minutes where source = 'demo'`);
        await tx.query(`delete from outcomes where source = 'demo'`);
        await tx.query('delete from notes where demo');
        await tx.query(`delete from incidents where rule_id like 'demo-%'`);
        await tx.query(`delete from rules where id like 'demo-%'`);
        for (const range of rows) {
          const topic = topics.find((candidate) => candidate.key === range.topic);
          if (topic) await rebuild(tx, topic, range.from, range.to);
        }
        // Findings and reports about the demo's days say nothing any more.
        for (const range of rows) {
          const id = topics.find((candidate) => candidate.key === range.topic)?.id ?? '';
          await tx.query(
            'delete from spikes where topic = $1 and starts_at >= $2 and starts_at <= $3',
            [id, range.from - MINUTE_MS, range.to + HOUR_MS],
          );
          await tx.query('delete from detector_states where topic = $1', [id]);
        }
        const from = Math.min(...rows.map((row) => row.from));
        const to = Math.max(...rows.map((row) => row.to));
        if (rows.length > 0) {
          await tx.query(
            'delete from notifications n using incidents i where n.incident_id = i.id and i.starts_at >= $1 and i.starts_at <= $2',
            [from, to + HOUR_MS],
          );
          await tx.query('delete from incidents where starts_at >= $1 and starts_at <= $2', [
            from,
            to + HOUR_MS,
          ]);
        }
      });
    },
  };
}

function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
