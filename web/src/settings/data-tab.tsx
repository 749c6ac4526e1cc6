import type { Settings } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { isAdmin, loadMeta, meta } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge } from '../ui/data.tsx';
import { NumberField } from '../ui/form.tsx';
import { time } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { Loaded } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { words } from './words.ts';

type Retention = Settings['retention'];

export function DataTab() {
  const settings = useQuery<Settings>('/settings');
  return (
    <div class="stack">
      <Panel title={t(words.retention)} hint={t(words.retentionHint)}>
        <Loaded query={settings}>
          {(data) => (
            <RetentionForm
              key={JSON.stringify(data.retention)}
              stored={data.retention}
              onSaved={settings.put}
            />
          )}
        </Loaded>
      </Panel>
      <DemoPanel />
    </div>
  );
}

function RetentionForm(props: { stored: Retention; onSaved: (settings: Settings) => void }) {
  const { stored } = props;
  const [draft, setDraft] = useState<Retention>(stored);
  const set = (name: keyof Retention, days: number | null) =>
    setDraft({ ...draft, [name]: Math.max(0, Math.round(days ?? 0)) });
  const changed = JSON.stringify(draft) !== JSON.stringify(stored);
  const shrinks = (Object.keys(stored) as (keyof Retention)[]).some((name) =>
    isShorter(draft[name], stored[name]),
  );
  const save = async () => {
    props.onSaved(await send<Settings>('PATCH', '/settings', { retention: draft }));
    toast(t(words.saved));
  };
  const field = (name: keyof Retention, label: string, hint?: string) => (
    <NumberField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      unit={t(words.days)}
      min={0}
      step={1}
      disabled={!isAdmin.value}
      value={draft[name]}
      onValue={(days) => set(name, days)}
    />
  );
  return (
    <div class="settings-form">
      {field('postsDays', t(words.keepPosts))}
      {field('unmatchedDays', t(words.keepUnmatched))}
      {field('minutesDays', t(words.keepMinutes), t(words.keepMinutesHint))}
      {isAdmin.value ? (
        <div>
          {changed && shrinks ? (
            <ConfirmButton
              label={t(words.save)}
              icon="check"
              title={t(words.shrinkTitle)}
              text={<p>{t(words.shrinkText)}</p>}
              onConfirm={save}
            />
          ) : (
            <Button
              variant="primary"
              disabled={!changed}
              onClick={() => void save().catch(toastError)}
            >
              {t(words.save)}
            </Button>
          )}
        </div>
      ) : (
        <p class="muted">{t(words.adminOnly)}</p>
      )}
    </div>
  );
}

/** 0 keeps for ever: anything else is shorter than it. */
function isShorter(days: number, before: number): boolean {
  if (days === 0) return false;
  return before === 0 || days < before;
}

function DemoPanel() {
  const demo = meta.value?.demo;
  const [busy, setBusy] = useState(false);
  if (demo === undefined) return null;
  const play = async () => {
    setBusy(true);
    try {
      await send('POST', '/demo', { action: demo.present ? 'restart' : 'start' });
      await loadMeta();
      toast(t(words.demoStarted));
    } catch (cause) {
      toastError(cause);
    } finally {
      setBusy(false);
    }
  };
  const states = {
    absent: words.stateAbsent,
    loading: words.stateLoading,
    playing: words.statePlaying,
    paused: words.statePaused,
    finished: words.stateFinished,
  };
  return (
    <Panel title={t(words.demo)} actions={<Badge tone="warn">{t(states[demo.state])}</Badge>}>
      <div class="stack">
        <p>
          {demo.present
            ? t(words.demoText, {
                from: time(demo.from, 'isoDay'),
                to: time(Date.parse(demo.to) - 1, 'isoDay'),
                n: demo.loadedPosts,
              })
            : t(words.demoAbsent)}
        </p>
        {isAdmin.value ? (
          <div class="row wrap">
            <Button icon="play" busy={busy} onClick={() => void play()}>
              {t(words.demoPlay)}
            </Button>
            {demo.present && (
              <ConfirmButton
                label={t(words.demoRemove)}
                title={t(words.demoRemoveTitle)}
                text={<p>{t(words.demoRemoveText)}</p>}
                onConfirm={async () => {
                  await send('DELETE', '/demo');
                  await loadMeta();
                  toast(t(words.demoRemoved));
                }}
              />
            )}
          </div>
        ) : (
          <p class="muted">{t(words.adminOnly)}</p>
        )}
      </div>
    </Panel>
  );
}
