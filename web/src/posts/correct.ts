import type { PostView } from '#shared/wire/api.ts';
import type { MoodLabel } from '#shared/mood/mood.ts';
import { send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { moodWord } from '../ui/data.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import type { MentionView } from './evidence.tsx';
import { words } from './words.ts';

/** Keys 1, 2, 3: the order in which Chinese products list them (正 中 负). */
export const LABEL_KEYS = { '1': 'positive', '2': 'neutral', '3': 'negative' } as const;

type Replace = (ref: string, mention: MentionView) => void;

/** The mention that a key corrects: of the filtered topic, else the first. */
export function mentionToCorrect(post: PostView, topic: string): MentionView | undefined {
  return post.mentions.find((mention) => mention.topic === topic) ?? post.mentions[0];
}

/**
 * PUT /posts/:ref/labels/:topic; everything that counts the mention moves with it. `replace` puts the answer on screen.
 * Ten seconds to undo.
 */
export async function correct(
  ref: string,
  mention: MentionView,
  change: { label: MoodLabel; reason?: string },
  replace: Replace,
): Promise<void> {
  try {
    replace(ref, await put(ref, mention.topic, change.label, change.reason ?? ''));
  } catch (cause) {
    toastError(cause);
    return;
  }
  const values = { topic: topicName(mention.topic) };
  const machine = mention.corrected?.from ?? mention.label;
  const message =
    change.label === machine
      ? t(words.confirmedToast, { ...values, label: moodWord(change.label) })
      : t(words.correctedToast, {
          ...values,
          from: moodWord(mention.label),
          to: moodWord(change.label),
        });
  toast(message, { undo: () => void takeBack(ref, mention, replace) });
}

/** Back to what `before` said: an earlier correction, or the machine's label. */
async function takeBack(ref: string, before: MentionView, replace: Replace): Promise<void> {
  const label = before.corrected === null ? null : before.label;
  try {
    replace(ref, await put(ref, before.topic, label, before.corrected?.reason ?? ''));
    toast(t(words.undone));
  } catch (cause) {
    toastError(cause);
  }
}

/** Removes a correction for good. */
export async function forget(ref: string, mention: MentionView, replace: Replace): Promise<void> {
  try {
    replace(ref, await put(ref, mention.topic, null, ''));
  } catch (cause) {
    toastError(cause);
    return;
  }
  toast(t(words.undone), {
    undo: () =>
      void correct(
        ref,
        mention,
        { label: mention.label, reason: mention.corrected?.reason ?? '' },
        replace,
      ),
  });
}

function put(
  ref: string,
  topic: string,
  label: MoodLabel | null,
  reason: string,
): Promise<MentionView> {
  const path = `/posts/${encodeURIComponent(ref)}/labels/${encodeURIComponent(topic)}`;
  return send<MentionView>('PUT', path, { label, reason });
}

/** `posts` with one mention of one post replaced. */
export function replaceMention<P extends PostView>(
  posts: readonly P[],
  ref: string,
  mention: MentionView,
): P[] {
  return posts.map((post) =>
    post.ref === ref
      ? {
          ...post,
          mentions: post.mentions.map((old) => (old.topic === mention.topic ? mention : old)),
        }
      : post,
  );
}
