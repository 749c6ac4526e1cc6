import { formatMood } from '../i18n/format.ts';
import { t, tw } from '../i18n/i18n.ts';
import type { Word } from '../i18n/words.ts';
import { topicName } from '../state/topics.ts';
import { count, decimal, share } from '../ui/format.ts';
import { words } from './words.ts';

/** Figures that `shared/report/diff-reports.ts` compares, by key. */
const FIGURES: Readonly<
  Record<string, { word: Word; unit: 'count' | 'index' | 'share' | 'ratio' }>
> = {
  mentions: { word: words.kMentions, unit: 'count' },
  authors: { word: words.kAuthors, unit: 'count' },
  mood: { word: words.kMood, unit: 'index' },
  nsr: { word: words.kNsr, unit: 'ratio' },
  negative: { word: words.kNegative, unit: 'share' },
  spikes: { word: words.kSpikes, unit: 'count' },
  alerts: { word: words.kAlerts, unit: 'count' },
  late: { word: words.kLate, unit: 'count' },
  corrected: { word: words.kCorrected, unit: 'count' },
};

export function figureWord(key: string): string {
  const figure = FIGURES[key];
  return figure === undefined ? key : tw(figure.word);
}

export function figureText(key: string, value: number | null): string {
  if (value === null) return '–';
  switch (FIGURES[key]?.unit) {
    case 'index':
      return formatMood(value);
    case 'share':
      return share(value);
    case 'ratio':
      return `${value < 0 ? '−' : ''}${decimal(Math.abs(value), 2)}`;
    default:
      return count(value, true);
  }
}

/** Signed difference in the figure's own unit; shares in percentage points. */
export function differenceText(key: string, before: number | null, after: number | null): string {
  if (before === null || after === null) return '–';
  const difference = after - before;
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
  const size = Math.abs(difference);
  switch (FIGURES[key]?.unit) {
    case 'share':
      return t(words.percentPoints, { n: `${sign}${decimal(size * 100)}` });
    case 'index':
      return `${sign}${decimal(size)}`;
    case 'ratio':
      return `${sign}${decimal(size, 2)}`;
    default:
      return `${sign}${count(size, true)}`;
  }
}

export function changeTopic(topic: string): string {
  return topic === '' ? t(words.whole) : topicName(topic);
}
