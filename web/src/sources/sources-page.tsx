import { t } from '../i18n/i18n.ts';
import { path } from '../router/router.ts';
import type { PageProps } from '../router/routes.ts';
import { words as shell } from '../shell/words.ts';
import { Page } from '../ui/layout.tsx';
import { SubNav } from '../ui/subnav.tsx';
import { DeadLettersTab } from './dead-letters-tab.tsx';
import { FeedsTab } from './feeds-tab.tsx';
import { ImportTab } from './import-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { words } from './words.ts';
import './sources.css';

/** /sources and its parts: what comes in, from where, and what became of it. */
export function SourcesPage({ params }: PageProps) {
  return (
    <Page title={t(shell.sources)} lead={t(words.lead)}>
      <SubNav
        label={t(words.sections)}
        current={path.value}
        items={[
          { href: '/sources', label: t(words.overview) },
          { href: '/sources/import', label: t(words.import) },
          { href: '/sources/feeds', label: t(words.feeds) },
          { href: '/sources/keys', label: t(words.keys) },
          { href: '/sources/dead-letter', label: t(words.deadLetters) },
        ]}
      />
      <Tab name={params['tab']} />
    </Page>
  );
}

function Tab({ name }: { name: string | undefined }) {
  switch (name) {
    case 'import':
      return <ImportTab />;
    case 'feeds':
      return <FeedsTab />;
    case 'keys':
      return <KeysTab />;
    case 'dead-letter':
      return <DeadLettersTab />;
    default:
      return <OverviewTab />;
  }
}
