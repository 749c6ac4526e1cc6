import type { ScoreAnswer } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { usePosted } from '../api/use-posted.ts';
import { t } from '../i18n/i18n.ts';
import { EvidenceTable, marksOf } from '../posts/evidence.tsx';
import { MoodValue } from '../ui/data.tsx';
import { TextArea } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { MarkedText } from '../ui/marked-text.tsx';
import { ErrorState } from '../ui/state.tsx';
import type { TopicDraft } from './topic-draft.ts';
import { words } from './words.ts';

/** Paste a text: did the topic match and why, what is its mood and which words made it; or why not. */
export function WhyPanel({ draft }: { draft: TopicDraft }) {
  const [text, setText] = useState('');
  const asked = text.trim() !== '' && draft.name.trim() !== '';
  const id = draft.id === '' ? 'preview' : draft.id;
  const score = usePosted<ScoreAnswer>(
    '/score',
    asked ? { text, topics: [{ ...draft, id }] } : null,
  );
  return (
    <Panel title={t(words.why)} hint={t(words.whyHint)}>
      <div class="stack">
        <TextArea
          label={t(words.whyText)}
          rows={3}
          maxLength={10_000}
          placeholder={t(words.whyPlaceholder)}
          value={text}
          onValue={setText}
        />
        <div aria-live="polite" aria-busy={score.loading} class="stack tight">
          {score.error !== undefined && <ErrorState error={score.error} compact />}
          {asked && score.data !== undefined && (
            <WhyAnswer answer={score.data} text={text} id={id} />
          )}
        </div>
      </div>
    </Panel>
  );
}

function WhyAnswer({ answer, text, id }: { answer: ScoreAnswer; text: string; id: string }) {
  const found = answer.topics.find((topic) => topic.topic === id);
  const misses = answer.misses.filter((miss) => miss.topic === id);
  return (
    <>
      {found === undefined ? (
        <p>
          <b>{t(words.whyNotMatched)}</b>
        </p>
      ) : (
        <>
          <p class="row wrap">
            <b>{t(words.whyMatched)}</b>
            {[...new Set(found.hits.map((hit) => hit.alias))].map((alias) => (
              <span key={alias} class="badge badge-accent">
                <bdi>{alias}</bdi>
              </span>
            ))}
            <MoodValue value={found.score * 100} label={found.label} />
          </p>
          <MarkedText
            text={text}
            marks={[
              ...found.hits.map(({ start, end }) => ({ start, end, tone: 'hit' as const })),
              ...marksOf(found.evidence),
            ]}
          />
          <EvidenceTable evidence={found.evidence} score={found.score} />
        </>
      )}
      {answer.repost === 'bare' && <p class="muted">{t(words.whyBare)}</p>}
      {found === undefined && misses.length === 0 && <p class="muted">{t(words.whyNoHit)}</p>}
      {misses.length > 0 && (
        <ul class="topics-warnings">
          {misses.map((miss, index) => (
            <li key={index}>
              <Icon name="info" size={14} /> <bdi>{missText(miss)}</bdi>
            </li>
          ))}
        </ul>
      )}
      <p class="row muted">
        {t(words.whole)} <MoodValue value={answer.score * 100} label={answer.label} />
      </p>
    </>
  );
}

/** `why: by`, as the matcher explains it. */
function missText({ reason, text }: ScoreAnswer['misses'][number]): string {
  const colon = reason.indexOf(': ');
  const [why, by] = [reason.slice(0, colon), reason.slice(colon + 2)];
  switch (why) {
    case 'excluded':
      return t(words.whyExcluded, { text, by });
    case 'inside-word':
      return t(words.whyInsideWord, { text, by });
    case 'inside-longer-alias':
      return t(words.whyLonger, { text, by });
    case 'query':
      return t(words.whyQuery, { text, by });
    default:
      return reason;
  }
}
