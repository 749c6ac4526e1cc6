import { parseQuery, queryLiterals } from '#shared/topic/query.ts';
import { t } from '../i18n/i18n.ts';
import { words } from './words.ts';

export type QueryCheck =
  | { ok: true; terms: number }
  | { ok: false; column: number; message: string };

/** The parser's verdict in the user's language; null for an empty query. Columns count from 1. */
export function checkQuery(query: string): QueryCheck | null {
  if (query.trim() === '') return null;
  const parsed = parseQuery(query);
  if (parsed.ok) return { ok: true, terms: queryLiterals(parsed.query).length };
  return { ok: false, column: parsed.position + 1, message: syntaxMessage(parsed.message) };
}

/** Sentences of `shared/topic/query.ts`, which speaks English to machines. */
function syntaxMessage(message: string): string {
  const what = /"(.*)"$/.exec(message)?.[1] ?? '';
  if (message.startsWith('unexpected')) return t(words.synUnexpected, { what });
  if (message === 'too deeply nested') return t(words.synDeep);
  if (message.startsWith('missing ")')) return t(words.synParen);
  if (message === 'a word is missing at the end') return t(words.synEnd);
  if (message.startsWith('a word is missing before')) return t(words.synBefore, { what });
  if (message.startsWith('missing closing'))
    return t(words.synQuote, { what: message.slice('missing closing '.length) });
  if (message === 'empty quotes') return t(words.synEmpty);
  return message;
}
