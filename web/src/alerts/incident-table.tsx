import type { IncidentView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { navigate } from '../router/router.ts';
import { topicName } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { Badge, Table, Time } from '../ui/data.tsx';
import { count, duration } from '../ui/format.ts';
import { valueText } from './kinds.ts';
import { SeverityBadge, StateBadge } from './states.tsx';
import { words } from './words.ts';

export function IncidentTable(props: { items: readonly IncidentView[]; caption: string }) {
  return (
    <Table
      caption={props.caption}
      rows={props.items}
      rowKey={(incident) => incident.id}
      onRow={(incident) => navigate(incidentPath(incident.id))}
      columns={[
        {
          key: 'rule',
          title: t(words.rule),
          primary: true,
          cell: (incident) => <bdi>{incident.ruleName}</bdi>,
        },
        {
          key: 'topic',
          title: t(words.topic),
          cell: (incident) => (
            <bdi class="alerts-topic">
              {incident.topic === '' ? '–' : topicName(incident.topic)}
            </bdi>
          ),
        },
        {
          key: 'state',
          title: t(words.state),
          cell: (incident) => (
            <span class="row wrap">
              <SeverityBadge severity={incident.severity} />
              <StateBadge state={incident.state} />
              {incident.silencedBy !== null && <StateBadge state="silenced" />}
              {incident.acknowledged !== null && (
                <Badge tone="accent">{t(words.acked, { by: incident.acknowledged.by })}</Badge>
              )}
            </span>
          ),
        },
        {
          key: 'value',
          title: t(words.value),
          numeric: true,
          cell: (incident) => (
            <span
              class="nowrap"
              title={`${t(words.threshold)} ${valueText(incident.kind, incident.threshold)}`}
            >
              <b>{valueText(incident.kind, incident.value)}</b>{' '}
              <span class="muted">n={count(incident.n)}</span>
            </span>
          ),
        },
        {
          key: 'start',
          title: t(words.started),
          cell: (incident) => (
            <span class="nowrap">
              <Time at={incident.startsAt} />
            </span>
          ),
        },
        {
          key: 'lasted',
          title: t(words.duration),
          numeric: true,
          cell: (incident) => <span class="nowrap">{lastedText(incident)}</span>,
        },
      ]}
    />
  );
}

export function incidentPath(id: string): string {
  return `/alerts/incidents/${encodeURIComponent(id)}`;
}

export function lastedText(incident: Pick<IncidentView, 'startsAt' | 'resolvedAt'>): string {
  const end = incident.resolvedAt === null ? viewNow() : Date.parse(incident.resolvedAt);
  return end === null ? '–' : duration(Math.max(0, end - Date.parse(incident.startsAt)));
}
