import { randomUUID } from 'node:crypto';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';

export interface FeedConfig {
  name: string;
  kind: 'rss' | 'mastodon' | 'jetstream';
  url: string;
  intervalSeconds: number;
  enabled: boolean;
  /** Replaces the platform as the posts' source. */
  source?: string;
  /** Jetstream: languages kept; default zh. */
  langs?: string[];
}

export interface FeedStatus {
  lastAt: number | null;
  lagMs: number | null;
  failures: number;
  notModified: number;
  posts: number;
  lastError: string | null;
}

export interface StoredFeed {
  id: string;
  config: FeedConfig;
  cursor: unknown;
  status: FeedStatus;
}

const FRESH: FeedStatus = {
  lastAt: null,
  lagMs: null,
  failures: 0,
  notModified: 0,
  posts: 0,
  lastError: null,
};

/** Subscriptions. Each is run by one worker at a time, under a lease in `claimed_until`. */
export interface FeedsStore {
  list(): Promise<StoredFeed[]>;
  get(id: string): Promise<StoredFeed>;
  create(config: FeedConfig): Promise<StoredFeed>;
  update(id: string, change: Partial<FeedConfig>): Promise<StoredFeed>;
  remove(id: string): Promise<void>;
  /** Takes or renews the lease; false when another worker holds it or the feed is off or gone. */
  claim(id: string, worker: string, now: number, leaseMs: number): Promise<boolean>;
  save(id: string, change: { cursor?: unknown; status: FeedStatus }): Promise<void>;
}

interface Row {
  id: string;
  feed: FeedConfig;
  cursor: unknown;
  status: Partial<FeedStatus>;
}
const fromRow = (row: Row): StoredFeed => ({
  id: row.id,
  config: row.feed,
  cursor: row.cursor,
  status: { ...FRESH, ...row.status },
});

export function createFeedsStore(db: Db): FeedsStore {
  const get = async (id: string): Promise<StoredFeed> => {
    const { rows } = await db.query<Row>(
      'select id, feed, cursor, status from feeds where id = $1',
      [id],
    );
    if (!rows[0]) throw new AppError('feed/not-found', 'There is no such feed.');
    return fromRow(rows[0]);
  };
  return {
    async list() {
      const { rows } = await db.query<Row>(
        'select id, feed, cursor, status from feeds order by created_at',
      );
      return rows.map(fromRow);
    },
    get,
    async create(config) {
      const id = randomUUID();
      await db.query('insert into feeds (id, feed, created_at) values ($1, $2, $3)', [
        id,
        JSON.stringify(config),
        Date.now(),
      ]);
      return get(id);
    },
    async update(id, change) {
      const { config } = await get(id);
      await db.query('update feeds set feed = $2 where id = $1', [
        id,
        JSON.stringify({ ...config, ...change }),
      ]);
      return get(id);
    },
    async remove(id) {
      const { rowCount } = await db.query('delete from feeds where id = $1', [id]);
      if (rowCount === 0) throw new AppError('feed/not-found', 'There is no such feed.');
    },
    async claim(id, worker, now, leaseMs) {
      const { rowCount } = await db.query(
        `update feeds set claimed_until = $3 + $4, status = status || jsonb_build_object('worker', $2::text)
         where id = $1 and (feed->>'enabled')::boolean and (claimed_until < $3 or status->>'worker' = $2)`,
        [id, worker, now, leaseMs],
      );
      return rowCount === 1;
    },
    async save(id, { cursor, status }) {
      await db.query(
        'update feeds set status = status || $2::jsonb, cursor = coalesce($3::jsonb, cursor) where id = $1',
        [id, JSON.stringify(status), cursor === undefined ? null : JSON.stringify(cursor)],
      );
    },
  };
}
