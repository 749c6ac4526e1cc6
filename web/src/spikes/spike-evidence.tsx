import { useQuery } from '../api/use-query.ts';
import type { ComponentChildren } from 'preact';
import type { Facets, SpikeDetail } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { isoSpan } from '../live/overview.tsx';
import { Badge, RankList } from '../ui/data.tsx';
import { count, decimal, share, time } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded, Skeleton } from '../ui/state.tsx';
import { words } from './words.ts';

/** Share of the excess from one text, or of the posts from one author, above which the reader is warned. */
export const CONCENTRATED = 0.4;
const ONE_AUTHOR = 0.2;
const MOST_AUTHORS = 6;

type Link = (filter: Readonly<Record<string, string>>) => string;

export function DriverWords({ spike, link }: { spike: SpikeDetail; link: Link }) {
  const { explanation } = spike;
  return (
    <Panel title={t(words.driverWords)} hint={t(words.driverHint)}>
      {explanation.words.length === 0 ? (
        <EmptyState compact title={t(words.noWords)} />
      ) : (
        <RankList
          label={t(words.driverWords)}
          items={explanation.words.map((word) => ({
            key: word.word,
            n: word.posts,
            name: <bdi>{word.word}</bdi>,
            detail: t(word.backgroundAuthors === 0 ? words.wordNew : words.wordDetail, {
              n: word.authors,
              ratio: decimal(word.ratio),
              g2: decimal(word.g2, 0),
            }),
            href: link({ word: word.word }),
          }))}
        />
      )}
    </Panel>
  );
}

/** Who posted most: one busy author is the commonest false alarm. */
export function Authors({ spike, link }: { spike: SpikeDetail; link: Link }) {
  const { explanation } = spike;
  const query = useQuery<Facets>('/posts/facets', {
    topic: spike.topic,
    ...isoSpan({ from: Date.parse(explanation.from), to: Date.parse(explanation.to) }),
  });
  return (
    <Panel
      title={t(words.authors)}
      hint={t(words.authorsHint, { n: count(explanation.authors, true) })}
    >
      <Loaded query={query} skeleton={<Skeleton lines={5} height={24} />}>
        {(facets) => {
          const top = facets.authors[0];
          const most = top === undefined ? 0 : top.n / Math.max(1, facets.total);
          return (
            <div class="stack tight">
              {most >= ONE_AUTHOR && (
                <p class="spike-warning">{t(words.oneAuthor, { share: share(most) })}</p>
              )}
              <RankList
                label={t(words.authors)}
                items={facets.authors.slice(0, MOST_AUTHORS).map(({ key, name, n }) => ({
                  key,
                  n,
                  name: <bdi>{name}</bdi>,
                  detail: share(n / Math.max(1, facets.total)),
                  href: link({ author: key }),
                }))}
              />
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}

export function Roots(props: { spike: SpikeDetail; link: Link; onOpen: (ref: string) => void }) {
  return (
    <Panel title={t(words.roots)} flush>
      <ol class="spike-roots">
        {props.spike.explanation.roots
          .toSorted((a, b) => b.posts - a.posts)
          .map((root) => (
            <TextGroup key={root.root} group={root} onOpen={props.onOpen}>
              {root.share >= CONCENTRATED && <Badge tone="warn">{t(words.concentration)}</Badge>}
              <a href={props.link({ root: root.root })}>{t(words.seeAll, { n: root.posts })}</a>
            </TextGroup>
          ))}
      </ol>
    </Panel>
  );
}

/** Whether one text copied with small changes weighs more than any text repeated to the letter. */
export function copiesLead({ copies, roots }: SpikeDetail['explanation']): boolean {
  const largest = (groups: readonly { share: number }[]) =>
    Math.max(0, ...groups.map((group) => group.share));
  return largest(copies) > largest(roots);
}

/** Texts that many posted with small changes: each looks like a root of its own, together they are one voice. */
export function Copies(props: { spike: SpikeDetail; onOpen: (ref: string) => void }) {
  const { copies } = props.spike.explanation;
  if (copies.length === 0) return null;
  return (
    <Panel title={t(words.copies)} hint={t(words.copiesHint)} flush>
      <ol class="spike-roots">
        {copies.map((copy) => (
          <TextGroup key={copy.postRef} group={copy} onOpen={props.onOpen}>
            {copy.share >= CONCENTRATED && <Badge tone="warn">{t(words.concentration)}</Badge>}
          </TextGroup>
        ))}
      </ol>
    </Panel>
  );
}

interface Group {
  text: string;
  posts: number;
  authors: number;
  firstAt: string;
  postRef: string;
  share: number;
}

/** One text that stands for several posts; a press opens its earliest post. */
function TextGroup(props: {
  group: Group;
  onOpen: (ref: string) => void;
  children?: ComponentChildren;
}) {
  const { group } = props;
  return (
    <li class="spike-root">
      <button type="button" class="spike-root-text" onClick={() => props.onOpen(group.postRef)}>
        <bdi>{group.text}</bdi>
      </button>
      <p class="row wrap muted">
        <span class="num">
          {t(words.rootDetail, {
            posts: group.posts,
            authors: group.authors,
            share: share(group.share),
          })}
        </span>
        <span class="num">{t(words.rootFirst, { time: time(group.firstAt, 'second') })}</span>
        {props.children}
      </p>
    </li>
  );
}

export function Shifts(props: {
  title: string;
  items: SpikeDetail['explanation']['sources'];
  href: (name: string) => string;
  empty?: string;
}) {
  return (
    <Panel title={props.title}>
      {props.items.length === 0 ? (
        <p class="muted">{props.empty ?? '–'}</p>
      ) : (
        <RankList
          label={props.title}
          items={props.items.map((item) => ({
            key: item.name,
            n: item.n,
            name: <bdi>{item.name}</bdi>,
            detail: t(words.shareWas, { now: share(item.share), before: share(item.shareBefore) }),
            href: props.href(item.name),
          }))}
        />
      )}
    </Panel>
  );
}
