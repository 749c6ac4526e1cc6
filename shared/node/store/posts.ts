import { hash } from 'node:crypto';
import type { DropReason, Post } from '../../post/post.ts';
import { addAuthors, countAuthors, emptySketch, hashAuthor } from '../../series/authors.ts';
import { HOUR_MS, LATE_AFTER_MS, MINUTE_MS } from '../../series/bucket.ts';
import type { BucketTick } from '../../wire/live.ts';
import { inTransaction, together, type Db, type Tx } from '../postgres/pool.ts';
import { copyIn, CopyRows } from '../postgres/copy.ts';
import { createPartitionKeeper } from '../postgres/partitions.ts';
import { BUCKET_COLUMNS, toTick, type BucketRow } from './bucket-row.ts';
import { appendEvents, lockLedger, type NewEvent } from './ledger.ts';

/** One post with what the analysis found; labels −1/0/1, scores in thousandths. */
export interface AnalysedPost {
  post: Post;
  score: number;
  label: number;
  /** 0 original, 1 comment, 2 bare repost. */
  repost: number;
  /** Content words, space between; empty for unmatched posts. */
  words: string;
  mentions: AnalysedMention[];
}

export interface AnalysedMention {
  topicKey: number;
  topicId: string;
  score: number;
  label: number;
  /** JSON text, see mentions.evidence. */
  evidence: string;
}

export interface BatchToSave {
  batchId: string;
  receivedAt: number;
  importId?: string;
  posts: AnalysedPost[];
  /** Valid posts that are not stored, by source and reason. */
  dropped: { source: string; reason: DropReason }[];
}

export interface SavedBatch {
  /** True when this batch had been committed before: nothing was changed. */
  replayed: boolean;
  counted: number;
  duplicate: number;
  dropped: number;
  /** Ids of topics whose buckets changed. */
  topics: string[];
}

export interface PostsStore {
  saveBatch(batch: BatchToSave): Promise<SavedBatch>;
}

/** Local midnight of the store's zone before `at`; the grain of day buckets. */
export type DayStart = (at: number) => number;

/** Identity of a post: first 128 bits of sha256(source NUL id), as a uuid without its hyphens. */
export function postKey(source: string, id: string): string {
  return hash('sha256', `${source}\u0000${id}`, 'hex').slice(0, 32);
}

/** 32-bit author hash, signed as PostgreSQL's int. A post without author stands for its own one. */
export function authorHash(post: Post): number {
  const who = post.author?.id ?? post.author?.name;
  return (
    hashAuthor(
      who === undefined ? `${post.source}\u0000post\u0000${post.id}` : `${post.source}\u0000${who}`,
    ) | 0
  );
}

export function createPostsStore(db: Db, dayStart: DayStart): PostsStore {
  const ensurePartitions = createPartitionKeeper(db);
  return {
    async saveBatch(batch) {
      const rows = uniqueRows(batch.posts);
      await ensurePartitions(rows.map((row) => row.entry.post.createdAt));
      return inTransaction(db, (tx) => save(tx, batch, rows, dayStart));
    },
  };
}

interface Row {
  key: string;
  entry: AnalysedPost;
}

