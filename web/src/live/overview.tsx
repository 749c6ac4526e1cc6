import type { ComponentChildren } from 'preact';
import type { Facets, Words as WordsAnswer } from '#shared/wire/api.ts';
import type { LiveSeries } from './use-series.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { pointsOf, totalsOf } from '../state/series-store.ts';
import { Delta, MoodBar, MoodValue, RankList } from '../ui/data.tsx';
import { count, decimal, share } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded, Skeleton } from '../ui/state.tsx';
import { common } from '../ui/words.ts';
import { type Span, previousSpan } from './live-url.ts';
import { words } from './words.ts';

/** Figures of the window, per topic, with the change against the same width before. */
export function TopicStats(props: {
  topics: readonly string[];
  colors: ReadonlyMap<string, string>;
  series: LiveSeries;
  view: Span;
  /** Nothing after this is counted (a replay has not got there yet). */
  until: number;
  focus: string;
  onFocus: (topic: string) => void;
}) {
  if (props.series.version.value === 0) {
    return props.series.loading.value ? <Skeleton lines={1} height={104} /> : null;
  }
  const { store } = props.series;
  const before = previousSpan(props.view);
  return (
    <ul class="topic-stats">
      {props.topics.map((id) => {
        const prior = store.topics.get(id)?.prior ?? 0;
        const to = Math.min(props.view.to, props.until);
        const now = totalsOf(pointsOf(store, id, props.view.from, to), prior);
        const was = totalsOf(pointsOf(store, id, before.from, before.to), prior);
        return (
          <li key={id} class={`topic-stat ${id === props.focus ? 'topic-stat-focus' : ''}`}>
            <button
              type="button"
              class="topic-stat-name"
              aria-pressed={id === props.focus}
              title={t(words.focus)}
              onClick={() => props.onFocus(id)}
            >
              <span
                class="swatch"
                style={{ background: props.colors.get(id) ?? '' }}
                aria-hidden="true"
              />
              {topicName(id)}
            </button>
            <span class="topic-stat-mood">
              <MoodValue value={now.mood} />
              <Delta now={now.mood} before={was.mood} points />
            </span>
            <span class="topic-stat-n">
              {t(common.nMentions, { n: count(now.n) })}
              <br />
              <Delta now={now.n} before={was.n} />
            </span>
            <MoodBar positive={now.positive} neutral={now.neutral} negative={now.negative} />
          </li>
        );
      })}
    </ul>
  );
}

/** Share of voice over all topics, and whose voice: authors and regions of the focused topic. */
export function VoicePanel(props: {
  view: Span;
  colors: ReadonlyMap<string, string>;
  rangeWord: string;
}) {
  const query = useQuery<Facets>('/posts/facets', isoSpan(props.view));
  return (
    <Panel title={t(words.voice)} hint={t(words.voiceHint, { range: props.rangeWord })}>
      <Loaded query={query} skeleton={<Skeleton lines={5} height={24} />}>
        {(facets) => {
          const all = facets.topics.reduce((sum, topic) => sum + topic.n, 0);
          if (all === 0) return <EmptyState compact title={t(words.streamEmpty)} />;
          return (
            <RankList
              label={t(words.voice)}
              items={facets.topics.slice(0, 10).map(({ key, n }) => ({
                key,
                n,
                name: <NamedTopic id={key} color={props.colors.get(key)} />,
                detail: share(n / all),
                href: postsLink({ topic: key }, props.view),
              }))}
            />
          );
        }}
      </Loaded>
    </Panel>
  );
}

function NamedTopic(props: { id: string; color: string | undefined }): ComponentChildren {
  return (
    <>
      {props.color !== undefined && (
        <span class="swatch swatch-inline" style={{ background: props.color }} aria-hidden="true" />
      )}
      {topicName(props.id)}
    </>
  );
}

export function WordsPanel(props: { topic: string; view: Span }) {
  const query = useQuery<WordsAnswer>('/words', { topic: props.topic, ...isoSpan(props.view) });
  return (
    <Panel title={t(words.rising)} hint={t(words.risingHint, { topic: topicName(props.topic) })}>
      <Loaded query={query} skeleton={<Skeleton lines={6} height={24} />}>
        {(answer) =>
          answer.rising.length === 0 ? (
            <EmptyState compact title={t(words.noWords)} />
          ) : (
            <RankList
              label={t(words.rising)}
              items={answer.rising.slice(0, 10).map((word) => ({
                key: word.word,
                n: word.authors,
                name: <bdi>{word.word}</bdi>,
                detail:
                  word.backgroundAuthors === 0 ? t(common.newItem) : `×${decimal(word.ratio)}`,
                href: postsLink({ topic: props.topic, word: word.word }, props.view),
              }))}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

export function PeoplePanel(props: { topic: string; view: Span }) {
  const query = useQuery<Facets>('/posts/facets', { topic: props.topic, ...isoSpan(props.view) });
  return (
    <Panel title={t(words.people)} hint={topicName(props.topic)}>
      <Loaded query={query} skeleton={<Skeleton lines={6} height={24} />}>
        {(facets) => (
          <div class="people">
            <section>
              <h3>
                {t(words.authors)} <span class="muted num">{count(facets.authorsTotal)}</span>
              </h3>
              <RankList
                label={t(words.authors)}
                items={facets.authors.slice(0, 6).map(({ key, name, n }) => ({
                  key,
                  n,
                  name: <bdi>{name}</bdi>,
                  href: postsLink({ topic: props.topic, author: key }, props.view),
                }))}
              />
            </section>
            <section>
              <h3>{t(words.regions)}</h3>
              {facets.regions.length === 0 ? (
                <p class="muted">{t(words.noRegions)}</p>
              ) : (
                <RankList
                  label={t(words.regions)}
                  items={facets.regions.slice(0, 6).map(({ key, n }) => ({
                    key,
                    n,
                    name: <bdi>{key}</bdi>,
                    href: postsLink({ topic: props.topic, region: key }, props.view),
                  }))}
                />
              )}
            </section>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

export function isoSpan(span: Span): { from: string; to: string } {
  return { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
}

/** Exactly the posts behind a figure. */
export function postsLink(filter: Readonly<Record<string, string>>, span: Span): string {
  return `/posts?${new URLSearchParams({ ...filter, ...isoSpan(span) })}`;
}
