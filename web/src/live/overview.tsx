import type { ComponentChildren } from 'preact';
import type { Facets, Words as WordsAnswer } from '#shared/wire/api.ts';
import type { LiveSeries } from './use-series.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { demoFilling } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { pointsOf, totalsOf } from '../state/series-store.ts';
import { Delta, MoodBar, MoodValue, RankList } from '../ui/data.tsx';
import { count, decimal, duration, share } from '../ui/format.ts';
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
  // Read: the figures move with the store.
  void props.series.version.value;
  return (
    <ul class="topic-stats">
      {props.topics.map((id) => (
        <TopicStat key={id} {...props} topic={id} />
      ))}
    </ul>
  );
}

function TopicStat(props: Parameters<typeof TopicStats>[0] & { topic: string }) {
  const { topic: id, view } = props;
  const { store } = props.series;
  const stored = store.topics.get(id);
  const ready = stored?.ready === true;
  const prior = stored?.prior ?? 0;
  const before = previousSpan(view);
  const pointsIn = (span: Span) => (ready ? pointsOf(store, id, span.from, span.to) : []);
  const now = totalsOf(pointsIn({ from: view.from, to: Math.min(view.to, props.until) }), prior);
  const was = totalsOf(pointsIn(before), prior);
  return (
    <li class={`topic-stat ${id === props.focus ? 'topic-stat-focus' : ''}`}>
      <div class="topic-stat-line">
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
          <span class="topic-stat-title">{topicName(id)}</span>
        </button>
        <span class="topic-stat-n num">
          {ready ? t(common.nMentions, { n: count(now.n) }) : '–'}
        </span>
      </div>
      <div class="topic-stat-line">
        <span class="topic-stat-mood">
          <MoodValue value={now.mood} />
        </span>
        <span class="topic-stat-change">
          {was.n > 0 && (
            <span class="muted">
              {t(words.comparedWith, { window: duration(view.to - view.from) })}
            </span>
          )}
          <Delta now={now.mood} before={was.mood} points label={t(words.mood)} hideLabel />
          <Delta now={now.n} before={was.n} label={t(words.volume)} />
        </span>
      </div>
      <MoodBar positive={now.positive} neutral={now.neutral} negative={now.negative} />
    </li>
  );
}

/** Share of voice over all topics, and whose voice: authors and regions of the focused topic. */
export function VoicePanel(props: {
  view: Span;
  colors: ReadonlyMap<string, string>;
  rangeMs: number;
}) {
  const query = useQuery<Facets>('/posts/facets', isoSpan(props.view));
  return (
    <Panel title={t(words.voice)} hint={t(words.voiceHint, { range: duration(props.rangeMs) })}>
      <Loaded query={query} skeleton={<Skeleton lines={5} height={24} />}>
        {(facets) => {
          const all = facets.topics.reduce((sum, topic) => sum + topic.n, 0);
          if (all === 0)
            return demoFilling.value ? (
              <Skeleton lines={5} height={24} />
            ) : (
              <EmptyState compact title={t(words.noneHere)} />
            );
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
            demoFilling.value ? (
              <Skeleton lines={6} height={24} />
            ) : (
              <EmptyState compact title={t(words.noWords)} />
            )
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
    <Panel title={t(words.people)} hint={t(words.peopleHint, { topic: topicName(props.topic) })}>
      <Loaded query={query} skeleton={<Skeleton lines={6} height={24} />}>
        {(facets) => (
          <div class="people">
            <section>
              <h3>
                {t(words.authors)} <span class="muted num">{count(facets.authorsTotal)}</span>
              </h3>
              {facets.authors.length === 0 && <p class="muted">{t(words.noAuthors)}</p>}
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
