import type { Facets, PostView } from '#shared/wire/api.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { apiUrl } from '../api/client.ts';
import { useList } from '../api/use-list.ts';
import { useQuery } from '../api/use-query.ts';
import { fromLocalInput, toLocalInput } from '../i18n/local-time.ts';
import { t } from '../i18n/i18n.ts';
import { useUrlState } from '../router/router.ts';
import type { PageProps } from '../router/routes.ts';
import { words as shell } from '../shell/words.ts';
import { canEdit, meta } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { Button, IconButton, LinkButton } from '../ui/button.tsx';
import { Chip, MoodBar, MoreRows, moodWord } from '../ui/data.tsx';
import { DateField } from '../ui/date-field.tsx';
import { Select } from '../ui/form.tsx';
import { count, share, time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { Drawer, Popover } from '../ui/overlay.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { LABEL_KEYS, correct, mentionToCorrect, replaceMention } from './correct.ts';
import type { MentionView } from './evidence.tsx';
import { FacetLists } from './facets.tsx';
import { PostDetailView } from './post-detail.tsx';
import { PostItem } from './post-item.tsx';
import {
  FILTERS,
  type Filter,
  ORDERS,
  type PostRange,
  type PostsState,
  RANGES,
  filterQuery,
  postsUrl,
  spanOf,
} from './posts-url.ts';
import { SearchBox } from './search-box.tsx';
import { words } from './words.ts';
import './posts.css';

/** /posts: the explorer; /posts/:ref: one post by itself, for links from elsewhere. */
export function PostsPage({ params }: PageProps) {
  const ref = params['ref'];
  return ref === undefined ? <Explorer /> : <OnePost postRef={ref} />;
}

function OnePost({ postRef }: { postRef: string }) {
  return (
    <Page
      title={t(words.postTitle)}
      actions={
        <LinkButton icon="chevronLeft" href="/posts">
          {t(words.toPosts)}
        </LinkButton>
      }
    >
      <Panel>
        <PostDetailView postRef={postRef} topic="" />
      </Panel>
    </Page>
  );
}

function Explorer() {
  const [state, setState] = useUrlState(postsUrl);
  const [now, refresh] = useAnchor();
  const query = now === null ? {} : filterQuery(state, now);
  const posts = useList<PostView>(now === null ? null : '/posts', {
    ...query,
    order: state.order,
    limit: 50,
  });
  const facets = useQuery<Facets>(now === null ? null : '/posts/facets', query);
  const items = posts.items ?? [];
  const [current, setCurrent] = useState('');
  const list = useRef<HTMLOListElement>(null);

  // The focus goes back to the row only when the dialog, which holds it, is gone.
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && state.post === '') focusItem(list.current, current);
    wasOpen.current = state.post !== '';
  }, [state.post]);

  const replace = (ref: string, mention: MentionView) =>
    posts.change((old) => replaceMention(old, ref, mention));
  const open = (post: string) => setState({ post }, { replace: state.post !== '' });
  const filter = (name: Filter, value: string) => setState({ [name]: value });
  const step = (by: 1 | -1) => {
    const index = items.findIndex((post) => post.ref === current);
    const next = items[Math.max(0, Math.min(items.length - 1, index + by))];
    if (next === undefined) return;
    setCurrent(next.ref);
    if (state.post !== '') open(next.ref);
    else focusItem(list.current, next.ref);
  };
  const label = (key: keyof typeof LABEL_KEYS) => {
    const post = items.find((candidate) => candidate.ref === current);
    const mention = post === undefined ? undefined : mentionToCorrect(post, state.topic);
    if (post !== undefined && mention !== undefined && canEdit.value)
      void correct(post.ref, mention, { label: LABEL_KEYS[key] }, replace);
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    '1': () => label('1'),
    '2': () => label('2'),
    '3': () => label('3'),
  });

  return (
    <Page
      title={t(shell.posts)}
      lead={<ReviewCount />}
      wide
      actions={<ExportMenu query={query} total={posts.total} />}
    >
      <SearchBox
        value={state.q}
        focus={state.focus}
        onSearch={(q) => setState({ q, focus: false })}
      />
      <FilterBar state={state} now={now} onState={setState} facets={facets.data} />
      <div class="posts-layout">
        <aside class="posts-side" aria-label={t(words.filters)}>
          <SideFacets>
            {facets.error !== undefined && (
              <ErrorState error={facets.error} onRetry={facets.reload} compact />
            )}
            {facets.data === undefined && facets.error === undefined && <Skeleton lines={8} />}
            {facets.data !== undefined && (
              <FacetLists facets={facets.data} state={state} onFilter={filter} />
            )}
          </SideFacets>
        </aside>
        <Panel flush class="posts-panel">
          <div class="posts-summary">
            <span class="grow" role="status">
              {posts.total !== undefined && <b>{t(words.found, { n: posts.total })}</b>}
              {facets.data !== undefined && (
                <span class="muted">
                  {' · '}
                  {t(words.foundAuthors, { n: facets.data.authorsTotal })}
                </span>
              )}
              {now !== null && (
                <span class="muted">
                  {' · '}
                  {t(words.asOf, { time: time(spanOf(state, now).to), zone: zone() })}
                </span>
              )}
            </span>
            {facets.data !== undefined && <LabelShares facets={facets.data} />}
            <IconButton
              size="s"
              icon="refresh"
              label={t(words.refresh)}
              onClick={() => {
                refresh();
                posts.reload();
                facets.reload();
              }}
            />
          </div>
          {posts.error !== undefined && (
            <ErrorState error={posts.error} onRetry={posts.reload} compact={items.length > 0} />
          )}
          {posts.items === undefined && posts.error === undefined && (
            <div class="panel-pad">
              <Skeleton lines={9} />
            </div>
          )}
          {posts.items !== undefined && items.length === 0 && !posts.loading && (
            <NothingFound state={state} onState={setState} />
          )}
          <ol ref={list} class="posts-list" aria-label={t(words.list)} aria-busy={posts.loading}>
            {items.map((post) => (
              <PostItem
                key={post.ref}
                post={post}
                topic={state.topic}
                current={post.ref === current}
                onFocus={() => setCurrent(post.ref)}
                onOpen={() => {
                  setCurrent(post.ref);
                  open(post.ref);
                }}
              />
            ))}
          </ol>
          <MoreRows next={posts.next} busy={posts.loading} onMore={posts.more} />
          {items.length > 0 && <p class="posts-keys muted no-print">{t(words.keys)}</p>}
        </Panel>
      </div>
      <Drawer
        open={state.post !== ''}
        title={t(words.postTitle)}
        width="l"
        onClose={() => setState({ post: '' }, { replace: true })}
        actions={
          items.length > 1 && (
            <>
              <IconButton icon="up" label={t(words.previous)} onClick={() => step(-1)} />
              <IconButton icon="down" label={t(words.next)} onClick={() => step(1)} />
            </>
          )
        }
      >
        {state.post !== '' && (
          <PostDetailView
            key={state.post}
            postRef={state.post}
            topic={state.topic}
            onCorrected={replace}
            onStep={step}
          />
        )}
      </Drawer>
    </Page>
  );
}

