import { t } from '../i18n/i18n.ts';
import { duration } from '../ui/format.ts';
import type { ModelInput } from './chart-model.ts';
import type { Metric } from './live-url.ts';
import { words } from './words.ts';

/** What stands in the corners of the two plots: measure and unit, and what one point or bar stands for. */
export function chartTitles(input: {
  metric: Metric;
  windowMs: number;
  stepMs: number;
  topics: number;
}): ModelInput['titles'] {
  const step = duration(input.stepMs);
  const main = {
    mood: t(words.titleMood, { window: duration(input.windowMs) }),
    share: t(words.titleShare, { window: duration(input.windowMs) }),
    volume: t(words.titleVolume, { step }),
  };
  const together = input.metric === 'volume' && input.topics > 1;
  return {
    main: main[input.metric],
    volume: t(together ? words.titleTogether : words.titleVolume, { step }),
    lane: t(words.spike),
  };
}
