import { MOOD_LABELS, type MoodLabel } from '#shared/mood/mood.ts';
import { t } from '../i18n/i18n.ts';
import { correct } from '../posts/correct.ts';
import { canEdit } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { moodWord } from '../ui/data.tsx';
import { common } from '../ui/words.ts';
import { words } from './words.ts';

const SHORT = {
  positive: common.positiveShort,
  neutral: common.neutralShort,
  negative: common.negativeShort,
} as const;

/** 正 / 中 / 负: says what the mood really is. Everything that counts the mention moves; undo for ten seconds. */
export function Relabel(props: {
  postRef: string;
  mention: { topic: string; label: MoodLabel; score: number };
  onLabel: (label: MoodLabel) => void;
}) {
  if (!canEdit.value) return null;
  const { mention } = props;
  return (
    <span
      class="relabel"
      role="group"
      aria-label={t(words.relabelFor, { topic: topicName(mention.topic) })}
    >
      {[...MOOD_LABELS].reverse().map((label) => (
        <button
          key={label}
          type="button"
          class={`relabel-${label}`}
          aria-pressed={label === mention.label}
          title={moodWord(label)}
          onClick={() => {
            if (label === mention.label) return;
            const before = { ...mention, evidence: [], corrected: null };
            void correct(props.postRef, before, { label }, (_ref, now) => props.onLabel(now.label));
          }}
        >
          {t(SHORT[label])}
        </button>
      ))}
    </span>
  );
}
