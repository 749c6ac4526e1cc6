-- Instants are bigint epoch milliseconds (UTC) everywhere: one representation from JSON to chart, no time zone in the
-- database session can change a figure, and month partitions are plain numbers.
-- Scores are stored in thousandths (smallint −1000…1000), labels as −1, 0, 1.

-- ── what is tracked ────────────────────────────────────────────────────────────────────────────
create table topics (
  key int generated always as identity primary key,
  id text not null unique,
  name text not null,
  aliases jsonb not null default '[]',
  exclude jsonb not null default '[]',
  query text not null default '',
  color smallint not null default 0,
  position int not null default 0,
  version int not null default 1,
  created_at bigint not null,
  updated_at bigint not null
);
-- Grows with every change of topics or corrections that workers must reload for.
create table revisions (name text primary key, revision bigint not null default 1);
insert into revisions (name) values ('topics'), ('blocked-authors'), ('settings');

-- ── posts ──────────────────────────────────────────────────────────────────────────────────────
-- Identity of every post ever taken, apart from the partitioned table: a repeated post whose time differs, or whose
-- month was dropped, is still a duplicate. key = first 128 bits of sha256(source NUL id).
create sequence post_pid;
create table post_keys (
  key uuid primary key,
  pid bigint not null,
  created_at bigint not null
);

create table posts (
  pid bigint not null,
  created_at bigint not null,
  received_at bigint not null,
  source text not null,
  id text not null,
  text text not null,
  author int not null,              -- 32-bit hash of (source, author id or name); of the post itself when unknown
  author_id text,
  author_name text,
  followers bigint,
  verified boolean,
  region text,
  url text,
  repost_id text,
  repost_text text,
  repost_author text,
  reposts bigint not null default 0,
  comments bigint not null default 0,
  likes bigint not null default 0,
  root bigint not null,             -- groups copies: hash of the reposted id, else of the bare text
  tags text[],
  lang text,
  words text,                       -- content words of matched posts, space between, for search and rising words
  score smallint not null default 0,
  label smallint not null default 0,
  repost smallint not null default 0, -- 0 original, 1 comment, 2 bare
  topics int[] not null,            -- keys of mentioned topics; empty: matched nothing
  demo boolean not null default false,
  primary key (created_at, pid)
) partition by range (created_at);

create table mentions (
  topic int not null,
  created_at bigint not null,
  pid bigint not null,
  label smallint not null,
  score smallint not null,
  author int not null,
  root bigint not null,
  repost boolean not null,          -- bare repost
  late boolean not null,
  demo boolean not null,
  corrected boolean not null default false,
  evidence text not null,           -- JSON [[start,end,effect in thousandths,rule],…]
  primary key (topic, created_at, pid)
) partition by range (created_at);

create table corrections (
  topic int not null,
  created_at bigint not null,
  pid bigint not null,
  label smallint not null,
  previous smallint not null,
  previous_score smallint not null,
  by_name text not null,
  reason text not null default '',
  at bigint not null,
  primary key (topic, created_at, pid)
);
create table blocked_authors (author int primary key, name text not null, by_name text not null, at bigint not null);

-- ── aggregates (shared/series/bucket.ts) ───────────────────────────────────────────────────────
-- authors: sketch of shared/series/authors.ts; author_count: what it says.
create table buckets_minute (
  topic int not null, at bigint not null,
  n int not null, positive int not null, neutral int not null, negative int not null,
  mood_sum bigint not null, mood_sq bigint not null,
  authors bytea not null, author_count int not null,
  late int not null, reposts int not null,
  late_positive int not null, late_negative int not null, late_mood_sum bigint not null, late_mood_sq bigint not null,
  primary key (topic, at)
) partition by range (at);
create table buckets_hour (
  topic int not null, at bigint not null,
  n int not null, positive int not null, neutral int not null, negative int not null,
  mood_sum bigint not null, mood_sq bigint not null,
  authors bytea not null, author_count int not null,
  late int not null, reposts int not null,
  late_positive int not null, late_negative int not null, late_mood_sum bigint not null, late_mood_sq bigint not null,
  primary key (topic, at)
) with (fillfactor = 70);
-- A day of the store's zone (WEIMAI_TZ when the store was made); at = its local midnight.
create table buckets_day (
  topic int not null, at bigint not null,
  n int not null, positive int not null, neutral int not null, negative int not null,
  mood_sum bigint not null, mood_sq bigint not null,
  authors bytea not null, author_count int not null,
  late int not null, reposts int not null,
  late_positive int not null, late_negative int not null, late_mood_sum bigint not null, late_mood_sq bigint not null,
  primary key (topic, at)
) with (fillfactor = 70);

-- Posts per source and minute of post time, whatever they matched.
create table source_minutes (
  source text not null, at bigint not null, n int not null, matched int not null,
  primary key (source, at)
);
create index source_minutes_at on source_minutes (at);

-- ── the ledger: batches, outcomes, live events ─────────────────────────────────────────────────
-- One row per batch taken: a job that runs twice finds its batch here and changes nothing, not even counters.
create table batches (
  id uuid primary key,
  at bigint not null,               -- commit time
  received_at bigint not null,
  posts int not null,
  counted int not null, duplicate int not null, dropped int not null,
  import_id text
);
create index batches_at on batches (at);
create index batches_import on batches (import_id) where import_id is not null;
create table outcomes (
  source text not null, day bigint not null, outcome text not null, reason text not null, n bigint not null,
  last_at bigint not null,
  primary key (source, day, outcome, reason)
);
create table dead_letters (
  id bigint generated always as identity primary key,
  digest bytea not null unique,     -- sha256 of (source, reason, raw): repeats count up
  source text not null, reason text not null, field text, message text not null,
  times int not null default 1, first_at bigint not null, last_at bigint not null,
  import_id text, raw text not null
);
-- The last number given to a live event. Taken under the ledger lock, so numbers grow in commit order.
create table live_seq (one boolean primary key default true check (one), seq bigint not null);
insert into live_seq (seq) values (0);
create table live_events (
  seq bigint primary key, at bigint not null, event text not null, message text not null
);
create index live_events_at on live_events (at);

