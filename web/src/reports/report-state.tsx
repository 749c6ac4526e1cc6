import type { ReportRow } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { Badge } from '../ui/data.tsx';
import { words } from './words.ts';

const STATES = {
  ready: { word: words.sReady, tone: 'accent' },
  building: { word: words.sBuilding, tone: 'warn' },
  failed: { word: words.sFailed, tone: 'danger' },
  'missing-data': { word: words.sMissing, tone: 'warn' },
} as const;

export function ReportState({ row }: { row: ReportRow }) {
  const face = STATES[row.state];
  return (
    <span class="row">
      <Badge tone={face.tone}>{t(face.word)}</Badge>
      {row.version > 1 && <span class="muted nowrap">{t(words.version, { n: row.version })}</span>}
    </span>
  );
}

/** Names of a report's topics; none listed means all of them. */
export function topicNames(topics: readonly string[]): string {
  return topics.length === 0 ? t(words.allTopics) : topics.map(topicName).join('、');
}

export function reportHref(day: string, topics: readonly string[]): string {
  return `/reports/${day}${topics.length === 0 ? '' : `?topic=${topics.join(',')}`}`;
}
