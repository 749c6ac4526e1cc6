import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Note, Series, SpikeDetail, SpikeView } from '#shared/wire/api.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { chooseStep } from '#shared/series/window.ts';
import { useQuery } from '../api/use-query.ts';
import { chartColors } from '../charts/colors.ts';
import { assignSlots } from '../charts/palette.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import type { ModelInput } from '../live/chart-model.ts';
import { clockNow } from '../live/feed.ts';
import { LegendRow } from '../live/legend-row.tsx';
import { LiveChart } from '../live/live-chart.tsx';
import { type Span, stepText } from '../live/live-url.ts';
import { isoSpan, postsLink } from '../live/overview.tsx';
import { spikeSize, spikeTitle } from '../live/spike-text.ts';
import { PostDrawer } from '../post/post-drawer.tsx';
import { navigate } from '../router/router.ts';
import type { PageProps } from '../router/routes.ts';
import { prefs } from '../state/prefs.ts';
import { readPoints, totalsOf, trailing } from '../state/series-store.ts';
import { topicById, topicName } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { copyText } from '../ui/copy.tsx';
import { Badge, MoodValue, RankList, Stat } from '../ui/data.tsx';
import { change, count, decimal, duration, share, time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded, Skeleton } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { words as live } from '../live/words.ts';
import { words } from './words.ts';
import '../live/live.css';
import './spikes.css';

/** Share of the excess from one text above which the reader is warned. */
const CONCENTRATED = 0.4;
const LEAD_MS = 15 * MINUTE_MS;
const HOURS_BEFORE = 2;
const HOURS_AFTER = 1;

/** "What changed": the evidence first, every figure a link to exactly its posts. */
export function SpikePage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const query = useQuery<SpikeDetail>(`/spikes/${encodeURIComponent(id)}`);
  const openPost = useSignal<string | null>(null);
  const { data } = query;
  return (
    <Page
      wide
      title={data === undefined ? t(words.loading) : spikeTitle(data)}
      lead={data === undefined ? undefined : <Lead spike={data} />}
      actions={data === undefined ? undefined : <Actions spike={data} />}
    >
      <Loaded query={query} skeleton={<Skeleton lines={8} height={44} />}>
        {(spike) => (
          <SpikeBody
            spike={spike}
            onOpen={(ref) => {
              openPost.value = ref;
            }}
          />
        )}
      </Loaded>
      <PostDrawer
        postRef={openPost.value}
        topic={data?.topic ?? ''}
        onClose={() => {
          openPost.value = null;
        }}
      />
    </Page>
  );
}

function Lead({ spike }: { spike: SpikeDetail }) {
  if (spike.endsAt === null) {
    return <>{t(words.ongoing, { from: time(spike.startsAt, 'dayMinute'), zone: zone() })}</>;
  }
  const ms = Date.parse(spike.endsAt) - Date.parse(spike.startsAt);
  return (
    <>
      {t(words.lead, {
        from: time(spike.startsAt, 'dayMinute'),
        to: time(spike.endsAt, 'minute'),
        duration: duration(ms),
        zone: zone(),
      })}
    </>
  );
}

function Actions({ spike }: { spike: SpikeDetail }) {
  const span = chartSpan(spike);
  const query = new URLSearchParams({ topics: spike.topic, ...isoSpan(span) });
  return (
    <>
      <LinkButton icon="chart" href={`/live?${query}`}>
        {t(words.onLive)}
      </LinkButton>
      <LinkButton icon="alerts" href={`/alerts/silences?topic=${encodeURIComponent(spike.topic)}`}>
        {t(words.silence)}
      </LinkButton>
      <Button
        icon="link"
        onClick={() => {
          void copyText(location.href).then(() => toast(t(live.linkCopied)));
        }}
      >
        {t(words.share)}
      </Button>
    </>
  );
}

