import type { BlockedAuthor, PostDetail, PostView } from '#shared/wire/api.ts';
import type { MoodLabel } from '#shared/mood/mood.ts';
import { useEffect, useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { topicById, topicName } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Badge, DemoBadge, MoodValue, Time, moodWord } from '../ui/data.tsx';
import { Segmented, TextField } from '../ui/form.tsx';
import { count, time, zone } from '../ui/format.ts';
import { MarkedText } from '../ui/marked-text.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { LABEL_KEYS, correct, forget, replaceMention } from './correct.ts';
import { EvidenceTable, type MentionView, marksOf } from './evidence.tsx';
import { authorName, engagementText } from './post-item.tsx';
import { useKeys } from './use-keys.ts';
import { words } from './words.ts';

/** Everything known of one post: words, evidence per topic, copies, raw data; and where people correct it. */
export function PostDetailView(props: {
  postRef: string;
  /** Topic that is looked at first. */
  topic: string;
  /** The list keeps in step with corrections made here. */
  onCorrected?: (ref: string, mention: MentionView) => void;
  onStep?: (step: 1 | -1) => void;
}) {
  const query = useQuery<PostDetail>(`/posts/${encodeURIComponent(props.postRef)}`);
  const [chosen, setChosen] = useState(props.topic);
  const post = query.data?.ref === undefined ? undefined : query.data;
  const mention =
    post?.mentions.find((candidate) => candidate.topic === chosen) ?? post?.mentions[0];

  const replace = (ref: string, next: MentionView) => {
    props.onCorrected?.(ref, next);
    const [changed] = post === undefined ? [] : replaceMention([post], ref, next);
    if (changed !== undefined) query.put(changed);
  };
  const apply = (label: MoodLabel, reason = mention?.corrected?.reason ?? '') => {
    if (post !== undefined && mention !== undefined && canEdit.value)
      void correct(post.ref, mention, { label, reason }, replace);
  };
  useKeys({
    '1': () => apply(LABEL_KEYS['1']),
    '2': () => apply(LABEL_KEYS['2']),
    '3': () => apply(LABEL_KEYS['3']),
    j: () => props.onStep?.(1),
    k: () => props.onStep?.(-1),
  });

  if (query.error?.status === 404) {
    return (
      <EmptyState
        icon="posts"
        title={t(words.postNotFound)}
        text={t(words.postNotFoundText)}
        action={<LinkButton href="/posts">{t(words.toPosts)}</LinkButton>}
      />
    );
  }
  if (post === undefined) {
    return query.error === undefined ? (
      <Skeleton lines={8} />
    ) : (
      <ErrorState error={query.error} onRetry={query.reload} />
    );
  }
  return (
    <div class="posts-detail stack">
      {query.error !== undefined && (
        <ErrorState error={query.error} onRetry={query.reload} compact />
      )}
      <div class="row wrap muted">
        {post.demo && <DemoBadge />}
        <b class="posts-detail-author">
          <bdi>{authorName(post)}</bdi>
        </b>
        {post.author.verified === true && <Badge>{t(words.verified)}</Badge>}
        <Time at={post.createdAt} style="full" /> <span>{zone()}</span>
      </div>
      <p class="posts-detail-text">
        <MarkedText text={post.text} marks={marksOf(mention?.evidence ?? [])} />
      </p>
      {post.repostOf !== null && <Repost of={post.repostOf} />}
      <div class="row wrap">
        {isWebAddress(post.url) && (
          <LinkButton
            size="s"
            icon="external"
            href={post.url}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {t(words.sourceLink)}
          </LinkButton>
        )}
        <span class="row muted">
          {t(words.permalink)}
          <CopyButton
            text={`${location.origin}/posts/${encodeURIComponent(post.ref)}`}
            label={t(words.permalink)}
          />
        </span>
        {canEdit.value && (post.author.id ?? post.author.name) !== null && (
          <BlockAuthor post={post} />
        )}
      </div>

      {post.mentions.length > 1 && (
        <Segmented
          label={t(words.facetTopic)}
          value={mention?.topic ?? null}
          options={post.mentions.map(({ topic }) => ({ value: topic, label: topicName(topic) }))}
          onValue={setChosen}
        />
      )}
      {mention === undefined ? (
        <p class="muted">{t(words.noMention)}</p>
      ) : (
        <MentionCard
          key={mention.topic}
          mention={mention}
          onLabel={apply}
          onForget={() => void forget(post.ref, mention, replace)}
        />
      )}
      <Facts post={post} />
      {post.words.length > 0 && (
        <section class="stack tight">
          <h3>{t(words.segments)}</h3>
          <ul class="posts-words">
            {post.words.map((word, index) => (
              <li key={index}>
                <bdi>{word}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      <details class="posts-raw">
        <summary>{t(words.raw)}</summary>
        <div class="posts-raw-body">
          <CopyButton text={JSON.stringify(post, null, 2)} label={t(words.copyJson)} />
          <pre tabIndex={0} aria-label={t(words.raw)}>
            {JSON.stringify(post, null, 2)}
          </pre>
        </div>
      </details>
    </div>
  );
}

function MentionCard(props: {
  mention: MentionView;
  onLabel: (label: MoodLabel, reason?: string) => void;
  onForget: () => void;
}) {
  const { mention } = props;
  const name = topicName(mention.topic);
  const [reason, setReason] = useState(mention.corrected?.reason ?? '');
  useEffect(() => setReason(mention.corrected?.reason ?? ''), [mention.corrected?.reason]);
  return (
    <section class="posts-card stack tight" aria-label={name}>
      <h3 class="row wrap">
        <span
          class="swatch"
          style={{ background: `var(--topic-${topicById.value.get(mention.topic)?.color ?? 0})` }}
          aria-hidden="true"
        />
        <bdi>{name}</bdi>
        <MoodValue value={mention.score * 100} label={mention.label} />
      </h3>
      {mention.corrected !== null && <CorrectionLine mention={mention} />}
      {mention.corrected !== null && mention.corrected.from !== mention.label && (
        <p class="muted">{t(words.evidenceCorrected)}</p>
      )}
      <EvidenceTable evidence={mention.evidence} score={mention.score} />
      {canEdit.value && (
        <div class="posts-correct stack tight">
          <div class="row wrap">
            <span class="field-label">{t(words.correct)}</span>
            <Segmented
              label={t(words.correctFor, { topic: name })}
              value={mention.corrected === null ? null : mention.label}
              options={Object.entries(LABEL_KEYS).map(([key, label]) => ({
                value: label,
                label: `${key} ${moodWord(label)}`,
              }))}
              onValue={(label) => props.onLabel(label, reason)}
            />
            {mention.corrected !== null && (
              <Button size="s" variant="ghost" icon="undo" onClick={props.onForget}>
                {t(words.takeBack)}
              </Button>
            )}
          </div>
          <TextField
            label={t(words.reason)}
            hint={t(words.correctHint)}
            maxLength={300}
            value={reason}
            onValue={setReason}
          />
          <div class="row wrap">
            {[words.reasonIrony, words.reasonTarget, words.reasonWord, words.reasonFact].map(
              (word) => (
                <Button key={word[1]} size="s" variant="ghost" onClick={() => setReason(t(word))}>
                  {t(word)}
                </Button>
              ),
            )}
            {mention.corrected !== null && reason !== mention.corrected.reason && (
              <Button size="s" onClick={() => props.onLabel(mention.label, reason)}>
                {t(words.saveReason)}
              </Button>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function CorrectionLine({ mention }: { mention: MentionView }) {
  const { corrected } = mention;
  if (corrected === null) return null;
  const values = { by: corrected.by, time: time(corrected.at) };
  return (
    <p class="posts-corrected">
      {corrected.from === mention.label
        ? t(words.confirmedBy, values)
        : t(words.correctedBy, {
            ...values,
            from: moodWord(corrected.from),
            to: moodWord(mention.label),
          })}
      {corrected.reason !== '' && (
        <>
          {' · '}
          <bdi>{corrected.reason}</bdi>
        </>
      )}
    </p>
  );
}

function Repost({ of }: { of: NonNullable<PostView['repostOf']> }) {
  return (
    <blockquote class="posts-repost">
      <p class="muted">
        {t(words.repostOf)} {of.author !== null && <bdi>{of.author}</bdi>}
      </p>
      {of.text !== null && <bdi class="marked">{of.text}</bdi>}
    </blockquote>
  );
}

function Facts({ post }: { post: PostDetail }) {
  return (
    <dl class="facts">
      <dt>{t(words.wholePost)}</dt>
      <dd>
        <MoodValue value={post.mood.score * 100} label={post.mood.label} />
      </dd>
      <dt>{t(words.source)}</dt>
      <dd>
        <bdi>{post.source}</bdi> · <code>{post.id}</code>
      </dd>
      {post.author.followers !== null && (
        <>
          <dt>{t(words.followers)}</dt>
          <dd>{count(post.author.followers)}</dd>
        </>
      )}
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
          <dt>{t(words.engagementLabel)}</dt>
          <dd>{engagementText(post.counts)}</dd>
        </>
      )}
      <dt>{t(words.receivedAt)}</dt>
      <dd>
        <Time at={post.receivedAt} style="full" />
      </dd>
      <dt>{t(words.copies)}</dt>
      <dd>{post.copies > 1 ? t(words.copiesN, { n: post.copies - 1 }) : t(words.copiesNone)}</dd>
    </dl>
  );
}

function BlockAuthor({ post }: { post: PostView }) {
  const name = authorName(post);
  return (
    <ConfirmButton
      size="s"
      icon="shield"
      label={t(words.block)}
      title={t(words.blockTitle, { name })}
      text={<p>{t(words.blockText)}</p>}
      onConfirm={async () => {
        const { author } = await send<Pick<BlockedAuthor, 'author'>>(
          'POST',
          `/posts/${encodeURIComponent(post.ref)}/block-author`,
        );
        toast(t(words.blocked, { name }), {
          undo: () => void send('DELETE', `/blocked-authors/${author}`).catch(toastError),
        });
      }}
    />
  );
}

/** A post's own address is hostile input: only web pages are linked. */
function isWebAddress(url: string | null): url is string {
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