-- ── alerts ─────────────────────────────────────────────────────────────────────────────────────
create table rules (
  id text primary key, rule jsonb not null, version int not null default 1, created_at bigint not null, updated_at bigint not null
);
create table rule_states (
  rule_id text primary key references rules on delete cascade,
  state jsonb not null,             -- shared/alert state machine
  evaluated_to bigint not null,     -- minutes before this are decided
  claimed_until bigint not null default 0
);
create table spikes (
  id text primary key, topic text not null, measure text not null, direction text not null,
  starts_at bigint not null, peak_at bigint not null, ends_at bigint,
  observed double precision not null, expected double precision not null, surprise double precision not null,
  window_minutes int not null, n int not null, note text not null default ''
);
create index spikes_topic on spikes (topic, starts_at);
create table detector_states (
  topic text primary key, state jsonb not null, evaluated_to bigint not null
);
create table incidents (
  id text primary key, rule_id text not null, rule_name text not null, kind text not null, topic text not null,
  severity text not null, state text not null, starts_at bigint not null, resolved_at bigint,
  value double precision not null, threshold double precision not null, n int not null,
  acknowledged jsonb, silenced_by text, spike_id text
);
create index incidents_starts on incidents (starts_at);
create table incident_events (
  id bigint generated always as identity primary key,
  incident_id text not null references incidents on delete cascade,
  at bigint not null, kind text not null, from_state text, to_state text, reason text not null,
  value double precision, threshold double precision, n int, by_name text
);
create index incident_events_incident on incident_events (incident_id, id);
create table silences (
  id text primary key, topic text not null, rule_id text not null, from_at bigint not null, until_at bigint not null,
  by_name text not null, reason text not null, created_at bigint not null
);
create table channels (
  id text primary key, type text not null, config jsonb not null, created_at bigint not null,
  failures int not null default 0, last_at bigint, last_answer text not null default '', rate_state jsonb,
  claimed_until bigint not null default 0 -- one worker at a time sends to a channel: its rate is counted here
);
-- The outbox. Written in the transaction of the transition it tells of; key is the receiver's idempotency key.
create table notifications (
  id bigint generated always as identity primary key,
  key text not null unique,         -- incidentId:transition:channelId
  incident_id text, channel_id text not null, kind text not null, message jsonb not null,
  state text not null default 'waiting', -- waiting | retrying | sent | failed | merged
  created_at bigint not null, next_attempt_at bigint not null, attempts int not null default 0, first_attempt_at bigint,
  group_key text                    -- key of the digest it may already have arrived in
);
create index notifications_due on notifications (next_attempt_at) where state in ('waiting', 'retrying');
create table delivery_attempts (
  id bigint generated always as identity primary key,
  notification_id bigint not null references notifications on delete cascade,
  at bigint not null, ok boolean not null, http_status int, provider_code text, ms int not null, answer text not null
);
create index delivery_attempts_notification on delivery_attempts (notification_id);
create table notes (
  id text primary key, topic text not null, at bigint not null, zh text not null, en text not null, by_name text not null,
  demo boolean not null default false
);

-- ── reports ────────────────────────────────────────────────────────────────────────────────────
create table reports (
  period_key text not null,         -- day, week or range with its topic set: see shared/report
  version int not null,
  day text not null, topics text[] not null, zone text not null, report jsonb not null, query_hash text not null,
  created_at bigint not null, schedule_id text,
  primary key (period_key, version)
);
create table report_schedules (
  id text primary key, schedule jsonb not null, created_at bigint not null, last_day text, next_at bigint
);
-- One row per schedule and day: its insert decides who sends (many workers, restarts, clock changes).
create table report_runs (
  schedule_id text not null, day text not null, at bigint not null, state text not null, late boolean not null default false,
  primary key (schedule_id, day)
);

-- ── sources ────────────────────────────────────────────────────────────────────────────────────
create table imports (
  id text primary key, state jsonb not null, started_at bigint not null, finished_at bigint
);
create table feeds (
  id text primary key, feed jsonb not null, cursor jsonb, status jsonb not null default '{}', next_at bigint not null default 0,
  claimed_until bigint not null default 0, created_at bigint not null
);

-- ── access and settings ────────────────────────────────────────────────────────────────────────
create table settings (name text primary key, value jsonb not null, updated_at bigint not null);
create table members (
  name text primary key, role text not null, password text not null, created_at bigint not null, last_seen_at bigint
);
create table sessions (
  digest bytea primary key, member text not null references members on delete cascade,
  created_at bigint not null, seen_at bigint not null
);
create table tokens (
  id text primary key, name text not null, scope text not null, digest bytea not null unique, prefix text not null,
  created_at bigint not null, last_used_at bigint, expires_at bigint
);
create table idempotency_keys (
  key text primary key, request_digest bytea not null, status int, answer jsonb, at bigint not null
);
create table workers (
  id text primary key, host text not null, pid int not null, started_at bigint not null, beat_at bigint not null,
  posts_per_second double precision not null default 0, rss_bytes bigint not null default 0, version text not null default ''
);
