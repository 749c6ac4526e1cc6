import type { SourceView } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { heartbeat } from '../live/feed.ts';
import { LinkButton } from '../ui/button.tsx';
import { DemoBadge, Stat, Table, Time } from '../ui/data.tsx';
import { count, duration, time } from '../ui/format.ts';
import { Bars } from '../ui/bars.tsx';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { BlockedAuthors } from './blocked-authors.tsx';
import { reasonText } from './reasons.ts';
import { words } from './words.ts';

const REFRESH_MS = 15_000;

export function OverviewTab() {
  const sources = useQuery<{ items: SourceView[] }>('/sources', {}, REFRESH_MS);
  return (
    <Loaded query={sources}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            icon="sources"
            title={t(words.emptyTitle)}
            text={t(words.emptyText)}
            action={
              <>
                <LinkButton variant="primary" icon="upload" href="/sources/import">
                  {t(words.addFile)}
                </LinkButton>
                <LinkButton icon="plus" href="/sources/feeds">
                  {t(words.addFeed)}
                </LinkButton>
                <LinkButton icon="key" href="/sources/keys">
                  {t(words.addKey)}
                </LinkButton>
              </>
            }
          />
        ) : (
          <div class="stack">
            {items.map((source) => (
              <SourcePanel key={source.name} source={source} />
            ))}
            <BlockedAuthors />
          </div>
        )
      }
    </Loaded>
  );
}

function SourcePanel({ source }: { source: SourceView }) {
  const values = source.perHour.map((hour) => hour.n);
  return (
    <Panel
      title={source.name}
      actions={
        <span class="row">
          {source.demo && <DemoBadge />}
          <LinkButton
            size="s"
            variant="ghost"
            href={`/posts?source=${encodeURIComponent(source.name)}&range=7d`}
          >
            {t(words.seePosts)}
          </LinkButton>
        </span>
      }
    >
      <div class="sources-card">
        <div class="sources-stats">
          <Stat label={t(words.counted)} value={count(source.counted)} />
          <Stat label={t(words.duplicate)} value={count(source.duplicate)} />
          <Stat label={t(words.dropped)} value={count(source.dropped)} />
          <Stat label={t(words.rejected)} value={count(source.rejected)} />
          <Stat label={t(words.late)} value={count(source.late)} title={t(words.lateHint)} />
        </div>
        <dl class="facts sources-fresh">
          <dt>{t(words.newest)}</dt>
          <dd>{source.newestAt === null ? t(words.never) : <Time at={source.newestAt} />}</dd>
          <dt>{t(words.received)}</dt>
          <dd>{source.lastReceivedAt === null ? t(words.never) : ago(source.lastReceivedAt)}</dd>
        </dl>
        {values.length > 0 && (
          <figure class="sources-hours">
            <figcaption class="muted">{t(words.hourly)}</figcaption>
            <Bars
              label={t(words.hourlyOf, {
                name: source.name,
                n: values.length,
                low: Math.min(...values),
                high: Math.max(...values),
              })}
              values={source.perHour.map((hour) => ({
                key: hour.at,
                n: hour.n,
                title: `${time(hour.at)} · ${count(hour.n, true)}`,
              }))}
              axis={{
                from: time(source.perHour[0]?.at ?? ''),
                middle: t(words.hourlyMost, { n: count(Math.max(...values), true) }),
                to: time(source.perHour.at(-1)?.at ?? ''),
              }}
            />
          </figure>
        )}
      </div>
      <div class="sources-more">
        {source.reasons.length > 0 && (
          <details>
            <summary>{t(words.reasons)}</summary>
            <Table
              dense
              caption={t(words.reasons)}
              rows={source.reasons}
              rowKey={(row) => row.outcome + row.reason}
              columns={[
                {
                  key: 'reason',
                  title: t(words.reason),
                  primary: true,
                  cell: (row) => reasonText(row.reason),
                },
                { key: 'outcome', title: t(words.feedState), cell: (row) => t(words[row.outcome]) },
                {
                  key: 'n',
                  title: t(words.posts),
                  numeric: true,
                  cell: (row) => count(row.n, true),
                },
              ]}
            />
          </details>
        )}
        {values.length > 0 && (
          <details>
            <summary>{t(words.asTable)}</summary>
            <Table
              dense
              caption={t(words.hourly)}
              rows={source.perHour}
              rowKey={(row) => row.at}
              columns={[
                {
                  key: 'hour',
                  title: t(words.hour),
                  primary: true,
                  cell: (row) => <Time at={row.at} />,
                },
                {
                  key: 'n',
                  title: t(words.posts),
                  numeric: true,
                  cell: (row) => count(row.n, true),
                },
              ]}
            />
          </details>
        )}
      </div>
    </Panel>
  );
}

/** Ages of arrivals run on the wall clock, whatever clock the posts live on. */
function ago(at: string): string {
  const wall = heartbeat.value?.wall ?? Date.now();
  return t(words.ago, { age: duration(Math.max(0, wall - Date.parse(at))) });
}
