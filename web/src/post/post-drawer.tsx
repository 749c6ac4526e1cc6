import type { PostDetail } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { LinkButton } from '../ui/button.tsx';
import { Badge, DemoBadge, MoodValue, Time, moodWord } from '../ui/data.tsx';
import { count } from '../ui/format.ts';
import { Drawer } from '../ui/overlay.tsx';
import { Loaded } from '../ui/state.tsx';
import { EvidenceText } from './post-text.tsx';
import { Relabel } from './relabel.tsx';
import { words } from './words.ts';

/** One post with everything that explains its mood. `postRef` null: closed. */
export function PostDrawer(props: {
  postRef: string | null;
  onClose: () => void;
  onChange?: (post: PostDetail) => void;
}) {
  const path = props.postRef === null ? null : `/posts/${encodeURIComponent(props.postRef)}`;
  const query = useQuery<PostDetail>(path);
  const change = (post: PostDetail) => {
    query.put(post);
    props.onChange?.(post);
  };
  return (
    <Drawer open={props.postRef !== null} title={t(words.title)} onClose={props.onClose}>
      <Loaded query={query}>{(post) => <PostBody post={post} onChange={change} />}</Loaded>
    </Drawer>
  );
}

function PostBody(props: { post: PostDetail; onChange: (post: PostDetail) => void }) {
  const { post } = props;
  const spans = post.mentions.flatMap((mention) =>
    mention.evidence.map(({ start, end, effect }) => [start, end, effect] as const),
  );
  return (
    <div class="stack">
      <header class="row wrap">
        <b>
          <bdi>{post.author.name ?? post.author.id ?? t(words.anonymous)}</bdi>
        </b>
        {post.author.verified === true && <Badge tone="accent">{t(words.verified)}</Badge>}
        {post.author.followers !== null && (
          <span class="muted">{t(words.followers, { n: count(post.author.followers) })}</span>
        )}
        {post.demo && <DemoBadge />}
      </header>
      <p class="post-full">
        <EvidenceText text={post.text} spans={spans} />
      </p>
      {post.repostOf !== null && (
        <blockquote class="post-quote">
          <span class="muted">
            {t(words.repostOf)} <bdi>{post.repostOf.author ?? t(words.anonymous)}</bdi>
          </span>
          <p>
            <bdi>{post.repostOf.text}</bdi>
          </p>
        </blockquote>
      )}
      <section class="stack tight" aria-label={t(words.perTopic)}>
        <h3>{t(words.perTopic)}</h3>
        {post.mentions.map((mention) => (
          <div key={mention.topic} class="post-mention">
            <div class="row wrap">
              <b>{topicName(mention.topic)}</b>
              <MoodValue value={mention.score * 100} label={mention.label} />
              {mention.corrected !== null && (
                <Badge
                  tone="accent"
                  title={t(words.corrected, { label: moodWord(mention.corrected.from) })}
                >
                  {t(words.correctedBadge)}
                </Badge>
              )}
              <span class="grow" />
              <Relabel
                postRef={post.ref}
                topic={mention.topic}
                label={mention.label}
                onLabel={(label) => props.onChange(withMention(post, { ...mention, label }))}
                onSaved={(saved) => props.onChange(withMention(post, saved))}
              />
            </div>
            {mention.evidence.length === 0 ? (
              <p class="muted">{t(words.noEvidence)}</p>
            ) : (
              <ul class="row wrap" aria-label={t(words.why)}>
                {mention.evidence.map((item, index) => (
                  <li
                    key={index}
                    class={`evidence-item evidence-${item.effect < 0 ? 'negative' : 'positive'}`}
                    title={item.rule}
                  >
                    <bdi>{item.text === '' ? t(words.wholeClause) : item.text}</bdi>{' '}
                    <span class="num">{formatMood(item.effect * 100)}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
      </section>
      <dl class="facts">
        <dt>{t(words.posted)}</dt>
        <dd>
          <Time at={post.createdAt} style="full" />
        </dd>
        <dt>{t(words.received)}</dt>
        <dd>
          <Time at={post.receivedAt} style="full" />
        </dd>
        <dt>{t(words.source)}</dt>
        <dd>
          <bdi>{post.source}</bdi>
        </dd>
        {post.author.region !== null && (
          <>
            <dt>{t(words.region)}</dt>
            <dd>
              <bdi>{post.author.region}</bdi>
            </dd>
          </>
        )}
        {post.counts !== null && (
          <>
            <dt>{t(words.engagement)}</dt>
            <dd>
              {[post.counts.reposts, post.counts.comments, post.counts.likes]
                .map((n) => count(n))
                .join(' · ')}
            </dd>
          </>
        )}
        {post.copies > 1 && (
          <>
            <dt />
            <dd>{t(words.copies, { n: post.copies })}</dd>
          </>
        )}
      </dl>
      {post.words.length > 0 && (
        <section class="stack tight">
          <h3>{t(words.segments)}</h3>
          <p class="post-words">
            {post.words.map((word, index) => (
              <bdi key={index}>{word}</bdi>
            ))}
          </p>
        </section>
      )}
      <div class="row wrap">
        {isWebLink(post.url) && (
          <LinkButton
            href={post.url}
            target="_blank"
            rel="noopener noreferrer nofollow"
            icon="external"
          >
            {t(words.original)}
          </LinkButton>
        )}
        {post.author.id !== null && (
          <LinkButton href={`/posts?author=${encodeURIComponent(post.author.id)}`} icon="user">
            {t(words.byAuthor)}
          </LinkButton>
        )}
      </div>
      <details>
        <summary>{t(words.raw)}</summary>
        <pre class="post-raw">{JSON.stringify(post, null, 2)}</pre>
      </details>
    </div>
  );
}

function withMention(post: PostDetail, mention: PostDetail['mentions'][number]): PostDetail {
  const mentions = post.mentions.map((other) => (other.topic === mention.topic ? mention : other));
  return { ...post, mentions };
}

/** Posts name their own address: only http and https are ever made a link. */
export function isWebLink(url: string | null): url is string {
  return url !== null && /^https?:\/\//i.test(url);
}
