import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Note, RuleView, SpikeView } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { chartColors } from '../charts/colors.ts';
import { assignSlots } from '../charts/palette.ts';
import { t } from '../i18n/i18n.ts';
import { PostDrawer } from '../post/post-drawer.tsx';
import { useUrlState } from '../router/router.ts';
import { firingCount } from '../state/incidents.ts';
import { prefs } from '../state/prefs.ts';
import { pointsOf, trailing } from '../state/series-store.ts';
import { canEdit, meta } from '../state/session.ts';
import { loadTopics, topicById, topics as allTopics, topicsError } from '../state/topics.ts';
import { Button, IconButton, LinkButton } from '../ui/button.tsx';
import { downloadBlob } from '../ui/copy.tsx';
import { Badge } from '../ui/data.tsx';
import { count, decimal, duration, time, zone } from '../ui/format.ts';
import { Checkbox, Segmented, Select } from '../ui/form.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { Popover } from '../ui/overlay.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import {
  type ModelInput,
  type TopicPoints,
  formatMetric,
  metricValue,
  summarise,
} from './chart-model.ts';
import { RANGE_WORD, RangePicker, ShareButton, TopicChips, stepOptions } from './controls.tsx';
import { chartPicture, seriesCsv } from './export.ts';
import { clockNow, heartbeat, on, tick } from './feed.ts';
import { HeatMap } from './heat-map.tsx';
import { LegendRow } from './legend-row.tsx';
import { LiveChart } from './live-chart.tsx';
import {
  type LiveState,
  type Metric,
  type Span,
  liveUrl,
  pan,
  previousSpan,
  viewOf,
  windowMsOf,
  zoom,
  zoomOut,
} from './live-url.ts';
import { neighbourSpike } from './markers.ts';
import { NoteDialog } from './notes.tsx';
import { PeoplePanel, TopicStats, VoicePanel, WordsPanel, isoSpan } from './overview.tsx';
import { PostStream } from './post-stream.tsx';
import { ReplayBar, ReplayDialog, useReplay } from './replay.tsx';
import { SeriesTable } from './series-table.tsx';
import { SpikeAnnouncer } from './spike-announcer.tsx';
import { type LiveSeries, useSeries } from './use-series.ts';
import { useSlow } from './use-slow.ts';
import { words } from './words.ts';
import './live.css';

const DEFAULT_TOPICS = 3;
/** With more lines only the focused one keeps its band. */
const MOST_BANDS = 2;

/** The heart: several topics' mood as it moves, with the posts behind it. All state is in the address. */
export function LivePage() {
  const topics = allTopics.value;
  if (topics === null || meta.value === null) {
    return (
      <Page title={t(words.title)} wide>
        {topicsError.value === null ? (
          <Skeleton lines={8} height={48} />
        ) : (
          <ErrorState error={topicsError.value} onRetry={() => void loadTopics()} />
        )}
      </Page>
    );
  }
  if (topics.length === 0) {
    return (
      <Page title={t(words.title)} wide>
        <EmptyState
          icon="topics"
          title={t(words.noTopics)}
          text={t(words.noTopicsText)}
          action={
            <LinkButton variant="primary" icon="plus" href="/topics/new">
              {t(words.newTopic)}
            </LinkButton>
          }
        />
      </Page>
    );
  }
  return <LiveView />;
}

