import type { Word } from '../i18n/words.ts';
import { tw } from '../i18n/i18n.ts';
import { prefs } from '../state/prefs.ts';
import { readFeedError } from './feed-error.ts';
import { words } from './words.ts';

const REASONS: Readonly<Record<string, Word>> = {
  'no-topic': words.rNoTopic,
  empty: words.rEmpty,
  'blocked-author': words.rBlocked,
  'too-old': words.rTooOld,
  duplicate: words.rDuplicate,
  'post/not-an-object': words.rNotObject,
  'post/not-json': words.rNotJson,
  'post/too-deep': words.rTooDeep,
  'post/line-too-long': words.rLineLong,
  'post/id-missing': words.rIdMissing,
  'post/id-invalid': words.rIdInvalid,
  'post/source-invalid': words.rSourceInvalid,
  'post/text-missing': words.rTextMissing,
  'post/text-too-long': words.rTextLong,
  'post/time-missing': words.rTimeMissing,
  'post/time-invalid': words.rTimeInvalid,
  'post/time-out-of-range': words.rTimeRange,
  'post/field-invalid': words.rField,
  'post/unreadable': words.rUnreadable,
};

/** A drop reason or reject code in the user's language; one we do not know shows its own name. */
export function reasonText(code: string): string {
  const word = REASONS[code];
  return word === undefined ? code : tw(word);
}

/** What to change in a refused row. The server's own sentence is English; in Chinese the kind of fault is explained. */
export function reasonHelp(code: string, message: string): string {
  const word = HELP[code];
  return word === undefined || prefs.language.value === 'en' ? message : tw(word);
}

const HELP: Readonly<Record<string, Word>> = {
  'post/not-an-object': words.hNotObject,
  'post/not-json': words.hNotJson,
  'post/too-deep': words.hTooDeep,
  'post/line-too-long': words.hLineLong,
  'post/id-missing': words.hIdMissing,
  'post/id-invalid': words.hIdInvalid,
  'post/source-invalid': words.hSourceInvalid,
  'post/text-missing': words.hTextMissing,
  'post/text-too-long': words.hTextLong,
  'post/time-missing': words.hTimeMissing,
  'post/time-invalid': words.hTimeInvalid,
  'post/time-out-of-range': words.hTimeRange,
};

/** Why a feed could not be read: what it means, before what the network said. */
export function feedErrorText(error: string): string {
  const known = readFeedError(error);
  return known === undefined ? error : `${tw(known.word, { status: known.status })} (${error})`;
}
