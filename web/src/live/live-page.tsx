import { type Signal, computed, useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import type { Note, RuleView, SpikeView } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { chartColors } from '../charts/colors.ts';
import { assignSlots } from '../charts/palette.ts';
import { t } from '../i18n/i18n.ts';
import { PostDrawer } from '../post/post-drawer.tsx';
import { useUrlState } from '../router/router.ts';
import { firingCount } from '../state/incidents.ts';
import { prefs } from '../state/prefs.ts';
import { meta } from '../state/session.ts';
import { loadTopics, topicById, topics as allTopics, topicsError } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Badge } from '../ui/data.tsx';
import { decimal, duration, time, zone } from '../ui/format.ts';
import { Segmented } from '../ui/form.tsx';
import { Page } from '../ui/layout.tsx';
import { memo } from '../ui/memo.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { WhenNear } from '../ui/when-near.tsx';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { type ActionContext, actionsOf } from './actions.ts';
import { type ModelInput, formatMetric } from './chart-model.ts';
import { ChartPanel } from './chart-panel.tsx';
import { RANGE_WORD, RangePicker, ShareButton, TopicChips } from './controls.tsx';
import { clockNow, connection, dataUntil, heartbeat, on, tick } from './feed.ts';
import { HeatMap } from './heat-map.tsx';
import { type LiveState, type Metric, type Span, liveUrl, viewOf, windowMsOf } from './live-url.ts';
import { liveKeys } from './live-keys.ts';
import { PeoplePanel, TopicStats, VoicePanel, WordsPanel, isoSpan } from './overview.tsx';
import { PostStream } from './post-stream.tsx';
import { ReplayBar, useReplay } from './replay.tsx';
import { SpikeAnnouncer } from './spike-announcer.tsx';
import { topicPointsOf } from './topic-points.ts';
import { chartTitles } from './titles.ts';
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
  const now = useStepClock(state, replaySpan === null ? null : replay.at);
  const view = useMemo(() => viewOf(state, now), [state, now]);
  const until = replaySpan === null ? Infinity : Math.floor(now / view.stepMs) * view.stepMs;

  const series = useSeries(shown, view);
  const slow = useSlow(view, view.following || replaySpan !== null);
  const focus = shown.includes(state.focus) ? state.focus : (drawn[0] ?? '');
  const spikes = useSpikes(shown, slow);
  const notes = useNotes(shown, slow);
  const colors = chartColors();
  const slots = assignSlots(shown.map((id) => ({ id, color: known.get(id)?.color ?? 0 })));
  const colorKey = shown.map((id) => `${id} ${colors.topics[slots.get(id) ?? 0] ?? ''}`).join();
  const topicColors = useMemo(
    () => new Map(shown.map((id) => [id, colors.topics[slots.get(id) ?? 0] ?? ''])),
    [colorKey],
  );

  // A paused view keeps its picture while ticks come in; only a new answer of the server changes it.
  const dataVersion = state.at === null ? series.version.value : -series.loads.value;
  const windowMs = windowMsOf(state, view.stepMs);
  const thresholds = useThresholds(drawn, state.metric, view.stepMs);
  const compared = state.compare === 'prev';
  const topicsNow = useMemo(
    () =>
      drawn.map((id) =>
        topicPointsOf(
          series.store,
          { id, name: known.get(id)?.name ?? id, slot: slots.get(id) ?? 0 },
          { view, until, windowMs, compared },
        ),
      ),
    [dataVersion, view, windowMs, until, drawn.join(','), compared, known],
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
    titles: chartTitles({
      metric: state.metric,
      windowMs,
      stepMs: view.stepMs,
      topics: drawn.length,
    }),
  };

  const cross = useSignal<number | null>(null);
  const openPost = useSignal<string | null>(null);
  const context = useRef<ActionContext | null>(null);
  context.current = {
    state,
    setState,
    view,
    now: () => (replaySpan === null ? clockNow() : now),
    shown,
    cross,
    spikes: input.spikes,
    replay: replaySpan === null ? null : replay,
  };
  const act = useMemo(
    () =>
      actionsOf(() => {
        if (context.current === null) throw new Error('no page is on screen');
        return context.current;
      }),
    [],
  );
  useShortcuts(liveKeys(act, shown));
  const rangeWord = t(RANGE_WORD[state.range]);
  const shared = useMemo(() => ({ ...state, topics: shown }), [state, shown]);
  const absolute = !view.following && state.at === null && replaySpan === null;
  const mode = replaySpan !== null ? 'replay' : state.from !== null ? 'fixed' : 'live';
  const streamSpan = mode === 'live' ? slow : (replaySpan ?? view);
  const drawnKept = useMemo(() => drawn, [drawn.join()]);
  const onOpen = useCallback((ref: string) => {
    openPost.value = ref;
  }, []);

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
          <Ranges
            range={absolute ? null : state.range}
            view={view}
            onRange={act.range}
            onSpan={act.span}
          />
          <Share state={shared} view={view} rangeWord={rangeWord} />
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
        <Chips
          all={allTopics.value}
          shown={shown}
          off={state.off}
          colors={topicColors}
          onToggle={act.toggleTopic}
          onRemove={act.removeTopic}
          onAdd={act.addTopic}
        />
        <MetricPicker metric={state.metric} onMetric={act.metric} />
      </div>
      <ChartPanel
        {...{ input, series, state, act, cross, now, shown }}
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
        onFocus={act.focus}
      />
      <div class="live-columns">
        <Stream
          topics={drawnKept}
          colors={topicColors}
          mode={mode}
          paused={state.at !== null}
          from={streamSpan.from}
          to={streamSpan.to}
          position={replaySpan === null ? null : replay.at}
          onOpen={onOpen}
        />
        <Side focus={focus} view={slow} colors={topicColors} rangeMs={view.to - view.from} />
      </div>
      <Heat topic={focus} now={slow.to} />
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

