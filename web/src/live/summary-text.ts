import { t } from '../i18n/i18n.ts';
import { count, time } from '../ui/format.ts';
import { type ModelInput, formatMetric, metricValue, summarise } from './chart-model.ts';
import { words } from './words.ts';

/** What a screen reader hears in place of the picture. */
export function summaryText(input: Omit<ModelInput, 'width'>): string {
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
