import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { clockNow, heartbeat, tick } from '../live/feed.ts';
import { canEdit, loadMeta, meta } from '../state/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Segmented } from '../ui/form.tsx';
import { count, time } from '../ui/format.ts';
import { Dialog, Popover } from '../ui/overlay.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { words } from './words.ts';

const SPEEDS = ['1', '10', '60', '300'] as const;

/** Marks made-up data wherever it may be on screen, with its controls: play, speed, remove. */
export function DemoChip() {
  const demo = meta.value?.demo;
  const [removing, setRemoving] = useState(false);
  if (demo === undefined || !demo.present) return null;
  const loading = demo.state === 'loading';
  return (
    <div class="demo-chip" title={t(words.demoAbout)}>
      <span class="demo-chip-name">{t(words.demoData)}</span>
      {canEdit.value && !loading && <DemoControls onRemove={() => setRemoving(true)} />}
      <span class="demo-chip-time num">
        {loading ? (
          <>
            {t(words.demoLoading)} · {t(words.demoLoaded, { n: count(demo.loadedPosts) })}
          </>
        ) : (
          <DemoClock />
        )}
      </span>
      <Dialog
        open={removing}
        width="s"
        title={t(words.demoRemoveTitle)}
        onClose={() => setRemoving(false)}
        footer={
          <Button
            variant="danger"
            icon="trash"
            onClick={() => {
              setRemoving(false);
              void control({ action: 'remove' }).then(
                (done) => done && toast(t(words.demoRemoved)),
              );
            }}
          >
            {t(words.demoRemove)}
          </Button>
        }
      >
        <p>{t(words.demoRemoveText)}</p>
      </Dialog>
    </div>
  );
}

function DemoClock() {
  // Read so that the time moves with the half-second tick.
  const now = tick.value >= 0 ? clockNow() : 0;
  return <>{time(now, 'dayMinute')}</>;
}

function DemoControls(props: { onRemove: () => void }) {
  const state = meta.value?.demo.state;
  const speed = String(heartbeat.value?.clock.speed ?? 60);
  return (
    <span class="row">
      {state === 'finished' ? (
        <IconButton
          size="s"
          icon="undo"
          label={t(words.demoRestart)}
          onClick={() => void control({ action: 'restart' })}
        />
      ) : (
        <IconButton
          size="s"
          icon={state === 'playing' ? 'pause' : 'play'}
          label={t(state === 'playing' ? words.demoPause : words.demoPlay)}
          onClick={() => void control({ action: state === 'playing' ? 'pause' : 'resume' })}
        />
      )}
      <Popover
        label={t(words.demoSpeed)}
        side="top"
        trigger={(attributes) => (
          <IconButton size="s" icon="more" label={t(words.demoSpeed)} {...attributes} />
        )}
      >
        {(close) => (
          <div class="stack tight">
            <p class="muted">{t(words.demoAbout)}</p>
            <Segmented
              label={t(words.demoSpeed)}
              value={SPEEDS.find((item) => item === speed) ?? null}
              options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
              onValue={(value) => void control({ speed: Number(value) })}
            />
            <Button
              variant="danger"
              icon="trash"
              onClick={() => {
                close();
                props.onRemove();
              }}
            >
              {t(words.demoRemove)}
            </Button>
          </div>
        )}
      </Popover>
    </span>
  );
}

type DemoCommand =
  | { action: 'start' | 'pause' | 'resume' | 'restart' | 'remove' }
  | { speed: number };

/** Commands the demo player. True when it worked. */
export async function control(command: DemoCommand): Promise<boolean> {
  try {
    if ('action' in command && command.action === 'remove') await send('DELETE', '/demo');
    else await send('POST', '/demo', command);
    await loadMeta();
    return true;
  } catch (cause) {
    toastError(cause);
    return false;
  }
}