function LiveView() {
  const [state, setState] = useUrlState(liveUrl);
  const known = topicById.value;
  const shown = useMemo(() => {
    const wanted = state.topics.filter((id) => known.has(id));
    return wanted.length > 0 ? wanted : [...known.keys()].slice(0, DEFAULT_TOPICS);
  }, [state.topics.join(','), known]);
  const visible = shown.filter((id) => !state.off.includes(id));
  const drawn = visible.length > 0 ? visible : shown;

  const replaySpan: Span | null =
    state.play > 0 && state.from !== null && state.to !== null
      ? { from: state.from, to: state.to }
      : null;
  const replay = useReplay(replaySpan, state.play);
  // Read for its half-second beat: the window of a followed clock moves with it.
  void tick.value;
  const now = replaySpan === null ? clockNow() : replay.at.value;
  const view = viewOf(state, now);
  const until = replaySpan === null ? Infinity : Math.floor(now / view.stepMs) * view.stepMs;

  const series = useSeries(shown, view);
  const slow = useSlow(view, view.following || replaySpan !== null);
  const focus = shown.includes(state.focus) ? state.focus : (drawn[0] ?? '');
  const spikes = useSpikes(shown, slow);
  const notes = useNotes(shown, slow);
  const colors = chartColors();
  const slots = assignSlots(shown.map((id) => ({ id, color: known.get(id)?.color ?? 0 })));
  const topicColors = new Map(shown.map((id) => [id, colors.topics[slots.get(id) ?? 0] ?? '']));
  const thresholds = useThresholds(drawn, state.metric);

  // A paused view keeps its picture while ticks come in; only a new answer of the server changes it.
  const dataVersion = state.at === null ? series.version.value : -series.loads.value;
  const windowMs = windowMsOf(state, view.stepMs);
  const topicsNow = useMemo(
    () =>
      drawn.map((id): TopicPoints => {
        const prior = series.store.topics.get(id)?.prior ?? 0;
        const to = Math.min(view.to, until);
        const lead = windowMs - view.stepMs;
        const width = view.to - view.from;
        const drawnOf = (span: Span) =>
          trailing(
            pointsOf(series.store, id, span.from - lead, span.to),
            { windowMs, stepMs: view.stepMs },
            prior,
          );
        return {
          id,
          name: known.get(id)?.name ?? id,
          slot: slots.get(id) ?? 0,
          points: pointsOf(series.store, id, view.from, to),
          drawn: drawnOf({ from: view.from, to }),
          before:
            state.compare === 'prev'
              ? drawnOf(previousSpan(view)).map((point) => ({ ...point, at: point.at + width }))
              : [],
        };
      }),
    [
      dataVersion,
      view.from,
      view.to,
      view.stepMs,
      windowMs,
      until,
      drawn.join(','),
      state.compare,
      known,
    ],
  );
  const input: Omit<ModelInput, 'width'> = {
    topics: topicsNow,
    windowMs,
    view,
    now: replaySpan === null ? (state.at ?? now) : until,
    metric: state.metric,
    bands: state.band === '1' ? (drawn.length <= MOST_BANDS ? drawn : [focus]) : [],
    thresholds,
    spikes: (spikes.data?.items ?? []).filter(
      (spike) => drawn.includes(spike.topic) && Date.parse(spike.startsAt) <= now,
    ),
    colors,
    language: prefs.language.value,
    zone: zone(),
  };

  const cross = useSignal<number | null>(null);
  const openPost = useSignal<string | null>(null);
  const act = actionsOf({ state, setState, view, now, shown, cross, spikes: input.spikes });
  useShortcuts({
    ' ': act.togglePause,
    h: () => act.range('1h'),
    d: () => act.range('24h'),
    w: () => act.range('7d'),
    x: act.toggleCompare,
    '[': () => act.neighbour(-1),
    ']': () => act.neighbour(1),
    Escape: () => {
      cross.value = null;
    },
    ...Object.fromEntries(
      shown.map((id, index) => [String(index + 1), () => act.toggleTopic(id)] as const),
    ),
  });
  const rangeWord = t(RANGE_WORD[state.range]);
  const absolute = !view.following && state.at === null;

  return (
    <Page
      title={t(words.title)}
      wide
      lead={<LiveLead />}
      actions={
        <div class="row live-actions no-print">
          {replaySpan === null && (
            <Button
              class="phone-icon"
              icon={view.following ? 'pause' : 'play'}
              variant={view.following ? 'quiet' : 'primary'}
              onClick={act.togglePause}
            >
              <span>{t(view.following ? words.pause : words.toNow)}</span>
            </Button>
          )}
          <RangePicker
            range={absolute ? null : state.range}
            view={view}
            onRange={act.range}
            onSpan={act.span}
          />
          <ShareButton state={{ ...state, topics: shown }} view={view} rangeWord={rangeWord} />
        </div>
      }
    >
      {replaySpan !== null && (
        <ReplayBar
          span={replaySpan}
          speed={state.play}
          replay={replay}
          onSpeed={(play) => setState({ play }, { replace: true })}
          onStop={() => setState({ play: 0, from: null, to: null, at: null })}
        />
      )}
      <div class="live-filters no-print">
        <TopicChips
          all={allTopics.value ?? []}
          shown={shown}
          off={state.off}
          colors={topicColors}
          onToggle={act.toggleTopic}
          onRemove={(id) => setState({ topics: shown.filter((other) => other !== id) })}
          onAdd={(id) => setState({ topics: [...shown, id] })}
        />
        <Segmented<Metric>
          label={t(words.metric)}
          value={state.metric}
          options={[
            { value: 'mood', label: t(words.mood), hint: t(words.moodHint) },
            { value: 'share', label: t(words.negativeShare) },
            { value: 'volume', label: t(words.volume) },
          ]}
          onValue={(metric) => setState({ metric })}
        />
      </div>
      <ChartPanel
        {...{ input, series, state, setState, act, cross, now, shown }}
        following={view.following}
        spikes={input.spikes}
        notes={(notes.data?.items ?? []).filter((note) => Date.parse(note.at) <= now)}
        onNotes={notes.reload}
        waiting={
          view.following || replaySpan !== null ? null : waitingSince(series, shown, view.to)
        }
      />
      <TopicStats
        topics={shown}
        colors={topicColors}
        series={series}
        view={view}
        until={until}
        focus={focus}
        onFocus={(id) => setState({ focus: id }, { replace: true })}
      />
      <div class="live-columns">
        <PostStream
          topics={drawn}
          colors={topicColors}
          mode={replaySpan !== null ? 'replay' : state.from !== null ? 'fixed' : 'live'}
          paused={state.at !== null}
          from={replaySpan === null ? view.from : replaySpan.from}
          to={replaySpan === null ? view.to : now}
          onOpen={(ref) => {
            openPost.value = ref;
          }}
        />
        <div class="stack">
          <WordsPanel topic={focus} view={slow} />
          <VoicePanel view={slow} colors={topicColors} rangeWord={duration(view.to - view.from)} />
          <PeoplePanel topic={focus} view={slow} />
        </div>
      </div>
      <HeatMap topic={focus} now={slow.to} />
      <PostDrawer
        postRef={openPost.value}
        topic={focus}
        onClose={() => {
          openPost.value = null;
        }}
      />
      <SpikeAnnouncer topics={shown} />
    </Page>
  );
}