/** The moment the list stands at: fixed while one reads, moved on by "refresh". */
function useAnchor(): [number | null, () => void] {
  const [anchor, setAnchor] = useState<number | null>(null);
  const known = viewNow();
  useEffect(() => {
    if (anchor === null && known !== null) setAnchor(known);
  }, [anchor, known === null]);
  return [anchor, () => setAnchor(viewNow())];
}

function FilterBar(props: {
  state: PostsState;
  now: number | null;
  facets: Facets | undefined;
  onState: (change: Partial<PostsState>) => void;
}) {
  const { state, now } = props;
  const custom = state.from !== null || state.to !== null;
  const set = FILTERS.filter((name) => name !== 'q' && state[name] !== '');
  return (
    <div class="posts-filters">
      <Select
        label={t(words.range)}
        hideLabel
        value={custom ? 'custom' : state.range}
        options={[
          ...RANGES.map((value) => ({ value, label: rangeWord(value) })),
          { value: 'custom' as const, label: t(words.rangeCustom) },
        ]}
        onValue={(value) => {
          if (value !== 'custom') props.onState({ range: value, from: null, to: null });
          else if (now !== null) props.onState(spanOf(state, now));
        }}
      />
      {custom && now !== null && <CustomSpan state={state} now={now} onState={props.onState} />}
      <Select
        label={t(words.order)}
        hideLabel
        value={state.order}
        options={ORDERS.map((value) => ({ value, label: t(words[value]) }))}
        onValue={(order) => props.onState({ order })}
      />
      <Select
        label={t(words.facetCorrected)}
        hideLabel
        value={state.corrected}
        options={[
          { value: '', label: t(words.anyReview) },
          { value: '1', label: t(words.onlyCorrected) },
          { value: '0', label: t(words.notCorrected) },
        ]}
        onValue={(corrected) => props.onState({ corrected })}
      />
      {set.map((name) => {
        const text = filterText(name, state, props.facets);
        return (
          <Chip
            key={name}
            onRemove={() => props.onState({ [name]: '' })}
            removeLabel={t(words.removeFilter, { name: text })}
          >
            <bdi>{text}</bdi>
          </Chip>
        );
      })}
      {set.length > 1 && (
        <Button
          size="s"
          variant="ghost"
          onClick={() => props.onState(Object.fromEntries(FILTERS.map((name) => [name, ''])))}
        >
          {t(words.clearFilters)}
        </Button>
      )}
    </div>
  );
}

