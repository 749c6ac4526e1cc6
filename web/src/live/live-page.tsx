import { t } from '../i18n/i18n.ts';
import { words as shell } from '../shell/words.ts';
import { Page } from '../ui/layout.tsx';
import { Skeleton } from '../ui/state.tsx';

export function LivePage() {
  return (
    <Page title={t(shell.live)}>
      <Skeleton lines={6} />
    </Page>
  );
}
