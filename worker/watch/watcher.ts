import pg from 'pg';
import type { Detection } from '#shared/alert/detect-spike.ts';
import type { RuleSeries } from '#shared/alert/evaluate-rule.ts';
import { foldRule, foldRunningMinute } from '#shared/alert/fold-rule.ts';
import type { Incident } from '#shared/alert/incident.ts';
import {
  inhibitedBy,
  newStatus,
  nextIncident,
  type RuleStatus,
  type Step,
} from '#shared/alert/next-incident.ts';
import { NO_SPIKES, type OpenSpike } from '#shared/alert/next-spikes.ts';
import type { Rule } from '#shared/alert/rule.ts';
import type { Spike } from '#shared/alert/spike.ts';
import { TopicWatch } from '#shared/alert/topic-watch.ts';
import type { StoreClock } from '#shared/node/clock.ts';
import type { Log } from '#shared/node/log.ts';
import { inTransaction, type Tx } from '#shared/node/postgres/pool.ts';
import type { JobQueue } from '#shared/node/queue/queue.ts';
import { appendEvents, lockLedger, type NewEvent } from '#shared/node/store/ledger.ts';
import {
  LEARN_MS,
  LOOK_BACK_MS,
  readGaps,
  readHits,
  readMinutes,
} from '#shared/node/store/rule-series.ts';
import { silenceOf } from '#shared/node/store/silences.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { MinuteTable } from '#shared/series/minutes.ts';
import { createMinuteCache } from './minute-cache.ts';
import type { Announcer } from './announce.ts';

/**
 * Watches every topic for spikes and judges every rule, minute by minute of the clock. One process of all does it, under
 * a session lock; when that process dies, its connection ends and another takes over. State machine steps, incidents and
 * notifications are written in one transaction, so that a crash leaves all of it or none.
 */
export interface Watcher {
  /** Something was counted for these topics: judge soon. */
  wake(): void;
  stop(): Promise<void>;
}

export interface WatcherDeps {
  store: Store;
  queue: JobQueue;
  clock: StoreClock;
  log: Log;
  databaseUrl: string;
  announce: Announcer;
}

const TICK_MS = 5_000;
const DEBOUNCE_MS = 1_000;
const LEADER_LOCK = 7_700_005;
/** A minute is judged this long after its end, in wall time: batches on their way get in. */
const GRACE_MS = 3_000;
/** While older batches wait in the queue the minutes they belong to are not complete; but not for ever. */
const HOLD_SECONDS = 4;
const LONGEST_HOLD_MS = 90_000;
/** Detections kept for spike rules. */
const KEEP_DETECTIONS_MS = 3 * HOUR_MS;

interface Watched {
  watch: TopicWatch;
  detections: Map<number, Detection>;
}

