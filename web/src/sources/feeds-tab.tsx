import type { FeedView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormDialog, useAction } from '../ui/form-dialog.tsx';
import { NumberField, Select, Switch, TextField } from '../ui/form.tsx';
import { count, duration } from '../ui/format.ts';
import { ListPanel } from '../ui/list-panel.tsx';
import { toast } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { feedErrorText } from './reasons.ts';
import { words } from './words.ts';

const REFRESH_MS = 10_000;
const KINDS = ['rss', 'mastodon', 'jetstream'] as const;

type Draft = Pick<FeedView, 'name' | 'kind' | 'url' | 'intervalSeconds' | 'enabled'>;
const NEW: Draft = { name: '', kind: 'rss', url: '', intervalSeconds: 300, enabled: true };

export function FeedsTab() {
  const feeds = useQuery<{ items: FeedView[] }>('/feeds', {}, REFRESH_MS);
  const [editing, setEditing] = useState<FeedView | 'new' | null>(null);
  const add = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t(words.addFeed)}
    </Button>
  );
  return (
    <>
      <ListPanel
        title={t(words.feeds)}
        hint={t(words.feedsHint)}
        query={feeds}
        empty={{ icon: 'sources', title: t(words.feedsNone), text: t(words.feedsNoneText) }}
        add={canEdit.value && add}
      >
        {(items) => <FeedTable items={items} onEdit={setEditing} onReload={feeds.reload} />}
      </ListPanel>
      {editing !== null && (
        <FeedDialog
          feed={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={feeds.reload}
        />
      )}
    </>
  );
}

function FeedTable(props: {
  items: readonly FeedView[];
  onEdit: (feed: FeedView) => void;
  onReload: () => void;
}) {
  return (
    <Table
      caption={t(words.feeds)}
      rows={props.items}
      rowKey={(feed) => feed.id}
      columns={[
        {
          key: 'name',
          title: t(words.feedName),
          primary: true,
          cell: (feed) => (
            <span class="sources-feed-name">
              <bdi>{feed.name}</bdi>
              <span class="muted">
                <bdi>{feed.url}</bdi>
              </span>
            </span>
          ),
        },
        {
          key: 'state',
          title: t(words.feedState),
          cell: (feed) => (
            <span class="sources-feed-name">
              <FeedState feed={feed} />
              {feed.lastError !== null && (
                <span class="muted sources-feed-error">
                  <bdi>{feedErrorText(feed.lastError)}</bdi>
                </span>
              )}
            </span>
          ),
        },
        {
          key: 'interval',
          title: t(words.interval),
          numeric: true,
          cell: (feed) =>
            feed.kind === 'rss' ? (
              duration(feed.intervalSeconds * 1000)
            ) : (
              <span class="muted">–</span>
            ),
        },
        {
          key: 'last',
          title: t(words.lastPoll),
          cell: (feed) => (feed.lastAt === null ? t(words.never) : <Time at={feed.lastAt} />),
        },
        {
          key: 'lag',
          title: t(words.lag),
          numeric: true,
          cell: (feed) => (feed.lagMs === null ? '–' : duration(feed.lagMs)),
        },
        {
          key: 'posts',
          title: t(words.feedPosts),
          numeric: true,
          cell: (feed) => count(feed.posts),
        },
        {
          key: '304',
          title: t(words.notModified),
          numeric: true,
          cell: (feed) => count(feed.notModified),
        },
        {
          key: 'actions',
          title: t(common.edit),
          hideTitle: true,
          cell: (feed) =>
            canEdit.value && (
              <span class="row">
                <IconButton
                  size="s"
                  icon="edit"
                  label={`${t(words.editFeed)}: ${feed.name}`}
                  onClick={() => props.onEdit(feed)}
                />
                <ConfirmButton
                  iconOnly
                  size="s"
                  label={t(words.removeFeed)}
                  title={t(words.removeFeedTitle, { name: feed.name })}
                  text={<p>{t(words.removeFeedText)}</p>}
                  onConfirm={async () => {
                    await send('DELETE', `/feeds/${feed.id}`);
                    toast(t(words.feedRemoved, { name: feed.name }));
                    props.onReload();
                  }}
                />
              </span>
            ),
        },
      ]}
    />
  );
}

function FeedState({ feed }: { feed: FeedView }) {
  if (!feed.enabled || feed.state === 'disabled') return <Badge>{t(words.fDisabled)}</Badge>;
  if (feed.state === 'failing')
    return <Badge tone="danger">{t(words.fFailing, { n: feed.failures })}</Badge>;
  if (feed.state === 'idle') return <Badge>{t(words.fIdle)}</Badge>;
  return <Badge tone="accent">{t(words.fOk)}</Badge>;
}

function FeedDialog(props: { feed: FeedView | null; onClose: () => void; onSaved: () => void }) {
  const [draft, setDraft] = useState<Draft>(props.feed ?? NEW);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const ready = draft.name.trim() !== '' && URL.canParse(draft.url);
  const action = useAction(async () => {
    const { name, kind, url, intervalSeconds, enabled } = draft;
    const body = { name, kind, url, intervalSeconds, enabled };
    if (props.feed === null) await send('POST', '/feeds', body);
    else await send('PATCH', `/feeds/${props.feed.id}`, body);
    toast(t(words.feedSaved, { name }));
    props.onSaved();
    props.onClose();
  });
  const problem = (field: string) => fieldError(action.error, field);
  return (
    <FormDialog
      title={t(props.feed === null ? words.newFeed : words.editFeed)}
      onClose={props.onClose}
      action={action}
      onSave={action.run}
      ready={ready}
      fields={['name', 'url', 'intervalSeconds']}
    >
      <Select
        label={t(words.feedKind)}
        value={draft.kind}
        onValue={(kind) => set({ kind })}
        options={KINDS.map((value) => ({ value, label: kindWord(value) }))}
      />
      <TextField
        label={t(words.feedName)}
        required
        autoFocus
        maxLength={120}
        value={draft.name}
        onValue={(name) => set({ name })}
        error={problem('name')}
      />
      <TextField
        label={t(words.feedUrl)}
        hint={
          <bdi>
            {t(
              {
                rss: words.feedUrlRss,
                mastodon: words.feedUrlMastodon,
                jetstream: words.feedUrlJetstream,
              }[draft.kind],
            )}
          </bdi>
        }
        type="url"
        required
        maxLength={2000}
        value={draft.url}
        onValue={(url) => set({ url })}
        error={problem('url')}
      />
      {draft.kind === 'rss' && (
        <NumberField
          label={t(words.interval)}
          unit={t(words.seconds)}
          min={30}
          max={86_400}
          step={30}
          value={draft.intervalSeconds}
          onValue={(value) => set({ intervalSeconds: Math.round(value ?? 300) })}
          error={problem('intervalSeconds')}
        />
      )}
      <Switch
        label={t(words.enabled)}
        checked={draft.enabled}
        onValue={(enabled) => set({ enabled })}
      />
    </FormDialog>
  );
}

function kindWord(kind: FeedView['kind']): string {
  return t(
    { rss: words.kindRss, mastodon: words.kindMastodon, jetstream: words.kindJetstream }[kind],
  );
}
