import type { RuleView } from '#shared/wire/api.ts';
import { send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { navigate } from '../router/router.ts';
import { canEdit } from '../state/session.ts';
import { LinkButton } from '../ui/button.tsx';
import { Table, Time } from '../ui/data.tsx';
import { Checkbox } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { incidentPath } from './incident-table.tsx';
import { ruleSentence, valueText } from './kinds.ts';
import { NEW_RULE } from './rule-editor.tsx';
import { RuleState } from './states.tsx';
import { useAlertQuery } from './use-alert-query.ts';
import { words } from './words.ts';

export function RulesTab() {
  const rules = useAlertQuery<{ items: RuleView[] }>('/rules');
  const toggle = async (rule: RuleView, enabled: boolean) => {
    try {
      await send('PATCH', `/rules/${rule.id}`, { enabled }, { ifMatch: rule.version });
      rules.reload();
      toast(t(enabled ? words.ruleOn : words.ruleOff, { name: rule.name }));
    } catch (cause) {
      toastError(cause);
      rules.reload();
    }
  };
  return (
    <Panel title={t(words.rules)} flush>
      <Loaded query={rules}>
        {({ items }) =>
          items.length === 0 ? (
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
            <Table
              caption={t(words.rules)}
              rows={items}
              rowKey={(rule) => rule.id}
              onRow={(rule) => navigate(`/alerts/rules/${rule.id}`)}
              columns={[
                {
                  key: 'name',
                  title: t(words.rule),
                  primary: true,
                  cell: (rule) => <bdi>{rule.name}</bdi>,
                },
                {
                  key: 'what',
                  title: t(words.condition),
                  cell: (rule) => <bdi>{ruleSentence(rule)}</bdi>,
                },
                { key: 'state', title: t(words.state), cell: (rule) => <RuleState rule={rule} /> },
                {
                  key: 'value',
                  title: t(words.valueNow),
                  numeric: true,
                  cell: (rule) => (rule.value === null ? '–' : valueText(rule.kind, rule.value)),
                },
                {
                  key: 'since',
                  title: t(words.since),
                  cell: (rule) =>
                    rule.openIncident !== null ? (
                      <a href={incidentPath(rule.openIncident)}>
                        {rule.since === null ? t(words.openIncident) : <Time at={rule.since} />}
                      </a>
                    ) : rule.since === null ? (
                      '–'
                    ) : (
                      <Time at={rule.since} />
                    ),
                },
                {
                  key: 'enabled',
                  title: t(words.enabled),
                  cell: (rule) => (
                    <Checkbox
                      label={<span class="sr-only">{t(words.enableOf, { name: rule.name })}</span>}
                      checked={rule.enabled}
                      disabled={!canEdit.value}
                      onValue={(enabled) => void toggle(rule, enabled)}
                    />
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
