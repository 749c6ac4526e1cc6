import { DAY_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { t } from '../i18n/i18n.ts';
import { heartbeat } from '../live/feed.ts';
import { viewNow } from '../state/view-now.ts';
import { LinkButton } from '../ui/button.tsx';
import { time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { quietOf } from './quiet.ts';
import { words } from './words.ts';

/** Why all figures of the last day are zero, and where the posts are: imported history would seem to have got lost. */
export function QuietNote() {
  const beat = heartbeat.value;
  const now = viewNow();
  if (beat === null || now === null) return null;
  const quiet = quietOf(now, beat.newestAt);
  if (quiet === null) return null;
  if (quiet === 'empty')
    return (
      <div class="row wrap topics-next">
        <Icon name="info" size={16} />
        <span class="grow">{t(words.quietEmpty)}</span>
        <LinkButton size="s" icon="upload" href="/sources/import">
          {t(words.toImport)}
        </LinkButton>
      </div>
    );
  const span = `from=${iso(quiet.newestAt - DAY_MS)}&to=${iso(quiet.newestAt + MINUTE_MS)}`;
  return (
    <div class="row wrap topics-next">
      <Icon name="info" size={16} />
      <span class="grow">{t(words.quietSince, { time: time(quiet.newestAt), zone: zone() })}</span>
      <LinkButton size="s" icon="live" href={`/live?${span}`}>
        {t(words.quietLive)}
      </LinkButton>
      <LinkButton size="s" icon="posts" href="/posts?range=all">
        {t(words.toPosts)}
      </LinkButton>
    </div>
  );
}

const iso = (at: number): string => new Date(at).toISOString();
