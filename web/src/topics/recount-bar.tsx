import { useEffect } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { count } from '../ui/format.ts';
import { toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { cancelRecount, dismissRecount, loadRecounts, recounts } from './recount.ts';
import type { Recount } from './recount-state.ts';
import { words } from './words.ts';

/** Progress of recounts: of one topic, or of all. Those that run already are asked for, so a reload loses none. */
export function RecountList(props: { topic?: string }) {
  useEffect(() => void loadRecounts(), []);
  const shown = recounts.value.filter(
    (recount) => props.topic === undefined || recount.topic === props.topic,
  );
  return (
    <>
      {shown.map((recount) => (
        <RecountBar key={recount.job} recount={recount} />
      ))}
    </>
  );
}

function RecountBar({ recount }: { recount: Recount }) {
  const { state, done, total, message } = recount;
  const name = topicName(recount.topic);
  const title = {
    running: words.recounting,
    done: words.recountDone,
    failed: words.recountFailed,
    cancelled: words.recountCancelled,
  }[state];
  return (
    <div class="topics-recount" role="status">
      <div class="row wrap">
        <span class="grow">
          <b>{t(title, { name })}</b>{' '}
          {message !== '' && <span class="muted">{messageText(message)}</span>}
        </span>
        <span class="muted num">
          {total === null
            ? t(words.recountProgressOpen, { done: count(done, true) })
            : t(words.recountProgress, { done: count(done, true), total: count(total, true) })}
        </span>
        {state === 'running' ? (
          <Button
            size="s"
            icon="close"
            onClick={() => void cancelRecount(recount).catch(toastError)}
          >
            {t(words.cancelRecount)}
          </Button>
        ) : (
          <IconButton
            size="s"
            icon="close"
            label={t(common.close)}
            onClick={() => dismissRecount(recount.job)}
          />
        )}
      </div>
      {state === 'running' && (
        <progress
          class="topics-progress"
          aria-label={t(words.recounting, { name })}
          {...(total === null || total === 0 ? {} : { value: done, max: total })}
        />
      )}
    </div>
  );
}

/** Why a recount ended early, as the worker tells it in English. */
function messageText(message: string): string {
  if (message.startsWith('The topic was removed')) return t(words.recountTopicGone);
  if (message.startsWith('It failed several times')) return t(words.recountFailedOften);
  return message;
}