/** The charts redraw up to four times a second; these are built anew only when what they show changes. */
const Ranges = memo(RangePicker);
const Share = memo(ShareButton);
const Chips = memo(TopicChips);
const MetricPicker = memo(MetricChoice);
const Stream = memo(PostStream);
const Side = memo(SidePanels);
const Heat = memo(LaterHeatMap);

function MetricChoice(props: { metric: Metric; onMetric: (metric: Metric) => void }) {
  return (
    <Segmented<Metric>
      label={t(words.metric)}
      value={props.metric}
      options={[
        { value: 'mood', label: t(words.mood), hint: t(words.moodHint) },
        { value: 'share', label: t(words.negativeShare) },
        { value: 'volume', label: t(words.volume) },
      ]}
      onValue={props.onMetric}
    />
  );
}

function SidePanels(props: {
  focus: string;
  view: Span;
  colors: ReadonlyMap<string, string>;
  rangeMs: number;
}) {
  return (
    <div class="stack">
      <WhenNear height={400}>
        <WordsPanel topic={props.focus} view={props.view} />
      </WhenNear>
      <WhenNear height={400}>
        <VoicePanel view={props.view} colors={props.colors} rangeMs={props.rangeMs} />
      </WhenNear>
      <WhenNear height={290}>
        <PeoplePanel topic={props.focus} view={props.view} />
      </WhenNear>
    </div>
  );
}

function LaterHeatMap(props: { topic: string; now: number }) {
  return (
    <WhenNear height={340}>
      <HeatMap {...props} />
    </WhenNear>
  );
}

/**
 * Now on the followed clock (or the replay's), in whole steps of the view: the window and all that hangs on it change
 * only then, so only then is the page built anew.
 */
function useStepClock(state: LiveState, position: Signal<number> | null): number {
  const latest = useRef({ state, position });
  latest.current = { state, position };
  const clock = useMemo(
    () =>
      computed(() => {
        // Read for its half-second beat.
        void tick.value;
        const now = latest.current.position?.value ?? clockNow();
        const { stepMs } = viewOf(latest.current.state, now);
        return Math.floor(now / stepMs) * stepMs;
      }),
    [state.range, state.step, state.from, state.to, state.at, state.play, position],
  );
  return clock.value;
}

/** 12.4 帖/秒 · 1 个预警触发中; or since when nothing comes any more */
function LiveLead() {
  const firing = firingCount.value;
  const kind = connection.value;
  if (heartbeat.value !== null && kind !== 'live' && kind !== 'updated') {
    return <Badge tone="warn">{t(words.stoppedAt, { time: time(dataUntil(), 'second') })}</Badge>;
  }
  return (
    <span class="row wrap">
      {heartbeat.value !== null && (
        <>
          <span class="num">
            {t(words.rate, { rate: decimal(heartbeat.value.postsPerSecond) })}
          </span>
          <span aria-hidden="true">·</span>
        </>
      )}
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

function useSpikes(topics: readonly string[], view: Span) {
  const query = useQuery<{ items: SpikeView[] }>('/spikes', { topics, ...isoSpan(view) });
  useEffect(() => on('spike:changed', query.reload), []);
  return query;
}

function useNotes(topics: readonly string[], view: Span) {
  return useQuery<{ items: Note[] }>('/notes', { topics, ...isoSpan(view) });
}

const RULE_KIND = { mood: 'mood', share: 'negative-share', volume: 'volume' } as const;

/** Limits of the rules that watch what is drawn. A volume limit is for the rule's window: scaled to one step. */
function useThresholds(topics: readonly string[], metric: Metric, stepMs: number) {
  const rules = useQuery<{ items: RuleView[] }>('/rules', { limit: 200 });
  return (rules.data?.items ?? [])
    .filter(
      (rule) => rule.enabled && rule.kind === RULE_KIND[metric] && topics.includes(rule.topic),
    )
    .slice(0, 6)
    .map((rule) => {
      const ruleMs = rule.windowMinutes * MINUTE_MS;
      const figure = formatMetric(rule.critical, metric, prefs.language.value);
      const value =
        metric === 'volume'
          ? t(words.thresholdVolume, { value: figure, window: duration(ruleMs) })
          : figure;
      return {
        value: metric === 'volume' ? (rule.critical * stepMs) / ruleMs : rule.critical,
        label: t(words.threshold, { value, rule: rule.name }),
        short: t(words.thresholdShort, { value }),
      };
    });
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
