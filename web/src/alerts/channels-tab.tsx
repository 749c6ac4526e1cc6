import type { ChannelView } from '#shared/wire/api.ts';
import type { ChannelType } from '#shared/alert/channel.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useList } from '../api/use-list.ts';
import { useQuery } from '../api/use-query.ts';
import type { Delivery } from '#shared/wire/api.ts';
import { t, tw } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge, MoreRows, Time } from '../ui/data.tsx';
import { ListPanel } from '../ui/list-panel.tsx';
import { Drawer } from '../ui/overlay.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { CHANNELS } from './channel-fields.ts';
import { ChannelTest } from './channel-test.tsx';
import { words } from './channel-words.ts';
import { DeliveryList } from './deliveries.tsx';

export function ChannelsTab() {
  const channels = useQuery<{ items: ChannelView[] }>('/channels', {}, 15_000);
  const [editing, setEditing] = useState<ChannelView | 'new' | null>(null);
  const [log, setLog] = useState<ChannelView | null>(null);
  const [testing, setTesting] = useState('');
  const add = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t(words.add)}
    </Button>
  );
  return (
    <>
      <ListPanel
        title={t(words.channel)}
        hint={t(words.hint)}
        query={channels}
        empty={{ icon: 'share', title: t(words.none), text: t(words.noneText) }}
        add={canEdit.value && add}
      >
        {(items) => (
          <ul class="alerts-channel-list">
            {items.map((channel) => (
              <ChannelCard
                key={channel.id}
                channel={channel}
                testNow={testing === channel.id}
                onEdit={() => setEditing(channel)}
                onLog={() => setLog(channel)}
                onChange={channels.reload}
              />
            ))}
          </ul>
        )}
      </ListPanel>
      {editing !== null && (
        <ChannelDialog
          channel={editing === 'new' ? null : editing}
          others={channels.data?.items ?? []}
          onClose={() => setEditing(null)}
          onSaved={(saved, test) => {
            setEditing(null);
            setTesting(test ? saved.id : '');
            channels.reload();
          }}
        />
      )}
      {log !== null && <LogDrawer channel={log} onClose={() => setLog(null)} />}
    </>
  );
}

function ChannelCard(props: {
  channel: ChannelView;
  testNow: boolean;
  onEdit: () => void;
  onLog: () => void;
  onChange: () => void;
}) {
  const { channel } = props;
  const type = CHANNELS[channel.type as ChannelType];
  return (
    <li class="alerts-channel">
      <div class="row wrap">
        <span class="grow row wrap">
          <b>
            <bdi>{channel.name}</bdi>
          </b>
          <span class="muted">{type === undefined ? channel.type : tw(type.word)}</span>
          <HealthBadge channel={channel} />
        </span>
        <span class="muted">
          {t(words.lastUsed)}{' '}
          {channel.health.lastAt === null ? t(words.never) : <Time at={channel.health.lastAt} />}
        </span>
      </div>
      {channel.health.failures > 0 && channel.health.lastAnswer !== '' && (
        <p class="alerts-answer">
          <bdi>{channel.health.lastAnswer}</bdi>
        </p>
      )}
      <div class="row wrap">
        {canEdit.value && (
          <ChannelTest id={channel.id} now={props.testNow} onDone={props.onChange} />
        )}
        <Button size="s" icon="history" onClick={props.onLog}>
          {t(words.log)}
        </Button>
        {canEdit.value && (
          <>
            <Button
              size="s"
              icon="edit"
              aria-label={`${t(words.editChannel)}: ${channel.name}`}
              onClick={props.onEdit}
            >
              {t(words.editChannel)}
            </Button>
            <ConfirmButton
              iconOnly
              size="s"
              label={`${t(words.remove)}: ${channel.name}`}
              title={t(words.removeTitle, { name: channel.name })}
              text={<p>{t(words.removeText)}</p>}
              onConfirm={async () => {
                await send('DELETE', `/channels/${channel.id}`);
                toast(t(words.removed, { name: channel.name }));
                props.onChange();
              }}
            />
          </>
        )}
      </div>
    </li>
  );
}

function HealthBadge({ channel }: { channel: ChannelView }) {
  if (!channel.enabled) return <Badge>{t(words.off)}</Badge>;
  switch (channel.health.state) {
    case 'failing':
      return <Badge tone="danger">{t(words.failing, { n: channel.health.failures })}</Badge>;
    case 'unused':
      return <Badge>{t(words.unused)}</Badge>;
    case 'ok':
      // Not yet often enough to be given up, but the last message did not arrive.
      if (channel.health.failures > 0)
        return <Badge tone="warn">{t(words.failing, { n: channel.health.failures })}</Badge>;
      return <Badge tone="accent">{t(words.ok)}</Badge>;
  }
}

function LogDrawer(props: { channel: ChannelView; onClose: () => void }) {
  const { channel } = props;
  const deliveries = useList<Delivery>('/deliveries', { channel: channel.id, limit: 20 });
  return (
    <Drawer open width="l" title={t(words.logOf, { name: channel.name })} onClose={props.onClose}>
      {deliveries.error !== undefined && (
        <ErrorState error={deliveries.error} onRetry={deliveries.reload} compact />
      )}
      {deliveries.items === undefined && deliveries.error === undefined && <Skeleton lines={5} />}
      {deliveries.items?.length === 0 && <EmptyState compact title={t(words.logNone)} />}
      {deliveries.items !== undefined && deliveries.items.length > 0 && (
        <DeliveryList items={deliveries.items} onReload={deliveries.reload} />
      )}
      <MoreRows next={deliveries.next} busy={deliveries.loading} onMore={deliveries.more} />
    </Drawer>
  );
}