/** ● 12.4 帖/秒 · 1 个预警触发中 */
function LiveLead() {
  const firing = firingCount.value;
  return (
    <span class="row wrap">
      <span class="num">
        {t(words.rate, { rate: decimal(heartbeat.value?.postsPerSecond ?? 0) })}
      </span>
      <span aria-hidden="true">·</span>
      {firing === 0 ? (
        <span>{t(words.noAlerts)}</span>
      ) : (
        <a href="/alerts/incidents">
          <Badge tone="negative">▲ {t(words.alertsNow, { n: firing })}</Badge>
        </a>
      )}
    </span>
  );
}

function ChartPanel(props: {
  input: Omit<ModelInput, 'width'>;
  following: boolean;
  series: LiveSeries;
  state: LiveState;
  setState: (change: Partial<LiveState>, options?: { replace?: boolean }) => void;
  act: ReturnType<typeof actionsOf>;
  cross: Signal<number | null>;
  now: number;
  shown: readonly string[];
  spikes: readonly SpikeView[];
  notes: readonly Note[];
  onNotes: () => void;
  waiting: number | null;
}) {
  const { input, state, setState, act, series } = props;
  const { view } = input;
  const canvases = useRef<{ main: HTMLCanvasElement | null; volume: HTMLCanvasElement | null }>({
    main: null,
    volume: null,
  });
  const [dialog, setDialog] = useState<'note' | 'replay' | null>(null);
  const metricWord = t(
    { mood: words.mood, share: words.negativeShare, volume: words.volume }[state.metric],
  );
  const label = t(words.chartLabel, {
    metric: metricWord,
    from: time(view.from, 'dayMinute'),
    to: time(view.to, 'dayMinute'),
    zone: zone(),
  });
  const fileName = `weimai-${input.topics.map((topic) => topic.id).join('-')}-${time(view.to, 'isoDay')}`;
  const savePicture = () => {
    const { main, volume } = canvases.current;
    if (main === null || volume === null) return;
    void chartPicture({
      canvases: [main, volume],
      title: `${metricWord} · ${input.topics.map((topic) => topic.name).join(' / ')}`,
      subtitle: `${time(view.from, 'full')} – ${time(view.to, 'full')} (${zone()})`,
      footer: `微脉 Weimai · ${t(words.windowBefore, { window: duration(input.windowMs) })} · ${t(words.perStep, { step: duration(view.stepMs) })} · ${t(words.moodHint)}`,
      legend: input.topics.map((topic) => ({
        name: topic.name,
        color: input.colors.topics[topic.slot] ?? '',
        mood: null,
      })),
      colors: input.colors,
    }).then((blob) => downloadBlob(blob, `${fileName}.png`));
  };
  const saveTable = () => {
    const csv = seriesCsv(input.topics, { ...view, windowMs: input.windowMs }, zone());
    downloadBlob(new Blob([csv], { type: 'text/csv;charset=utf-8' }), `${fileName}.csv`);
  };
  return (
    <Panel class="live-panel" flush>
      <div class="live-panel-head">
        <LegendRow input={input} cross={props.cross} />
      </div>
      {series.error.value !== null && (
        <ErrorState error={series.error.value} compact onRetry={series.reload} />
      )}
      {series.loading.value && series.version.value === 0 ? (
        <div class="live-loading">
          <Skeleton lines={1} height={300} />
        </div>
      ) : state.view === 'table' ? (
        <SeriesTable input={input} />
      ) : (
        <LiveChart
          input={input}
          notes={props.notes}
          spikes={props.spikes}
          cross={props.cross}
          label={label}
          summary={summaryText(input)}
          canvases={canvases}
          onZoom={act.span}
          onPan={act.pan}
          onWheelZoom={act.wheelZoom}
          onNoteRemoved={props.onNotes}
        />
      )}
      <footer class="live-tools no-print">
        <span class="row wrap grow">
          {!props.following && state.play === 0 && (
            <>
              <span class="muted num">
                {state.at === null
                  ? t(words.notFollowing, {
                      from: time(view.from, 'dayMinute'),
                      to: time(view.to, 'dayMinute'),
                    })
                  : t(words.pausedAt, { time: time(state.at, 'second') })}
              </span>
              {props.waiting !== null && props.waiting > 0 && (
                <Badge tone="accent">{t(words.waiting, { n: count(props.waiting) })}</Badge>
              )}
              <Button size="s" variant="primary" icon="arrowRight" onClick={act.follow}>
                {t(words.toNow)}
              </Button>
            </>
          )}
          <span class="muted live-zone">
            {t(words.perStep, { step: duration(view.stepMs) })} · {zone()}
          </span>
        </span>
        <span class="row">
          <IconButton
            size="s"
            icon="chevronLeft"
            label={t(words.earlier)}
            onClick={() => act.pan(-0.5)}
          />
          <IconButton
            size="s"
            icon="chevronRight"
            label={t(words.later)}
            onClick={() => act.pan(0.5)}
          />
          <IconButton size="s" icon="zoomOut" label={t(words.zoomOut)} onClick={act.zoomOut} />
          <IconButton
            size="s"
            icon="compare"
            label={t(words.compare)}
            pressed={state.compare === 'prev'}
            onClick={act.toggleCompare}
          />
          {canEdit.value && (
            <IconButton
              size="s"
              icon="note"
              label={t(words.addNote)}
              onClick={() => setDialog('note')}
            />
          )}
          <IconButton
            size="s"
            icon="history"
            label={t(words.replay)}
            onClick={() => setDialog('replay')}
          />
          <IconButton
            size="s"
            icon={state.view === 'table' ? 'chart' : 'table'}
            label={t(state.view === 'table' ? words.chart : words.table)}
            pressed={state.view === 'table'}
            onClick={() => setState({ view: state.view === 'table' ? 'chart' : 'table' })}
          />
          <Popover
            label={t(words.moreOptions)}
            side="top"
            align="end"
            trigger={(attributes) => (
              <IconButton size="s" icon="more" label={t(words.moreOptions)} {...attributes} />
            )}
          >
            {(close) => (
              <div class="stack tight">
                <Select
                  label={t(words.step)}
                  value={state.step}
                  options={stepOptions()}
                  onValue={(step) => setState({ step })}
                />
                <Select
                  label={t(words.window)}
                  value={state.window}
                  options={[
                    { value: '15m', label: t(words.windowQuarter) },
                    { value: 'step', label: t(words.windowStep) },
                  ]}
                  onValue={(window) => setState({ window })}
                />
                <Checkbox
                  label={t(words.band)}
                  checked={state.band === '1'}
                  onValue={(checked) => setState({ band: checked ? '1' : '0' })}
                />
                <div onClick={close}>
                  <Button
                    variant="ghost"
                    icon="image"
                    disabled={state.view === 'table'}
                    onClick={savePicture}
                  >
                    {t(words.png)}
                  </Button>
                  <Button variant="ghost" icon="download" onClick={saveTable}>
                    {t(words.csv)}
                  </Button>
                </div>
              </div>
            )}
          </Popover>
        </span>
      </footer>
      <NoteDialog
        open={dialog === 'note'}
        topics={props.shown.flatMap((id) => topicById.value.get(id) ?? [])}
        at={props.cross.value ?? Math.min(props.now, view.to)}
        onClose={() => setDialog(null)}
        onSaved={props.onNotes}
      />
      <ReplayDialog
        open={dialog === 'replay'}
        view={view}
        now={props.now}
        onClose={() => setDialog(null)}
        onStart={(span, play) => {
          setDialog(null);
          setState({ ...span, play, at: null });
        }}
      />
    </Panel>
  );
}

