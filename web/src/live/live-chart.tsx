import { type Signal, effect, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Note, SpikeView } from '#shared/wire/api.ts';
import { cancelDraw, requestDraw } from '../charts/frames.ts';
import { type ChartModel, PLOT, labelRoom } from '../charts/model.ts';
import { type SeriesChart, createSeriesChart } from '../charts/series-chart.ts';
import { t } from '../i18n/i18n.ts';
import { printing } from '../state/prefs.ts';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay.tsx';
import { duration, time } from '../ui/format.ts';
import {
  type ModelInput,
  formatMetric,
  mainModel,
  metricValue,
  stepIndex,
  volumeModel,
} from './chart-model.ts';
import type { Span } from './live-url.ts';
import { noteMarkers, spikeMarkers } from './markers.ts';
import { NoteCard } from './notes.tsx';
import { spikeSize, spikeTitle } from './spike-text.ts';
import { words } from './words.ts';

export interface LiveChartProps {
  input: Omit<ModelInput, 'width'>;
  notes: readonly Note[];
  spikes: readonly SpikeView[];
  /** Start of the step under the crosshair; null: the newest. */
  cross: Signal<number | null>;
  label: string;
  summary: string;
  onZoom: (span: Span) => void;
  onPan: (share: number) => void;
  onWheelZoom: (factor: number, around: number) => void;
  onNoteRemoved: () => void;
  /** Hands the canvases to the PNG export. */
  canvases?: { current: ChartCanvases };
}

export interface ChartCanvases {
  main: HTMLCanvasElement | null;
  volume: HTMLCanvasElement | null;
}

/** Two charts on one time axis, a crosshair over both, spikes and notes as links on top. */
export function LiveChart(props: LiveChartProps) {
  const { input } = props;
  const stage = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  const main = useRef<HTMLCanvasElement>(null);
  const volume = useRef<HTMLCanvasElement>(null);
  const full: ModelInput = { ...input, width };

  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useChart(main, mainModel(full));
  useChart(volume, volumeModel(full));
  useEffect(() => {
    if (props.canvases !== undefined) {
      props.canvases.current = { main: main.current, volume: volume.current };
    }
  });

  const right = labelRoom(
    input.topics.map((topic) => topic.name),
    width,
  );
  return (
    <div
      ref={stage}
      class="live-stage"
      style={{ '--plot-left': `${PLOT.left}px`, '--plot-right': `${right}px` }}
    >
      <div class="live-canvas live-canvas-main">
        <canvas ref={main} role="img" aria-label={`${props.label} ${props.summary}`} />
      </div>
      <div class="live-canvas live-canvas-volume">
        <canvas
          ref={volume}
          role="img"
          aria-label={t(words.volumeLabel, { step: duration(input.view.stepMs) })}
        />
      </div>
      <PlotSurface {...props} />
      <Markers {...props} />
    </div>
  );
}

function useChart(canvas: { current: HTMLCanvasElement | null }, model: ChartModel): void {
  const chart = useRef<SeriesChart | null>(null);
  const latest = useRef(model);
  latest.current = model;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    chart.current = createSeriesChart(element, latest.current);
    // Paper does not wait for a frame: once the page is rendered in its light colours, draw at once.
    const stop = effect(() => {
      void printing.value;
      void Promise.resolve().then(() => {
        chart.current?.resize();
        chart.current?.update(latest.current);
      });
    });
    return () => {
      stop();
      cancelDraw(canvas);
      chart.current?.destroy();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    requestDraw(canvas, () => chart.current?.update(latest.current));
  });
}

