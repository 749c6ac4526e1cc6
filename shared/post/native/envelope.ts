import { isRecord } from './draft.ts';

/** Names under which exporters and pushes carry their list of records, at the top or under `data`. */
export const RECORD_LISTS = [
  'weibo',
  'statuses',
  'items',
  'list',
  'posts',
  'mblogs',
  'cards',
  'results',
] as const;
export const RECORD_WRAPPERS = ['data', 'response', 'result'] as const;

/**
 * The records in a parsed JSON body: an array as it is, the list inside a known envelope
 * (`{"user":{…},"weibo":[…]}` of weibo-crawler's push, `{"statuses":[…]}`, `{"ok":1,"data":{"list":[…]}}`),
 * or the body itself as the only record. The same rule as the streaming reader of files.
 */
export function recordsIn(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  return listIn(body) ?? [body];
}

function listIn(value: unknown): unknown[] | undefined {
  if (!isRecord(value)) return undefined;
  const lists = RECORD_LISTS.map((name) => value[name]).filter((list) => Array.isArray(list));
  if (lists.length > 0) return lists.flat(1);
  for (const name of RECORD_WRAPPERS) {
    const inner = listIn(value[name]);
    if (inner) return inner;
  }
  return undefined;
}
