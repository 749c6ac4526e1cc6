import type { Signal } from '@preact/signals';
import { t } from '../i18n/i18n.ts';
import { prefs } from '../state/prefs.ts';
import { type Point, isFew } from '../state/series-store.ts';
import { MOOD_GLYPH, moodLabelOfIndex } from '../ui/data.tsx';
import { count, duration, time } from '../ui/format.ts';
import { type ModelInput, formatMetric, metricBand, metricValue } from './chart-model.ts';
import type { Metric } from './live-url.ts';
import { words } from './words.ts';

/**
 * The fixed row above the chart: time under the crosshair and, per topic, value, sample and interval. Every figure has
 * its own cell of a grid whose columns do not follow the text, so that nothing moves while the figures tick.
 */
export function LegendRow(props: {
  input: Omit<ModelInput, 'width'>;
  cross: Signal<number | null>;
}) {
  const { view, topics, now } = props.input;
  const cross = props.cross.value;
  // A replay stops short of its open step: the newest is what is drawn.
  const last = Math.max(...topics.map((topic) => topic.drawn.at(-1)?.at ?? -Infinity));
  const open = Math.floor(Math.min(now, view.to - 1) / view.stepMs) * view.stepMs;
  const newest = last === -Infinity ? open : Math.min(open, last);
  const at = cross ?? newest;
  const facts = [
    ...(props.input.windowMs > view.stepMs
      ? [t(words.windowBefore, { window: duration(props.input.windowMs) })]
      : []),
    ...(at + view.stepMs > now ? [t(words.openStep)] : []),
  ];
  return (
    <div class="legend-row">
      <span class="legend-time num">
        {time(at, 'dayMinute')}
        <span class="legend-facts muted">{facts.join(' · ')}</span>
      </span>
      {topics.map((topic) => (
        <LegendItem
          key={topic.id}
          name={topic.name}
          color={props.input.colors.topics[topic.slot] ?? ''}
          metric={props.input.metric}
          point={topic.drawn.find((point) => point.at === at)}
          before={topic.before.find((point) => point.at === at)}
        />
      ))}
    </div>
  );
}

function LegendItem(props: {
  name: string;
  color: string;
  metric: Metric;
  point: Point | undefined;
  before: Point | undefined;
}) {
  const { point, metric } = props;
  const language = prefs.language.value;
  const value = point === undefined ? null : metricValue(point, metric);
  const band = point === undefined ? null : metricBand(point, metric);
  const was = props.before === undefined ? null : metricValue(props.before, metric);
  const label = metric === 'mood' && value !== null ? moodLabelOfIndex(value) : null;
  const show = (n: number) => formatMetric(n, metric, language);
  return (
    <span class="legend-item">
      <span class="swatch" style={{ background: props.color }} aria-hidden="true" />
      <span class="legend-name">{props.name}</span>
      <b class={`num ${label === null ? '' : `mood-${label}`}`}>
        {label !== null && (
          <span class="mood-glyph" aria-hidden="true">
            {MOOD_GLYPH[label]}{' '}
          </span>
        )}
        {value === null ? '–' : show(value)}
      </b>
      <span class="legend-facts muted num">
        {point !== undefined && metric !== 'volume' && (
          <span>
            {t(words.nHere, { n: count(point.n) })}
            {point.n > 0 && isFew(point) && ` (${t(words.few)})`}
          </span>
        )}
        {band !== null && (
          <span class="legend-band">
            {t(words.interval, { low: show(band.low), high: show(band.high) })}
          </span>
        )}
        {was !== null && <span>{t(words.before, { value: show(was) })}</span>}
      </span>
    </span>
  );
}