export function createWatcher(deps: WatcherDeps): Watcher {
  const { store, clock, log } = deps;
  const cache = createMinuteCache(store.db);
  const watched = new Map<string, Watched>();
  let leader: pg.Client | undefined;
  let stopped = false;
  let running: Promise<void> | undefined;
  let again: NodeJS.Timeout | undefined;
  let heldSince: number | undefined;
  let watchedDemo: string | undefined;

  const tick = async (): Promise<void> => {
    leader ??= await becomeLeader(deps, () => {
      leader = undefined;
      watched.clear();
    });
    if (!leader) return;
    const demo = clock.demo();
    // History is still being fed, newest first: nothing can be learnt from it yet.
    if (demo?.state === 'loading' && clock.wire().mode === 'replay') return;
    // Another axis of time (demo started or removed): whatever was learnt belongs to the other one.
    const axis = clock.wire().mode;
    if (watchedDemo !== axis) {
      watched.clear();
      watchedDemo = axis;
    }
    if (await isHeld()) return;
    const speed = Math.max(1, clock.wire().speed);
    const to = Math.floor((clock.now() - GRACE_MS * speed) / MINUTE_MS) * MINUTE_MS;
    const topics = await store.topics.list();
    for (const topic of topics) await watchTopic(topic, to);
    await judgeRules(topics, to);
    // Only now: a rule's first run judges its whole past.
    for (const { detections } of watched.values()) {
      for (const at of detections.keys()) if (at < to - KEEP_DETECTIONS_MS) detections.delete(at);
    }
  };

  /** The completeness gate: posts that were accepted but not counted yet may belong to the minutes in question. */
  const isHeld = async (): Promise<boolean> => {
    const oldest = await deps.queue.oldestWaitingSeconds('analyse-posts');
    if (oldest === null || oldest < HOLD_SECONDS) {
      heldSince = undefined;
      return false;
    }
    heldSince ??= Date.now();
    return Date.now() - heldSince < LONGEST_HOLD_MS;
  };

  const watchTopic = async (topic: StoredTopic, to: number): Promise<void> => {
    let entry = watched.get(topic.id);
    if (!entry) {
      const from = await firstMinute(store, topic.key, to - LEARN_MS);
      if (from === null) return;
      // Everything is judged again from the start: ids and figures of spikes are the same each time.
      entry = {
        watch: new TopicWatch(topic.id, { from, spikes: NO_SPIKES }),
        detections: new Map(),
      };
      watched.set(topic.id, entry);
    }
    const { watch, detections } = entry;
    if (to <= watch.settledTo) return;
    const buckets = await cache.read(topic.key, Math.min(watch.settledTo, to - LOOK_BACK_MS), to);
    const gaps =
      to - watch.settledTo > 2 * DAY_MS ? [] : await readGaps(store.db, watch.settledTo, to);
    const report = watch.advance(new MinuteTable(buckets, watch.settledTo, to), to, gaps);
    for (const [at, detection] of report.detections) detections.set(at, detection);
    await saveSpikes(store, report.changed);
  };

  const judgeRules = async (topics: readonly StoredTopic[], to: number): Promise<void> => {
    const rules = (await store.rules.list()).filter(({ rule }) => rule.enabled);
    if (rules.length === 0) return;
    const silences = await store.silences.list({});
    const byId = new Map(topics.map((topic) => [topic.id, topic]));
    // Rules that can speak for others come first.
    const order: Record<string, number> = { 'source-silent': 0, spike: 1 };
    rules.sort((a, b) => (order[a.rule.kind] ?? 2) - (order[b.rule.kind] ?? 2));
    const states: { rule: Rule; state: RuleStatus['state'] }[] = rules.map(({ rule, status }) => ({
      rule,
      state: status?.state ?? 'inactive',
    }));
    for (const { rule } of rules) {
      const topic = byId.get(rule.topic);
      if (rule.kind !== 'source-silent' && !topic) continue;
      try {
        const state = await judgeRule(rule, topic, to, (at, current) => ({
          silencedBy: silenceOf(silences, rule, at),
          inhibitedBy: inhibitedBy(rule, states, current),
        }));
        const known = states.find((entry) => entry.rule.id === rule.id);
        if (known) known.state = state;
      } catch (error) {
        log.error({ err: error, ruleId: rule.id }, 'rule could not be judged');
        await recordFailure(deps, rule, error as Error, to);
      }
    }
  };

  const judgeRule = async (
    rule: Rule,
    topic: StoredTopic | undefined,
    to: number,
    context: (
      at: number,
      state: RuleStatus['state'],
    ) => { silencedBy: string | null; inhibitedBy: string | null },
  ): Promise<RuleStatus['state']> => {
    const stored = await store.rules.get(rule.id);
    const status = stored.status ?? newStatus(startOf(rule, to));
    const series = await seriesOf(rule, topic, status.evaluatedTo, Math.max(to, clock.now()));
    const fold = foldRule({
      rule,
      series,
      status,
      from: status.evaluatedTo,
      to,
      context: (at) => context(at, status.state),
    });
    const early = foldRunningMinute({
      rule,
      series,
      status: fold.status,
      now: clock.now(),
      context: (at) => context(at, fold.status.state),
    });
    const steps: Pick<Step, 'events' | 'notifications' | 'incidents'>[] = [
      fold,
      ...(early ? [early] : []),
    ];
    const next = early?.status ?? fold.status;
    if (to <= status.evaluatedTo && !early) return status.state;
    const open = rule.topic === '' ? undefined : watched.get(rule.topic)?.watch.spikes;
    const spike =
      rule.kind === 'mood' || rule.kind === 'mood-drop' || rule.kind === 'negative-share'
        ? open?.mood
        : open?.volume;
    const messages = await deps.announce(
      rule,
      topic,
      steps.flatMap((step) => step.notifications),
      spike?.spike ?? null,
    );
    await inTransaction(store.db, async (tx) => {
      // An acknowledgement that came in between must not be overwritten.
      const { rows } = await tx.query<{ state: RuleStatus }>(
        'select state from rule_states where rule_id = $1 for update',
        [rule.id],
      );
      // Compare and set: an evaluator that lost its lead in the middle must not write over its successor.
      if ((rows[0]?.state.evaluatedTo ?? status.evaluatedTo) !== status.evaluatedTo)
        throw new Error('another process judged this rule meanwhile');
      const merged = withAcknowledgement(next, rows[0]?.state ?? null);
      await saveSteps(store, tx, steps, merged, spike?.spike ?? null);
      await tx.query(
        `insert into rule_states (rule_id, state, evaluated_to) select $1, $2, $3 where exists (select 1 from rules where id = $1)
         on conflict (rule_id) do update set state = excluded.state, evaluated_to = excluded.evaluated_to`,
        [rule.id, JSON.stringify(merged), merged.evaluatedTo],
      );
      await store.outbox.tell(tx, messages, Date.now());
    });
    return next.state;
  };

  /** Rules made with the demo judge its whole week; all others begin now. */
  const startOf = (rule: Rule, to: number): number => {
    const demo = clock.demo();
    return rule.id.startsWith('demo-') && demo ? Math.min(to, demo.historyFrom) : to;
  };

  const seriesOf = async (
    rule: Rule,
    topic: StoredTopic | undefined,
    from: number,
    to: number,
  ): Promise<RuleSeries> => {
    const back = from - LOOK_BACK_MS;
    const buckets =
      rule.kind === 'source-silent'
        ? await readMinutes(store.db, rule, 0, { from: back, to, lateToo: false })
        : await cache.read(topic?.key ?? 0, back, to);
    const hits =
      rule.kind === 'keyword' && topic
        ? await readHits(store.db, topic.key, rule.keyword, {
            from: from - DAY_MS,
            to,
            lateToo: false,
          })
        : undefined;
    return {
      minutes: new MinuteTable(buckets, back, to),
      gaps: await readGaps(store.db, from, to),
      ...(hits === undefined ? {} : { hits }),
      ...(rule.kind === 'spike'
        ? { detections: watched.get(rule.topic)?.detections ?? new Map() }
        : {}),
    };
  };

  // Woken often, it runs at most once a debounce; the first wake counts, later ones do not push it back.
  let dueAt = 0;
  const schedule = (ms: number): void => {
    const at = Date.now() + ms;
    if (stopped || running || (again && dueAt <= at)) return;
    clearTimeout(again);
    dueAt = at;
    again = setTimeout(run, ms);
  };
  const run = (): void => {
    again = undefined;
    running = tick()
      .catch((error: unknown) => log.error({ err: error }, 'watching failed'))
      .finally(() => {
        running = undefined;
        schedule(clock.wire().speed > 1 ? 2 * DEBOUNCE_MS : TICK_MS);
      });
  };
  run();
  return {
    wake: () => schedule(DEBOUNCE_MS),
    async stop() {
      stopped = true;
      clearTimeout(again);
      await running;
      await leader?.end();
    },
  };
}

