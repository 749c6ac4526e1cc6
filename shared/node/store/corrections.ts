import type { MoodLabel } from '../../mood/mood.ts';
import { HOUR_MS, MINUTE_MS } from '../../series/bucket.ts';
import { AppError } from '../../wire/errors.ts';
import { inTransaction, type Db, type Tx } from '../postgres/pool.ts';
import { BUCKET_COLUMNS, toTick, type BucketRow } from './bucket-row.ts';
import { appendEvents, lockLedger } from './ledger.ts';
import { labelFrom, labelTo, parseRef } from './live-posts.ts';
import type { DayStart } from './posts.ts';

export interface Correction {
  topic: string;
  text: string;
  label: MoodLabel;
  previous: MoodLabel;
  by: string;
  reason: string;
  at: number;
}

/** A post's label toward one topic that a person confirmed or changed. */
export interface Review {
  text: string;
  repostText: string | null;
  label: MoodLabel;
}

/**
 * People correct a label per topic; everything that counts it moves: mention, minute, hour and day buckets, live views.
 * The corrected score is the middle of the label's range, so that means move as the label says.
 */
export interface CorrectionsStore {
  /** `label` null takes the correction back. Returns what the mention says now. */
  set(
    ref: string,
    topic: { key: number; id: string },
    change: { label: MoodLabel | null; by: string; reason: string },
  ): Promise<{ label: MoodLabel; score: number; corrected: boolean }>;
  read(
    ref: string,
  ): Promise<Map<number, { from: MoodLabel; by: string; at: number; reason: string }>>;
  list(query: { topicKey?: number; limit: number }): Promise<Correction[]>;
  /** Newest first. */
  reviews(topicKey: number, limit: number): Promise<Review[]>;
  /** What the product said against what people said, counted; of one topic or of all. */
  agreement(topicKey?: number): Promise<{ machine: MoodLabel; person: MoodLabel; n: number }[]>;
  /** How many labels people looked at and changed. */
  count(): Promise<{ total: number; topics: { key: number; n: number }[] }>;
}

/** Score that a corrected label stands for, thousandths. */
export const CORRECTED_SCORE: Record<MoodLabel, number> = {
  positive: 700,
  neutral: 0,
  negative: -700,
};

export function createCorrectionsStore(db: Db, dayStart: DayStart): CorrectionsStore {
  return {
    set: (ref, topic, change) =>
      inTransaction(db, async (tx) => {
        const at = parseRef(ref);
        if (!at) throw new AppError('post/not-found', 'There is no such post.');
        await lockLedger(tx);
        const { rows } = await tx.query<{ label: number; score: number; late: boolean }>(
          'select label, score, late from mentions where topic = $1 and created_at = $2 and pid = $3 for update',
          [topic.key, at.createdAt, at.pid],
        );
        const mention = rows[0];
        if (!mention)
          throw new AppError('post/topic-not-mentioned', `This post does not mention ${topic.id}.`);
        const known = await tx.query<{ previous: number; previous_score: number }>(
          'select previous, previous_score from corrections where topic = $1 and created_at = $2 and pid = $3',
          [topic.key, at.createdAt, at.pid],
        );
        const original = known.rows[0]
          ? { label: known.rows[0].previous, score: known.rows[0].previous_score }
          : { label: mention.label, score: mention.score };
        const next =
          change.label === null
            ? original
            : labelTo(change.label) === original.label
              ? original // confirmed: the scorer's own score is as good as said
              : { label: labelTo(change.label), score: CORRECTED_SCORE[change.label] };
        if (change.label === null) {
          await tx.query(
            'delete from corrections where topic = $1 and created_at = $2 and pid = $3',
            [topic.key, at.createdAt, at.pid],
          );
        } else {
          await tx.query(
            `insert into corrections (topic, created_at, pid, label, previous, previous_score, by_name, reason, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (topic, created_at, pid) do update set label = excluded.label, by_name = excluded.by_name, reason = excluded.reason, at = excluded.at`,
            [
              topic.key,
              at.createdAt,
              at.pid,
              next.label,
              original.label,
              original.score,
              change.by,
              change.reason,
              Date.now(),
            ],
          );
        }
        await tx.query(
          'update mentions set label = $4, score = $5, corrected = $6 where topic = $1 and created_at = $2 and pid = $3',
          [topic.key, at.createdAt, at.pid, next.label, next.score, change.label !== null],
        );
        await moveBuckets(tx, topic, at.createdAt, mention, next, dayStart);
        return {
          label: labelFrom(next.label),
          score: next.score / 1000,
          corrected: change.label !== null,
        };
      }),
    async read(ref) {
      const at = parseRef(ref);
      if (!at) return new Map();
      const { rows } = await db.query<{
        topic: number;
        previous: number;
        by_name: string;
        at: number;
        reason: string;
      }>(
        'select topic, previous, by_name, at, reason from corrections where created_at = $1 and pid = $2',
        [at.createdAt, at.pid],
      );
      return new Map(
        rows.map((row) => [
          row.topic,
          { from: labelFrom(row.previous), by: row.by_name, at: row.at, reason: row.reason },
        ]),
      );
    },
    async list({ topicKey, limit }) {
      const { rows } = await db.query<{
        id: string;
        text: string;
        label: number;
        previous: number;
        by_name: string;
        reason: string;
        at: number;
      }>(
        `select t.id, p.text, c.label, c.previous, c.by_name, c.reason, c.at from corrections c join topics t on t.key = c.topic
           join posts p on p.created_at = c.created_at and p.pid = c.pid where ($1::int is null or c.topic = $1) order by c.at desc limit $2`,
        [topicKey ?? null, limit],
      );
      return rows.map((row) => ({
        topic: row.id,
        text: row.text,
        label: labelFrom(row.label),
        previous: labelFrom(row.previous),
        by: row.by_name,
        reason: row.reason,
        at: row.at,
      }));
    },
    async reviews(topicKey, limit) {
      const { rows } = await db.query<{
        text: string;
        repost_text: string | null;
        label: number;
      }>(
        `select p.text, p.repost_text, c.label from corrections c
           join posts p on p.created_at = c.created_at and p.pid = c.pid where c.topic = $1 order by c.at desc, c.pid limit $2`,
        [topicKey, limit],
      );
      return rows.map((row) => ({
        text: row.text,
        repostText: row.repost_text,
        label: labelFrom(row.label),
      }));
    },
    async agreement(topicKey) {
      const { rows } = await db.query<{ machine: number; person: number; n: number }>(
        `select previous as machine, label as person, count(*) as n from corrections
           where $1::int is null or topic = $1 group by 1, 2`,
        [topicKey ?? null],
      );
      return rows.map((row) => ({
        machine: labelFrom(row.machine),
        person: labelFrom(row.person),
        n: row.n,
      }));
    },
    async count() {
      const { rows } = await db.query<{ key: number; n: number }>(
        'select topic as key, count(*) as n from corrections group by topic',
      );
      return { total: rows.reduce((sum, row) => sum + row.n, 0), topics: rows };
    },
  };
}

