import type { DeadLetter } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useList } from '../api/use-list.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { MoreRows, Table, Time } from '../ui/data.tsx';
import { explainError } from '../ui/error-text.ts';
import { useAction } from '../ui/form-dialog.tsx';
import { TextArea } from '../ui/form.tsx';
import { count } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { Drawer } from '../ui/overlay.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { reasonHelp, reasonText } from './reasons.ts';
import { words } from './words.ts';

export function DeadLettersTab() {
  const letters = useList<DeadLetter>('/dead-letters', { limit: 50 });
  const [open, setOpen] = useState<DeadLetter | null>(null);
  const gone = (id: string) => letters.change((items) => items.filter((item) => item.id !== id));
  return (
    <Panel
      title={
        letters.total === undefined || letters.total === 0
          ? t(words.deadLetters)
          : `${t(words.deadLetters)} · ${count(letters.total)}`
      }
      hint={t(words.deadHint)}
      flush
    >
      {letters.error !== undefined && (
        <ErrorState error={letters.error} onRetry={letters.reload} compact />
      )}
      {letters.items === undefined && letters.error === undefined && <Skeleton lines={5} />}
      {letters.items?.length === 0 && (
        <EmptyState icon="check" title={t(words.deadNone)} text={t(words.deadNoneText)} />
      )}
      {letters.items !== undefined && letters.items.length > 0 && (
        <Table
          caption={t(words.deadLetters)}
          rows={letters.items}
          rowKey={(letter) => letter.id}
          onRow={setOpen}
          columns={[
            {
              key: 'reason',
              title: t(words.reason),
              primary: true,
              cell: (letter) => reasonText(letter.reason),
            },
            {
              key: 'source',
              title: t(words.sourceName),
              cell: (letter) => <bdi>{letter.source}</bdi>,
            },
            {
              key: 'raw',
              title: t(words.rawText),
              cell: (letter) => (
                <code class="sources-raw">
                  <bdi>{letter.raw.slice(0, 160)}</bdi>
                </code>
              ),
            },
            {
              key: 'times',
              title: t(words.times),
              numeric: true,
              cell: (letter) => count(letter.times),
            },
            {
              key: 'when',
              title: t(words.firstLast),
              cell: (letter) => (
                <span class="nowrap">
                  <Time at={letter.firstAt} />
                  {letter.lastAt !== letter.firstAt && (
                    <>
                      {' / '}
                      <Time at={letter.lastAt} />
                    </>
                  )}
                </span>
              ),
            },
          ]}
        />
      )}
      <MoreRows next={letters.next} busy={letters.loading} onMore={letters.more} />
      {open !== null && (
        <LetterDrawer
          key={open.id}
          letter={open}
          onClose={() => setOpen(null)}
          onGone={() => {
            gone(open.id);
            setOpen(null);
          }}
        />
      )}
    </Panel>
  );
}

function LetterDrawer(props: { letter: DeadLetter; onClose: () => void; onGone: () => void }) {
  const { letter } = props;
  const [raw, setRaw] = useState(letter.raw);
  const edited = raw !== letter.raw;
  const retry = useAction(async () => {
    await send('POST', `/dead-letters/${letter.id}/retry`, edited ? { raw } : {});
    toast(t(words.retried));
    props.onGone();
  });
  return (
    <Drawer
      open
      title={`${t(words.letter)} · ${reasonText(letter.reason)}`}
      onClose={props.onClose}
      footer={
        canEdit.value && (
          <>
            <ConfirmButton
              label={t(words.discard)}
              title={t(words.discardTitle)}
              text={<p>{t(words.discardText)}</p>}
              onConfirm={async () => {
                await send('DELETE', `/dead-letters/${letter.id}`);
                toast(t(words.discarded));
                props.onGone();
              }}
            />
            <Button
              variant="primary"
              icon="refresh"
              busy={retry.busy}
              onClick={() => void retry.run()}
            >
              {t(edited ? words.editRetry : words.retry)}
            </Button>
          </>
        )
      }
    >
      <div class="stack">
        <dl class="facts">
          <dt>{t(words.message)}</dt>
          <dd>
            <bdi>{reasonHelp(letter.reason, letter.message)}</bdi>
          </dd>
          {letter.field !== null && (
            <>
              <dt>{t(words.field)}</dt>
              <dd>
                <code>{letter.field}</code>
              </dd>
            </>
          )}
          <dt>{t(words.sourceName)}</dt>
          <dd>
            <bdi>{letter.source}</bdi>
          </dd>
          <dt>{t(words.times)}</dt>
          <dd>{count(letter.times, true)}</dd>
        </dl>
        <TextArea
          label={t(words.letterEdit)}
          hint={t(words.letterEditHint)}
          rows={14}
          spellcheck={false}
          disabled={!canEdit.value}
          value={raw}
          onValue={setRaw}
          error={retry.error === undefined ? undefined : explainError(retry.error)}
        />
      </div>
    </Drawer>
  );
}
