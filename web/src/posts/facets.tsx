import type { Facets } from '#shared/wire/api.ts';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { MOOD_GLYPH, moodWord } from '../ui/data.tsx';
import { count } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import type { Filter, PostsState } from './posts-url.ts';
import { words } from './words.ts';

interface Row {
  key: string;
  name: ComponentChildren;
  n: number;
}

/** Counts of the filtered set by kind; a click narrows it, a second one takes the filter back. */
export function FacetLists(props: {
  facets: Facets;
  state: PostsState;
  onFilter: (filter: Filter, value: string) => void;
}) {
  const { facets } = props;
  const lists: { filter: Filter; title: string; rows: Row[] }[] = [
    {
      filter: 'label',
      title: t(words.facetLabel),
      rows: facets.labels.map(({ key, n }) => ({
        key,
        n,
        name: (
          <span class={`mood-${key}`}>
            <span aria-hidden="true">{MOOD_GLYPH[key]}</span> {moodWord(key)}
          </span>
        ),
      })),
    },
    {
      filter: 'topic',
      title: t(words.facetTopic),
      rows: facets.topics.map(({ key, n }) => ({ key, n, name: <bdi>{topicName(key)}</bdi> })),
    },
    { filter: 'source', title: t(words.facetSource), rows: facets.sources.map(plain) },
    { filter: 'region', title: t(words.facetRegion), rows: facets.regions.map(plain) },
    {
      filter: 'author',
      title: t(words.facetAuthor),
      rows: facets.authors.map(({ key, name, n }) => ({
        key,
        n,
        name: <bdi>{name === '' ? key : name}</bdi>,
      })),
    },
  ];
  return (
    <div class="posts-facets">
      {lists.map(
        (list) =>
          list.rows.length > 0 && (
            <FacetList
              key={list.filter}
              title={list.title}
              rows={list.rows}
              chosen={props.state[list.filter]}
              onChoose={(value) => props.onFilter(list.filter, value)}
            />
          ),
      )}
    </div>
  );
}

function FacetList(props: {
  title: string;
  rows: readonly Row[];
  chosen: string;
  onChoose: (value: string) => void;
}) {
  const most = Math.max(1, ...props.rows.map((row) => row.n));
  return (
    <section class="posts-facet">
      <h2>{props.title}</h2>
      <ul>
        {props.rows.map((row) => (
          <li key={row.key}>
            <button
              type="button"
              class="posts-facet-row"
              aria-pressed={row.key === props.chosen}
              onClick={() => props.onChoose(row.key === props.chosen ? '' : row.key)}
            >
              <span
                class="rank-bar"
                style={{ width: `${(row.n / most) * 100}%` }}
                aria-hidden="true"
              />
              <span class="posts-facet-name">{row.name}</span>
              <span class="num">{count(row.n)}</span>
              {row.key === props.chosen && <Icon name="close" size={12} />}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function plain({ key, n }: { key: string; n: number }): Row {
  return { key, n, name: <bdi>{key === '' ? t(words.unnamed) : key}</bdi> };
}
