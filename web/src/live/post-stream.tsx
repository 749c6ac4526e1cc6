import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { PostView } from '#shared/wire/api.ts';
import type { LivePost } from '#shared/wire/live.ts';
import { ApiError, get } from '../api/client.ts';
import { pace } from '../charts/frames.ts';
import { t } from '../i18n/i18n.ts';
import { ClampedText } from '../post/post-text.tsx';
import { Relabel } from '../post/relabel.tsx';
import { words as postWords } from '../post/words.ts';
import { reducedMotion } from '../state/prefs.ts';
import { demoFilling } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { DemoBadge, MOOD_GLYPH, MoodValue, Time } from '../ui/data.tsx';
import { Panel } from '../ui/layout.tsx';
import { memo } from '../ui/memo.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { on } from './feed.ts';
import { EMPTY_STREAM, type Stream, arrive, livePostOf, relabelled, release } from './stream.ts';
import { words } from './words.ts';

/** Inserts into the page at most this often (4 a second), less on slow machines. */
const INSERT_MS = 250;
const INSERT_MOST = 3;
const FIRST_ROWS = 16;
/** Rows built at first and by each step of scrolling down: the rest of the list exists as data only. */
const ROWS_AHEAD = 20;
const REPLAY_ROUND_MS = 1_500;

export interface PostStreamProps {
  topics: readonly string[];
  colors: ReadonlyMap<string, string>;
  /** live: the socket brings new posts · replay: posts up to the moving `to` · fixed: those of [from, to). */
  mode: 'live' | 'replay' | 'fixed';
  /** The view is paused: new posts are counted, not shown. */
  paused: boolean;
  from: number;
  to: number;
  /** Where the replay stands; null outside of one. */
  position: Signal<number> | null;
  onOpen: (ref: string) => void;
}

