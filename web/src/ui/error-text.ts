import type { ApiError } from '../api/client.ts';
import { t, tw } from '../i18n/i18n.ts';
import { fillWord } from '../i18n/words.ts';
import { prefs } from '../state/prefs.ts';
import { CODE_WORDS, fieldWordOf, isOfField } from './error-words.ts';
import { common } from './words.ts';

/** What failed and what to do, in the user's language; the server's own detail where only that is specific. */
export function explainError(error: ApiError): string {
  if (error.code === 'network') return t(common.errorNetwork);
  if (error.code === 'not-a-problem') {
    if (error.status === 429) return t(common.errorRate);
    return error.status >= 500 ? t(common.errorServer) : error.message;
  }
  const fields = error.errors.map((item) => fieldText(item.message)).join(' · ');
  if (fields !== '') return fields;
  // A newer server, or something between, may answer with a code that this page does not know.
  const word = (CODE_WORDS as Partial<typeof CODE_WORDS>)[error.code];
  if (word !== undefined && word !== null) return tw(word);
  return error.message !== '' ? error.message : t(common.errorServer);
}

/** Message for one field of a form, where the server named it or a part of it (`/aliases/0`). */
export function fieldError(error: ApiError | undefined, field: string): string | undefined {
  const found = error?.errors.find((item) => isOfField(item.field, field));
  return found === undefined ? undefined : fieldText(found.message);
}

/** A schema's sentence in the user's language; one that we do not know stays as it is. */
function fieldText(message: string): string {
  const found = fieldWordOf(message);
  return found === null ? message : fillWord(found.word, prefs.language.value, { n: found.n });
}
