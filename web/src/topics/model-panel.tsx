import type { TopicModelView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { clockNow } from '../live/feed.ts';
import { canEdit } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge, Time } from '../ui/data.tsx';
import { FormError, useAction } from '../ui/form-dialog.tsx';
import { count, decimal, share } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { Loaded } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { type ModelVerdict, modelVerdict } from './model-state.ts';
import { startRecount } from './recount.ts';
import { words } from './words.ts';

/** What the topic learnt from people's labels: whether it helps, by how much, and the action that tries again. */
export function ModelPanel({ topic }: { topic: string }) {
  const query = useQuery<TopicModelView>(`/topics/${topic}/model`);
  /** Learnt on this page: history was scored without it, so a recount is offered. */
  const [changed, setChanged] = useState(false);
  const learn = useAction(async () => {
    const before = query.data?.model ?? null;
    const after = await send<TopicModelView>('POST', `/topics/${topic}/learn`);
    query.put(after);
    setChanged(JSON.stringify(after.model) !== JSON.stringify(before));
    toast(t(after.model === null ? words.learntNone : words.learntAdopted));
  });
  const forget = async () => {
    await send('DELETE', `/topics/${topic}/model`);
    query.reload();
    setChanged(true);
    toast(t(words.modelRemoved));
  };
  const recount = useAction(async () => {
    await startRecount(topic, '7d', clockNow());
    setChanged(false);
  });
  return (
    <Panel
      title={t(words.model)}
      hint={t(words.modelHint)}
      actions={
        query.data?.model !== undefined &&
        query.data.model !== null && <Badge tone="accent">{t(words.modelInUse)}</Badge>
      }
    >
      <Loaded query={query}>
        {(view) => {
          const verdict = modelVerdict(view);
          return (
            <div class="stack">
              <p>{verdictText(verdict, view)}</p>
              {verdict.missing > 0 && <LabelProgress view={view} />}
              {view.before !== null && view.after !== null && <Gain view={view} />}
              <FormError error={learn.error ?? recount.error} />
              {canEdit.value && (
                <div class="row wrap">
                  <Button
                    icon="bolt"
                    variant={verdict.kind === 'ready' ? 'primary' : 'quiet'}
                    busy={learn.busy}
                    disabled={!verdict.canLearn}
                    onClick={() => void learn.run()}
                  >
                    {t(view.learntAt === null ? words.learn : words.learnAgain)}
                  </Button>
                  {view.model !== null && (
                    <ConfirmButton
                      size="m"
                      label={t(words.removeModel)}
                      title={t(words.removeModelTitle)}
                      text={<p>{t(words.removeModelText)}</p>}
                      onConfirm={forget}
                    />
                  )}
                </div>
              )}
              {changed && canEdit.value && (
                <div class="row wrap topics-next" role="status">
                  <span class="grow">{t(words.recountForModel)}</span>
                  <Button
                    size="s"
                    icon="refresh"
                    busy={recount.busy}
                    onClick={() => void recount.run()}
                  >
                    {t(words.recountWeek)}
                  </Button>
                </div>
              )}
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function verdictText(verdict: ModelVerdict, view: TopicModelView): string {
  switch (verdict.kind) {
    case 'collect':
      return t(words.modelCollect, { n: verdict.missing });
    case 'ready':
      return t(words.modelReady, { n: view.labelsNow });
    case 'adopted':
      return t(words.modelAdopted);
    case 'no-gain':
      return t(words.modelNoGain);
    case 'one-class':
      return t(words.modelOneClass);
    case 'blind':
      return t(words.modelBlind, { n: view.confirmed, needed: view.needed.confirmed });
  }
}

function LabelProgress({ view }: { view: TopicModelView }) {
  const label = t(words.labelsOf, {
    n: count(view.labelsNow, true),
    needed: count(view.needed.labels, true),
  });
  return (
    <div class="stack tight">
      <progress
        class="topics-progress"
        aria-label={label}
        value={view.labelsNow}
        max={view.needed.labels}
      />
      <span class="muted num">{label}</span>
    </div>
  );
}

/** Cross-validated, before and after, with what the difference may be worth. */
function Gain({ view }: { view: TopicModelView }) {
  const { before, after } = view;
  if (before === null || after === null) return null;
  return (
    <dl class="facts topics-gain">
      <dt>{t(words.accuracyBefore)}</dt>
      <dd class="num">{share(before.accuracy)}</dd>
      <dt>{t(words.accuracyAfter)}</dt>
      <dd class="num">{share(after.accuracy)}</dd>
      <dt>{t(words.gain)}</dt>
      <dd class="num">
        <b>{t(words.points, { n: signed(view.gain * 100) })}</b>{' '}
        <span class="muted">± {t(words.points, { n: decimal(view.gainError * 100) })}</span>
      </dd>
      <dt>{t(words.learntFrom)}</dt>
      <dd class="num">
        {t(words.learntFromLabels, {
          n: count(view.labels, true),
          confirmed: count(view.confirmed, true),
        })}
      </dd>
      {view.learntAt !== null && (
        <>
          <dt>{t(words.learntAt)}</dt>
          <dd>
            <Time at={view.learntAt} style="full" /> {view.by !== '' && <bdi>{view.by}</bdi>}
          </dd>
        </>
      )}
    </dl>
  );
}

function signed(value: number): string {
  const text = decimal(Math.abs(value));
  return value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
}