function CustomSpan(props: {
  state: PostsState;
  now: number;
  onState: (change: Partial<PostsState>) => void;
}) {
  const span = spanOf(props.state, props.now);
  return (
    <>
      {(['from', 'to'] as const).map((edge) => (
        <DateField
          key={edge}
          withTime
          hideLabel
          label={t(words[edge])}
          value={toLocalInput(span[edge], zone())}
          onValue={(value) => {
            const at = fromLocalInput(value, zone());
            if (at !== null) props.onState({ [edge]: at });
          }}
        />
      ))}
      <span class="muted">{zone()}</span>
    </>
  );
}

/** On phones the facets fold away; the list comes first. */
function SideFacets(props: { children: preact.ComponentChildren }) {
  const [wide, setWide] = useState(matchMedia('(min-width: 901px)').matches);
  useEffect(() => {
    const media = matchMedia('(min-width: 901px)');
    const change = () => setWide(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, []);
  if (wide) return <>{props.children}</>;
  return (
    <details class="posts-fold">
      <summary>
        <Icon name="filter" size={16} /> {t(words.filters)}
      </summary>
      {props.children}
    </details>
  );
}

function LabelShares({ facets }: { facets: Facets }) {
  const n = (key: 'positive' | 'neutral' | 'negative') =>
    facets.labels.find((row) => row.key === key)?.n ?? 0;
  if (facets.total === 0) return null;
  return <MoodBar positive={n('positive')} neutral={n('neutral')} negative={n('negative')} />;
}

interface Corrections {
  total: number;
  agreed: number;
  items: unknown[];
}

/** How much people looked at, and how often they agreed with the machine. */
function ReviewCount() {
  const corrections = useQuery<Corrections>('/corrections', { limit: 1000 });
  const { data } = corrections;
  if (data === undefined) return <>{t(words.keys)}</>;
  if (data.total === 0) return <>{t(words.reviewedNone)}</>;
  return (
    <>
      {t(words.reviewedN, { n: data.total })}
      {data.items.length > 0 && (
        <>
          {' · '}
          {t(words.agreement, {
            share: share(data.agreed / data.items.length),
            n: data.items.length,
          })}
        </>
      )}
    </>
  );
}

const FORMATS = ['csv', 'xlsx', 'ndjson'] as const;

function ExportMenu(props: { query: Parameters<typeof apiUrl>[1]; total: number | undefined }) {
  const links = (extra: Record<string, string>, what: string) => (
    <div class="row wrap">
      {FORMATS.map((format) => (
        <LinkButton
          key={format}
          size="s"
          icon="download"
          download
          href={apiUrl('/export/posts', { ...props.query, ...extra, format })}
        >
          <span class="sr-only">{what} </span>
          {format.toUpperCase()}
        </LinkButton>
      ))}
    </div>
  );
  return (
    <Popover
      label={t(words.export)}
      align="end"
      trigger={(attributes) => (
        <Button icon="download" {...attributes}>
          {t(words.export)}
        </Button>
      )}
    >
      <div class="stack tight posts-export">
        <b>{t(words.exportTitle)}</b>
        {props.total !== undefined && (
          <p class="muted">{t(words.exportText, { n: count(props.total, true) })}</p>
        )}
        {links({}, t(words.exportTitle))}
        <b>{t(words.exportLabels)}</b>
        <p class="muted">{t(words.exportLabelsText)}</p>
        {links({ corrected: '1' }, t(words.exportLabels))}
      </div>
    </Popover>
  );
}

function NothingFound(props: {
  state: PostsState;
  onState: (change: Partial<PostsState>) => void;
}) {
  const filtered = FILTERS.some((name) => props.state[name] !== '');
  return (
    <EmptyState
      icon="posts"
      title={t(words.emptyTitle)}
      text={t(filtered || meta.value?.empty !== true ? words.emptyText : words.emptyStore)}
      action={
        <>
          {props.state.range !== '7d' && (
            <Button onClick={() => props.onState({ range: '7d', from: null, to: null })}>
              {t(words.last7)}
            </Button>
          )}
          {props.state.range !== 'all' && (
            <Button onClick={() => props.onState({ range: 'all', from: null, to: null })}>
              {t(words.rangeAll)}
            </Button>
          )}
          {filtered && (
            <Button
              onClick={() => props.onState(Object.fromEntries(FILTERS.map((name) => [name, ''])))}
            >
              {t(words.clearFilters)}
            </Button>
          )}
          {!filtered && <LinkButton href="/sources/import">{t(words.toSources)}</LinkButton>}
        </>
      }
    />
  );
}

function filterText(name: Filter, state: PostsState, facets: Facets | undefined): string {
  const value = state[name];
  switch (name) {
    case 'topic':
      return topicName(value);
    case 'label':
      return state.label === '' ? '' : moodWord(state.label);
    case 'author': {
      const known = facets?.authors.find((author) => author.key === value)?.name;
      return `${t(words.facetAuthor)}: ${known === undefined || known === '' ? value : known}`;
    }
    case 'corrected':
      return t(value === '1' ? words.onlyCorrected : words.notCorrected);
    case 'root':
      return t(words.facetRoot);
    case 'word':
      return `${t(words.facetWord)}: ${value}`;
    case 'source':
      return `${t(words.facetSource)}: ${value}`;
    case 'region':
      return `${t(words.facetRegion)}: ${value}`;
    case 'q':
      return value;
  }
}

function rangeWord(range: PostRange): string {
  return t(
    {
      '1h': words.range1h,
      '6h': words.range6h,
      '24h': words.range24h,
      '7d': words.range7d,
      '30d': words.range30d,
      all: words.rangeAll,
    }[range],
  );
}

function focusItem(list: HTMLOListElement | null, ref: string): void {
  for (const item of list?.children ?? []) {
    if (!(item instanceof HTMLElement) || item.dataset['ref'] !== ref) continue;
    item.querySelector<HTMLElement>('.posts-item-text')?.focus();
    item.scrollIntoView({ block: 'nearest' });
  }
}
