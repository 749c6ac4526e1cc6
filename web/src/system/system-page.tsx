import { t } from '../i18n/i18n.ts';
import { words as shell } from '../shell/words.ts';
import { Skeleton } from '../ui/state.tsx';
import { Page } from '../ui/layout.tsx';

export function SystemPage() {
  return (
    <Page title={t(shell.system)}>
      <Skeleton lines={6} />
    </Page>
  );
}
