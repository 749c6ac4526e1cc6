import type { SpikeView } from '#shared/wire/api.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { count } from '../ui/format.ts';
import { words } from './words.ts';

type Named = Pick<SpikeView, 'topic' | 'measure' | 'direction'>;

/** DeepSeek 声量激增 */
export function spikeTitle(spike: Named): string {
  const topic = topicName(spike.topic);
  if (spike.measure === 'volume') {
    return t(spike.direction === 'up' ? words.spikeVolumeUp : words.spikeVolumeDown, { topic });
  }
  return t(spike.direction === 'up' ? words.spikeMoodUp : words.spikeMoodDown, { topic });
}

/** 312，平时约 41 */
export function spikeSize(spike: Pick<SpikeView, 'measure' | 'observed' | 'expected'>): string {
  const show = (value: number) => (spike.measure === 'mood' ? formatMood(value) : count(value));
  return t(words.spikeSize, { observed: show(spike.observed), expected: show(spike.expected) });
}
