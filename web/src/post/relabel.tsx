import { MOOD_LABELS, type MoodLabel } from '#shared/mood/mood.ts';
import type { PostView } from '#shared/wire/api.ts';

type MentionView = PostView['mentions'][number];
import { send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { MOOD_GLYPH, moodWord } from '../ui/data.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { words } from './words.ts';

const SHORT = {
  positive: common.positiveShort,
  neutral: common.neutralShort,
  negative: common.negativeShort,
} as const;

export interface RelabelProps {
  postRef: string;
  topic: string;
  label: MoodLabel;
  /** Told at once (before the server answers), again on undo or failure. */
  onLabel: (label: MoodLabel) => void;
  /** The server's answer. */
  onSaved?: (mention: MentionView) => void;
}

/** 正 / 中 / 负: says what the mood really is. Everything that counts the mention moves; undo for ten seconds. */
export function Relabel(props: RelabelProps) {
  if (!canEdit.value) return null;
  return (
    <span
      class="relabel"
      role="group"
      aria-label={t(words.relabelFor, { topic: topicName(props.topic) })}
    >
      {[...MOOD_LABELS].reverse().map((label) => (
        <button
          key={label}
          type="button"
          class={`relabel-${label}`}
          aria-pressed={label === props.label}
          title={moodWord(label)}
          onClick={(event) => {
            event.stopPropagation();
            if (label !== props.label) correctLabel(props, label);
          }}
        >
          <span aria-hidden="true">{MOOD_GLYPH[label]}</span>
          {t(SHORT[label])}
        </button>
      ))}
    </span>
  );
}

/** Optimistic: the label changes on screen, then on the server; a failure puts it back and says why. */
export function correctLabel(props: RelabelProps, label: MoodLabel): void {
  const before = props.label;
  const path = `/posts/${encodeURIComponent(props.postRef)}/labels/${encodeURIComponent(props.topic)}`;
  const put = (value: MoodLabel | null) => send<MentionView>('PUT', path, { label: value });
  props.onLabel(label);
  put(label).then(
    (mention) => {
      props.onSaved?.(mention);
      toast(t(words.relabelled, { label: moodWord(label) }), {
        undo: () => {
          props.onLabel(before);
          put(null).then(props.onSaved, toastError);
        },
      });
    },
    (cause: unknown) => {
      props.onLabel(before);
      toastError(cause);
    },
  );
}
