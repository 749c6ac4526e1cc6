import { t } from '../i18n/i18n.ts';
import { type Column, Table } from '../ui/data.tsx';
import { count, duration, time, zone } from '../ui/format.ts';
import {
  type ModelInput,
  type TopicPoints,
  formatMetric,
  metricBand,
  metricValue,
} from './chart-model.ts';
import { metricWord } from './save.ts';
import { words } from './words.ts';

/** The charts' figures in rows, newest first: the drawn value with its band and sample, and the bars below. */
export function SeriesTable(props: { input: Omit<ModelInput, 'width'> }) {
  const { input } = props;
  const { view } = input;
  const rows = [...new Set(input.topics.flatMap((topic) => topic.points.map((point) => point.at)))]
    .filter((at) => at <= input.now && at >= view.from)
    .sort((a, b) => b - a);
  const caption = t(words.tableCaption, {
    metric: metricWord(input),
    window: duration(input.windowMs),
    step: duration(view.stepMs),
    zone: zone(),
  });
  return (
    <div class="live-table" tabIndex={0} role="region" aria-label={t(words.table)}>
      <p class="muted live-table-caption">{caption}</p>
      <Table
        dense
        caption={caption}
        rows={rows}
        rowKey={String}
        columns={[
          {
            key: 'at',
            title: t(words.tableTime),
            primary: true,
            cell: (at: number) => time(at, 'dayMinute'),
          },
          ...input.topics.flatMap((topic) => columnsOf(topic, input)),
        ]}
      />
    </div>
  );
}

function columnsOf(topic: TopicPoints, input: Omit<ModelInput, 'width'>): Column<number>[] {
  const steps = new Map(topic.points.map((point) => [point.at, point]));
  const drawn = new Map(topic.drawn.map((point) => [point.at, point]));
  const show = (value: number) => formatMetric(value, input.metric, input.language);
  const mentions: Column<number> = {
    key: `${topic.id}-n`,
    title: t(words.tableN, { topic: topic.name }),
    numeric: true,
    cell: (at) => count(steps.get(at)?.n ?? 0, true),
  };
  if (input.metric === 'volume') return [mentions];
  return [
    {
      key: `${topic.id}-value`,
      title: topic.name,
      numeric: true,
      cell: (at) => {
        const point = drawn.get(at);
        const value = point === undefined ? null : metricValue(point, input.metric);
        if (point === undefined || value === null) return '–';
        const band = metricBand(point, input.metric);
        return (
          <>
            <b>{show(value)}</b>{' '}
            <span class="muted">
              {band !== null && `${show(band.low)}…${show(band.high)} `}
              {t(words.nHere, { n: count(point.n, true) })}
            </span>
          </>
        );
      },
    },
    mentions,
  ];
}
