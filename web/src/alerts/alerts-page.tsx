import type { ChannelView } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { path } from '../router/router.ts';
import type { PageProps } from '../router/routes.ts';
import { words as shell } from '../shell/words.ts';
import { firingCount } from '../state/incidents.ts';
import { canEdit } from '../state/session.ts';
import { LinkButton } from '../ui/button.tsx';
import { listed } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Page } from '../ui/layout.tsx';
import { SubNav } from '../ui/subnav.tsx';
import { ChannelsTab } from './channels-tab.tsx';
import { IncidentPage } from './incident-page.tsx';
import { IncidentsTab } from './incidents-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { NEW_RULE, RuleEditor } from './rule-editor.tsx';
import { RulesTab } from './rules-tab.tsx';
import { SilencesTab } from './silences-tab.tsx';
import { words } from './words.ts';
import './alerts.css';

/** /alerts and its parts; a rule and an incident have pages of their own below them. */
export function AlertsPage({ params }: PageProps) {
  const { tab, id } = params;
  if (tab === 'rules' && id !== undefined) return <RuleEditor key={id} id={id} />;
  if (tab === 'incidents' && id !== undefined) return <IncidentPage key={id} id={id} />;
  return (
    <Page
      title={t(shell.alerts)}
      actions={
        canEdit.value && (
          <LinkButton href={`/alerts/rules/${NEW_RULE}`} variant="primary" icon="plus">
            {t(words.newRule)}
          </LinkButton>
        )
      }
    >
      <SubNav
        label={t(words.sections)}
        current={path.value}
        items={[
          { href: '/alerts', label: t(words.overview), count: firingCount.value },
          { href: '/alerts/rules', label: t(words.rules) },
          { href: '/alerts/incidents', label: t(words.incidents) },
          { href: '/alerts/silences', label: t(words.silences) },
          { href: '/alerts/channels', label: t(words.channels) },
        ]}
      />
      {tab !== 'channels' && <FailingChannels />}
      <Tab name={tab} />
    </Page>
  );
}

function Tab({ name }: { name: string | undefined }) {
  switch (name) {
    case 'rules':
      return <RulesTab />;
    case 'incidents':
      return <IncidentsTab />;
    case 'silences':
      return <SilencesTab />;
    case 'channels':
      return <ChannelsTab />;
    default:
      return <OverviewTab />;
  }
}

/** An alert that nobody receives is no alert: channels that keep failing are told here, on every page of alerts. */
function FailingChannels() {
  const channels = useQuery<{ items: ChannelView[] }>('/channels', {}, 30_000);
  const failing = (channels.data?.items ?? []).filter(
    (channel) => channel.enabled && channel.health.state === 'failing',
  );
  if (failing.length === 0) return null;
  return (
    <div class="alerts-banner" role="alert">
      <Icon name="warning" />
      <div class="grow">
        <b>{t(words.failingTitle, { n: failing.length })}</b>
        <p>
          <bdi>
            {t(words.failingText, { names: listed(failing.map((channel) => channel.name)) })}
          </bdi>
        </p>
      </div>
      <LinkButton size="s" href="/alerts/channels">
        {t(words.failingOpen)}
      </LinkButton>
    </div>
  );
}