interface ActionContext {
  state: LiveState;
  setState: (change: Partial<LiveState>, options?: { replace?: boolean }) => void;
  view: Span & { stepMs: number; following: boolean };
  now: number;
  shown: readonly string[];
  cross: { value: number | null };
  spikes: readonly SpikeView[];
}

/** What buttons, keys and gestures do: each ends in a change of the address. */
function actionsOf(context: ActionContext) {
  const { state, setState, view, now, shown, cross } = context;
  const span = (next: Span, options?: { replace?: boolean }) =>
    setState({ from: next.from, to: next.to, at: null, play: 0 }, options);
  const follow = () => setState({ from: null, to: null, at: null, play: 0 });
  return {
    span,
    follow,
    range: (range: LiveState['range']) =>
      setState({ range, from: null, to: null, at: null, play: 0 }),
    togglePause: () => (view.following ? setState({ at: now }, { replace: true }) : follow()),
    toggleCompare: () => setState({ compare: state.compare === 'prev' ? '' : 'prev' }),
    toggleTopic: (id: string) =>
      setState(
        {
          topics: shown,
          off: state.off.includes(id)
            ? state.off.filter((other) => other !== id)
            : [...state.off, id].filter((other) => shown.includes(other)),
        },
        { replace: true },
      ),
    zoomOut: () => span(zoomOut(view, now)),
    wheelZoom: (factor: number, around: number) =>
      span(zoom(view, factor, around, now), { replace: true }),
    pan: (share: number) => {
      const next = pan(view, share, now);
      if (next.from !== view.from) span(next, { replace: true });
    },
    neighbour: (direction: -1 | 1) => {
      const found = neighbourSpike(
        context.spikes,
        cross.value ?? (direction === 1 ? view.from : view.to),
        direction,
      );
      if (found === null) return;
      cross.value = Math.floor(Date.parse(found.peakAt) / view.stepMs) * view.stepMs;
    },
  };
}

