import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { time } from '../ui/format.ts';
import { on } from './feed.ts';
import { spikeTitle } from './spike-text.ts';
import { words } from './words.ts';

/** Not more often: a screen reader must stay usable in a storm. */
const QUIET_MS = 30_000;

/** Says new spikes of the shown topics, and nothing else of all that moves. */
export function SpikeAnnouncer(props: { topics: readonly string[] }) {
  const message = useSignal('');
  const saidAt = useRef(-QUIET_MS);
  const said = useRef(new Set<string>());
  const topics = props.topics.join(',');
  useEffect(
    () =>
      on('spike:changed', ({ spike }) => {
        const now = performance.now();
        if (!topics.split(',').includes(spike.topic) || said.current.has(spike.id)) return;
        if (now - saidAt.current < QUIET_MS) return;
        said.current.add(spike.id);
        saidAt.current = now;
        message.value = t(words.spikeAnnounce, {
          what: spikeTitle(spike),
          time: time(spike.startsAt, 'minute'),
        });
      }),
    [topics],
  );
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {message.value}
    </div>
  );
}