/** The lead lasts as long as its connection; whoever loses it starts anew, or another process takes over. */
async function becomeLeader(deps: WatcherDeps, onLost: () => void): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString: deps.databaseUrl,
    application_name: 'weimai-watcher',
    keepAlive: true,
  });
  let lost = false;
  client.on('error', (error) => {
    lost = true;
    deps.log.warn({ err: error }, 'the watcher lost its lead');
    onLost();
  });
  await client.connect();
  const { rows } = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) as ok', [
    LEADER_LOCK,
  ]);
  if (rows[0]?.ok && !lost) return client;
  await client.end();
  return undefined;
}

async function firstMinute(
  store: Store,
  topicKey: number,
  notBefore: number,
): Promise<number | null> {
  const { rows } = await store.db.query<{ at: number | null }>(
    'select min(at) as at from buckets_minute where topic = $1 and at >= $2',
    [topicKey, notBefore],
  );
  return rows[0]?.at ?? null;
}

async function saveSpikes(store: Store, changed: readonly Spike[]): Promise<void> {
  if (changed.length === 0) return;
  const last = new Map(changed.map((spike) => [spike.id, spike]));
  await inTransaction(store.db, async (tx) => {
    await store.spikes.save(tx, [...last.values()]);
    await lockLedger(tx);
    await appendEvents(
      tx,
      [...last.values()]
        .slice(-50)
        .map((spike): NewEvent => ({ event: 'spike:changed', message: { spike } })),
    );
  });
}

