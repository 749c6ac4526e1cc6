import type { System } from '#shared/wire/api.ts';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useQuery } from '../api/use-query.ts';
import { formatBytes } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { words as shell } from '../shell/words.ts';
import { meta } from '../state/session.ts';
import { Bars } from '../ui/bars.tsx';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy.tsx';
import { Badge, Sparkline, Table, Time } from '../ui/data.tsx';
import { count, decimal, duration, share, time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { ErrorState, Skeleton } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { type Problem, diagnosisOf, findProblems } from './problems.ts';
import { words } from './words.ts';
import './system.css';

const EVERY_MS = 3_000;
/** Samples of a small line: five minutes. */
const KEPT = 100;
const MB = 1_000_000;

export function SystemPage() {
  const query = useQuery<System>('/system', {}, EVERY_MS);
  const history = useHistory(query.data);
  const { data } = query;
  return (
    <Page
      title={t(shell.system)}
      lead={
        data !== undefined && t(words.updated, { time: time(history.at, 'second'), zone: zone() })
      }
      actions={
        data !== undefined && (
          <Button
            icon="copy"
            onClick={() =>
              void copyText(diagnosisOf(data, navigator.userAgent)).then(() =>
                toast(t(words.copied)),
              )
            }
          >
            {t(words.copy)}
          </Button>
        )
      }
    >
      {query.error !== undefined && (
        <ErrorState error={query.error} onRetry={query.reload} compact={data !== undefined} />
      )}
      {data === undefined && query.error === undefined && <Skeleton lines={8} />}
      {data !== undefined && (
        <>
          <Verdict problems={findProblems(data)} />
          <div class="system-grid">
            <Ingest system={data} />
            <Numbers system={data} history={history.samples} />
          </div>
          <Workers system={data} />
        </>
      )}
    </Page>
  );
}

function Verdict({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) {
    return (
      <p class="system-verdict" role="status">
        <Icon name="check" /> <b>{t(words.allWell)}</b>
      </p>
    );
  }
  return (
    <div class="system-verdict system-verdict-bad" role="status">
      <Icon name="warning" />
      <div>
        <b>{t(words.problems, { n: problems.length })}</b>
        <ul>
          {problems.map((problem) => (
            <li key={problem.code}>{problemText(problem)}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function problemText(problem: Problem): string {
  switch (problem.code) {
    case 'no-worker':
      return t(words.pNoWorker);
    case 'worker-late':
      return t(words.pWorkerLate, { n: problem.n });
    case 'queue':
      return t(words.pQueue, { age: duration(problem.seconds * 1000) });
    case 'failed':
      return t(words.pFailed, { n: problem.n });
    case 'latency':
      return t(words.pLatency, { ms: duration(problem.ms) });
    case 'disk': {
      const free = formatBytes(problem.freeMb * MB);
      return problem.days === null
        ? t(words.pDiskFree, { free })
        : t(words.pDisk, { free, days: Math.floor(problem.days) });
    }
    case 'clock':
      return t(words.pClock, { ms: duration(problem.ms) });
    case 'redis-policy':
      return t(words.pRedisPolicy, { policy: problem.policy });
    case 'redis-memory':
      return t(words.pRedisMemory, { share: share(problem.share) });
    case 'notifications':
      return t(words.pNotifications, { n: problem.n });
    case 'loop':
      return t(words.pLoop, { ms: duration(problem.ms) });
  }
}

function Ingest({ system }: { system: System }) {
  const { perMinute, postsPerSecond } = system.ingest;
  const values = perMinute.map((minute) => minute.n);
  return (
    <Panel title={t(words.ingest)} class="system-ingest">
      <div class="system-big">
        <span class="system-big-value num">{decimal(postsPerSecond)}</span>{' '}
        <span class="muted">{t(words.postsPerSecond)}</span>
      </div>
      {values.length > 1 && (
        <>
          <Bars
            label={t(words.hourOf, { high: Math.max(...values) })}
            values={perMinute.map((minute) => ({
              key: minute.at,
              n: minute.n,
              title: `${time(minute.at, 'minute')} · ${count(minute.n, true)}`,
            }))}
            axis={{
              from: time(perMinute[0]?.at ?? '', 'minute'),
              middle: t(words.lastHour, { high: count(Math.max(...values), true) }),
              to: time(perMinute.at(-1)?.at ?? '', 'minute'),
            }}
          />
          <details>
            <summary class="muted">{t(words.asTable)}</summary>
            <Table
              dense
              caption={t(words.ingest)}
              rows={perMinute.filter((minute) => minute.n > 0)}
              rowKey={(minute) => minute.at}
              columns={[
                {
                  key: 'at',
                  title: t(words.minute),
                  primary: true,
                  cell: (minute) => <Time at={minute.at} style="minute" />,
                },
                {
                  key: 'n',
                  title: t(words.posts),
                  numeric: true,
                  cell: (minute) => count(minute.n, true),
                },
              ]}
            />
          </details>
        </>
      )}
    </Panel>
  );
}

interface Group {
  title: string;
  hint?: string;
  facts: Fact[];
}
interface Fact {
  label: string;
  value: ComponentChildren;
  /** Name of the sampled figure whose line is shown. */
  trend?: keyof Sample;
}

function Numbers({ system, history }: { system: System; history: readonly Sample[] }) {
  const { queue, latency, store, redis, clocks, disk, sockets, notifications } = system;
  const ms = (value: number | null) => (value === null ? '–' : duration(value));
  const groups: Group[] = [
    {
      title: t(words.queue),
      hint: `${t(words.queueIn)} ${system.mode.queue === 'redis' ? 'Redis' : 'PostgreSQL'}`,
      facts: [
        { label: t(words.waiting), value: count(queue.waiting), trend: 'waiting' },
        { label: t(words.active), value: count(queue.active) },
        { label: t(words.delayed), value: count(queue.delayed) },
        { label: t(words.failed), value: count(queue.failed) },
        {
          label: t(words.oldest),
          value: ms(queue.oldestSeconds === null ? null : queue.oldestSeconds * 1000),
        },
      ],
    },
    {
      title: t(words.latency),
      hint:
        latency.batches > 0
          ? t(words.batchesIn, { n: latency.batches })
          : t(meta.value?.demo.present === true ? words.noBatchesDemo : words.noBatches),
      facts: [
        { label: 'p50', value: ms(latency.p50Ms), trend: 'p50' },
        { label: 'p95', value: ms(latency.p95Ms), trend: 'p95' },
        { label: 'p99', value: ms(latency.p99Ms) },
      ],
    },
    {
      title: t(words.notifications),
      facts: [
        { label: t(words.waiting), value: count(notifications.waiting) },
        { label: t(words.sent), value: count(notifications.sent) },
        { label: t(words.failed), value: count(notifications.failed) },
      ],
    },
    {
      title: t(words.sockets),
      facts: [
        { label: t(words.clients), value: count(sockets.clients), trend: 'clients' },
        { label: t(words.events), value: decimal(sockets.eventsPerSecond) },
      ],
    },
    {
      title: t(words.store),
      hint: `${store.version} · ${t(words[system.mode.store])}`,
      facts: [
        { label: t(words.size), value: formatBytes(store.sizeMb * MB) },
        { label: t(words.connections), value: count(store.connections), trend: 'connections' },
        { label: t(words.partitions), value: count(store.partitions) },
        {
          label: t(words.oldestPost),
          value: store.oldestAt === null ? '–' : <Time at={store.oldestAt} style="isoDay" />,
        },
      ],
    },
    ...(redis === null ? [] : [redisGroup(redis)]),
    {
      title: t(words.disk),
      facts: [
        {
          label: t(words.free),
          value: (
            <>
              {formatBytes(disk.freeMb * MB)}{' '}
              <span class="muted">
                {t(words.ofTotal, { total: formatBytes(disk.totalMb * MB) })}
              </span>
            </>
          ),
        },
        {
          label: t(words.daysLeft),
          value:
            disk.daysLeft === null
              ? '–'
              : disk.daysLeft > 3650
                ? t(words.years)
                : t(words.days, { n: Math.floor(disk.daysLeft) }),
        },
      ],
    },
    {
      title: t(words.clocks),
      facts: [
        { label: t(words.clockStore), value: skew(clocks.appMs, clocks.storeMs) },
        ...(clocks.redisMs === null
          ? []
          : [{ label: t(words.clockRedis), value: skew(clocks.appMs, clocks.redisMs) }]),
      ],
    },
    {
      title: t(words.process),
      hint: `Weimai ${system.version} · Node ${system.node.replace(/^v/, '')}`,
      facts: [
        { label: t(words.memory), value: formatBytes(system.process.rssMb * MB), trend: 'rss' },
        {
          label: t(words.loopDelay),
          value: `${decimal(system.process.loopDelayMs)} ms`,
          trend: 'loop',
        },
        { label: t(words.uptime), value: duration(system.uptimeSeconds * 1000) },
      ],
    },
  ];
  return (
    <>
      {groups.map((group) => (
        <Panel
          key={group.title}
          title={group.title}
          {...(group.hint === undefined ? {} : { hint: group.hint })}
        >
          <dl class="system-facts">
            {group.facts.map((fact) => (
              <div key={fact.label}>
                <dt>{fact.label}</dt>
                <dd>
                  {fact.trend !== undefined && (
                    <Trend
                      name={`${group.title} ${fact.label}`}
                      of={fact.trend}
                      history={history}
                    />
                  )}
                  {fact.value}
                </dd>
              </div>
            ))}
          </dl>
        </Panel>
      ))}
    </>
  );
}

function redisGroup(redis: NonNullable<System['redis']>): Group {
  const most =
    redis.maxMemoryMb === null ? t(words.unlimited) : formatBytes(redis.maxMemoryMb * MB);
  return {
    title: t(words.redis),
    hint: redis.version,
    facts: [
      { label: t(words.memory), value: `${formatBytes(redis.memoryMb * MB)} / ${most}` },
      { label: t(words.aof), value: t(redis.aof ? common.yes : common.no) },
      { label: t(words.policy), value: <code>{redis.policy}</code> },
    ],
  };
}

function Trend(props: { name: string; of: keyof Sample; history: readonly Sample[] }) {
  const values = props.history.map((sample) => sample[props.of]);
  if (values.length < 2 || values.every((value) => value === null)) return null;
  const now = values.at(-1);
  return (
    <Sparkline
      values={values}
      min={0}
      width={72}
      height={18}
      label={t(words.trendOf, {
        name: props.name,
        n: values.length,
        now: now === null || now === undefined ? '–' : decimal(now),
      })}
    />
  );
}

function Workers({ system }: { system: System }) {
  const states = {
    ok: { word: words.ok, tone: 'accent' },
    late: { word: words.late, tone: 'warn' },
    gone: { word: words.gone, tone: 'danger' },
  } as const;
  return (
    <Panel title={t(words.workers)} flush>
      {system.workers.length === 0 ? (
        <p class="system-none muted">{t(words.noWorkers)}</p>
      ) : (
        <Table
          caption={t(words.workers)}
          rows={system.workers}
          rowKey={(worker) => worker.id}
          columns={[
            {
              key: 'id',
              title: t(words.worker),
              primary: true,
              cell: (worker) => `${worker.host} · ${worker.pid}`,
            },
            {
              key: 'state',
              title: t(words.state),
              cell: (worker) => (
                <Badge tone={states[worker.state].tone}>{t(states[worker.state].word)}</Badge>
              ),
            },
            {
              key: 'rate',
              title: t(words.postsPerSecond),
              numeric: true,
              cell: (worker) => decimal(worker.postsPerSecond),
            },
            {
              key: 'rss',
              title: t(words.memory),
              numeric: true,
              cell: (worker) => formatBytes(worker.rssMb * MB),
            },
            {
              key: 'beat',
              title: t(words.beat),
              cell: (worker) => <Time at={worker.beatAt} style="second" />,
            },
          ]}
        />
      )}
    </Panel>
  );
}

function skew(a: number, b: number): string {
  return `${Math.round(Math.abs(a - b)).toLocaleString()} ms`;
}

interface Sample {
  waiting: number | null;
  p50: number | null;
  p95: number | null;
  clients: number | null;
  connections: number | null;
  rss: number | null;
  loop: number | null;
}

/** Answers since the page was opened, as lines. */
function useHistory(system: System | undefined): { at: number; samples: readonly Sample[] } {
  const samples = useRef<Sample[]>([]);
  const [at, setAt] = useState(() => Date.now());
  useEffect(() => {
    if (system === undefined) return;
    samples.current = [
      ...samples.current.slice(1 - KEPT),
      {
        waiting: system.queue.waiting,
        p50: system.latency.p50Ms,
        p95: system.latency.p95Ms,
        clients: system.sockets.clients,
        connections: system.store.connections,
        rss: system.process.rssMb,
        loop: system.process.loopDelayMs,
      },
    ];
    setAt(Date.now());
  }, [system]);
  return { at, samples: samples.current };
}