/** Posts of the shown topics as they are scored. Never moves what the pointer or the focus is on. */
export function PostStream(props: PostStreamProps) {
  const stream = useSignal<Stream>(EMPTY_STREAM);
  const held = useSignal(false);
  const built = useSignal(ROWS_AHEAD);
  const loading = useSignal(true);
  const error = useSignal<ApiError | null>(null);
  const round = useSignal(0);
  const topics = props.topics.join(',');
  const hold = useRef(false);
  // Who asked for less motion gets the count and a button instead of a list that moves by itself.
  const still = props.paused || held.value || reducedMotion.value;
  hold.current = still;
  const latest = useRef(props);
  latest.current = props;
  // A moving window is asked for once; the socket, or the replay's own rounds, do the rest.
  const windowKey =
    props.mode === 'fixed'
      ? `${props.from}-${props.to}`
      : `${props.mode} ${props.mode === 'live' ? '' : props.from}`;

  useEffect(() => {
    const abort = new AbortController();
    stream.value = EMPTY_STREAM;
    loading.value = true;
    error.value = null;
    loadPosts({ ...props, to: props.position?.peek() ?? props.to }, abort.signal).then(
      (posts) => {
        stream.value = release(arrive(stream.value, posts));
        loading.value = false;
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        if (!(cause instanceof ApiError)) throw cause;
        error.value = cause;
        loading.value = false;
      },
    );
    return () => abort.abort();
  }, [topics, windowKey, round.value]);

  useEffect(() => {
    if (props.mode === 'fixed') return;
    const wanted = new Set(props.topics);
    const stop =
      props.mode === 'replay'
        ? followReplay(latest, (posts) => {
            stream.value = arrive(stream.value, posts);
          })
        : on('post:scored', ({ posts }) => {
            const ours = posts.filter((post) => post.topics.some(({ topic }) => wanted.has(topic)));
            if (ours.length > 0) stream.value = arrive(stream.value, ours);
          });
    let timer = 0;
    const insert = (waitedMs: number) => {
      if (!document.hidden && !hold.current)
        stream.value = release(stream.value, Math.round((INSERT_MOST * waitedMs) / INSERT_MS));
      const next = pace(INSERT_MS);
      timer = window.setTimeout(insert, next, next);
    };
    insert(INSERT_MS);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [topics, windowKey]);

  const { rows, waiting } = stream.value;
  const onLabel = useCallback((ref: string, topic: string, label: Mention['label']) => {
    stream.value = relabelled(stream.value, { ref, topic, label });
  }, []);
  return (
    <Panel
      title={t(props.mode === 'live' ? words.stream : words.streamReplay)}
      hint={t(held.value && waiting.length > 0 ? words.streamHeld : words.streamHint)}
      flush
      class="stream"
      actions={
        <LinkButton size="s" variant="ghost" icon="posts" href={postsHref(props)}>
          {t(words.allPosts)}
        </LinkButton>
      }
    >
      {still && waiting.length > 0 && (
        <div class="stream-waiting">
          <Button
            size="s"
            icon="up"
            onClick={() => {
              stream.value = release(stream.value);
            }}
          >
            {t(words.streamWaiting, { n: waiting.length })}
          </Button>
        </div>
      )}
      {error.value !== null && (
        <ErrorState error={error.value} compact onRetry={() => round.value++} />
      )}
      {(loading.value || demoFilling.value) && error.value === null && rows.length === 0 && (
        <div class="stream-loading">
          <Skeleton lines={9} height={52} />
        </div>
      )}
      {!loading.value && !demoFilling.value && error.value === null && rows.length === 0 && (
        <EmptyState icon="posts" title={t(words.streamEmpty)} text={t(words.streamEmptyText)} />
      )}
      <ol
        class="stream-list"
        onScroll={(event) => {
          // Back at the top, what was built below is let go.
          if (event.currentTarget.scrollTop < 1) built.value = ROWS_AHEAD;
        }}
        onPointerEnter={() => {
          held.value = true;
        }}
        onPointerLeave={() => {
          held.value = false;
        }}
        onFocusIn={() => {
          held.value = true;
        }}
        onFocusOut={() => {
          held.value = false;
        }}
      >
        {rows.slice(0, built.value).map((post) => (
          <Row
            key={post.ref}
            post={post}
            topics={props.topics}
            colors={props.colors}
            onOpen={props.onOpen}
            onLabel={onLabel}
          />
        ))}
        {rows.length > built.value && <MoreBelow onNear={() => (built.value += ROWS_AHEAD)} />}
      </ol>
    </Panel>
  );
}

/** End of what is built: asks for more when the reader comes near. */
function MoreBelow(props: { onNear: () => void }) {
  const end = useRef<HTMLLIElement>(null);
  const latest = useRef(props.onNear);
  latest.current = props.onNear;
  useEffect(() => {
    const element = end.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current();
      },
      { root: element.parentElement, rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return <li ref={end} class="stream-end" aria-hidden="true" />;
}

type Mention = LivePost['topics'][number];

/** Two hundred rows must not be compared several times a second for one that is new. */
const Row = memo(StreamRow);

function StreamRow(props: {
  post: LivePost;
  topics: readonly string[];
  colors: ReadonlyMap<string, string>;
  onOpen: (ref: string) => void;
  onLabel: (ref: string, topic: string, label: Mention['label']) => void;
}) {
  const { post } = props;
  const mentions = post.topics.filter(({ topic }) => props.topics.includes(topic));
  const spans = mentions.flatMap((mention) => mention.evidence);
  const first = mentions[0];
  return (
    <li class={`stream-row stream-row-${first?.label ?? 'neutral'}`}>
      <div class="stream-meta">
        <span class="stream-sign" aria-hidden="true">
          {MOOD_GLYPH[first?.label ?? 'neutral']}
        </span>
        <button type="button" class="stream-open" onClick={() => props.onOpen(post.ref)}>
          <Time at={post.at} style="second" />
          <span class="sr-only">{t(postWords.openPost)}</span>
        </button>
        <bdi class="stream-author">{post.author === '' ? t(postWords.anonymous) : post.author}</bdi>
        {/* The source of made-up posts is the demo itself: the badge says so. */}
        {post.demo ? <DemoBadge /> : <bdi class="muted">{post.source}</bdi>}
      </div>
      <ClampedText text={post.text} spans={spans} />
      <ul class="stream-mentions">
        {mentions.map((mention) => (
          <li key={mention.topic} class="stream-mention">
            <span
              class="swatch"
              style={{ background: props.colors.get(mention.topic) ?? '' }}
              aria-hidden="true"
            />
            <span class="stream-topic">{topicName(mention.topic)}</span>
            <MoodValue value={mention.score * 100} label={mention.label} short />
            <Relabel
              postRef={post.ref}
              mention={mention}
              onLabel={(label) => props.onLabel(post.ref, mention.topic, label)}
            />
          </li>
        ))}
      </ul>
    </li>
  );
}

async function loadPosts(props: PostStreamProps, signal: AbortSignal): Promise<LivePost[]> {
  const window =
    props.mode === 'live'
      ? {}
      : { from: new Date(props.from).toISOString(), to: new Date(props.to).toISOString() };
  const pages = await Promise.all(
    props.topics.map((topic) =>
      get<{ items: PostView[] }>(
        '/posts',
        { topic, ...window, limit: Math.ceil(FIRST_ROWS / Math.max(1, props.topics.length)) + 2 },
        signal,
      ),
    ),
  );
  return pages.flatMap((page) => page.items.map(livePostOf));
}

/** Every round brings a sample of what the replay has passed since the last. */
function followReplay(
  latest: { current: PostStreamProps },
  onPosts: (posts: LivePost[]) => void,
): () => void {
  const positionOf = () => latest.current.position?.value ?? latest.current.to;
  let from = positionOf();
  const abort = new AbortController();
  const timer = setInterval(() => {
    const to = positionOf();
    if (document.hidden || to === from) return;
    if (to < from) from = to - 60_000;
    const part = { ...latest.current, from, to };
    from = to;
    loadPosts(part, abort.signal).then(onPosts, (cause: unknown) => {
      // One missed round of a sample is no loss; the next one asks again.
      if (!abort.signal.aborted && !(cause instanceof ApiError)) throw cause;
    });
  }, REPLAY_ROUND_MS);
  return () => {
    clearInterval(timer);
    abort.abort();
  };
}

/** The explorer with the same topic and window. */
function postsHref(props: PostStreamProps): string {
  const query = new URLSearchParams();
  if (props.topics[0] !== undefined) query.set('topic', props.topics[0]);
  query.set('from', new Date(props.from).toISOString());
  query.set('to', new Date(props.to).toISOString());
  return `/posts?${query}`;
}
