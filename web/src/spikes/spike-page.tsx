import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { IncidentView, SpikeDetail } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { clockNow, on } from '../live/feed.ts';
import type { Span } from '../live/live-url.ts';
import { isoSpan, postsLink } from '../live/overview.tsx';
import { spikeTitle } from '../live/spike-text.ts';
import { words as live } from '../live/words.ts';
import { PostDrawer } from '../post/post-drawer.tsx';
import type { PageProps } from '../router/routes.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { copyText } from '../ui/copy.tsx';
import { duration, time, zone } from '../ui/format.ts';
import { Page } from '../ui/layout.tsx';
import { EmptyState, Loaded, Skeleton } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { SpikeChart } from './spike-chart.tsx';
import { Authors, Copies, DriverWords, Roots, Shifts, copiesLead } from './spike-evidence.tsx';
import { Incidents, SpikeNote } from './spike-side.tsx';
import { Why } from './spike-why.tsx';
import { chartSpan } from './spike-span.ts';
import { beforeAndDuring, useSpikeSeries } from './use-spike-series.ts';
import { words } from './words.ts';
import '../live/live.css';
import './spikes.css';

/** "What changed": the evidence first, every figure a link to exactly its posts. */
export function SpikePage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const query = useQuery<SpikeDetail>(`/spikes/${encodeURIComponent(id)}`);
  const openPost = useSignal<string | null>(null);
  const { data } = query;
  // It ends, or grows, while one reads.
  useEffect(
    () =>
      on('spike:changed', ({ spike }) => {
        if (spike.id === id) query.reload();
      }),
    [id],
  );
  if (query.error?.status === 404) return <NoSuchSpike />;
  return (
    <Page
      wide
      title={data === undefined ? t(words.loading) : spikeTitle(data)}
      lead={data === undefined ? undefined : <Lead spike={data} />}
      actions={data === undefined ? undefined : <Actions spike={data} />}
    >
      <Loaded query={query} skeleton={<Skeleton lines={8} height={44} />}>
        {(spike) => (
          <SpikeBody
            spike={spike}
            onOpen={(ref) => {
              openPost.value = ref;
            }}
          />
        )}
      </Loaded>
      <PostDrawer
        postRef={openPost.value}
        topic={data?.topic ?? ''}
        onClose={() => {
          openPost.value = null;
        }}
      />
    </Page>
  );
}

function NoSuchSpike() {
  return (
    <Page title={t(words.notFound)}>
      <EmptyState
        icon="bolt"
        title={t(words.notFound)}
        text={t(words.notFoundText)}
        action={
          <>
            <LinkButton href="/live">{t(words.backToLive)}</LinkButton>
            <LinkButton href="/alerts/incidents">{t(words.allIncidents)}</LinkButton>
          </>
        }
      />
    </Page>
  );
}

function Lead({ spike }: { spike: SpikeDetail }) {
  if (spike.endsAt === null) {
    return <>{t(words.ongoing, { from: time(spike.startsAt, 'dayMinute'), zone: zone() })}</>;
  }
  const ms = Date.parse(spike.endsAt) - Date.parse(spike.startsAt);
  return (
    <>
      {t(words.lead, {
        from: time(spike.startsAt, 'dayMinute'),
        to: time(spike.endsAt, 'minute'),
        duration: duration(ms),
        zone: zone(),
      })}
    </>
  );
}

function Actions({ spike }: { spike: SpikeDetail }) {
  const span = chartSpan(spike, clockNow());
  const query = new URLSearchParams({ topics: spike.topic, ...isoSpan(span) });
  return (
    <>
      <LinkButton icon="chart" href={`/live?${query}`}>
        {t(words.onLive)}
      </LinkButton>
      <LinkButton icon="alerts" href={`/alerts/silences?topic=${encodeURIComponent(spike.topic)}`}>
        {t(words.silence)}
      </LinkButton>
      <Button
        class="phone-icon"
        icon="link"
        onClick={() => {
          void copyText(location.href).then(() => toast(t(live.linkCopied)));
        }}
      >
        <span>{t(words.share)}</span>
      </Button>
    </>
  );
}

function SpikeBody(props: { spike: SpikeDetail; onOpen: (ref: string) => void }) {
  const { spike } = props;
  const { explanation } = spike;
  const posts: Span = { from: Date.parse(explanation.from), to: Date.parse(explanation.to) };
  const link = (filter: Readonly<Record<string, string>>) =>
    postsLink({ topic: spike.topic, ...filter }, posts);
  const series = useSpikeSeries(spike);
  const figures = beforeAndDuring(spike, series);
  const incidents = useQuery<{ items: IncidentView[] }>(
    spike.incidents.length === 0 ? null : '/incidents',
    { topic: spike.topic, limit: 200 },
  );
  const known = (incidents.data?.items ?? []).filter(({ id }) => spike.incidents.includes(id));
  return (
    <>
      <Why spike={spike} figures={figures} allPosts={link({})} />
      <SpikeChart spike={spike} series={series} figures={figures} incidents={known} />
      <div class="live-columns">
        <div class="stack">
          {copiesLead(explanation) && <Copies spike={spike} onOpen={props.onOpen} />}
          <Roots spike={spike} link={link} onOpen={props.onOpen} />
          {!copiesLead(explanation) && <Copies spike={spike} onOpen={props.onOpen} />}
          <SpikeNote spike={spike} />
        </div>
        <div class="stack">
          <DriverWords spike={spike} link={link} />
          <Incidents ids={spike.incidents} known={known} />
          <Authors spike={spike} link={link} />
          <Shifts
            title={t(words.regions)}
            items={explanation.regions}
            href={(region) => link({ region })}
            empty={t(words.noRegions)}
          />
          <Shifts
            title={t(words.sources)}
            items={explanation.sources}
            href={(source) => link({ source })}
          />
        </div>
      </div>
    </>
  );
}