async function saveSteps(
  store: Store,
  tx: Tx,
  steps: readonly Pick<Step, 'events' | 'incidents'>[],
  status: RuleStatus,
  spike: OpenSpike['spike'] | null,
): Promise<void> {
  const incidents = new Map<string, Incident>();
  for (const step of steps)
    for (const incident of step.incidents) incidents.set(incident.id, incident);
  if (status.incident) incidents.set(status.incident.id, status.incident);
  for (const incident of incidents.values())
    await store.incidents.save(tx, {
      ...incident,
      spikeId: incident.spikeId ?? (incident.state === 'resolved' ? null : (spike?.id ?? null)),
    });
  for (const step of steps) {
    for (const { incidentId, ...event } of step.events)
      if (incidentId !== null && incidents.has(incidentId))
        await store.incidents.append(tx, incidentId, event);
  }
  const told = steps.some((step) => step.events.some((event) => event.incidentId !== null));
  if (!told) return;
  await lockLedger(tx);
  await appendEvents(
    tx,
    [...incidents.values()].map((incident): NewEvent => ({
      event: 'incident:changed',
      message: { incident },
    })),
  );
}

/** The evaluator's status with the acknowledgement that somebody gave meanwhile. */
function withAcknowledgement(next: RuleStatus, stored: RuleStatus | null): RuleStatus {
  const given = stored?.incident?.acknowledged ?? null;
  if (given === null || next.incident === null || next.incident.id !== stored?.incident?.id)
    return next;
  return { ...next, incident: { ...next.incident, acknowledged: given } };
}

async function recordFailure(
  deps: WatcherDeps,
  rule: Rule,
  error: Error,
  at: number,
): Promise<void> {
  const stored = await deps.store.rules.get(rule.id);
  const step = nextIncident({
    rule,
    status: stored.status ?? newStatus(at),
    evaluation: { failed: error.message },
    at,
  });
  await inTransaction(deps.store.db, async (tx) => {
    await saveSteps(deps.store, tx, [step], step.status, null);
    await tx.query(
      'insert into rule_states (rule_id, state, evaluated_to) values ($1, $2, $3) on conflict (rule_id) do update set state = excluded.state',
      [rule.id, JSON.stringify(step.status), step.status.evaluatedTo],
    );
  });
}
