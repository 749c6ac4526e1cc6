import type { Signal } from '@preact/signals';
import { useCallback, useRef, useState } from 'preact/hooks';
import type { Note, SpikeView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { topicById } from '../state/topics.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Badge } from '../ui/data.tsx';
import { count, duration, time, zone } from '../ui/format.ts';
import { Checkbox, Select } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { memo } from '../ui/memo.tsx';
import { Popover } from '../ui/overlay.tsx';
import { ErrorState } from '../ui/state.tsx';
import type { LiveActions } from './actions.ts';
import type { ModelInput } from './chart-model.ts';
import { ChartNotice } from './chart-notice.tsx';
import { ChartSkeleton } from './chart-skeleton.tsx';
import { stepOptions } from './controls.tsx';
import { LegendRow } from './legend-row.tsx';
import { type ChartCanvases, LiveChart } from './live-chart.tsx';
import type { LiveState } from './live-url.ts';
import { NoteDialog } from './notes.tsx';
import { ReplayDialog } from './replay.tsx';
import { metricWord, savePicture, saveTable } from './save.ts';
import { SeriesTable } from './series-table.tsx';
import { summaryText } from './summary-text.ts';
import type { LiveSeries } from './use-series.ts';
import { words } from './words.ts';

export interface ChartPanelProps {
  input: Omit<ModelInput, 'width'>;
  following: boolean;
  series: LiveSeries;
  state: LiveState;
  act: LiveActions;
  cross: Signal<number | null>;
  now: number;
  shown: readonly string[];
  spikes: readonly SpikeView[];
  notes: readonly Note[];
  onNotes: () => void;
  /** Mentions that came in since the view was frozen; null while it follows. */
  waiting: number | null;
}

/** The charts (or their table) between the row of figures and the tools. */
export function ChartPanel(props: ChartPanelProps) {
  const { input, state, act, series } = props;
  const { view } = input;
  const canvases = useRef<ChartCanvases>({ main: null, volume: null });
  const [dialog, setDialog] = useState<'note' | 'replay' | null>(null);
  const label = t(words.chartLabel, {
    metric: metricWord(input),
    from: time(view.from, 'dayMinute'),
    to: time(view.to, 'dayMinute'),
    zone: zone(),
  });
  const latest = useRef({ input, props });
  latest.current = { input, props };
  const onNote = useCallback(() => setDialog('note'), []);
  const onReplay = useCallback(() => setDialog('replay'), []);
  const onTable = useCallback(() => saveTable(latest.current.input), []);
  const onPicture = useCallback(() => {
    const { spikes, notes, cross } = latest.current.props;
    savePicture(latest.current.input, canvases.current, { spikes, notes, at: cross.value });
  }, []);
  const loaded = series.loads.value > 0;
  const silent = loaded && input.topics.every((topic) => topic.points.every(({ n }) => n === 0));
  return (
    <Panel class="live-panel" flush>
      <div class="live-panel-head">
        <LegendRow input={input} cross={props.cross} />
      </div>
      {series.error.value !== null && (
        <ErrorState error={series.error.value} compact onRetry={series.reload} />
      )}
      {!loaded ? (
        series.error.value === null && <ChartSkeleton />
      ) : state.view === 'table' ? (
        <SeriesTable input={input} />
      ) : (
        <div class="live-frame">
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
          {silent && <ChartNotice view={view} onSpan={act.span} />}
        </div>
      )}
      <footer class="live-tools no-print">
        <Position {...props} />
        <ChartTools
          state={state}
          act={act}
          onNote={onNote}
          onReplay={onReplay}
          onPicture={onPicture}
          onTable={onTable}
        />
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
          act.set({ ...span, play, at: null });
        }}
      />
    </Panel>
  );
}

/** What one point is, the zone, and while the view does not follow: where it stands and the way back. */
function Position(props: ChartPanelProps) {
  const { state } = props;
  const { view } = props.input;
  return (
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
          <Button size="s" variant="primary" icon="arrowRight" onClick={props.act.follow}>
            {t(words.toNow)}
          </Button>
        </>
      )}
      <span class="muted live-zone">
        {t(words.perStep, { step: duration(view.stepMs) })} · {zone()}
      </span>
    </span>
  );
}

interface ToolsProps {
  state: LiveState;
  act: LiveActions;
  onNote: () => void;
  onReplay: () => void;
  onPicture: () => void;
  onTable: () => void;
}

const ChartTools = memo(Tools);

function Tools(props: ToolsProps) {
  const { state, act } = props;
  return (
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
      <IconButton size="s" icon="zoomIn" label={t(words.zoomIn)} onClick={act.zoomIn} />
      <IconButton size="s" icon="zoomOut" label={t(words.zoomOut)} onClick={act.zoomOut} />
      <IconButton
        size="s"
        icon="compare"
        label={t(words.compare)}
        pressed={state.compare === 'prev'}
        onClick={act.toggleCompare}
      />
      {canEdit.value && (
        <IconButton size="s" icon="note" label={t(words.addNote)} onClick={props.onNote} />
      )}
      <IconButton size="s" icon="history" label={t(words.replay)} onClick={props.onReplay} />
      <IconButton
        size="s"
        icon={state.view === 'table' ? 'chart' : 'table'}
        label={t(state.view === 'table' ? words.chart : words.table)}
        pressed={state.view === 'table'}
        onClick={act.toggleTable}
      />
      <MoreOptions {...props} />
    </span>
  );
}

function MoreOptions(props: ToolsProps) {
  const { state, act } = props;
  return (
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
            onValue={(step) => act.set({ step })}
          />
          <Select
            label={t(words.window)}
            value={state.window}
            options={[
              { value: '15m', label: t(words.windowQuarter) },
              { value: 'step', label: t(words.windowStep) },
            ]}
            onValue={(window) => act.set({ window })}
          />
          <Checkbox
            label={t(words.band)}
            checked={state.band === '1'}
            onValue={(checked) => act.set({ band: checked ? '1' : '0' })}
          />
          <div onClick={close}>
            <Button
              variant="ghost"
              icon="image"
              disabled={state.view === 'table'}
              onClick={props.onPicture}
            >
              {t(words.png)}
            </Button>
            <Button variant="ghost" icon="download" onClick={props.onTable}>
              {t(words.csv)}
            </Button>
          </div>
        </div>
      )}
    </Popover>
  );
}