interface Labelled {
  label: number;
  score: number;
}

/** Moves one mention from one label and score to another in its three buckets. Ledger lock held. */
async function moveBuckets(
  tx: Tx,
  topic: { key: number; id: string },
  createdAt: number,
  from: Labelled & { late: boolean },
  to: Labelled,
  dayStart: DayStart,
): Promise<void> {
  const is = (entry: Labelled, label: number): number => (Math.sign(entry.label) === label ? 1 : 0);
  const late = from.late ? 1 : 0;
  const values = [
    is(to, 1) - is(from, 1),
    is(to, 0) - is(from, 0),
    is(to, -1) - is(from, -1),
    to.score - from.score,
    to.score ** 2 - from.score ** 2,
    late * (is(to, 1) - is(from, 1)),
    late * (is(to, -1) - is(from, -1)),
    late * (to.score - from.score),
    late * (to.score ** 2 - from.score ** 2),
  ];
  const starts = {
    buckets_minute: Math.floor(createdAt / MINUTE_MS) * MINUTE_MS,
    buckets_hour: Math.floor(createdAt / HOUR_MS) * HOUR_MS,
    buckets_day: dayStart(createdAt),
  };
  for (const [table, at] of Object.entries(starts)) {
    await tx.query(
      `update ${table} set positive = positive + $3, neutral = neutral + $4, negative = negative + $5, mood_sum = mood_sum + $6, mood_sq = mood_sq + $7,
         late_positive = late_positive + $8, late_negative = late_negative + $9, late_mood_sum = late_mood_sum + $10, late_mood_sq = late_mood_sq + $11
       where topic = $1 and at = $2`,
      [topic.key, at, ...values],
    );
  }
  const { rows } = await tx.query<BucketRow>(
    `select ${BUCKET_COLUMNS} from buckets_minute where topic = $1 and at = $2`,
    [topic.key, starts.buckets_minute],
  );
  const row = rows[0];
  if (!row) return;
  const tick = toTick(row, topic.id);
  await appendEvents(tx, [
    { event: 'bucket:updated', message: { buckets: [tick] } },
    {
      event: 'history:changed',
      message: {
        topic: topic.id,
        from: starts.buckets_minute,
        to: starts.buckets_minute + MINUTE_MS,
      },
    },
  ]);
}
