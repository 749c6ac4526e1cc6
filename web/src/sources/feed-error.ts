import type { Word } from '../i18n/words.ts';
import { words } from './words.ts';

/** What a feed's failure means, by what the reader or the network said; the first that fits. */
const FEED_ERRORS = [
  [/ENOTFOUND|EAI_AGAIN/, words.nNotFound],
  [/ECONNREFUSED|ECONNRESET|EHOSTUNREACH/, words.nRefused],
  [/timeout|timed out|ETIMEDOUT|aborted/i, words.nTimeout],
  [/certificate|SSL|TLS/i, words.nCertificate],
  [/not a public address/, words.nPrivate],
  [/no well-formed XML|neither RSS nor Atom|entities of its own/, words.nNoFeed],
  [/larger than|too long/, words.nTooLarge],
  [/the stream ended/, words.nEnded],
] as const;

/** Undefined for what nobody put into words. */
export function readFeedError(error: string): { word: Word; status: string } | undefined {
  const status = /\b([45]\d\d)\b/.exec(error)?.[1] ?? '';
  const word = FEED_ERRORS.find(([said]) => said.test(error))?.[1];
  if (word !== undefined) return { word, status };
  return status === '' ? undefined : { word: words.nStatus, status };
}
