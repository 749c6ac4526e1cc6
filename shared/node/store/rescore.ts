import { DAY_MS, HOUR_MS, LATE_AFTER_MS } from '../../series/bucket.ts';
import type { JobProgress } from '../../wire/live.ts';
import { inTransaction, type Db, type Tx } from '../postgres/pool.ts';
import { CORRECTED_SCORE } from './corrections.ts';
import type { HistoryStore } from './history.ts';
import { appendEvents, lockLedger } from './ledger.ts';
import type { DayStart } from './posts.ts';
import { readDroppedMonths } from './retention.ts';
import { monthRange } from '../postgres/partitions.ts';

/** One recount of a topic's history, as kept between days, restarts and workers. */
export interface RescoreJob {
  id: string;
  topic: string;
  /** The topic's version when the recount began; a changed topic makes it begin again. */
  topicVersion: number;
  from: number;
  to: number;
  /** Every local day before this is recounted and committed. */
  doneTo: number;
  /** Posts looked at, and about how many there are (unknown before the start: null). */
  posts: number;
  total: number | null;
  /** Mentions added, changed and removed. */
  changed: number;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  message: string;
  at: number;
}

/** A stored post with what is known of its mention of the topic. */
export interface PostToRescore {
  createdAt: number;
  pid: number;
  source: string;
  id: string;
  text: string;
  repostText: string | null;
  mention: { label: number; score: number; evidence: string } | null;
}

/** What the analysis finds now; null: the post does not mention the topic. */
export type FoundMention = {
  label: number;
  score: number;
  evidence: string;
  words: string;
} | null;

export type Recount = (posts: readonly PostToRescore[]) => Promise<FoundMention[]>;

export interface RescoreStore {
  create(job: Omit<RescoreJob, 'at'>): Promise<void>;
  read(id: string): Promise<RescoreJob | null>;
  ofTopic(topic: string): Promise<RescoreJob[]>;
  /** Waiting and running recounts of all topics, oldest first. */
  unfinished(): Promise<RescoreJob[]>;
  /** Cancels the topic's waiting and running recounts (only `id` where given); whole days already counted stay. */
  cancel(topic: string, id?: string): Promise<number>;
  /** Saves the job's state and tells the browsers; false, and nothing changes, when it was cancelled meanwhile. */
  save(job: RescoreJob): Promise<boolean>;
  /** About how many stored posts lie in the range. */
  countPosts(from: number, to: number): Promise<number>;
  /** Start of the first local day at or after `from` that holds posts and may be recounted; null when none is left. */
  nextDay(from: number, to: number): Promise<number | null>;
  /**
   * Recounts one local day of one topic in one transaction: mentions, posts, buckets and the job's progress change
   * together or not at all. Returns the job's new state, or null when it was cancelled meanwhile (nothing changes).
   */
  recountDay(
    job: RescoreJob,
    topic: { key: number; id: string },
    day: number,
    recount: Recount,
  ): Promise<RescoreJob | null>;
}

const NAME = 'rescore:';
const PAGE = 2_000;

