import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { HOUR_MS } from '#shared/series/bucket.ts';
import { t } from '../i18n/i18n.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { time } from '../ui/format.ts';
import { Segmented } from '../ui/form.tsx';
import { Dialog } from '../ui/overlay.tsx';
import type { Span } from './live-url.ts';
import { SpanFields, useSpanFields } from './span-fields.tsx';
import { words } from './words.ts';

export const REPLAY_SPEEDS = ['1', '10', '60', '100'] as const;
const TICK_MS = 200;

/** Where a replay stands. It runs in the browser: the same views, with a "now" that moves through the past. */
export interface Replay {
  at: Signal<number>;
  playing: Signal<boolean>;
}

/** Moves `at` from `span.from` to `span.to` at `speed` times real time; stands still while paused or hidden. */
export function useReplay(span: Span | null, speed: number): Replay {
  const at = useSignal(span?.from ?? 0);
  const playing = useSignal(true);
  const from = span?.from ?? null;
  const to = span?.to ?? null;
  useEffect(() => {
    if (from === null) return;
    at.value = from;
    playing.value = true;
  }, [from, to]);
  useEffect(() => {
    if (to === null || speed === 0) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const elapsed = Math.min(now - last, 2_000);
      last = now;
      if (!playing.value || document.hidden) return;
      at.value = Math.min(to, at.value + elapsed * speed);
      if (at.value >= to) playing.value = false;
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [from, to, speed]);
  return { at, playing };
}

/** Transport of a running replay: play, position, speed, end. */
export function ReplayBar(props: {
  span: Span;
  speed: number;
  replay: Replay;
  onSpeed: (speed: number) => void;
  onStop: () => void;
}) {
  const { span, replay } = props;
  const playing = replay.playing.value;
  return (
    <div class="replay-bar">
      <IconButton
        icon={playing ? 'pause' : 'play'}
        label={t(playing ? words.pause : words.resume)}
        onClick={() => {
          if (replay.at.value >= span.to) replay.at.value = span.from;
          replay.playing.value = !playing;
        }}
      />
      <b class="nowrap">{t(words.replaying)}</b>
      <span class="num nowrap">{time(replay.at.value, 'dayMinute')}</span>
      <input
        type="range"
        class="replay-range"
        aria-label={t(words.replayPosition)}
        aria-valuetext={time(replay.at.value, 'dayMinute')}
        min={span.from}
        max={span.to}
        step={60_000}
        value={replay.at.value}
        onInput={(event) => {
          replay.at.value = event.currentTarget.valueAsNumber;
        }}
      />
      <Segmented
        size="s"
        label={t(words.replaySpeed)}
        value={REPLAY_SPEEDS.find((speed) => speed === String(props.speed)) ?? null}
        options={REPLAY_SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        onValue={(value) => props.onSpeed(Number(value))}
      />
      <Button size="s" icon="close" onClick={props.onStop}>
        {t(words.replayStop)}
      </Button>
    </div>
  );
}

export function ReplayDialog(props: {
  open: boolean;
  view: Span;
  now: number;
  onClose: () => void;
  onStart: (span: Span, speed: number) => void;
}) {
  return (
    <Dialog open={props.open} width="s" title={t(words.replayTitle)} onClose={props.onClose}>
      <ReplayForm {...props} />
    </Dialog>
  );
}

function ReplayForm(props: {
  view: Span;
  now: number;
  onStart: (span: Span, speed: number) => void;
}) {
  const end = Math.min(props.view.to, props.now);
  const { span, ...fields } = useSpanFields({
    from: Math.min(props.view.from, end - HOUR_MS),
    to: end,
  });
  const [speed, setSpeed] = useState<(typeof REPLAY_SPEEDS)[number]>('60');
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (span !== null) props.onStart(span, Number(speed));
      }}
    >
      <p class="muted">{t(words.replayText)}</p>
      <SpanFields {...fields} />
      <Segmented
        label={t(words.replaySpeed)}
        value={speed}
        options={REPLAY_SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        onValue={setSpeed}
      />
      <Button type="submit" variant="primary" icon="history" disabled={span === null}>
        {t(words.replayStart)}
      </Button>
    </form>
  );
}
