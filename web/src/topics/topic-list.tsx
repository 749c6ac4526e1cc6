import type { Series, TopicView } from '#shared/wire/api.ts';
import { DAY_MS, HOUR_MS } from '#shared/series/bucket.ts';
import { useState } from 'preact/hooks';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { clockNow } from '../live/feed.ts';
import { text } from '../router/url-state.ts';
import { navigate, useUrlState } from '../router/router.ts';
import { words as shell } from '../shell/words.ts';
import { canEdit } from '../state/session.ts';
import { loadTopics, topics, topicsError } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Delta, MoodValue, Sparkline, Table } from '../ui/data.tsx';
import { TextField } from '../ui/form.tsx';
import { count, share, time, zone } from '../ui/format.ts';
import { Page, Panel } from '../ui/layout.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { QuietNote } from './quiet-note.tsx';
import { RecountList } from './recount-bar.tsx';
import { NEW_TOPIC } from './topic-editor.tsx';
import { words } from './words.ts';

const listUrl = { find: text() };
/** Rows before "show all": thousands of topics must not make the page heavy. */
const FIRST_ROWS = 60;
/** Figures of a few negatives in few mentions say nothing. */
const LEAST_FOR_SHARE = 5;

export function TopicList() {
  const [url, setUrl] = useUrlState(listUrl);
  const [all, setAll] = useState(false);
  const known = topics.value;
  const found = (known ?? []).filter((topic) => isFound(topic, url.find));
  const shown = all ? found : found.slice(0, FIRST_ROWS);
  const now = Math.floor(clockNow() / HOUR_MS) * HOUR_MS + HOUR_MS;
  const series = useQuery<Series>(shown.length === 0 ? null : '/series', {
    topics: shown.map((topic) => topic.id),
    from: new Date(now - DAY_MS).toISOString(),
    to: new Date(now).toISOString(),
    step: '1h',
  });
  const hourly = new Map(
    (series.data?.topics ?? []).map((line) => [line.topic, line.points.map((point) => point.n)]),
  );
  return (
    <Page
      title={t(shell.topics)}
      lead={t(words.lead)}
      actions={
        canEdit.value && (
          <LinkButton href={`/topics/${NEW_TOPIC}`} variant="primary" icon="plus">
            {t(words.create)}
          </LinkButton>
        )
      }
    >
      <RecountList />
      <QuietNote />
      {topicsError.value !== null && (
        <ErrorState error={topicsError.value} onRetry={() => void loadTopics()} />
      )}
      {known === null && topicsError.value === null && <Skeleton lines={6} height={28} />}
      {known !== null && known.length === 0 && (
        <EmptyState
          icon="topics"
          title={t(words.emptyTitle)}
          text={t(words.emptyText)}
          action={
            canEdit.value && (
              <LinkButton href={`/topics/${NEW_TOPIC}`} variant="primary" icon="plus">
                {t(words.createFirst)}
              </LinkButton>
            )
          }
        />
      )}
      {known !== null && known.length > 0 && (
        <Panel
          title={t(words.list)}
          hint={t(words.basis, { time: time(clockNow()), zone: zone() })}
          flush
          actions={
            known.length > 8 && (
              <TextField
                label={t(words.find)}
                hideLabel
                type="search"
                placeholder={t(words.find)}
                value={url.find}
                onValue={(find) => setUrl({ find }, { replace: true })}
              />
            )
          }
        >
          {found.length === 0 ? (
            <EmptyState compact title={t(words.noMatch, { q: url.find })} />
          ) : (
            <TopicTable rows={shown} hourly={hourly} />
          )}
          {shown.length < found.length && (
            <div class="more-rows">
              <p class="muted">{t(words.shown, { n: shown.length, all: found.length })}</p>
              <Button onClick={() => setAll(true)}>{t(words.showAll)}</Button>
            </div>
          )}
        </Panel>
      )}
    </Page>
  );
}

function TopicTable(props: {
  rows: readonly TopicView[];
  hourly: ReadonlyMap<string, readonly number[]>;
}) {
  return (
    <Table
      caption={t(words.list)}
      rows={props.rows}
      rowKey={(topic) => topic.id}
      onRow={(topic) => navigate(`/topics/${topic.id}`)}
      columns={[
        {
          key: 'name',
          title: t(words.topic),
          primary: true,
          cell: (topic) => (
            <span class="topics-name">
              <span
                class="swatch"
                style={{ background: `var(--topic-${topic.color})` }}
                aria-hidden="true"
              />
              <bdi>{topic.name}</bdi>
              <span class="topics-aliases muted">
                {t(words.aliasCount, { n: topic.aliases.length })}
              </span>
            </span>
          ),
        },
        {
          key: 'n',
          title: t(words.mentions24),
          numeric: true,
          cell: (topic) => (
            <span class="topics-figure">
              {count(topic.day.n)} <Delta now={topic.day.n} before={topic.previousDay.n} />
            </span>
          ),
        },
        {
          key: 'mood',
          title: t(words.mood24),
          numeric: true,
          cell: (topic) => (
            <span class="topics-figure">
              <MoodValue value={topic.day.mood} />{' '}
              <Delta now={topic.day.mood} before={topic.previousDay.mood} points />
            </span>
          ),
        },
        {
          key: 'negative',
          title: t(words.negative24),
          numeric: true,
          cell: (topic) =>
            topic.day.negativeShare === null || topic.day.n < LEAST_FOR_SHARE ? (
              <span class="muted">–</span>
            ) : (
              share(topic.day.negativeShare)
            ),
        },
        {
          key: 'trend',
          title: t(words.trend),
          cell: (topic) => <Trend topic={topic} values={props.hourly.get(topic.id)} />,
        },
        {
          key: 'links',
          title: t(words.toLive),
          hideTitle: true,
          cell: (topic) => (
            <span class="row topics-links">
              <LinkButton size="s" variant="ghost" href={`/live?topics=${topic.id}&range=24h`}>
                {t(words.toLive)}
              </LinkButton>
              <LinkButton size="s" variant="ghost" href={`/posts?topic=${topic.id}`}>
                {t(words.toPosts)}
              </LinkButton>
            </span>
          ),
        },
      ]}
    />
  );
}

function Trend(props: { topic: TopicView; values: readonly number[] | undefined }) {
  const { values } = props;
  if (values === undefined || values.length === 0) return <span class="muted">–</span>;
  return (
    <Sparkline
      values={values}
      min={0}
      width={112}
      color={`var(--topic-${props.topic.color})`}
      label={t(words.trendOf, {
        name: props.topic.name,
        low: Math.min(...values),
        high: Math.max(...values),
      })}
    />
  );
}

function isFound(topic: TopicView, find: string): boolean {
  const wanted = find.trim().toLowerCase();
  if (wanted === '') return true;
  return [topic.name, topic.id, ...topic.aliases].some((name) =>
    name.toLowerCase().includes(wanted),
  );
}