function SpikeBody(props: { spike: SpikeDetail; onOpen: (ref: string) => void }) {
  const { spike } = props;
  const { explanation } = spike;
  const posts: Span = { from: Date.parse(explanation.from), to: Date.parse(explanation.to) };
  const link = (filter: Readonly<Record<string, string>>) =>
    postsLink({ topic: spike.topic, ...filter }, posts);
  return (
    <>
      <Panel title={t(words.why)}>
        <div class="spike-why">
          <p>{whyText(spike)}</p>
          <Concentration spike={spike} />
          <div class="row wrap">
            <LinkButton variant="primary" size="s" icon="posts" href={link({})}>
              {t(words.allPosts, { n: count(explanation.posts, true) })}
            </LinkButton>
            <span class="muted">{t(words.authorsN, { n: count(explanation.authors, true) })}</span>
          </div>
        </div>
      </Panel>
      <SpikeChart spike={spike} />
      <div class="live-columns">
        <div class="stack">
          {copiesLead(explanation) && <Copies spike={spike} onOpen={props.onOpen} />}
          <Roots spike={spike} link={link} onOpen={props.onOpen} />
          {!copiesLead(explanation) && <Copies spike={spike} onOpen={props.onOpen} />}
        </div>
        <div class="stack">
          <Panel title={t(words.driverWords)} hint={t(words.driverHint)}>
            {explanation.words.length === 0 ? (
              <EmptyState compact title={t(words.noWords)} />
            ) : (
              <RankList
                label={t(words.driverWords)}
                items={explanation.words.map((word) => ({
                  key: word.word,
                  n: word.posts,
                  name: <bdi>{word.word}</bdi>,
                  detail: t(word.backgroundAuthors === 0 ? words.wordNew : words.wordDetail, {
                    n: word.authors,
                    ratio: decimal(word.ratio),
                    g2: decimal(word.g2, 0),
                  }),
                  href: link({ word: word.word }),
                }))}
              />
            )}
          </Panel>
          <Shifts
            title={t(words.sources)}
            items={explanation.sources}
            href={(source) => link({ source })}
          />
          <Shifts
            title={t(words.regions)}
            items={explanation.regions}
            href={(region) => link({ region })}
            empty={t(words.noRegions)}
          />
          <Panel title={t(words.incidents)}>
            {spike.incidents.length === 0 ? (
              <p class="muted">{t(words.noIncidents)}</p>
            ) : (
              <ul>
                {spike.incidents.map((incident) => (
                  <li key={incident}>
                    <a href={`/alerts/incidents/${encodeURIComponent(incident)}`}>
                      {t(words.incident)} {incident}
                    </a>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

function whyText(spike: SpikeDetail): string {
  const chance = powerOfTen(-Math.round(spike.surprise));
  if (spike.measure === 'mood') {
    return t(words.whyMood, {
      window: spike.windowMinutes,
      observed: formatMood(spike.observed),
      expected: formatMood(spike.expected),
      n: count(spike.n, true),
      chance,
    });
  }
  return t(words.whyVolume, {
    window: spike.windowMinutes,
    observed: count(spike.observed, true),
    expected: decimal(spike.expected),
    chance,
  });
}

/** 10⁻¹⁹ */
function powerOfTen(exponent: number): string {
  return `10${[...String(exponent)].map((character) => (character === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(character)])).join('')}`;
}

/** One spammer, or many people? The commonest false alarm comes first. */
function Concentration({ spike }: { spike: SpikeDetail }) {
  const { concentration, copypastaShare } = spike.explanation;
  const high = concentration >= CONCENTRATED;
  return (
    <p class={high ? 'spike-warning' : 'muted'}>
      {high && <Icon name="warning" size={16} />}
      {t(high ? words.concentrationHigh : words.concentrationLow, {
        share: share(concentration),
      })}{' '}
      {copypastaShare > 0 && t(words.copypasta, { share: share(copypastaShare) })}
    </p>
  );
}

function chartSpan(spike: SpikeView): Span {
  const from = Date.parse(spike.startsAt);
  const to = spike.endsAt === null ? clockNow() : Date.parse(spike.endsAt);
  const floor = (at: number) => Math.floor(at / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
  return { from: floor(from - HOURS_BEFORE * HOUR_MS), to: floor(to + HOURS_AFTER * HOUR_MS) };
}

function SpikeChart({ spike }: { spike: SpikeDetail }) {
  const span = chartSpan(spike);
  const stepMs = chooseStep(span.from, span.to, 200);
  const query = useQuery<Series>('/series', {
    topics: spike.topic,
    ...isoSpan({ from: span.from - LEAD_MS, to: span.to }),
    step: stepText(stepMs),
  });
  const notes = useQuery<{ items: Note[] }>('/notes', { topics: spike.topic, ...isoSpan(span) });
  return (
    <Panel title={t(words.chart)} flush>
      <Loaded query={query} skeleton={<Skeleton lines={1} height={360} />}>
        {(series) => (
          <SpikeCharts
            spike={spike}
            series={series}
            view={{ ...span, stepMs }}
            notes={notes.data?.items ?? []}
            onNotes={notes.reload}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function SpikeCharts(props: {
  spike: SpikeDetail;
  series: Series;
  view: Span & { stepMs: number };
  notes: readonly Note[];
  onNotes: () => void;
}) {
  const { spike, view } = props;
  const cross = useSignal<number | null>(
    Math.floor(Date.parse(spike.peakAt) / view.stepMs) * view.stepMs,
  );
  const answer = props.series.topics[0];
  const prior = answer?.prior ?? 0;
  const points = readPoints(answer?.points ?? [], prior);
  const windowMs = Math.max(view.stepMs, LEAD_MS);
  const color = topicById.value.get(spike.topic)?.color ?? 0;
  const input: Omit<ModelInput, 'width'> = {
    topics: [
      {
        id: spike.topic,
        name: topicName(spike.topic),
        slot: assignSlots([{ id: spike.topic, color }]).get(spike.topic) ?? 0,
        points: points.filter((point) => point.at >= view.from),
        drawn: trailing(points, { windowMs, stepMs: view.stepMs }, prior),
        before: [],
      },
    ],
    windowMs,
    view,
    now: clockNow(),
    metric: 'mood',
    bands: [spike.topic],
    thresholds: [],
    spikes: [spike],
    colors: chartColors(),
    language: prefs.language.value,
    zone: zone(),
  };
  // The window that raised the spike belongs to it, though it began before the alarm.
  const starts = Date.parse(spike.explanation.from);
  const ends = Date.parse(spike.explanation.to);
  const before = points.filter((point) => point.at >= view.from && point.at < starts);
  const during = points.filter((point) => point.at >= starts && point.at < ends);
  const was = totalsOf(before, prior);
  const is = totalsOf(during, prior);
  const hours = (part: typeof points) => Math.max((part.length * view.stepMs) / HOUR_MS, 1 / 60);
  const label = t(words.chartLabel, {
    topic: topicName(spike.topic),
    from: time(view.from, 'dayMinute'),
    to: time(view.to, 'dayMinute'),
  });
  const summary = t(words.summary, {
    n: count(spike.explanation.posts, true),
    authors: count(spike.explanation.authors, true),
    before: was.mood === null ? '–' : formatMood(was.mood),
    during: is.mood === null ? '–' : formatMood(is.mood),
  });
  const toLive = (next: Span) =>
    navigate(`/live?${new URLSearchParams({ topics: spike.topic, ...isoSpan(next) })}`);
  return (
    <div class="spike-chart">
      <div class="grow">
        <div class="live-panel-head">
          <LegendRow input={input} cross={cross} />
        </div>
        <LiveChart
          input={input}
          notes={props.notes}
          spikes={[spike]}
          cross={cross}
          label={label}
          summary={summary}
          onZoom={toLive}
          onPan={() => undefined}
          onWheelZoom={() => undefined}
          onNoteRemoved={props.onNotes}
        />
      </div>
      <div class="spike-shift">
        <h3>{t(words.beforeAfter)}</h3>
        <Shift
          label={t(words.volume)}
          before={count(was.n / hours(before))}
          after={count(is.n / hours(during))}
          note={
            spike.measure === 'volume'
              ? t(words.inWindow, { window: spike.windowMinutes, size: spikeSize(spike) })
              : (change(is.n / hours(during), was.n / hours(before)) ?? '')
          }
        />
        <Shift
          label={t(words.negative)}
          before={share(spike.explanation.negativeBefore.share)}
          after={share(spike.explanation.negativeDuring.share)}
          note={t(words.negativeInterval, {
            low: share(spike.explanation.negativeDuring.low),
            high: share(spike.explanation.negativeDuring.high),
            n: count(spike.explanation.negativeDuring.n, true),
          })}
        />
        <Shift
          label={t(words.mood)}
          before={<MoodValue value={was.mood} short />}
          after={<MoodValue value={is.mood} short />}
          note={
            spike.measure === 'mood'
              ? t(words.inWindow, { window: spike.windowMinutes, size: spikeSize(spike) })
              : ''
          }
        />
      </div>
    </div>
  );
}

function Shift(props: {
  label: string;
  before: ComponentChildren;
  after: ComponentChildren;
  note: string;
}) {
  return (
    <Stat
      label={props.label}
      value={
        <span class="row">
          <span class="muted">{props.before}</span>
          <Icon name="arrowRight" size={16} />
          {props.after}
        </span>
      }
      detail={props.note}
    />
  );
}

function Roots(props: {
  spike: SpikeDetail;
  link: (filter: Readonly<Record<string, string>>) => string;
  onOpen: (ref: string) => void;
}) {
  return (
    <Panel title={t(words.roots)} flush>
      <ol class="spike-roots">
        {props.spike.explanation.roots
          .toSorted((a, b) => b.posts - a.posts)
          .map((root) => (
            <TextGroup key={root.root} group={root} onOpen={props.onOpen}>
              {root.share >= CONCENTRATED && <Badge tone="warn">{t(words.concentration)}</Badge>}
              <a href={props.link({ root: root.root })}>{t(words.seeAll, { n: root.posts })}</a>
            </TextGroup>
          ))}
      </ol>
    </Panel>
  );
}

/** Whether one text copied with small changes weighs more than any text repeated to the letter. */
function copiesLead({ copies, roots }: SpikeDetail['explanation']): boolean {
  const largest = (groups: readonly { share: number }[]) =>
    Math.max(0, ...groups.map((group) => group.share));
  return largest(copies) > largest(roots);
}

/** Texts that many posted with small changes: each looks like a root of its own, together they are one voice. */
function Copies(props: { spike: SpikeDetail; onOpen: (ref: string) => void }) {
  const { copies } = props.spike.explanation;
  if (copies.length === 0) return null;
  return (
    <Panel title={t(words.copies)} hint={t(words.copiesHint)} flush>
      <ol class="spike-roots">
        {copies.map((copy) => (
          <TextGroup key={copy.postRef} group={copy} onOpen={props.onOpen}>
            {copy.share >= CONCENTRATED && <Badge tone="warn">{t(words.concentration)}</Badge>}
          </TextGroup>
        ))}
      </ol>
    </Panel>
  );
}

interface Group {
  text: string;
  posts: number;
  authors: number;
  firstAt: string;
  postRef: string;
  share: number;
}

/** One text that stands for several posts; a press opens its earliest post. */
function TextGroup(props: {
  group: Group;
  onOpen: (ref: string) => void;
  children?: ComponentChildren;
}) {
  const { group } = props;
  return (
    <li class="spike-root">
      <button type="button" class="spike-root-text" onClick={() => props.onOpen(group.postRef)}>
        <bdi>{group.text}</bdi>
      </button>
      <p class="row wrap muted">
        <span class="num">
          {t(words.rootDetail, {
            posts: group.posts,
            authors: group.authors,
            share: share(group.share),
          })}
        </span>
        <span class="num">{t(words.rootFirst, { time: time(group.firstAt, 'second') })}</span>
        {props.children}
      </p>
    </li>
  );
}

function Shifts(props: {
  title: string;
  items: SpikeDetail['explanation']['sources'];
  href: (name: string) => string;
  empty?: string;
}) {
  return (
    <Panel title={props.title}>
      {props.items.length === 0 ? (
        <p class="muted">{props.empty ?? '–'}</p>
      ) : (
        <RankList
          label={props.title}
          items={props.items.map((item) => ({
            key: item.name,
            n: item.n,
            name: <bdi>{item.name}</bdi>,
            detail: t(words.shareWas, { now: share(item.share), before: share(item.shareBefore) }),
            href: props.href(item.name),
          }))}
        />
      )}
    </Panel>
  );
}
