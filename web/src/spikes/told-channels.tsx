import type { ChannelView, Delivery } from '#shared/wire/api.ts';
import { DELIVERY_STATES } from '../alerts/deliveries.tsx';
import { type Told, toldByChannel } from '../alerts/told.ts';
import { useAlertQuery } from '../alerts/use-alert-query.ts';
import { t } from '../i18n/i18n.ts';
import { Badge, Time } from '../ui/data.tsx';
import { duration } from '../ui/format.ts';
import { Loaded, Skeleton } from '../ui/state.tsx';
import { words } from './words.ts';

/** Who was told of an incident: per channel whether it arrived, when, how fast, and after how many retries. */
export function ToldChannels(props: { incident: string; channels: readonly ChannelView[] }) {
  const { incident, channels } = props;
  const deliveries = useAlertQuery<{ items: Delivery[] }>('/deliveries', { incident, limit: 200 });
  return (
    <Loaded query={deliveries} skeleton={<Skeleton />}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="muted">{t(words.toldNobody)}</p>
        ) : (
          <ul class="stack tight spike-told" aria-label={t(words.told)}>
            {toldByChannel(items).map((told) => (
              <li key={told.channelId}>
                <ChannelLine
                  told={told}
                  name={channels.find(({ id }) => id === told.channelId)?.name}
                />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function ChannelLine({ told, name }: { told: Told; name: string | undefined }) {
  const { word, tone } = DELIVERY_STATES[told.state];
  return (
    <div class="row wrap">
      <span class="grow">
        <bdi>{name ?? told.channelId}</bdi>
      </span>
      <span class="muted num">
        {told.last !== null && (
          <>
            <Time at={told.last.at} style="second" /> ({duration(told.last.ms)})
          </>
        )}
        {told.retries > 0 && ` · ${t(words.retried, { n: told.retries })}`}
        {told.more > 0 && ` · ${t(words.toldMore, { n: told.more })}`}
      </span>
      <Badge tone={tone}>{t(word)}</Badge>
    </div>
  );
}
