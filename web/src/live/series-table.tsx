import { t } from '../i18n/i18n.ts';
import { Table } from '../ui/data.tsx';
import { count, time } from '../ui/format.ts';
import { type ModelInput, formatMetric, metricValue } from './chart-model.ts';
import { words } from './words.ts';

/** The charts' figures in rows, newest first. */
export function SeriesTable(props: { input: Omit<ModelInput, 'width'> }) {
  const { input } = props;
  const byTopic = input.topics.map((topic) => ({
    ...topic,
    byAt: new Map(topic.points.map((point) => [point.at, point])),
  }));
  const rows = [...new Set(input.topics.flatMap((topic) => topic.points.map((point) => point.at)))]
    .filter((at) => at <= input.now)
    .sort((a, b) => b - a);
  return (
    <div class="live-table" tabIndex={0} role="region" aria-label={t(words.table)}>
      <Table
        dense
        caption={t(words.table)}
        rows={rows}
        rowKey={String}
        columns={[
          {
            key: 'at',
            title: t(words.tableTime),
            primary: true,
            cell: (at: number) => time(at, 'dayMinute'),
          },
          ...byTopic.flatMap((topic) => [
            {
              key: `${topic.id}-value`,
              title: topic.name,
              numeric: true,
              cell: (at: number) => {
                const point = topic.byAt.get(at);
                const value = point === undefined ? null : metricValue(point, input.metric);
                return value === null ? '–' : formatMetric(value, input.metric, input.language);
              },
            },
            {
              key: `${topic.id}-n`,
              title: t(words.tableN, { topic: topic.name }),
              numeric: true,
              cell: (at: number) => count(topic.byAt.get(at)?.n ?? 0, true),
            },
          ]),
        ]}
      />
    </div>
  );
}
