import { useSignal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import type { IncidentView, Note, SpikeDetail } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import type { ChartEvent } from '../charts/model.ts';
import { chartColors } from '../charts/colors.ts';
import { assignSlots } from '../charts/palette.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import type { ModelInput } from '../live/chart-model.ts';
import { ChartSkeleton } from '../live/chart-skeleton.tsx';
import { clockNow } from '../live/feed.ts';
import { LegendRow } from '../live/legend-row.tsx';
import { type ChartCanvases, LiveChart } from '../live/live-chart.tsx';
import type { Span } from '../live/live-url.ts';
import { isoSpan } from '../live/overview.tsx';
import { savePicture, saveTable } from '../live/save.ts';
import { SeriesTable } from '../live/series-table.tsx';
import { chartTitles } from '../live/titles.ts';
import { words as live } from '../live/words.ts';
import { navigate } from '../router/router.ts';
import { prefs } from '../state/prefs.ts';
import { trailing } from '../state/series-store.ts';
import { topicById, topicName } from '../state/topics.ts';
import { IconButton } from '../ui/button.tsx';
import { count, time, zone } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { Loaded } from '../ui/state.tsx';
import { type BeforeAfter, LEAD_MS, type SpikeSeries } from './use-spike-series.ts';
import { words } from './words.ts';

interface SpikeChartProps {
  spike: SpikeDetail;
  series: SpikeSeries;
  figures: BeforeAfter | null;
  incidents: readonly IncidentView[];
}

/** The time around the spike: first post, alert and its end as lines, the spike itself shaded. */
export function SpikeChart(props: SpikeChartProps) {
  const { view } = props.series;
  const [table, setTable] = useState(false);
  const canvases = useRef<ChartCanvases>({ main: null, volume: null });
  const notes = useQuery<{ items: Note[] }>('/notes', {
    topics: props.spike.topic,
    ...isoSpan(view),
  });
  const input = inputOf(props);
  const noteItems = notes.data?.items ?? [];
  return (
    <Panel
      title={t(words.chart)}
      hint={zone()}
      flush
      actions={
        <span class="row no-print">
          <IconButton
            size="s"
            icon={table ? 'chart' : 'table'}
            label={t(table ? live.chart : live.table)}
            pressed={table}
            onClick={() => setTable(!table)}
          />
          {!table && (
            <IconButton
              size="s"
              icon="image"
              label={t(live.png)}
              onClick={() =>
                savePicture(input, canvases.current, {
                  spikes: [props.spike],
                  notes: noteItems,
                  at: null,
                })
              }
            />
          )}
          <IconButton
            size="s"
            icon="download"
            label={t(live.csv)}
            onClick={() => saveTable(input)}
          />
        </span>
      }
    >
      <Loaded query={props.series.query} skeleton={<ChartSkeleton />}>
        {() =>
          table ? (
            <SeriesTable input={input} />
          ) : (
            <Drawn
              {...props}
              input={input}
              notes={noteItems}
              canvases={canvases}
              onNotes={notes.reload}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Drawn(
  props: SpikeChartProps & {
    input: Omit<ModelInput, 'width'>;
    notes: readonly Note[];
    canvases: { current: ChartCanvases };
    onNotes: () => void;
  },
) {
  const { spike, input, figures } = props;
  const { view } = input;
  const cross = useSignal<number | null>(
    Math.floor(Date.parse(spike.peakAt) / view.stepMs) * view.stepMs,
  );
  const label = t(words.chartLabel, {
    topic: topicName(spike.topic),
    from: time(view.from, 'dayMinute'),
    to: time(view.to, 'dayMinute'),
  });
  const mood = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : formatMood(value);
  const summary = t(words.summary, {
    n: count(spike.explanation.posts, true),
    authors: count(spike.explanation.authors, true),
    before: mood(figures?.before.mood),
    during: mood(figures?.during.mood),
  });
  const toLive = (next: Span) =>
    navigate(`/live?${new URLSearchParams({ topics: spike.topic, ...isoSpan(next) })}`);
  return (
    <>
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
        canvases={props.canvases}
        onZoom={toLive}
        onPan={() => undefined}
        onWheelZoom={() => undefined}
        onNoteRemoved={props.onNotes}
      />
    </>
  );
}

function inputOf(props: SpikeChartProps): Omit<ModelInput, 'width'> {
  const { spike, series } = props;
  const { view, points, prior } = series;
  const windowMs = Math.max(view.stepMs, LEAD_MS);
  const color = topicById.value.get(spike.topic)?.color ?? 0;
  return {
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
    events: eventsOf(spike, props.incidents),
    colors: chartColors(),
    language: prefs.language.value,
    zone: zone(),
    titles: chartTitles({ metric: 'mood', windowMs, stepMs: view.stepMs, topics: 1 }),
  };
}

/** First post of the text that weighs most, and what the rules made of it. */
function eventsOf(spike: SpikeDetail, incidents: readonly IncidentView[]): ChartEvent[] {
  const root = spike.explanation.roots.toSorted((a, b) => b.posts - a.posts)[0];
  const event = (at: string, label: string, short = label) => ({
    at: Date.parse(at),
    label,
    short,
  });
  return [
    ...(root === undefined ? [] : [event(root.firstAt, t(words.eventFirst))]),
    ...incidents.flatMap(({ startsAt, resolvedAt, ruleName }) => [
      event(startsAt, t(words.eventAlert, { rule: ruleName }), t(words.eventAlertShort)),
      ...(resolvedAt === null ? [] : [event(resolvedAt, t(words.eventOver))]),
    ]),
  ].sort((a, b) => a.at - b.at);
}
