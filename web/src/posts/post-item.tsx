import type { PostView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { topicById, topicName } from '../state/topics.ts';
import { Badge, DemoBadge, MoodValue, Time } from '../ui/data.tsx';
import { count } from '../ui/format.ts';
import { MarkedText } from '../ui/marked-text.tsx';
import { mentionToCorrect } from './correct.ts';
import { marksOf } from './evidence.tsx';
import { words } from './words.ts';

/** One post of the list: who, when, its words with the decisive ones marked, and its mood toward each topic. */
export function PostItem(props: {
  post: PostView;
  /** Topic whose evidence is marked. */
  topic: string;
  current: boolean;
  onOpen: () => void;
  onFocus: () => void;
}) {
  const { post } = props;
  const marked = mentionToCorrect(post, props.topic);
  return (
    <li class="posts-item" data-current={props.current} data-ref={post.ref}>
      <div class="posts-item-head muted">
        <Time at={post.createdAt} />
        <bdi class="posts-item-author">{authorName(post)}</bdi>
        {post.author.verified === true && <Badge>{t(words.verified)}</Badge>}
        <bdi>{post.source}</bdi>
        {post.author.region !== null && <bdi>{post.author.region}</bdi>}
        {post.demo && <DemoBadge />}
        {post.counts !== null && (
          <span class="posts-item-counts" title={engagementText(post.counts)}>
            <span aria-hidden="true">
              ↻ {count(post.counts.reposts)} · ✎ {count(post.counts.comments)} · ♡{' '}
              {count(post.counts.likes)}
            </span>
            <span class="sr-only">{engagementText(post.counts)}</span>
          </span>
        )}
      </div>
      <button type="button" class="posts-item-text" onClick={props.onOpen} onFocus={props.onFocus}>
        <MarkedText clamp text={post.text} marks={marksOf(marked?.evidence ?? [])} />
      </button>
      <MentionChips post={post} />
    </li>
  );
}

export function MentionChips({ post }: { post: PostView }) {
  if (post.mentions.length === 0) return <p class="muted">{t(words.noMention)}</p>;
  return (
    <ul class="posts-mentions">
      {post.mentions.map((mention) => (
        <li key={mention.topic} class="posts-mention">
          <span
            class="swatch"
            style={{ background: `var(--topic-${topicById.value.get(mention.topic)?.color ?? 0})` }}
            aria-hidden="true"
          />
          <bdi>{topicName(mention.topic)}</bdi>
          <MoodValue value={mention.score * 100} label={mention.label} />
          {mention.corrected !== null && (
            <Badge tone="accent">
              {t(mention.corrected.from === mention.label ? words.confirmed : words.corrected)}
            </Badge>
          )}
        </li>
      ))}
    </ul>
  );
}

export function authorName(post: Pick<PostView, 'author'>): string {
  return post.author.name ?? post.author.id ?? t(words.anonymous);
}

export function engagementText(counts: NonNullable<PostView['counts']>): string {
  return t(words.engagementOf, {
    reposts: count(counts.reposts),
    comments: count(counts.comments),
    likes: count(counts.likes),
  });
}
