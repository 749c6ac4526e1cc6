import { t } from '../i18n/i18n.ts';
import { words as shell } from '../shell/words.ts';
import { Skeleton } from '../ui/state.tsx';
import { Page } from '../ui/layout.tsx';

export function SettingsPage() {
  return (
    <Page title={t(shell.settings)}>
      <Skeleton lines={6} />
    </Page>
  );
}
