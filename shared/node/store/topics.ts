import type { TopicModel, TopicModelReport } from '../../mood/topic-model.ts';
import { topicSchema, type Topic } from '../../topic/topic.ts';
import { AppError } from '../../wire/errors.ts';
import { inTransaction, type Db, type Tx } from '../postgres/pool.ts';
import { appendEvents, lockLedger } from './ledger.ts';

/** A topic with its compact database key and bookkeeping. */
export interface StoredTopic extends Topic {
  key: number;
  version: number;
  createdAt: number;
  updatedAt: number;
  /** Learnt from this topic's corrections, where that showed a gain. */
  model?: TopicModel;
}

/** The last attempt to learn from a topic's corrections. */
export interface LearntModel extends TopicModelReport {
  /** Of `labels`, those that the scorer without any topic model agrees with. */
  confirmed: number;
  learntAt: number;
  by: string;
}

interface Row {
  key: number;
  id: string;
  name: string;
  aliases: string[];
  exclude: string[];
  query: string;
  color: number;
  version: number;
  created_at: number;
  updated_at: number;
  model: TopicModel | null;
}

const fromRow = (row: Row): StoredTopic => ({
  key: row.key,
  id: row.id,
  name: row.name,
  aliases: row.aliases,
  exclude: row.exclude,
  query: row.query,
  color: row.color,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...(row.model ? { model: row.model } : {}),
});
/** Setting that keeps a topic's learnt model. */
const MODEL = 'topic-model:';
const COLUMNS = `key, id, name, aliases, exclude, query, color, version, created_at, updated_at,
  (select nullif(s.value->'model', 'null') from settings s where s.name = '${MODEL}' || topics.id) as model`;

export interface TopicsStore {
  list(): Promise<StoredTopic[]>;
  get(id: string): Promise<StoredTopic>;
  /** Grows with every change; workers reload when it moved. */
  revision(): Promise<number>;
  create(topic: Topic): Promise<StoredTopic>;
  /** Throws `stale-edit` when `version` is given and is not the stored one. */
  update(id: string, patch: Partial<Topic>, version?: number): Promise<StoredTopic>;
  remove(id: string): Promise<void>;
  /** What was last learnt for this topic; null: nothing was tried, or it was taken back. */
  learnt(id: string): Promise<LearntModel | null>;
  /** Keeps what was learnt (null: takes it back). A model that differs from the one in use makes workers reload. */
  setLearnt(id: string, learnt: LearntModel | null): Promise<void>;
  /** Adds those that do not exist yet; for the shipped default topics on the first start. */
  seed(topics: readonly Topic[]): Promise<void>;
}

export function createTopicsStore(db: Db): TopicsStore {
  const changed = async (tx: Tx): Promise<void> => {
    await tx.query(`update revisions set revision = revision + 1 where name = 'topics'`);
    await lockLedger(tx);
    await appendEvents(tx, [{ event: 'topics:changed', message: {} }]);
  };
  const insert = async (tx: Tx, topic: Topic): Promise<StoredTopic | undefined> => {
    const now = Date.now();
    const { rows } = await tx.query<Row>(
      `insert into topics (id, name, aliases, exclude, query, color, position, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, (select coalesce(max(position), 0) + 1 from topics), $7, $7)
       on conflict (id) do nothing returning ${COLUMNS}`,
      [
        topic.id,
        topic.name,
        JSON.stringify(topic.aliases),
        JSON.stringify(topic.exclude),
        topic.query,
        topic.color,
        now,
      ],
    );
    return rows[0] && fromRow(rows[0]);
  };
  const get = async (executor: Pick<Tx, 'query'>, id: string): Promise<StoredTopic> => {
    const { rows } = await executor.query<Row>(`select ${COLUMNS} from topics where id = $1`, [id]);
    if (!rows[0]) throw new AppError('topic/not-found', `There is no topic "${id.slice(0, 80)}".`);
    return fromRow(rows[0]);
  };
  return {
    async list() {
      const { rows } = await db.query<Row>(`select ${COLUMNS} from topics order by position, key`);
      return rows.map(fromRow);
    },
    get: (id) => get(db, id),
    async revision() {
      const { rows } = await db.query<{ revision: number }>(
        `select revision from revisions where name = 'topics'`,
      );
      return rows[0]?.revision ?? 0;
    },
    create: (topic) =>
      inTransaction(db, async (tx) => {
        const made = await insert(tx, topic);
        if (!made)
          throw new AppError('topic/exists', `There is already a topic "${topic.id}".`, {
            errors: [{ field: '/id', message: 'is taken' }],
          });
        await changed(tx);
        return made;
      }),
    update: (id, patch, version) =>
      inTransaction(db, async (tx) => {
        const before = await get(tx, id);
        if (version !== undefined && version !== before.version) {
          throw new AppError(
            'stale-edit',
            `The topic was changed by somebody else (version ${before.version}). Reload it and repeat your change.`,
          );
        }
        const next = topicSchema.parse({ ...before, ...patch, id });
        const { rows } = await tx.query<Row>(
          `update topics set name = $2, aliases = $3, exclude = $4, query = $5, color = $6, version = version + 1, updated_at = $7
           where id = $1 returning ${COLUMNS}`,
          [
            id,
            next.name,
            JSON.stringify(next.aliases),
            JSON.stringify(next.exclude),
            next.query,
            next.color,
            Date.now(),
          ],
        );
        await changed(tx);
        return fromRow(rows[0] as Row);
      }),
    remove: (id) =>
      inTransaction(db, async (tx) => {
        const topic = await get(tx, id);
        await tx.query('delete from topics where key = $1', [topic.key]);
        for (const table of [
          'mentions',
          'corrections',
          'buckets_minute',
          'buckets_hour',
          'buckets_day',
        ]) {
          await tx.query(`delete from ${table} where topic = $1`, [topic.key]);
        }
        await tx.query(`delete from spikes where topic = $1`, [id]);
        await tx.query('delete from settings where name = $1', [MODEL + id]);
        await tx.query(`delete from detector_states where topic = $1`, [id]);
        await changed(tx);
      }),
    async learnt(id) {
      const { rows } = await db.query<{ value: LearntModel }>(
        'select value from settings where name = $1',
        [MODEL + id],
      );
      return rows[0]?.value ?? null;
    },
    setLearnt: (id, learnt) =>
      inTransaction(db, async (tx) => {
        const before = await get(tx, id);
        const now = Date.now();
        if (learnt === null) await tx.query('delete from settings where name = $1', [MODEL + id]);
        else
          await tx.query(
            `insert into settings (name, value, updated_at) values ($1, $2, $3)
             on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
            [MODEL + id, JSON.stringify(learnt), now],
          );
        const after = await get(tx, id);
        if (JSON.stringify(after.model) === JSON.stringify(before.model)) return;
        // A new version as for any change of what is counted: a recount under way begins again with it.
        await tx.query('update topics set version = version + 1, updated_at = $2 where id = $1', [
          id,
          now,
        ]);
        await changed(tx);
      }),
    seed: (topics) =>
      inTransaction(db, async (tx) => {
        let added = 0;
        for (const topic of topics) if (await insert(tx, topic)) added++;
        if (added > 0) await changed(tx);
      }),
  };
}