export function createRescoreStore(
  db: Db,
  deps: { dayStart: DayStart; history: Pick<HistoryStore, 'rebuild'> },
): RescoreStore {
  const { dayStart } = deps;
  return {
    async create(job) {
      await writeJob(db, { ...job, at: Date.now() });
    },
    read: (id) => readJob(db, id),
    async ofTopic(topic) {
      const { rows } = await db.query<{ value: RescoreJob }>(
        `select value from settings where name like $1 and value ->> 'topic' = $2 order by updated_at desc limit 20`,
        [`${NAME}%`, topic],
      );
      return rows.map((row) => row.value);
    },
    async unfinished() {
      const { rows } = await db.query<{ value: RescoreJob }>(
        `select value from settings where name like $1 and value ->> 'state' in ('waiting', 'running') order by updated_at limit 100`,
        [`${NAME}%`],
      );
      return rows.map((row) => row.value);
    },
    cancel: (topic, id) =>
      inTransaction(db, async (tx) => {
        await lockLedger(tx);
        const { rows } = await tx.query<{ value: RescoreJob }>(
          `update settings set value = value || '{"state":"cancelled"}', updated_at = $4
           where name like $1 and value ->> 'topic' = $2 and value ->> 'state' in ('waiting', 'running') and ($3::text is null or name = $3)
           returning value`,
          [`${NAME}%`, topic, id === undefined ? null : NAME + id, Date.now()],
        );
        await appendEvents(
          tx,
          rows.map((row) => progressOf(row.value)),
        );
        return rows.length;
      }),
    save: (job) =>
      inTransaction(db, async (tx) => {
        await lockLedger(tx);
        if ((await readJob(tx, job.id, 'for update'))?.state === 'cancelled') return false;
        await writeJob(tx, job);
        await appendEvents(tx, [progressOf(job)]);
        return true;
      }),
    async countPosts(from, to) {
      const { rows } = await db.query<{ n: number }>(
        'select coalesce(sum(n), 0)::bigint as n from source_minutes where at >= $1 and at < $2',
        [from, to],
      );
      return rows[0]?.n ?? 0;
    },
    async nextDay(from, to) {
      const dropped = [...(await readDroppedMonths(db))].map(monthRange);
      for (let start = from; ;) {
        const { rows } = await db.query<{ at: number }>(
          'select created_at as at from posts where created_at >= $1 and created_at < $2 order by created_at limit 1',
          [start, to],
        );
        const row = rows[0];
        if (!row) return null;
        const day = dayStart(row.at);
        const next = dayStart(day + DAY_MS + HOUR_MS);
        // A day that lost posts to retention keeps its buckets as they are: they can not be built again.
        if (!dropped.some((month) => month.from < next && month.to > day)) return day;
        start = next;
      }
    },
    async recountDay(job, topic, day, recount) {
      const next = dayStart(day + DAY_MS + HOUR_MS);
      return inTransaction(db, async (tx) => {
        await stageTable(tx);
        const posts = await stageDay(tx, topic.key, { from: day, to: next }, recount);
        // Reading and scoring took no lock. From here on nothing is counted or corrected meanwhile.
        await lockLedger(tx);
        const current = await readJob(tx, job.id, 'for update');
        if (current === null || current.state === 'cancelled') return null;
        const changed = await applyStaged(tx, topic.key);
        if (changed > 0) await deps.history.rebuild(tx, topic, day, day + 1);
        const saved: RescoreJob = {
          ...job,
          doneTo: next,
          posts: job.posts + posts,
          changed: job.changed + changed,
          state: 'running',
          at: Date.now(),
        };
        await writeJob(tx, saved);
        await appendEvents(tx, [progressOf(saved)]);
        return saved;
      });
    },
  };
}

const progressOf = (
  job: RescoreJob,
): { event: 'job:progress'; message: Omit<JobProgress, 'seq'> } => ({
  event: 'job:progress',
  message: {
    job: job.id,
    kind: 'rescore',
    topic: job.topic,
    done: job.posts,
    total: job.total === null ? null : Math.max(job.total, job.posts),
    state: job.state === 'waiting' ? 'running' : job.state,
    ...(job.message === '' ? {} : { message: job.message }),
  },
});

async function readJob(
  db: Pick<Tx, 'query'>,
  id: string,
  lock: '' | 'for update' = '',
): Promise<RescoreJob | null> {
  const { rows } = await db.query<{ value: RescoreJob }>(
    `select value from settings where name = $1 ${lock}`,
    [NAME + id],
  );
  return rows[0]?.value ?? null;
}