/** Pointer and keys over the plot: crosshair, drag to zoom, wheel to move. A slider for assistive technology. */
function PlotSurface(props: LiveChartProps) {
  const { view } = props.input;
  const surface = useRef<HTMLDivElement>(null);
  const drag = useSignal<{ from: number; to: number } | null>(null);
  const touch = useRef<{ x: number; id: number } | null>(null);
  const span = view.to - view.from;
  const shareAt = (event: { clientX: number }): number => {
    const box = surface.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const setCross = (share: number) => {
    const at = view.from + share * span;
    props.cross.value = view.from + stepIndex(Math.min(at, props.input.now), view) * view.stepMs;
  };
  const cross = props.cross.value;
  const place = cross === null ? null : (cross + view.stepMs / 2 - view.from) / span;
  const steps = Math.max(1, Math.ceil(span / view.stepMs));
  const index = stepIndex(cross ?? Math.min(props.input.now, view.to - 1), view);

  const onKeyDown = (event: KeyboardEvent) => {
    const move = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -steps,
      End: steps,
    }[event.key];
    if (event.key === 'Escape') props.cross.value = null;
    if (move === undefined) return;
    event.preventDefault();
    const last = stepIndex(Math.min(props.input.now, view.to - 1), view);
    const next = Math.min(last, Math.max(0, index + move));
    props.cross.value = view.from + next * view.stepMs;
  };
  return (
    <div
      ref={surface}
      class="live-surface"
      role="slider"
      tabIndex={0}
      aria-label={`${t(words.crosshair)}. ${t(words.crosshairHint)}`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={steps - 1}
      aria-valuenow={index}
      aria-valuetext={crossText(props, view.from + index * view.stepMs)}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => {
        if (touch.current?.id === event.pointerId) {
          const moved = event.clientX - touch.current.x;
          const box = surface.current?.getBoundingClientRect();
          if (box !== undefined && Math.abs(moved) > 24) {
            props.onPan(-moved / box.width);
            touch.current = { x: event.clientX, id: event.pointerId };
          }
          return;
        }
        setCross(shareAt(event));
        if (drag.value !== null) drag.value = { ...drag.value, to: shareAt(event) };
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        setCross(shareAt(event));
        if (event.pointerType === 'touch') {
          touch.current = { x: event.clientX, id: event.pointerId };
          return;
        }
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.value = { from: shareAt(event), to: shareAt(event) };
      }}
      onPointerUp={() => {
        touch.current = null;
        const selected = drag.value;
        drag.value = null;
        if (selected === null || Math.abs(selected.to - selected.from) < 0.015) return;
        const [a, b] = [selected.from, selected.to].sort((x, y) => x - y);
        props.onZoom({
          from: Math.floor((view.from + (a ?? 0) * span) / 60_000) * 60_000,
          to: Math.ceil((view.from + (b ?? 1) * span) / 60_000) * 60_000,
        });
      }}
      onPointerCancel={() => {
        touch.current = null;
        drag.value = null;
      }}
      onPointerLeave={() => {
        if (drag.value === null && document.activeElement !== surface.current)
          props.cross.value = null;
      }}
      onWheel={(event) => {
        const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
        if (!sideways && !event.ctrlKey) return;
        event.preventDefault();
        if (event.ctrlKey) {
          props.onWheelZoom(event.deltaY > 0 ? 1.25 : 0.8, view.from + shareAt(event) * span);
        } else props.onPan((event.deltaX || event.deltaY) / 1200);
      }}
    >
      {place !== null && place >= 0 && place <= 1 && (
        <span class="live-cross" style={{ left: `${place * 100}%` }} aria-hidden="true" />
      )}
      {drag.value !== null && (
        <span
          class="live-selection"
          aria-hidden="true"
          style={{
            left: `${Math.min(drag.value.from, drag.value.to) * 100}%`,
            width: `${Math.abs(drag.value.to - drag.value.from) * 100}%`,
          }}
        />
      )}
    </div>
  );
}

function crossText(props: LiveChartProps, at: number): string {
  const parts = props.input.topics.map((topic) => {
    const point = topic.drawn.find((candidate) => candidate.at === at);
    return point === undefined
      ? topic.name
      : `${topic.name} ${formatPoint(point, props.input)} ${t(words.nHere, { n: point.n })}`;
  });
  return `${time(at, 'dayMinute')}: ${parts.join(', ')}`;
}

function formatPoint(
  point: ModelInput['topics'][number]['points'][number],
  input: Pick<ModelInput, 'metric' | 'language'>,
): string {
  const value = metricValue(point, input.metric);
  return value === null ? '–' : formatMetric(value, input.metric, input.language);
}

function Markers(props: LiveChartProps): ComponentChildren {
  const { view } = props.input;
  return (
    <div class="live-markers">
      {noteMarkers(props.notes, view).map((marker) => (
        <span
          key={marker.items[0]?.id}
          class="live-marker live-marker-note"
          style={{ left: `${marker.place * 100}%` }}
        >
          <Popover
            label={t(words.note)}
            align={marker.place > 0.5 ? 'end' : 'start'}
            trigger={(attributes) => (
              <button
                type="button"
                class="live-flag"
                title={marker.items
                  .map((note) => (props.input.language === 'zh' ? note.zh : note.en))
                  .join('\n')}
                {...attributes}
              >
                <Icon name="note" size={14} />
                <span class="sr-only">{t(words.note)}</span>
                {marker.items.length > 1 && <span>{marker.items.length}</span>}
              </button>
            )}
          >
            <div class="stack tight">
              {marker.items.map((note) => (
                <NoteCard key={note.id} note={note} onRemoved={props.onNoteRemoved} />
              ))}
            </div>
          </Popover>
        </span>
      ))}
      {spikeMarkers(props.spikes, view).map((marker) => {
        const first = marker.items[0];
        if (first === undefined) return null;
        const title = marker.items
          .map((spike) => `${spikeTitle(spike)}: ${spikeSize(spike)}`)
          .join('\n');
        return (
          <span
            key={first.id}
            class="live-marker live-marker-spike"
            style={{ left: `${marker.place * 100}%` }}
          >
            {marker.items.length === 1 ? (
              <a
                href={`/spikes/${encodeURIComponent(first.id)}`}
                class={`live-spike ${first.measure === 'mood' && first.direction === 'down' ? 'live-spike-bad' : ''}`}
                title={title}
              >
                <span aria-hidden="true">{first.direction === 'up' ? '▲' : '▼'}</span>
                <span class="sr-only">{title}</span>
              </a>
            ) : (
              <Popover
                label={t(words.spike)}
                side="top"
                align={marker.place > 0.5 ? 'end' : 'start'}
                trigger={(attributes) => (
                  <button type="button" class="live-spike" title={title} {...attributes}>
                    <span aria-hidden="true">{marker.items.length}</span>
                    <span class="sr-only">{title}</span>
                  </button>
                )}
              >
                {marker.items.map((spike) => (
                  <a
                    key={spike.id}
                    class="menu-item"
                    href={`/spikes/${encodeURIComponent(spike.id)}`}
                  >
                    <span>
                      {spikeTitle(spike)}
                      <br />
                      <span class="muted">
                        {time(spike.peakAt, 'dayMinute')} · {spikeSize(spike)}
                      </span>
                    </span>
                  </a>
                ))}
              </Popover>
            )}
          </span>
        );
      })}
    </div>
  );
}