/** First post of each identity, sorted by key so that concurrent batches take their locks in one order. */
function uniqueRows(posts: readonly AnalysedPost[]): Row[] {
  const first = new Map<string, AnalysedPost>();
  for (const entry of posts) {
    const key = postKey(entry.post.source, entry.post.id);
    if (!first.has(key)) first.set(key, entry);
  }
  return [...first]
    .map(([key, entry]) => ({ key, entry }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Purpose: count each post of the batch exactly once. Input: analysed posts. Result: what was new.
 * No-op when the batch id is already in `batches` (the job ran before and its acknowledgement was lost).
 * Side effects happen only for rows the key insert returned, so repeats within and across batches change nothing.
 */
async function save(
  tx: Tx,
  batch: BatchToSave,
  rows: Row[],
  dayStart: DayStart,
): Promise<SavedBatch> {
  const firstPid = await takeBatch(tx, batch);
  if (firstPid === undefined)
    return { replayed: true, counted: 0, duplicate: 0, dropped: 0, topics: [] };

  const fresh = await insertKeys(tx, rows, firstPid);
  const changes = collectChanges(fresh, batch.receivedAt, dayStart);
  const outcomes = countOutcomes(batch, fresh, rows);
  const duplicate = batch.posts.length - fresh.length;
  // Statements that need nothing from each other are sent together: PostgreSQL runs them in this order.
  // From the lock to the commit one batch at a time: buckets are read, merged and written without a race, and event
  // numbers grow in commit order. It is the short part (a few ms), and NOTIFY serialises commits anyway.
  const [, , , ticks] = await together(
    insertPosts(tx, fresh, batch.receivedAt),
    insertMentions(tx, fresh, batch.receivedAt),
    lockLedger(tx),
    addToBuckets(tx, changes),
  );
  await together(
    addToSources(tx, fresh),
    addOutcomes(tx, outcomes, Date.now()),
    closeBatch(tx, batch, { counted: fresh.length, duplicate }),
    appendEvents(tx, eventsOf(ticks, batch.receivedAt)),
  );
  return {
    replayed: false,
    counted: fresh.length,
    duplicate,
    dropped: batch.dropped.length,
    topics: [...new Set(ticks.map((tick) => tick.topic))],
  };
}

interface FreshRow extends Row {
  pid: number;
  author: number;
  root: number;
}

/** Numbers that one `nextval('post_pid')` gives: see migration 003. */
const PIDS_A_BATCH = 1_000;

/** The first of the batch's post numbers; undefined when the batch had been taken before. */
async function takeBatch(tx: Tx, batch: BatchToSave): Promise<number | undefined> {
  if (batch.posts.length > PIDS_A_BATCH)
    throw new Error(`A batch has at most ${PIDS_A_BATCH} posts, not ${batch.posts.length}.`);
  const { rows } = await tx.query<{ pid: number }>({
    name: 'take-batch',
    text: `insert into batches (id, at, received_at, posts, counted, duplicate, dropped, import_id)
           values ($1, 0, $2, $3, 0, 0, 0, $4) on conflict do nothing returning nextval('post_pid') as pid`,
    values: [
      batch.batchId,
      batch.receivedAt,
      batch.posts.length + batch.dropped.length,
      batch.importId ?? null,
    ],
  });
  return rows[0]?.pid;
}

async function closeBatch(
  tx: Tx,
  batch: BatchToSave,
  { counted, duplicate }: { counted: number; duplicate: number },
): Promise<void> {
  await tx.query({
    name: 'close-batch',
    text: 'update batches set at = $2, counted = $3, duplicate = $4, dropped = $5 where id = $1',
    values: [batch.batchId, Date.now(), counted, duplicate, batch.dropped.length],
  });
}

/** Arrays go as text that is made here: pg would look at each element for something to escape. */
async function insertKeys(tx: Tx, rows: Row[], firstPid: number): Promise<FreshRow[]> {
  const { rows: answers } = await tx.query<{ fresh: number; which: number[] | null }>({
    name: 'insert-keys',
    text: `with added as (
             insert into post_keys (key, pid, created_at)
             select key, $3 + n - 1, at from unnest($1::uuid[], $2::bigint[]) with ordinality as t(key, at, n)
             on conflict do nothing returning pid)
           select count(*)::int as fresh,
             case when count(*) < cardinality($1::uuid[]) then array_agg((pid - $3)::int) end as which from added`,
    values: [
      `{${rows.map((row) => row.key).join(',')}}`,
      `{${rows.map((row) => row.entry.post.createdAt).join(',')}}`,
      firstPid,
    ],
  });
  const answer = answers[0];
  const which = answer?.fresh === rows.length ? undefined : new Set(answer?.which);
  const fresh: FreshRow[] = [];
  for (const [index, row] of rows.entries()) {
    if (which?.has(index) === false) continue;
    const { post } = row.entry;
    fresh.push({ ...row, pid: firstPid + index, author: authorHash(post), root: rootOf(post) });
  }
  return fresh;
}

/** Columns of `posts` in the order in which insertPosts writes them. */
const POST_COLUMNS = `pid, created_at, received_at, source, id, text, author, author_id, author_name, followers, verified, region, url,
  repost_id, repost_text, repost_author, reposts, comments, likes, root, tags, lang, words, score, label, repost, topics, demo`;

async function insertPosts(tx: Tx, fresh: FreshRow[], receivedAt: number): Promise<void> {
  if (fresh.length === 0) return;
  const rows = new CopyRows(28, fresh.length * 800);
  for (const { entry, pid, author, root } of fresh) {
    const { post } = entry;
    rows.row();
    rows.int8(pid);
    rows.int8(post.createdAt);
    rows.int8(receivedAt);
    rows.text(post.source);
    rows.text(post.id);
    rows.text(post.text);
    rows.int4(author);
    rows.text(post.author?.id);
    rows.text(post.author?.name);
    rows.int8(post.author?.followers);
    rows.bool(post.author?.verified);
    rows.text(post.author?.region);
    rows.text(post.url);
    rows.text(post.repostOf?.id);
    rows.text(post.repostOf?.text);
    rows.text(post.repostOf?.author);
    rows.int8(post.counts?.reposts ?? 0);
    rows.int8(post.counts?.comments ?? 0);
    rows.int8(post.counts?.likes ?? 0);
    rows.int8(root);
    rows.textArray(post.tags);
    rows.text(post.lang);
    rows.text(entry.words || undefined);
    rows.int2(entry.score);
    rows.int2(entry.label);
    rows.int2(entry.repost);
    rows.int4Array(entry.mentions.map((mention) => mention.topicKey));
    rows.bool(post.source === 'demo');
  }
  await copyIn(tx, `posts (${POST_COLUMNS})`, rows);
}

const MENTION_COLUMNS =
  'topic, created_at, pid, label, score, author, root, repost, late, demo, evidence';

async function insertMentions(tx: Tx, fresh: FreshRow[], receivedAt: number): Promise<void> {
  const mentions = fresh.reduce((sum, { entry }) => sum + entry.mentions.length, 0);
  if (mentions === 0) return;
  const rows = new CopyRows(11, mentions * 400);
  for (const { entry, pid, author, root } of fresh) {
    const { post } = entry;
    for (const mention of entry.mentions) {
      rows.row();
      rows.int4(mention.topicKey);
      rows.int8(post.createdAt);
      rows.int8(pid);
      rows.int2(mention.label);
      rows.int2(mention.score);
      rows.int4(author);
      rows.int8(root);
      rows.bool(entry.repost === 2);
      rows.bool(isLate(post, receivedAt));
      rows.bool(post.source === 'demo');
      rows.text(mention.evidence);
    }
  }
  await copyIn(tx, `mentions (${MENTION_COLUMNS})`, rows);
}

const isLate = (post: Post, receivedAt: number): boolean =>
  receivedAt - post.createdAt > LATE_AFTER_MS;

/** Groups reposts of one root and copies of one text: 53-bit hash of the reposted id, else of the text itself. */
export function rootOf(post: Post): number {
  return post.repostOf?.id === undefined
    ? hash53('t', post.text)
    : hash53(`r${post.source}\u0000`, post.repostOf.id);
}

/**
 * cyrb53 (public domain, bryc) of both texts as one: two mixed 32-bit lanes, 53 bits kept so that it stays a safe
 * integer. Not joined before, because that copies every post's text.
 */
function hash53(first: string, second: string): number {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = -first.length; i < second.length; i++) {
    const unit = i < 0 ? first.charCodeAt(first.length + i) : second.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

// ── aggregates ──────────────────────────────────────────────────────────────────────────────────
const GRAINS = ['minute', 'hour', 'day'] as const;

/** What a batch adds to one bucket. Integers only: any order and split of posts adds up to the same. */
export interface BucketChange {
  grain: 0 | 1 | 2;
  topicKey: number;
  topicId: string;
  at: number;
  n: number;
  positive: number;
  neutral: number;
  negative: number;
  moodSum: number;
  moodSq: number;
  late: number;
  reposts: number;
  latePositive: number;
  lateNegative: number;
  lateMoodSum: number;
  lateMoodSq: number;
  authors: number[];
  /** Of a minute: the changes of its hour and its day. */
  wider: readonly BucketChange[];
}

export interface MentionFacts {
  topicKey: number;
  topicId: string;
  createdAt: number;
  score: number;
  label: number;
  author: number;
  late: boolean;
  repost: boolean;
}

/** Adds one mention to its minute, hour and day in `changes`. */
export function addMention(
  changes: Map<string, BucketChange>,
  mention: MentionFacts,
  dayStart: DayStart,
): void {
  const minute = minuteChange(changes, mention, dayStart);
  addTo(minute, mention);
  for (const change of minute.wider) addTo(change, mention);
}

/** The minute's change, which knows its hour and day: they are looked up once a minute, not once a mention. */
function minuteChange(
  changes: Map<string, BucketChange>,
  mention: MentionFacts,
  dayStart: DayStart,
): BucketChange {
  const at = mention.createdAt - modulo(mention.createdAt, MINUTE_MS);
  const id = sketchId(0, mention.topicKey, at);
  const known = changes.get(id);
  if (known !== undefined) return known;
  const wider = [
    changeAt(changes, mention, 1, at - modulo(at, HOUR_MS)),
    changeAt(changes, mention, 2, dayStart(at)),
  ];
  const made = { ...emptyChange(mention, 0, at), wider };
  changes.set(id, made);
  return made;
}

function changeAt(
  changes: Map<string, BucketChange>,
  mention: MentionFacts,
  grain: 1 | 2,
  at: number,
): BucketChange {
  const id = sketchId(grain, mention.topicKey, at);
  const change = changes.get(id) ?? emptyChange(mention, grain, at);
  changes.set(id, change);
  return change;
}

function emptyChange(
  { topicKey, topicId }: MentionFacts,
  grain: 0 | 1 | 2,
  at: number,
): BucketChange {
  return {
    grain,
    topicKey,
    topicId,
    at,
    n: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    moodSum: 0,
    moodSq: 0,
    late: 0,
    reposts: 0,
    latePositive: 0,
    lateNegative: 0,
    lateMoodSum: 0,
    lateMoodSq: 0,
    authors: [],
    wider: [],
  };
}

function addTo(change: BucketChange, mention: MentionFacts): void {
  change.n++;
  if (mention.label > 0) change.positive++;
  else if (mention.label < 0) change.negative++;
  else change.neutral++;
  change.moodSum += mention.score;
  change.moodSq += mention.score * mention.score;
  if (mention.repost) change.reposts++;
  if (mention.late) {
    change.late++;
    if (mention.label > 0) change.latePositive++;
    else if (mention.label < 0) change.lateNegative++;
    change.lateMoodSum += mention.score;
    change.lateMoodSq += mention.score * mention.score;
  }
  change.authors.push(mention.author >>> 0);
}

const modulo = (a: number, b: number): number => ((a % b) + b) % b;

function collectChanges(fresh: FreshRow[], receivedAt: number, dayStart: DayStart): BucketChange[] {
  const changes = new Map<string, BucketChange>();
  for (const { entry, author } of fresh) {
    for (const mention of entry.mentions) {
      addMention(
        changes,
        {
          topicKey: mention.topicKey,
          topicId: mention.topicId,
          createdAt: entry.post.createdAt,
          score: mention.score,
          label: mention.label,
          author,
          late: isLate(entry.post, receivedAt),
          repost: entry.repost === 2,
        },
        dayStart,
      );
    }
  }
  return [...changes.values()];
}

/** Must run under the ledger lock: the sketches are read, merged here and written back. Returns the minutes' new totals. */
export async function addToBuckets(
  tx: Tx,
  changes: readonly BucketChange[],
): Promise<BucketTick[]> {
  if (changes.length === 0) return [];
  const before = await readSketches(tx, changes);
  const merged = changes.map((change) =>
    addAuthors(
      before.get(sketchId(change.grain, change.topicKey, change.at)) ?? emptySketch(),
      change.authors,
    ),
  );
  const insert = (grain: number) => `
    insert into buckets_${GRAINS[grain]} as b (topic, at, n, positive, neutral, negative, mood_sum, mood_sq, authors, author_count, late, reposts,
      late_positive, late_negative, late_mood_sum, late_mood_sq)
    select topic, at, n, p, u, g, ms, mq, a, ac, l, r, lp, lg, lms, lmq from rows where grain = ${grain} order by topic, at
    on conflict (topic, at) do update set n = b.n + excluded.n, positive = b.positive + excluded.positive, neutral = b.neutral + excluded.neutral,
      negative = b.negative + excluded.negative, mood_sum = b.mood_sum + excluded.mood_sum, mood_sq = b.mood_sq + excluded.mood_sq,
      authors = excluded.authors, author_count = excluded.author_count, late = b.late + excluded.late, reposts = b.reposts + excluded.reposts,
      late_positive = b.late_positive + excluded.late_positive, late_negative = b.late_negative + excluded.late_negative,
      late_mood_sum = b.late_mood_sum + excluded.late_mood_sum, late_mood_sq = b.late_mood_sq + excluded.late_mood_sq`;
  const { rows } = await tx.query<BucketRow & { topic: number }>({
    name: 'add-to-buckets',
    text: `with rows as (
        select * from unnest($1::smallint[], $2::int[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::int[], $8::bigint[], $9::bigint[],
          $10::bytea[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::bigint[], $17::bigint[])
        as t(grain, topic, at, n, p, u, g, ms, mq, a, ac, l, r, lp, lg, lms, lmq)
      ), h as (${insert(1)}), d as (${insert(2)})
      ${insert(0)}
      returning topic, ${BUCKET_COLUMNS}`,
    values: [
      changes.map((c) => c.grain),
      changes.map((c) => c.topicKey),
      changes.map((c) => c.at),
      changes.map((c) => c.n),
      changes.map((c) => c.positive),
      changes.map((c) => c.neutral),
      changes.map((c) => c.negative),
      changes.map((c) => c.moodSum),
      changes.map((c) => c.moodSq),
      merged.map((sketch) => Buffer.from(sketch.buffer, sketch.byteOffset, sketch.byteLength)),
      merged.map((sketch) => countAuthors(sketch)),
      changes.map((c) => c.late),
      changes.map((c) => c.reposts),
      changes.map((c) => c.latePositive),
      changes.map((c) => c.lateNegative),
      changes.map((c) => c.lateMoodSum),
      changes.map((c) => c.lateMoodSq),
    ],
  });
  const ids = new Map(changes.map((change) => [change.topicKey, change.topicId]));
  return rows.map((row) => toTick(row, ids.get(row.topic) ?? ''));
}

const sketchId = (grain: number, topicKey: number, at: number): string =>
  `${grain} ${topicKey} ${at}`;

async function readSketches(
  tx: Tx,
  changes: readonly BucketChange[],
): Promise<Map<string, Uint8Array>> {
  const select = (grain: number) =>
    `select ${grain} as grain, b.topic, b.at, b.authors from rows join buckets_${GRAINS[grain]} b on b.topic = rows.topic and b.at = rows.at where rows.grain = ${grain}`;
  const { rows } = await tx.query<{ grain: number; topic: number; at: number; authors: Buffer }>({
    name: 'read-sketches',
    text: `with rows as (select * from unnest($1::smallint[], $2::int[], $3::bigint[]) as t(grain, topic, at))
           ${select(0)} union all ${select(1)} union all ${select(2)}`,
    values: [changes.map((c) => c.grain), changes.map((c) => c.topicKey), changes.map((c) => c.at)],
  });
  return new Map(rows.map((row) => [sketchId(row.grain, row.topic, row.at), row.authors]));
}

async function addToSources(tx: Tx, fresh: FreshRow[]): Promise<void> {
  const minutes = new Map<string, { source: string; at: number; n: number; matched: number }>();
  for (const { entry } of fresh) {
    const at = entry.post.createdAt - modulo(entry.post.createdAt, MINUTE_MS);
    const id = `${entry.post.source} ${at}`;
    const minute = minutes.get(id) ?? { source: entry.post.source, at, n: 0, matched: 0 };
    minute.n++;
    if (entry.mentions.length > 0) minute.matched++;
    minutes.set(id, minute);
  }
  const rows = [...minutes.values()];
  if (rows.length === 0) return;
  await tx.query({
    name: 'add-to-sources',
    text: `insert into source_minutes as m (source, at, n, matched)
           select * from unnest($1::text[], $2::bigint[], $3::int[], $4::int[])
           on conflict (source, at) do update set n = m.n + excluded.n, matched = m.matched + excluded.matched`,
    values: [
      rows.map((r) => r.source),
      rows.map((r) => r.at),
      rows.map((r) => r.n),
      rows.map((r) => r.matched),
    ],
  });
}

// ── outcomes ────────────────────────────────────────────────────────────────────────────────────
export interface OutcomeCount {
  source: string;
  outcome: 'counted' | 'duplicate' | 'dropped' | 'rejected';
  reason: string;
  n: number;
}

/** Every post of the batch under exactly one outcome. A stored post without topic is `dropped: no-topic`. */
function countOutcomes(batch: BatchToSave, fresh: FreshRow[], rows: Row[]): OutcomeCount[] {
  const counts = new Map<string, OutcomeCount>();
  const add = (source: string, outcome: OutcomeCount['outcome'], reason: string): void => {
    const id = `${source} ${outcome} ${reason}`;
    const count = counts.get(id);
    if (count) count.n++;
    else counts.set(id, { source, outcome, reason, n: 1 });
  };
  for (const { entry } of fresh) {
    if (entry.mentions.length > 0) add(entry.post.source, 'counted', '');
    else add(entry.post.source, 'dropped', 'no-topic');
  }
  const freshKeys = new Set(fresh.map((row) => row.key));
  for (const row of rows)
    if (!freshKeys.has(row.key)) add(row.entry.post.source, 'duplicate', 'known');
  const kept = new Set(rows.map((row) => row.entry));
  for (const entry of batch.posts)
    if (!kept.has(entry)) add(entry.post.source, 'duplicate', 'same-batch');
  for (const drop of batch.dropped) add(drop.source, 'dropped', drop.reason);
  return [...counts.values()];
}

/** Adds to the visible counters per source and UTC day. */
export async function addOutcomes(
  tx: Pick<Tx, 'query'>,
  counts: readonly OutcomeCount[],
  now: number,
): Promise<void> {
  if (counts.length === 0) return;
  const sorted = [...counts].sort((a, b) =>
    `${a.source} ${a.outcome} ${a.reason}`.localeCompare(`${b.source} ${b.outcome} ${b.reason}`),
  );
  await tx.query({
    name: 'add-outcomes',
    text: `insert into outcomes as o (source, day, outcome, reason, n, last_at)
           select s, $5, o, r, n, $6 from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as t(s, o, r, n)
           on conflict (source, day, outcome, reason) do update set n = o.n + excluded.n, last_at = excluded.last_at`,
    values: [
      sorted.map((c) => c.source),
      sorted.map((c) => c.outcome),
      sorted.map((c) => c.reason),
      sorted.map((c) => c.n),
      now - modulo(now, 24 * HOUR_MS),
      now,
    ],
  });
}

/** At most this many minutes travel in one live event; more, or older ones, are told as changed history. */
const MAX_TICKS = 300;
const LIVE_WINDOW_MS = 3 * HOUR_MS;

/** Live minutes as ticks (absolute totals); older ones as one `history:changed` per topic. */
export function eventsOf(ticks: readonly BucketTick[], now: number): NewEvent[] {
  const live = ticks.filter((tick) => tick.at >= now - LIVE_WINDOW_MS);
  const events: NewEvent[] = [];
  const told = live.length <= MAX_TICKS ? live : [];
  if (told.length > 0) events.push({ event: 'bucket:updated', message: { buckets: told } });
  const ranges = new Map<string, { from: number; to: number }>();
  for (const tick of ticks) {
    if (told.length > 0 && tick.at >= now - LIVE_WINDOW_MS) continue;
    const range = ranges.get(tick.topic);
    if (!range) ranges.set(tick.topic, { from: tick.at, to: tick.at + MINUTE_MS });
    else {
      range.from = Math.min(range.from, tick.at);
      range.to = Math.max(range.to, tick.at + MINUTE_MS);
    }
  }
  for (const [topic, range] of ranges)
    events.push({ event: 'history:changed', message: { topic, ...range } });
  return events;
}
