import type { Word } from '../i18n/words.ts';
import { words } from './words.ts';

/** Why the state machine moved (`shared/alert/next-incident.ts`), in words. */
const REASONS: Readonly<Record<string, Word>> = {
  condition: words.reCondition,
  held: words.reHeld,
  cleared: words.reCleared,
  relapsed: words.reRelapsed,
  resolved: words.reResolved,
  critical: words.reCritical,
  warning: words.reWarning,
  within: words.reWithin,
  recovered: words.reRecovered,
  'too-few-posts': words.reTooFew,
  'not-significant': words.reNotSignificant,
  'nothing-to-compare': words.reNothing,
  'no-data': words.reNoData,
  'source-silent': words.reSilent,
  'sources-silent': words.reSilent,
  'data-returned': words.reReturned,
  'evaluation-restored': words.reRestored,
  'evaluation-failed': words.reFailed,
};

/** `code` or `code: detail` of the state machine; without a word, notes and names of channels, shown as they are. */
export function readReason(reason: string): { word: Word | undefined; detail: string } {
  const colon = reason.indexOf(': ');
  const word = REASONS[colon === -1 ? reason : reason.slice(0, colon)];
  if (word === undefined) return { word, detail: reason };
  return { word, detail: colon === -1 ? '' : reason.slice(colon + 2) };
}