async function writeJob(db: Pick<Tx, 'query'>, job: RescoreJob): Promise<void> {
  await db.query(
    `insert into settings (name, value, updated_at) values ($1, $2, $3)
     on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
    [NAME + job.id, JSON.stringify(job), job.at],
  );
}

/** Only what differs is staged, on disk where it is much: a day may hold millions of mentions. */
async function stageTable(tx: Tx): Promise<void> {
  await tx.query(
    `create temp table if not exists rescored (
       created_at bigint, pid bigint, kind text, label smallint, score smallint, evidence text, words text) on commit delete rows`,
  );
}

async function stageDay(
  tx: Tx,
  topicKey: number,
  day: { from: number; to: number },
  recount: Recount,
): Promise<number> {
  let seen = 0;
  for (let after = { at: day.from, pid: -1 }; ;) {
    const posts = await readPage(tx, topicKey, after, day.to);
    const found = await recount(posts);
    await stage(
      tx,
      posts.flatMap((post, index) => differenceOf(post, found[index] ?? null)),
    );
    seen += posts.length;
    const last = posts.at(-1);
    if (!last || posts.length < PAGE) return seen;
    after = { at: last.createdAt, pid: last.pid };
  }
}

/** A corrected mention is compared by what the scorer said of it, which its correction remembers. */
async function readPage(
  tx: Tx,
  topicKey: number,
  after: { at: number; pid: number },
  to: number,
): Promise<PostToRescore[]> {
  const { rows } = await tx.query<{
    created_at: number;
    pid: number;
    source: string;
    id: string;
    text: string;
    repost_text: string | null;
    label: number | null;
    score: number | null;
    evidence: string | null;
  }>(
    `select p.created_at, p.pid, p.source, p.id, p.text, p.repost_text, m.evidence,
       case when m.corrected then coalesce(c.previous, m.label) else m.label end as label,
       case when m.corrected then coalesce(c.previous_score, m.score) else m.score end as score
     from (select * from posts where created_at >= $2 and created_at < $4 and (created_at, pid) > ($2, $3)
           order by created_at, pid limit ${PAGE}) p
     left join mentions m on m.topic = $1 and m.created_at = p.created_at and m.pid = p.pid
     left join corrections c on c.topic = $1 and c.created_at = p.created_at and c.pid = p.pid
     order by p.created_at, p.pid`,
    [topicKey, after.at, after.pid, to],
  );
  return rows.map((row) => ({
    createdAt: row.created_at,
    pid: row.pid,
    source: row.source,
    id: row.id,
    text: row.text,
    repostText: row.repost_text,
    mention:
      row.evidence === null
        ? null
        : { label: row.label ?? 0, score: row.score ?? 0, evidence: row.evidence },
  }));
}

interface Difference {
  c: number;
  p: number;
  k: 'new' | 'changed' | 'gone';
  l?: number;
  s?: number;
  e?: string;
  w?: string;
}

function differenceOf(post: PostToRescore, found: FoundMention): Difference[] {
  const { mention } = post;
  const where = { c: post.createdAt, p: post.pid };
  if (found === null) return mention === null ? [] : [{ ...where, k: 'gone' }];
  const values = { l: found.label, s: found.score, e: found.evidence, w: found.words };
  if (mention === null) return [{ ...where, k: 'new', ...values }];
  const same =
    mention.label === found.label &&
    mention.score === found.score &&
    mention.evidence === found.evidence;
  return same ? [] : [{ ...where, k: 'changed', ...values }];
}

async function stage(tx: Tx, differences: readonly Difference[]): Promise<void> {
  if (differences.length === 0) return;
  await tx.query(
    `insert into rescored select c, p, k, l, s, e, w
     from json_to_recordset($1::json) as x(c bigint, p bigint, k text, l smallint, s smallint, e text, w text)`,
    [JSON.stringify(differences)],
  );
}

/**
 * Purpose: make mentions and posts of one topic say what was staged. Ledger lock held. Result: how many mentions
 * changed. A corrected label and score stay; the correction remembers the scorer's new opinion, and comes back with a
 * mention that had gone. Without staged rows nothing is touched.
 */
async function applyStaged(tx: Tx, topicKey: number): Promise<number> {
  const { rowCount: changed } = await tx.query('select 1 from rescored');
  if (!changed) return 0;
  await tx.query('analyze rescored');
  await tx.query(
    `update source_minutes s set matched = s.matched + d.n from (
       select p.source, (p.created_at / 60000) * 60000 as at,
         count(*) filter (where r.kind = 'new' and p.topics = '{}') - count(*) filter (where r.kind = 'gone' and p.topics = array[$1::int]) as n
       from rescored r join posts p on p.created_at = r.created_at and p.pid = r.pid group by 1, 2) d
     where s.source = d.source and s.at = d.at and d.n <> 0`,
    [topicKey],
  );
  await tx.query(
    `delete from mentions m using rescored r
     where r.kind = 'gone' and m.topic = $1 and m.created_at = r.created_at and m.pid = r.pid`,
    [topicKey],
  );
  await tx.query(
    `update posts p set topics = array_remove(p.topics, $1), words = case when p.topics = array[$1::int] then null else p.words end
     from rescored r where r.kind = 'gone' and p.created_at = r.created_at and p.pid = r.pid`,
    [topicKey],
  );
  await tx.query(
    `update corrections c set previous = r.label, previous_score = r.score
     from rescored r where r.kind <> 'gone' and c.topic = $1 and c.created_at = r.created_at and c.pid = r.pid`,
    [topicKey],
  );
  await tx.query(
    `update mentions m set evidence = r.evidence,
       label = case when m.corrected then m.label else r.label end, score = case when m.corrected then m.score else r.score end
     from rescored r where r.kind = 'changed' and m.topic = $1 and m.created_at = r.created_at and m.pid = r.pid`,
    [topicKey],
  );
  await tx.query(
    `insert into mentions (topic, created_at, pid, label, score, author, root, repost, late, demo, corrected, evidence)
     select $1, p.created_at, p.pid, coalesce(c.label, r.label),
       case c.label when 1 then $2::int when 0 then $3::int when -1 then $4::int else r.score end,
       p.author, p.root, p.repost = 2, p.received_at - p.created_at > ${LATE_AFTER_MS}, p.demo, c.pid is not null, r.evidence
     from rescored r join posts p on p.created_at = r.created_at and p.pid = r.pid
       left join corrections c on c.topic = $1 and c.created_at = r.created_at and c.pid = r.pid
     where r.kind = 'new'`,
    [topicKey, CORRECTED_SCORE.positive, CORRECTED_SCORE.neutral, CORRECTED_SCORE.negative],
  );
  await tx.query(
    `update posts p set topics = p.topics || $1::int, words = coalesce(p.words, nullif(r.words, ''))
     from rescored r where r.kind = 'new' and p.created_at = r.created_at and p.pid = r.pid`,
    [topicKey],
  );
  return changed;
}
