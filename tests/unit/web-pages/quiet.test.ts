import { expect, test } from 'vitest';
import { quietOf } from '../../../web/src/topics/quiet.ts';

const now = Date.parse('2026-11-28T00:00:00Z');
test.each([
  ['an empty store', null, 'empty'],
  ['a post of this minute', now, null],
  ['a post of yesterday evening', now - 5 * 3_600_000, null],
  ['imported history', now - 86_400_001, { newestAt: now - 86_400_001 }],
])('%s', (_name, newestAt, quiet) => {
  expect(quietOf(now, newestAt)).toEqual(quiet);
});
