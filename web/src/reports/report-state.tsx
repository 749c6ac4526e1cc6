import type { ReportRow } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { topicName, topics } from '../state/topics.ts';
import { Badge } from '../ui/data.tsx';
import { listed } from '../ui/format.ts';
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

/** Names of a report's topics; none listed, or every one there is, means all of them. */
export function topicNames(ids: readonly string[]): string {
  return isAll(ids) ? t(words.allTopics) : listed(ids.map(topicName));
}

function isAll(ids: readonly string[]): boolean {
  return ids.length === 0 || (topics.value ?? []).every((topic) => ids.includes(topic.id));
}

/** The `topic` of a report's address: empty for all of them. */
export function topicParam(ids: readonly string[]): string {
  return isAll(ids) ? '' : ids.join(',');
}

export function reportHref(day: string, ids: readonly string[]): string {
  return `/reports/${day}${isAll(ids) ? '' : `?topic=${ids.join(',')}`}`;
}