function useSpikes(topics: readonly string[], view: Span) {
  const query = useQuery<{ items: SpikeView[] }>('/spikes', { topics, ...isoSpan(view) });
  useEffect(() => on('spike:changed', query.reload), []);
  return query;
}

function useNotes(topics: readonly string[], view: Span) {
  return useQuery<{ items: Note[] }>('/notes', { topics, ...isoSpan(view) });
}

/** Limits of the rules that watch what is drawn. */
function useThresholds(topics: readonly string[], metric: Metric) {
  const rules = useQuery<{ items: RuleView[] }>('/rules', { limit: 200 });
  const kind = { mood: 'mood', share: 'negative-share', volume: null }[metric];
  return (rules.data?.items ?? [])
    .filter((rule) => rule.enabled && rule.kind === kind && topics.includes(rule.topic))
    .slice(0, 6)
    .map((rule) => ({
      value: rule.critical,
      label: t(words.threshold, {
        value: formatMetric(rule.critical, metric, prefs.language.value),
        rule: rule.name,
      }),
    }));
}

/** Mentions that came in after the frozen right edge. */
function waitingSince(series: LiveSeries, topics: readonly string[], after: number): number {
  let sum = 0;
  for (const id of topics) {
    for (const { tick: bucket } of series.store.topics.get(id)?.minutes.values() ?? []) {
      if (bucket.at >= after) sum += bucket.n;
    }
  }
  return sum;
}

function summaryText(input: Omit<ModelInput, 'width'>): string {
  const show = (point: Parameters<typeof metricValue>[0] | null) => {
    const value = point === null ? null : metricValue(point, input.metric);
    return value === null ? '–' : formatMetric(value, input.metric, input.language);
  };
  return summarise(input.topics, input.metric)
    .map((summary) =>
      summary.last === null || summary.lowest === null || summary.highest === null
        ? t(words.summaryNone, { topic: summary.topic })
        : t(words.summaryTopic, {
            topic: summary.topic,
            last: show(summary.last),
            low: show(summary.lowest),
            lowAt: time(summary.lowest.at, 'dayMinute'),
            high: show(summary.highest),
            highAt: time(summary.highest.at, 'dayMinute'),
            n: count(summary.n),
          }),
    )
    .join(' ');
}
