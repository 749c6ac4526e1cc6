import { t } from '../i18n/i18n.ts';
import { path } from '../router/router.ts';
import type { PageProps } from '../router/routes.ts';
import { words as shell } from '../shell/words.ts';
import { KeysTab } from '../sources/keys-tab.tsx';
import { Page } from '../ui/layout.tsx';
import { SubNav } from '../ui/subnav.tsx';
import { DataTab } from './data-tab.tsx';
import { DisplayTab } from './display-tab.tsx';
import { MembersTab } from './members-tab.tsx';
import { SecurityTab } from './security-tab.tsx';
import { words } from './words.ts';
import './settings.css';

/** /settings and its parts: this browser's choices first, what concerns everyone after. */
export function SettingsPage({ params }: PageProps) {
  return (
    <Page title={t(shell.settings)}>
      <SubNav
        label={t(words.sections)}
        current={path.value}
        items={[
          { href: '/settings', label: t(words.display) },
          { href: '/settings/data', label: t(words.data) },
          { href: '/settings/members', label: t(words.members) },
          { href: '/settings/tokens', label: t(words.keys) },
          { href: '/settings/security', label: t(words.security) },
        ]}
      />
      <Tab name={params['tab']} />
    </Page>
  );
}

function Tab({ name }: { name: string | undefined }) {
  switch (name) {
    case 'data':
      return <DataTab />;
    case 'members':
      return <MembersTab />;
    case 'tokens':
      return <KeysTab />;
    case 'security':
      return <SecurityTab />;
    default:
      return <DisplayTab />;
  }
}
