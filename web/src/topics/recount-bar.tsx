import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { count } from '../ui/format.ts';
import { toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { type Recount, cancelRecount, dismissRecount, recounts } from './recount.ts';
import { words } from './words.ts';

/** Progress of recounts: of one topic, or of all. */
export function RecountList(props: { topic?: string }) {
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
  const { progress } = recount;
  const name = topicName(recount.topic);
  const state = progress?.state ?? 'running';
  const title = {
    running: words.recounting,
    done: words.recountDone,
    failed: words.recountFailed,
    cancelled: words.recountCancelled,
  }[state];
  const total = progress?.total ?? null;
  return (
    <div class="topics-recount" role="status">
      <div class="row wrap">
        <span class="grow">
          <b>{t(title, { name })}</b>{' '}
          {progress?.message !== undefined && <span class="muted">{progress.message}</span>}
        </span>
        {progress !== null && (
          <span class="muted num">
            {total === null
              ? t(words.recountProgressOpen, { done: count(progress.done, true) })
              : t(words.recountProgress, {
                  done: count(progress.done, true),
                  total: count(total, true),
                })}
          </span>
        )}
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
          {...(progress === null || total === null ? {} : { value: progress.done, max: total })}
        />
      )}
    </div>
  );
}
