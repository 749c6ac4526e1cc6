import { t } from '../i18n/i18n.ts';
import { words as shell } from '../shell/words.ts';
import { Page } from '../ui/layout.tsx';
import { Skeleton } from '../ui/state.tsx';

export function SpikePage() {
  return (
    <Page title={t(shell.spike)}>
      <Skeleton lines={6} />
    </Page>
  );
}
