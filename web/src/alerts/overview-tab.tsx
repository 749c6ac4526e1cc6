import type { IncidentView, RuleView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { LinkButton } from '../ui/button.tsx';
import { Table, Time } from '../ui/data.tsx';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { navigate } from '../router/router.ts';
import { IncidentTable } from './incident-table.tsx';
import { ruleSentence, valueText } from './kinds.ts';
import { NEW_RULE } from './rule-editor.tsx';
import { useAlertQuery } from './use-alert-query.ts';
import { words } from './words.ts';

const RECENT = 8;

/** What burns now, what is about to, and what burned lately. */
export function OverviewTab() {
  const rules = useAlertQuery<{ items: RuleView[] }>('/rules');
  const open = useAlertQuery<{ items: IncidentView[] }>('/incidents', {
    state: 'open',
    limit: 100,
  });
  const recent = useAlertQuery<{ items: IncidentView[] }>('/incidents', {
    state: 'resolved',
    limit: RECENT,
  });
  const watching = (rules.data?.items ?? []).filter((rule) => rule.enabled);
  const pending = watching.filter((rule) => rule.state === 'pending');
  return (
    <div class="stack">
      <Panel title={t(words.firingNow)} flush>
        <Loaded query={open}>
          {({ items }) =>
            items.some(isOpen) ? (
              <IncidentTable items={items.filter(isOpen)} caption={t(words.firingNow)} />
            ) : rules.data?.items.length === 0 ? (
              <EmptyState
                icon="alerts"
                title={t(words.noRules)}
                text={t(words.noRulesText)}
                action={
                  canEdit.value && (
                    <LinkButton variant="primary" icon="plus" href={`/alerts/rules/${NEW_RULE}`}>
                      {t(words.newRule)}
                    </LinkButton>
                  )
                }
              />
            ) : (
              <EmptyState
                compact
                icon="check"
                title={t(words.firingNone)}
                text={t(words.firingNoneText, { n: watching.length })}
              />
            )
          }
        </Loaded>
      </Panel>
      {pending.length > 0 && (
        <Panel title={t(words.pendingNow)} hint={t(words.pendingHint)} flush>
          <Table
            caption={t(words.pendingNow)}
            rows={pending}
            rowKey={(rule) => rule.id}
            onRow={(rule) => navigate(`/alerts/rules/${rule.id}`)}
            columns={[
              {
                key: 'name',
                title: t(words.rule),
                primary: true,
                cell: (rule) => <bdi>{rule.name}</bdi>,
              },
              { key: 'what', title: t(words.condition), cell: (rule) => ruleSentence(rule) },
              {
                key: 'value',
                title: t(words.valueNow),
                numeric: true,
                cell: (rule) => (rule.value === null ? '–' : valueText(rule.kind, rule.value)),
              },
              {
                key: 'since',
                title: t(words.since),
                cell: (rule) => (rule.since === null ? '–' : <Time at={rule.since} />),
              },
            ]}
          />
        </Panel>
      )}
      <Panel
        title={t(words.recent)}
        flush
        actions={
          <LinkButton size="s" variant="ghost" href="/alerts/incidents">
            {t(words.allIncidents)}
          </LinkButton>
        }
      >
        <Loaded query={recent}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState compact title={t(words.recentNone)} />
            ) : (
              <IncidentTable items={items} caption={t(words.recent)} />
            )
          }
        </Loaded>
      </Panel>
    </div>
  );
}

function isOpen(incident: IncidentView): boolean {
  return incident.state !== 'resolved';
}
